"""Receipts: the list says how each stands, a receipt has every item that п. 69 asks for."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import ACCOUNT, Cast
from tests.clock import Clock
from tests.conftest import SECRET_KEY, ClientAs
from tests.factories import make_access, make_account, make_setting
from tests.ledgers import issue, pay
from tests.month_factories import make_receipt_message
from tests.months import closed, make_rates, settle
from tests.page import Page
from vodokanal.billing.payments import Channel
from vodokanal.billing.periods import Period
from vodokanal.operations.queue import open_queue

URL = f"/personal/{ACCOUNT}/receipts/"
OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)
BANK = {
    "utility_name": "Водоканал Верхнеозёрска",
    "utility_email": "office@voda.example",
    "inn": "7707083893",
    "bank_name": "Банк",
    "bank_bic": "044525225",
    "bank_account": "40702810938000000001",
    "bank_correspondent_account": "30101810400000000225",
}


@pytest.fixture(autouse=True)
def _october(cast: Cast) -> None:
    """October is issued: Anna owes 756,51 ₽."""
    open_queue(SECRET_KEY)
    for name, value in BANK.items():
        make_setting(name, value)
    make_receipt_message(words="Поверка до мая со скидкой")
    category = make_rates()
    settle(cast.account, category)
    settle(cast.vera_account, category)
    closed(OCTOBER, "2026-11-01T09:00")


def october(client_as: ClientAs, cast: Cast, person: str = "anna") -> Page:
    return client_as(getattr(cast, person)).get(f"{URL}2026-10/")


def listed(client_as: ClientAs, cast: Cast) -> list[str]:
    rows = client_as(cast.anna).get(URL).rows(".//table[@class='records']")
    return [cell.replace("\xa0", " ") for cell in rows[1]]


def test_list_says_until_when(client_as: ClientAs, cast: Cast) -> None:
    assert listed(client_as, cast) == ["Октябрь", "до 16 ноября", "756,51 ₽"]


def test_list_says_what_is_left(client_as: ClientAs, cast: Cast, clock: Clock) -> None:
    pay(cast.account, NOVEMBER, "500", received_on=date(2026, 11, 8))
    clock.at("2026-11-20T10:00")
    assert listed(client_as, cast)[1] == "! есть долг 8 ноября в банке"


def test_list_says_when_and_how_it_was_paid(client_as: ClientAs, cast: Cast) -> None:
    pay(cast.account, NOVEMBER, "756.51", channel=Channel.CARD, received_on=date(2026, 11, 8))
    assert listed(client_as, cast)[1] == "✓ оплачено 8 ноября картой"


def test_receipt_of_nothing_asks_for_nothing(client_as: ClientAs, cast: Cast) -> None:
    pay(cast.account, NOVEMBER, "5000", received_on=date(2026, 11, 8))
    closed(NOVEMBER, "2026-12-01T09:00")
    client = client_as(cast.anna)
    assert listed(client_as, cast)[1:] == ["платить не нужно", "0,00 ₽"]
    assert "Переплата" in client.get(f"{URL}2026-11/").plain


def test_account_without_receipts_is_told_when_one_comes(client_as: ClientAs, cast: Cast) -> None:
    make_access(resident=cast.vera, account=make_account(number="90-12"))
    page = client_as(cast.vera).get("/personal/90-12/receipts/")
    assert "Квитанций ещё нет." in page.plain


def test_later_payments_are_listed_as_not_in_it(client_as: ClientAs, cast: Cast) -> None:
    pay(cast.account, NOVEMBER, "500", received_on=date(2026, 11, 8))
    page = client_as(cast.anna).get(URL)
    assert "Получено, ещё не учтено" in page.plain
    assert ["Платёж 8\xa0ноября", "500,00\xa0₽"] in page.rows(".//*[@id='counted']/table[2]")
    receipt = page.click("Октябрь")
    assert "Сейчас: к оплате 256,51 ₽." in receipt.plain


def test_receipt_adds_up(client_as: ClientAs, cast: Cast) -> None:
    page = october(client_as, cast)
    assert page.heading == "Квитанция за октябрь"
    rows = [[cell.replace("\xa0", " ") for cell in row] for row in page.rows()]
    assert rows == [
        ["Долг на 1 октября", "0,00 ₽"],
        ["Начислено за октябрь", "+ 756,51 ₽"],
        ["К оплате", "756,51 ₽"],
    ]


def test_receipt_has_every_item_of_the_law(client_as: ClientAs, cast: Cast) -> None:
    words = october(client_as, cast).plain
    items = (
        "ул. Речная, д. 5, кв. 12",
        "Иванова Анна Петровна",
        "Зарегистрировано, человек2",
        "Водоканал Верхнеозёрска",
        "office@voda.example",
        *BANK.values(),
        "Поверка до мая со скидкой",
        "Холодная вода по счётчику134,98 ₽",
        "× 42,18 ₽",
        "3,200",
        "Последнее показание, 15 октября, передали в кабинете158,000",
        "Поверить до1 января 2030 года",
    )
    assert [each for each in items if each not in words] == []


def test_receipt_shows_a_code_for_banks_and_a_year_of_water(
    client_as: ClientAs, cast: Cast
) -> None:
    page = october(client_as, cast)
    assert (page.find(".//img[@class='payment']").get("src") or "").startswith("data:image/png")
    assert len(page.all(".//{http://www.w3.org/2000/svg}svg[@role='img']")) == 2


def test_last_payment_is_named(client_as: ClientAs, cast: Cast) -> None:
    pay(cast.account, NOVEMBER, "500", received_on=date(2026, 11, 8))
    closed(NOVEMBER, "2026-12-01T09:00")
    page = client_as(cast.anna).get(f"{URL}2026-11/")
    assert "Последняя оплата500,00 ₽, 8 ноября 2026 года" in page.plain


def test_frozen_receipt_stays_as_it_was_told(client_as: ClientAs, cast: Cast) -> None:
    make_setting("office_phone", "+7 (000) 000-00-00")
    cast.cold.serial = "changed"
    cast.cold.save()
    page = october(client_as, cast)
    meters = "".join(
        "".join(each.itertext()) for each in page.all(".//table[@class='pairs words']")
    )
    assert "счётчик 00012345" in meters
    assert "changed" not in meters


def test_old_receipt_without_facts_is_shown_all_the_same(client_as: ClientAs, cast: Cast) -> None:
    issue(Period(2026, 9), cast.account)
    page = client_as(cast.anna).get(f"{URL}2026-09/")
    assert "Начислений нет." in page.plain
    assert "Куда платить, скажут в офисе." in page.plain


def test_trusted_sees_sums_and_no_people(client_as: ClientAs, cast: Cast) -> None:
    page = october(client_as, cast, "daria")
    assert "756,51 ₽" in page.plain
    assert "Иванова" not in page.plain
    assert "Бланк для печати (PDF)" not in page.plain


@pytest.mark.parametrize("paper", ["receipts/2026-10.pdf", "certificate.pdf"])
@pytest.mark.parametrize("person", ["daria", "vera"])
def test_papers_name_the_payer_so_others_get_404(
    client_as: ClientAs, cast: Cast, paper: str, person: str
) -> None:
    client_as(getattr(cast, person)).get(f"/personal/{ACCOUNT}/{paper}", status=404)


@pytest.mark.parametrize("path", ["2026-11/", "2026-13/", "october/", "2026-11.pdf", "2026-13.pdf"])
def test_month_without_a_receipt_is_not_there(client_as: ClientAs, cast: Cast, path: str) -> None:
    client_as(cast.anna).get(f"{URL}{path}", status=404)


@pytest.mark.parametrize("path", ["", "2026-10/"])
def test_stranger_gets_404_not_403(client_as: ClientAs, cast: Cast, path: str) -> None:
    client_as(cast.vera).get(f"{URL}{path}", status=404)
