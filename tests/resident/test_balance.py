"""The balance: the heading is the answer, every month can be opened down to its column."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.cast import ACCOUNT, Cast
from tests.clock import Clock
from tests.conftest import SECRET_KEY, ClientAs
from tests.factories import make_reading, make_setting
from tests.ledgers import bring, charge, correct, issue, pay, penalise
from tests.months import closed, make_rates, settle
from tests.page import Client, Page
from tests.statements import statements
from vodokanal.billing.payments import Channel, OpeningKind
from vodokanal.billing.periods import Period
from vodokanal.models.terms import PaymentTerm
from vodokanal.operations.queue import open_queue

URL = f"/personal/{ACCOUNT}/balance/"
INPUTS = '{"method":"meter","of":30,"price":"42.18","since":"2026-07-01","product":"0"}'
SEPTEMBER, OCTOBER, NOVEMBER = Period(2026, 9), Period(2026, 10), Period(2026, 11)


@pytest.fixture
def rates(cast: Cast) -> None:
    """Prices and norms, and people in both flats."""
    open_queue(SECRET_KEY)
    category = make_rates()
    settle(cast.account, category)
    settle(cast.vera_account, category)


@pytest.fixture
def october(cast: Cast, rates: None) -> None:
    """October is issued: Anna owes 756,51 ₽."""
    closed(OCTOBER, "2026-11-01T09:00")


def plain_rows(page: Page, path: str) -> list[list[str]]:
    return [[cell.replace("\xa0", " ") for cell in row] for row in page.rows(path)]


def moves(page: Page) -> list[list[str]]:
    """The movements without their columns and their heads."""
    rows = page.all(".//table[@class='moves']/tbody/tr")
    return [
        [" ".join("".join(cell.itertext()).split()) for cell in row]
        for row in rows
        if row.get("class") is None
    ]


def test_heading_is_the_sum_and_its_day(client_as: ClientAs, cast: Cast, october: None) -> None:
    page = client_as(cast.anna).get(URL)
    assert page.heading == "К оплате 756,51 ₽"
    assert "до 16 ноября" in page.plain
    assert plain_rows(page, ".//table[@class='pairs']") == [["За октябрь", "756,51 ₽"]]
    assert not page.all(".//*[@class='label bad']")


def test_new_account_owes_nothing(client_as: ClientAs, cast: Cast) -> None:
    page = client_as(cast.anna).get(URL)
    assert page.heading == "Долгов нет"
    assert "Всё начисленное оплачено." in page.plain
    assert "Начислений ещё не было." in page.plain
    assert "В эти месяцы начислений и платежей не было." in page.plain


def test_money_ahead_is_called_so(client_as: ClientAs, cast: Cast, october: None) -> None:
    pay(cast.account, NOVEMBER, "1000", channel=Channel.CARD)
    page = client_as(cast.anna).get(URL)
    assert page.heading == "Переплата 243,49 ₽"
    assert "Переплата зачтётся в следующих месяцах." in page.plain
    assert moves(page)[0][3] == "переплата 243,49 ₽"


def test_overdue_month_is_labelled_and_penalty_stands_apart(
    client_as: ClientAs, cast: Cast, october: None
) -> None:
    bring(cast.account, NOVEMBER, "300", period=SEPTEMBER)
    bring(cast.account, NOVEMBER, "12.34", kind=OpeningKind.PENALTY, period=SEPTEMBER)
    page = client_as(cast.anna).get(URL)
    assert page.heading == "К оплате 1 068,85 ₽"
    assert plain_rows(page, ".//table[@class='pairs']") == [
        ["За октябрь", "756,51 ₽"],
        ["Осталось за сентябрь ! срок прошёл", "300,00 ₽"],
        ["Пени", "12,34 ₽"],
    ]


def test_past_day_is_said_when_no_other_comes(
    client_as: ClientAs, cast: Cast, october: None, clock: Clock
) -> None:
    clock.at("2026-11-25T10:00")
    assert "нужно было оплатить до 16 ноября" in client_as(cast.anna).get(URL).plain


def test_movements_come_with_the_balance_after_each(
    client_as: ClientAs, cast: Cast, october: None
) -> None:
    pay(cast.account, NOVEMBER, "500", channel=Channel.BANK, received_on=date(2026, 11, 8))
    assert moves(client_as(cast.anna).get(URL)) == [
        ["8 ноября", "Вы оплатили в банке", "− 500,00 ₽", "к оплате 256,51 ₽"],
        ["31 октября", "Начислено за октябрь", "+ 756,51 ₽", "к оплате 756,51 ₽"],
    ]


def test_service_opens_to_the_column_as_at_school(
    client_as: ClientAs, cast: Cast, october: None
) -> None:
    page = client_as(cast.anna).get(URL)
    cold, _hot, drained = page.all(".//table[@class='sums']")
    words = [
        [" ".join("".join(cell.itertext()).split()) for cell in row] for row in cold.iter("tr")
    ]
    assert words == [
        ["15 октября, от вас", "158,000"],
        ["15 сентября, от вас", "− 154,800"],
        ["Израсходовано, м³", "3,200"],
        ["Цена за м³ с 1 января 2020 года", "× 42,18 ₽"],
        ["134,976 — до копейки", "134,98 ₽"],
    ]
    assert "Холодная вода, по счётчику" in "".join(drained.itertext())
    assert page.links["Не\xa0согласен с\xa0расчётом"].endswith(
        "/receipts/2026-10/disagree/sewage-0"
    )


def test_penalty_and_correction_open_too(client_as: ClientAs, cast: Cast) -> None:
    charge(cast.account, SEPTEMBER, "500", inputs=INPUTS)
    issue(SEPTEMBER, cast.account)
    penalise(cast.account, OCTOBER, "1.25", of=SEPTEMBER)
    correct(cast.account, OCTOBER, "-50")
    issue(OCTOBER, cast.account)
    page = client_as(cast.anna).get(URL)
    assert [row[1:3] for row in moves(page)] == [
        ["Пени по 31 октября", "+ 1,25 ₽"],
        ["Перерасчёт в октябре", "− 50,00 ₽"],
        ["Начислено за сентябрь", "+ 500,00 ₽"],
    ]
    assert "Пени за сентябрь+ 1,25 ₽" in page.plain
    assert "По заявлению" in page.plain


def test_whoever_disagrees_finds_the_telephone(
    client_as: ClientAs, cast: Cast, october: None
) -> None:
    make_setting("office_phone", "+7 (000) 211-04-00")
    card = client_as(cast.anna).get(URL).find(".//*[@id='disagree']")
    assert "+7\xa0(000)\xa0211-04-00" in "".join(card.itertext())


def test_what_is_newer_is_listed_as_not_counted(
    client_as: ClientAs, cast: Cast, october: None
) -> None:
    make_reading(cast.cold, period=NOVEMBER, value="161.2")
    pay(cast.vera_account, NOVEMBER, "1", channel=Channel.POST, received_on=date(2026, 11, 10))
    counted, newer = (
        plain_rows(client_as(cast.anna).get(URL), f".//*[@id='counted']/table[{place}]")
        for place in (1, 2)
    )
    until = "по 31 октября"
    assert counted == [["Показания", until], ["Начисления", until], ["Почта", "по 10 ноября"]]
    assert newer == [["Холодная за ноябрь, 15 ноября", "161,200"]]


def test_months_can_be_chosen(client_as: ClientAs, cast: Cast, october: None) -> None:
    pay(cast.account, NOVEMBER, "500")
    form = client_as(cast.anna).get(URL).form("balance")
    page = form.fill_in({"from": "2026-11", "to": "2026-11"}).submit("Показать", status=200)
    assert [row[1] for row in moves(page)] == ["Вы оплатили в банке"]
    assert "На начало: к оплате 756,51 ₽." in page.plain


@pytest.mark.parametrize("asked", ["from=2026-11&to=2026-10", "from=1999-01&to=2031-01"])
def test_odd_months_are_understood(
    client_as: ClientAs, cast: Cast, october: None, asked: str
) -> None:
    assert "Начислено за октябрь" in client_as(cast.anna).get(f"{URL}?{asked}").plain


def test_months_that_are_none_show_the_last_year(
    client_as: ClientAs, cast: Cast, october: None
) -> None:
    page = client_as(cast.anna).get(f"{URL}?from=2026-13")
    assert "Таких месяцев нет, поэтому показан последний год." in page.plain


def test_long_span_leads_to_the_receipts_instead(
    client_as: ClientAs, cast: Cast, october: None
) -> None:
    page = client_as(cast.anna).get(f"{URL}?from=2021-01&to=2026-11")
    assert not page.all(".//table[@class='sums']")
    assert page.click("Как посчитано").heading == "Квитанция за октябрь"


def test_years_cost_eight_statements(client_as: ClientAs, cast: Cast, october: None) -> None:
    client = client_as(cast.anna)
    client.get(URL)
    with statements() as asked:
        client.get(f"{URL}?from=2017-01&to=2026-11")
    assert len(asked) <= 8, "\n".join(asked)


def test_movements_are_taken_away_as_numbers(
    client_as: ClientAs, cast: Cast, october: None
) -> None:
    pay(cast.account, NOVEMBER, "500", channel=Channel.CARD)
    client = client_as(cast.anna)
    with client.browser.get(f"{URL}movements.xlsx?from=2026-10&to=2026-11") as answer:
        sheet = load_workbook(BytesIO(answer.data)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[1:] for row in rows[1:]] == [
        ("На начало", rows[1][2], None, 0),
        ("Начислено за октябрь", rows[2][2], 756.51, 756.51),
        ("Вы оплатили картой", rows[3][2], -500, 256.51),
    ]


def test_movements_are_taken_away_as_text(client_as: ClientAs, cast: Cast, october: None) -> None:
    path = f"{URL}movements.csv?from=2026-10&to=2026-11"
    with client_as(cast.anna).browser.get(path) as answer:
        lines = answer.data.decode("utf-8-sig").splitlines()
    assert lines[2] == "31.10.2026;Начислено за октябрь;10.2026;756,51;756,51"


@pytest.mark.parametrize("path", ["movements.pdf", "movements.csv?from=nonsense"])
def test_file_that_is_none_is_not_there(client_as: ClientAs, cast: Cast, path: str) -> None:
    client_as(cast.anna).get(f"{URL}{path}", status=404)


@pytest.mark.parametrize("person", ["boris", "daria"])
def test_who_shares_the_account_sees_it_too(
    client_as: ClientAs, cast: Cast, october: None, person: str
) -> None:
    page = client_as(getattr(cast, person)).get(URL)
    assert page.heading == "К оплате 756,51 ₽"
    assert "Иванова" not in page.plain
    assert ("Выписка (PDF)" in page.links) is (person == "boris")


@pytest.mark.parametrize("path", ["", "movements.csv"])
def test_stranger_gets_404_like_nobodys_account(
    client_as: ClientAs, cast: Cast, october: None, path: str
) -> None:
    client = client_as(cast.vera)
    strange = client.get(f"{URL}{path}", status=404)
    missing = client.get(f"/personal/99-99/balance/{path}", status=404)
    assert strange.heading == missing.heading


def test_nobody_is_asked_to_sign_in(visitor: Client) -> None:
    assert visitor.get(URL, status=303).location.startswith("/login")


def test_missing_terms_of_payment_have_a_page_not_a_crash(client_as: ClientAs, cast: Cast) -> None:
    bring(cast.account, NOVEMBER, "300", period=SEPTEMBER)
    PaymentTerm.delete().execute()
    client = client_as(cast.anna)
    assert client.get(URL, status=503).heading == "Сроки оплаты ещё не назначены"
    assert "сколько и за что" in client.get(f"/personal/{ACCOUNT}/").plain
    assert "Что уже учтено" not in client.get(f"/personal/{ACCOUNT}/readings/").plain
