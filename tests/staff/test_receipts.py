"""Charges and receipts month by month, their paper, and the messages on those to come."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.conftest import ClientAs
from tests.ledgers import charge, issue
from tests.month_factories import make_charge_line, make_month, make_receipt, make_receipt_message
from tests.page import Client
from tests.staff.good import form_at
from tests.statements import statements
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.billing.services import Service
from vodokanal.models.receipts import ReceiptMessage

SEPTEMBER, OCTOBER, NOVEMBER = Period(2026, 9), Period(2026, 10), Period(2026, 11)


@pytest.fixture
def months(cast: Cast) -> Cast:
    """Two months of two accounts are issued."""
    for period, amount in ((SEPTEMBER, "90"), (OCTOBER, "110.50")):
        charge(cast.account, period, amount)
        charge(cast.vera_account, period, "7", service=Service.HOT)
        issue(period, cast.account, cast.vera_account)
    return cast


def test_last_month_is_shown_and_said_so(office: Client, months: Cast) -> None:
    page = office.get("/staff/charge-lines/")
    assert [row[:2] for row in page.rows()[1:]] == [
        ["12-34", "Месяц Октябрь"],
        ["56-78", "Месяц Октябрь"],
    ]
    assert page.form("Найти").fields["period_from"] == ["2026-10"]
    assert "Начислено, ₽ 110,50" in page.text


def test_earlier_months_are_chosen(office: Client, months: Cast) -> None:
    page = office.get("/staff/charge-lines/?period_from=2026-09&service=hot")
    assert [row[:2] for row in page.rows()[1:]] == [
        ["56-78", "Месяц Сентябрь"],
        ["56-78", "Месяц Октябрь"],
    ]


def test_all_months_of_an_account_are_shown(office: Client, months: Cast) -> None:
    page = office.get(f"/staff/receipts/?account={months.account.id}")
    assert [row[1] for row in page.rows()[1:]] == ["Месяц Сентябрь", "Месяц Октябрь"]
    assert page.rows()[2][-2] == "Оплатить до 15.11.2026"


def test_search_stays_within_the_month(office: Client, months: Cast) -> None:
    make_charge_line(account=months.account, period=NOVEMBER)
    assert len(office.get("/staff/charge-lines/?search=12-34").rows()) == 2
    page = office.get("/staff/charge-lines/?search=12-34&period_to=2026-10")
    assert [row[1] for row in page.rows()[1:]] == ["Месяц Сентябрь", "Месяц Октябрь"]


def test_list_without_rows_says_so(office: Client, cast: Cast) -> None:
    assert "Здесь пока пусто" in office.get("/staff/charge-lines/").text
    assert "Ничего не нашлось" in office.get("/staff/receipts/?search=1").text


def test_month_is_looked_up_by_its_index(office: Client, months: Cast) -> None:
    office.get("/staff/receipts/")
    with statements() as seen:
        office.get("/staff/receipts/?search=12-34")
    assert [each for each in seen if "MIN" in each and "receipt" in each]
    assert len(seen) <= 10, "\n".join(seen)


def test_receipt_is_printed_as_a_copy(office: Client, months: Cast) -> None:
    page = office.get("/staff/receipts/")
    link = page.find('.//td[@class="deeds"]/a').get("href") or ""
    answer = office.get(link)
    assert answer.response.data.startswith(b"%PDF")
    assert "12-34" in answer.response.headers["Content-Disposition"]
    office.get("/staff/receipts/paper/?id=999", status=404)


def test_message_is_written_by_whoever_prepares_the_month(
    client_as: ClientAs, months: Cast
) -> None:
    client = client_as(months.dmitry)
    form = form_at(client, "/staff/receipt-messages/new/")
    assert form.fields["period"] == ["2026-11"]
    form.fill(words="Поверка до мая.").submit()
    row = ReceiptMessage.get()
    assert (row.period, row.words, row.district, row.account) == (
        NOVEMBER,
        "Поверка до мая.",
        None,
        None,
    )
    assert "все районы" in client.get("/staff/receipt-messages/").text
    client_as(months.galina).get("/staff/receipt-messages/new/", status=403)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"words": ""}, "Заполните это поле"),
        ({"period": "2026-10"}, "Этот месяц выпущен"),
        ({"account": "12-34", "district": "1"}, "район или лицевой счёт, но не оба"),
    ],
)
def test_wrong_message_is_told_at_its_field(
    chief: Client, months: Cast, values: dict[str, str], words: str
) -> None:
    form = form_at(chief, "/staff/receipt-messages/new/").fill(words="Слово.").fill_in(values)
    assert words in form.submit(status=422).plain


def test_message_of_an_issued_month_stays_as_it_is(chief: Client, months: Cast) -> None:
    row = make_receipt_message(period=OCTOBER, account=months.account)
    form = form_at(chief, f"/staff/receipt-messages/edit/?id={row.id}")
    page = form.fill(period="2026-12").submit(status=422)
    assert "Этот месяц выпущен" in page.text
    assert ReceiptMessage.get().period == OCTOBER


def test_first_message_is_for_todays_month(chief: Client, cast: Cast) -> None:
    make_month(period=OCTOBER, state=MonthState.CALCULATED)
    make_receipt(account=cast.account)
    form = form_at(chief, "/staff/receipt-messages/new/")
    assert form.fields["period"] == ["2026-11"]
