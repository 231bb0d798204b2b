"""The desk of debtors: whom to ring first, in which district, on which street."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import Cast
from tests.conftest import ClientAs
from tests.factories import make_account, make_district, make_house, make_premises
from tests.ledgers import bring, charge, issue, pay
from tests.month_factories import make_payment_term
from tests.page import Client, Page
from tests.staff.test_downloads import cells, lines, read
from tests.statements import statements
from vodokanal.billing.periods import Period
from vodokanal.models.accounts import Account, Holder
from vodokanal.models.journal import JournalEntry
from vodokanal.models.terms import PaymentTerm
from vodokanal.staff import debtor_counts, debtors

DESK = "/staff/debtors/"
AUGUST, SEPTEMBER, OCTOBER = Period(2026, 8), Period(2026, 9), Period(2026, 10)


@pytest.fixture
def far(cast: Cast) -> Account:
    """An account of another district that owes little for long; Anna owes more, Vera nothing."""
    if not PaymentTerm.select().exists():
        make_payment_term()
    house = make_house(district=make_district(name="Вокзальный"), street="ул. Абрикосовая")
    account = make_account(number="99-1", premises=make_premises(house=house, flat=""))
    Holder.update(telephone="+7 (000) 123-45-67").where(Holder.account == cast.account).execute()
    bring(account, SEPTEMBER, "40", period=Period(2025, 1))
    charge(cast.account, AUGUST, "1000")
    charge(cast.vera_account, AUGUST, "77")
    issue(AUGUST, cast.account, cast.vera_account, account)
    pay(cast.account, SEPTEMBER, "300", received_on=date(2026, 9, 20))
    pay(cast.vera_account, SEPTEMBER, "77")
    charge(cast.account, OCTOBER, "60")
    issue(OCTOBER, cast.account, cast.vera_account, account)
    return account


def rows_of(page: Page) -> list[list[str]]:
    """The rows of the list as a desktop shows them, without the heads."""
    for hidden in page.all('.//span[@class="narrow small"]'):
        hidden.text = ""
    return [[cell.strip() for cell in row] for row in page.rows()[1:]]


def test_line_tells_whom_to_ring_about_how_much(office: Client, far: Account) -> None:
    page = office.get(DESK)
    assert page.heading == "Должники на 12 ноября"
    assert rows_of(page) == [
        [
            "12-34 ул. Речная, д.\u00a05, кв.\u00a012",
            "Иванова Анна Петровна",
            "+7\u00a0(000)\u00a0123-45-67",
            *("—", "700,00", "—", "—", "700,00", "60,00"),
            "20.09.2026 · 300,00",
        ],
        [f"99-1 {far.premises.address}", "—", "—", "—", "—", "—", "40,00", "40,00", "—", "—"],
        ["Всего: 2", "", "", "—", "700,00", "—", "40,00", "740,00", "60,00", ""],
    ]


def test_ages_are_summed_and_choose_the_list(office: Client, far: Account) -> None:
    page = office.get(DESK)
    assert "все: 2, 740,00до 30 дней: 0, —31–90 дней: 1, 700,00" in page.text
    page = page.click("больше года: 1, 40,00")
    assert [row[0][:4] for row in rows_of(page)] == ["99-1", "Всег"]
    assert "Здесь никто не просрочил оплату." in office.get(f"{DESK}?age=to_30").text


def test_districts_are_counted_and_choose_the_list(office: Client, far: Account) -> None:
    page = office.get(DESK)
    assert "все районы: 2Вокзальный: 1Центральный: 1" in page.text
    page = page.click("Центральный")
    assert [row[0][:5] for row in rows_of(page)] == ["12-34", "Всего"]
    assert "все: 1, 700,00" in page.text


def test_street_narrows_and_order_changes(office: Client, far: Account) -> None:
    page = office.get(DESK).form("Показать").fill(order="street").submit(status=200)
    assert [row[0][:4] for row in rows_of(page)] == ["99-1", "12-3", "Всег"]
    page = page.form("Показать").fill(street="речная").submit(status=200)
    assert [row[0][:4] for row in rows_of(page)] == ["12-3", "Всег"]
    assert page.form("Показать").fields["street"] == ["речная"]


def test_number_leads_to_the_card(office: Client, far: Account) -> None:
    assert office.get(DESK).links["12-34"] == "/staff/accounts/1234?from=list"


def test_pages_follow_each_other(
    office: Client, far: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(debtors, "LINES_A_PAGE", 1)
    page = office.get(DESK)
    assert rows_of(page)[0][0].startswith("12-34")
    page = page.click("Дальше")
    assert rows_of(page)[0][0].startswith("99-1")
    assert rows_of(page.click("Назад"))[0][0].startswith("12-34")


def test_file_is_the_list_as_it_was_chosen(office: Client, far: Account) -> None:
    answer = office.post(f"{DESK}download/?order=street", {"format": "xlsx"}, status=200)
    heads, *rows = cells(read(answer))
    assert [row[0] for row in rows] == ["99-1", "12-34"]
    named = dict(zip(heads, rows[1], strict=True))
    assert (named["31–90 дней"], named["Просрочено"], named["Телефон"]) == (
        700,
        700,
        "+7 (000) 123-45-67",
    )
    answer = office.post(f"{DESK}download/?age=older", {"format": "csv"}, status=200)
    assert [row[0] for row in lines(read(answer))] == ["Лицевой счёт", "99-1"]
    assert JournalEntry.select().where(JournalEntry.action == "download_list").count() == 2


def test_costly_list_is_kept_for_a_while(
    office: Client, cast: Cast, far: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(debtor_counts, "CHEAP_SECONDS", -1.0)
    monkeypatch.setattr(debtor_counts._Kept, "found", {})
    assert "Всего: 2" in office.get(DESK).text
    pay(far, OCTOBER.next, "40")
    page = office.get(DESK)
    assert ("Всего: 2" in page.text, "подсчитано 12 ноября в 10:42" in page.plain) == (True, True)
    monkeypatch.setattr(debtor_counts, "monotonic", lambda: float("inf"))
    monkeypatch.setattr(debtor_counts, "CHEAP_SECONDS", 60.0)
    assert "Всего: 1" in office.get(DESK).text


@pytest.mark.parametrize(
    "query",
    ["district=0", "district=999", "district=x", "age=x", "age=not_due", "order=x", "page=99999"],
)
def test_odd_arguments_are_not_there(office: Client, far: Account, query: str) -> None:
    office.get(f"{DESK}?{query}", status=404)


@pytest.mark.parametrize("street", ["%", "_", "'", '"<b>', "9" * 1900, "\u200b"])
def test_odd_street_is_nobodys(office: Client, cast: Cast, street: str) -> None:
    assert office.get(DESK, query_string={"street": street}).heading.startswith("Должники")


def test_page_asks_little(office: Client, far: Account) -> None:
    office.get(DESK)
    with statements() as seen:
        office.get(DESK)
    assert len(seen) <= 14, "\n".join(seen)


def test_who_may_not_look_at_charges_is_refused(client_as: ClientAs, cast: Cast) -> None:
    client_as(cast.kirill).get(DESK, status=403)
    client_as(cast.rita).post(f"{DESK}download/", {"format": "csv"}, status=403)
