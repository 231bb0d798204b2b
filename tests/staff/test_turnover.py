"""The desk of the turnover sheet: the figures, the rows behind them, the file."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.cast import Cast
from tests.conftest import ClientAs
from tests.factories import make_account, make_employee, make_premises
from tests.inspection import text_of
from tests.ledgers import balance_of, bring, charge, correct, issue, pay, penalise
from tests.page import Client, Page
from tests.staff.test_downloads import cells, lines, read
from tests.statements import statements
from vodokanal.billing.money import rubles
from vodokanal.billing.payments import Channel
from vodokanal.billing.periods import Period
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.models.accounts import Account
from vodokanal.models.journal import JournalEntry
from vodokanal.staff import report, turnover

DESK = "/staff/turnover/"
SEPTEMBER, OCTOBER, NOVEMBER = Period(2026, 9), Period(2026, 10), Period(2026, 11)


@pytest.fixture
def shop(cast: Cast) -> Account:
    """An organisation in the same house; two months of charges of everybody are issued."""
    premises = make_premises(house=cast.account.premises.house, flat="1")
    account = make_account(number="88-1", premises=premises, group=CustomerGroup.ORGANISATION)
    bring(cast.account, SEPTEMBER, "1000", period=Period(2026, 5))
    charge(cast.account, SEPTEMBER, "100")
    issue(SEPTEMBER, cast.account, account)
    charge(cast.account, OCTOBER, "210.50")
    charge(cast.account, OCTOBER, "90", service=Service.SEWAGE)
    charge(account, OCTOBER, "2000")
    correct(cast.account, OCTOBER, "-12.50")
    penalise(cast.account, OCTOBER, "3", of=Period(2026, 5))
    pay(cast.account, OCTOBER, "500", channel=Channel.BANK)
    pay(cast.account, OCTOBER, "60", channel=Channel.CARD)
    issue(OCTOBER, cast.account, account)
    return account


def rows_of(page: Page) -> list[list[str]]:
    """The rows of the sheet as a desktop shows them, without the heads."""
    for hidden in page.all('.//span[@class="narrow small"]'):
        hidden.text = ""
    return [[cell.strip() for cell in row] for row in page.rows()[1:]]


def test_whole_utility_is_told_by_figure_and_group(office: Client, shop: Account) -> None:
    page = office.get(f"{DESK}?to=2026-10")
    assert page.heading == "Оборотная ведомость за октябрь"
    assert page.rows()[0] == ["В рублях", "население", "организации", "Всего"]
    assert rows_of(page) == [
        ["Долг на начало", "1\u00a0100,00", "—", "1\u00a0100,00"],
        ["Холодная вода", "210,50", "2\u00a0000,00", "2\u00a0210,50"],
        ["Водоотведение", "90,00", "—", "90,00"],
        ["Перерасчёты", "−12,50", "—", "−12,50"],
        ["Пени", "3,00", "—", "3,00"],
        ["Оплачено: банк", "500,00", "—", "500,00"],
        ["Оплачено: картой на сайте", "60,00", "—", "60,00"],
        ["Оплачено", "560,00", "—", "560,00"],
        ["Долг на конец", "831,00", "2\u00a0000,00", "2\u00a0831,00"],
    ]
    assert balance_of() == rubles("2831")


def test_span_of_months_shows_what_was_brought_along(office: Client, shop: Account) -> None:
    page = office.get(f"{DESK}?from=2026-09&to=2026-11")
    assert page.heading == "Оборотная ведомость за сентябрь — ноябрь"
    first, second, *_, last = rows_of(page)
    assert first == ["Долг на начало", "—", "—", "—"]
    assert second == ["Внесённые остатки", "1\u00a0000,00", "—", "1\u00a0000,00"]
    assert last[-1] == "2\u00a0831,00"


def test_open_month_is_offered_first(office: Client, cast: Cast, shop: Account) -> None:
    pay(cast.account, NOVEMBER, "31")
    page = office.get(DESK)
    assert page.heading == "Оборотная ведомость за ноябрь"
    assert [row[-1] for row in rows_of(page)] == [
        "2\u00a0831,00",
        "—",
        "—",
        "31,00",
        "31,00",
        "2\u00a0800,00",
    ]


def behind(page: Page, figure: str, column: int) -> Page:
    """What the figure of a row leads to."""
    rows = {text_of(row[0]): row for row in page.all(".//tbody/tr")}
    (link,) = rows[figure][column].iter("a")
    return page._client.get(link.get("href") or "")


def test_charges_lead_to_their_lines(office: Client, shop: Account) -> None:
    page = office.get(f"{DESK}?to=2026-10")
    found = behind(page, "Холодная вода", 2).rows()[1:]
    assert [(row[0], row[-1]) for row in found] == [("88-1", "Начислено, ₽ 2\u00a0000,00")]
    found = behind(page, "Водоотведение", 3).rows()[1:]
    assert [row[:3] for row in found] == [["12-34", "Месяц Октябрь", "Услуга водоотведение"]]


def test_balances_lead_to_receipts(office: Client, shop: Account) -> None:
    page = behind(office.get(f"{DESK}?to=2026-10"), "Долг на конец", 3)
    assert [row[0] for row in page.rows()[1:]] == ["12-34", "88-1"]


def test_sums_of_a_group_lead_to_its_districts(office: Client, shop: Account) -> None:
    page = behind(office.get(f"{DESK}?to=2026-10"), "Долг на конец", 2)
    assert [row[0] for row in rows_of(page)] == ["Центральный", "Всего"]


def test_payments_of_an_account_lead_to_its_movements(
    office: Client, cast: Cast, shop: Account
) -> None:
    pay(cast.account, NOVEMBER, "9")
    page = office.get(f"{DESK}?to=2026-10&by=account").click("560,00")
    text = " ".join(map(str, page.rows()))
    assert ("500,00" in text, "60,00" in text, "9,00" in text) == (True, True, False)
    address = f"/staff/movements/?account={cast.account.id}"
    assert len(office.get(f"{address}&from=2026-11").rows()) == 2
    office.get(f"{address}&to=x", status=404)


def test_sums_lead_down_to_the_account(office: Client, cast: Cast, shop: Account) -> None:
    page = office.get(f"{DESK}?to=2026-10&by=district").click("Центральный")
    assert rows_of(page)[0][0] == "ул. Речная, д.\u00a05"
    page = page.click("Речная")
    assert "Только:" in page.text
    shown = {row[0]: row[-1] for row in rows_of(page)}
    assert shown == {
        "88-1 ул. Речная, д.\u00a05, кв.\u00a01": "2\u00a0000,00",
        "12-34 ул. Речная, д.\u00a05, кв.\u00a012": "831,00",
        "56-78 ул. Речная, д.\u00a05, кв.\u00a013": "—",
        "Население": "831,00",
        "Организации": "2\u00a0000,00",
        "Всего": "2\u00a0831,00",
    }
    assert "12-34" in page.click("210,50").text


def test_group_is_chosen(office: Client, shop: Account) -> None:
    form = (
        office.get(f"{DESK}?to=2026-10").form("Показать").fill(group="organisation", by="account")
    )
    page = form.submit(status=200)
    assert [row[0] for row in rows_of(page)] == ["88-1 ул. Речная, д.\u00a05, кв.\u00a01", "Всего"]


def test_choice_of_a_house_stays_when_months_change(
    office: Client, cast: Cast, shop: Account
) -> None:
    house = cast.account.premises.house_id
    page = office.get(f"{DESK}?house={house}&to=2026-10&by=account")
    form = page.form("Показать").fill_in({"from": "2026-09"})
    assert "Только:" in form.submit(status=200).text
    assert "Только:" not in page.click("показать все").text


def test_pages_follow_each_other(
    office: Client, shop: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turnover, "LINES_A_PAGE", 2)
    page = office.get(f"{DESK}?to=2026-10&by=account")
    assert [row[0][:5] for row in rows_of(page)[:2]] == ["88-1 ", "12-34"]
    page = page.click("Дальше")
    assert rows_of(page)[0][0].startswith("56-78")
    assert rows_of(page.click("Назад"))[0][0].startswith("88-1")


def test_utility_without_movements_is_told_so(client_as: ClientAs) -> None:
    page = client_as(make_employee("office")).get(DESK)
    assert "Ничего не начислено и не оплачено." in page.text
    assert page.heading == "Оборотная ведомость за ноябрь"


def taken(client: Client, kind: str, query: str) -> Page:
    """The file of a sheet."""
    return read(client.post(f"{DESK}download/?{query}", {"format": kind}, status=200))


def test_file_has_every_column_of_every_account(office: Client, shop: Account) -> None:
    heads, *rows = cells(taken(office, "xlsx", "to=2026-10&by=account"))
    named = [dict(zip(heads, row, strict=True)) for row in rows]
    assert [(each["Лицевой счёт"], each["Долг на конец"]) for each in named] == [
        ("88-1", 2000),
        ("12-34", 831),
    ]
    assert named[1] | {"Адрес": ""} == {
        "Лицевой счёт": "12-34",
        "Адрес": "",
        "Группа потребителей": "население",
        "Долг на начало": 1100,
        "Внесённые остатки": None,
        "Холодная вода": 210.5,
        "Горячая вода": None,
        "Водоотведение": 90,
        "Перерасчёты": -12.5,
        "Пени": 3,
        "Оплачено: в офисе": None,
        "Оплачено: банк": 500,
        "Оплачено: почта": None,
        "Оплачено: картой на сайте": 60,
        "Оплачено: иначе": None,
        "Долг на конец": 831,
    }


@pytest.mark.parametrize(
    ("by", "names"),
    [("", ["Всего"]), ("district", ["Центральный"]), ("house", ["ул. Речная, д. 5"])],
)
def test_file_keeps_groups_apart(office: Client, shop: Account, by: str, names: list[str]) -> None:
    _heads, *rows = lines(taken(office, "csv", f"to=2026-10&by={by}"))
    assert [row[:2] for row in rows] == [
        [*names, "население"],
        [*names, "организации"],
    ]
    assert [row[-1] for row in rows] == ["831,00", "2000,00"]


def test_file_is_written_down(office: Client, cast: Cast, shop: Account) -> None:
    taken(office, "csv", "to=2026-10&by=account")
    entry: Any = JournalEntry.select().order_by(JournalEntry.id.desc()).first()
    assert (entry.action, entry.actor_id) == ("download_list", cast.galina.id)
    assert '"list": "turnover"' in entry.after
    assert '"rows": 2' in entry.after


def test_number_that_looks_like_a_formula_stays_a_text(office: Client, shop: Account) -> None:
    Account.update(number="=1+1").where(Account.id == shop.id).execute()
    answer = taken(office, "xlsx", "to=2026-10&by=account")
    book = load_workbook(BytesIO(answer.response.get_data()))
    assert (book.worksheets[0]["A2"].value, book.worksheets[0]["A2"].data_type) == ("=1+1", "s")
    assert lines(taken(office, "csv", "to=2026-10&by=account"))[1][0] == "'=1+1"


def test_only_who_may_take_lists_away_is_offered_the_file(
    client_as: ClientAs, cast: Cast, shop: Account
) -> None:
    reader = client_as(cast.rita)
    assert "XLSX" not in reader.get(f"{DESK}?to=2026-10").text
    reader.post(f"{DESK}download/", {"format": "csv"}, status=403)
    client_as(cast.kirill).get(DESK, status=403)
    client_as(cast.galina).post(f"{DESK}download/", {"format": "exe"}, status=400)


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-13",
        "from=2031-01",
        "from=2026-10&to=2026-09",
        "to=x",
        "by=street",
        "group=x",
        "district=0",
        "district=999",
        "house=" + "9" * 20,
        "house=-1",
        "page=99999",
    ],
)
def test_odd_arguments_are_not_there(office: Client, shop: Account, query: str) -> None:
    office.get(f"{DESK}?{query}", status=404)


def test_page_asks_little_however_many_accounts(office: Client, cast: Cast, shop: Account) -> None:
    for number in range(5):
        account = make_account(number=f"99-{number}")
        charge(account, NOVEMBER, "10")
    office.get(DESK)
    with statements() as seen:
        office.get(f"{DESK}?by=account")
    assert len(seen) <= 12, "\n".join(seen)
    assert report.LINES_A_PAGE == 100
