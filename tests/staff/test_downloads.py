"""Lists as files: who may take them, what stands in them, what is written down."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.cast import Cast
from tests.conftest import ClientAs
from tests.factories import make_account, make_holder, make_meter, make_premises, make_reading
from tests.page import Client, Page
from tests.staff.rows import PATHS, TEXTS, newest, populate
from tests.staff.test_tables import HOSTILE, UNIQUE
from tests.statements import statements
from vodokanal.billing.periods import Period
from vodokanal.models.journal import JournalEntry
from vodokanal.models.people import Employee, Resident
from vodokanal.operations.records import SECRET
from vodokanal.staff import downloads

FORMULA = "=cmd|' /C calc'!A0"


def taken(client: Client, path: str, kind: str = "csv", **arguments: Any) -> Page:
    """The file of a list."""
    return read(
        client.post(
            f"/staff/{path}/download/", {"format": kind}, query_string=arguments, status=200
        )
    )


def read(page: Page) -> Page:
    """The same, read to its end as a browser does."""
    page.response.get_data()
    page.response.close()
    return page


def lines(page: Page) -> list[list[str]]:
    """The lines of a CSV file, the heads first."""
    text = page.response.get_data().decode("utf-8-sig")
    return [line.split(";") for line in text.split("\r\n")[:-1]]


def cells(page: Page) -> list[list[Any]]:
    """The rows of a workbook, the heads first."""
    book = load_workbook(BytesIO(page.response.get_data()))
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_list_can_be_taken_away(chief: Client, cast: Cast, path: str, kind: str) -> None:
    populate(cast)
    rows = (lines if kind == "csv" else cells)(taken(chief, path, kind))
    assert len(rows) > 1
    assert {len(row) for row in rows[:1]} == {len(rows[0])}


def test_file_has_the_columns_of_the_list_and_of_the_row(office: Client, cast: Cast) -> None:
    heads, *rows = lines(taken(office, "accounts"))
    assert heads[:5] == ["Номер лицевого счёта", "Адрес", "Группа потребителей", "Открыт", "Закрыт"]
    assert len(heads) == 11
    assert rows[0][:4] == ["12-34", "ул. Речная, д. 5, кв. 12", "население", "01.01.2020"]


def test_numbers_and_serials_stay_texts(office: Client, cast: Cast) -> None:
    make_account(number="4070000015", premises=cast.account.premises)
    make_holder(account=cast.account, name="Лис", inn="007701234567", telephone="89161234567")
    assert cells(taken(office, "accounts", "xlsx", search="4070000015"))[1][0] == "4070000015"
    assert cells(taken(office, "meters", "xlsx", search="00012345"))[1][0] == "00012345"
    holder = cells(taken(office, "holders", "xlsx", search="лис"))[1]
    assert (holder[1], "007701234567" in holder, "89161234567" in holder) == ("12-34", True, True)


def test_readings_are_numbers_with_their_litres(office: Client, cast: Cast) -> None:
    arguments = {"period_from": "2026-10", "period_to": "2026-10", "search": "00012345"}
    book = load_workbook(
        BytesIO(taken(office, "readings", "xlsx", **arguments).response.get_data())
    )
    row = book.worksheets[0][2]
    assert (row[4].value, row[4].number_format, row[4].data_type) == (158, "0.000", "n")
    assert (row[1].value, row[3].number_format) == ("12-34", "mm.yyyy")
    assert lines(taken(office, "readings", **arguments))[1][4] == "158,000"


def test_file_is_the_list_as_searched_chosen_and_sorted(office: Client, cast: Cast) -> None:
    for number in ("700-1", "700-2", "800-1"):
        make_account(number=number, premises=cast.account.premises)
    rows = lines(taken(office, "accounts", search="700", sort="0", desc="1"))
    assert [row[0] for row in rows[1:]] == ["700-2", "700-1"]


def test_list_of_several_pages_is_taken_whole(office: Client, cast: Cast) -> None:
    for number in range(120):
        make_meter(account=cast.account, serial=f"9{number:04}")
    assert len(lines(taken(office, "meters", search="9000", page="1"))) == 1 + 10
    assert len(lines(taken(office, "meters"))) == 1 + 3 + 120


def test_download_asks_little_of_the_database(office: Client, cast: Cast) -> None:
    for number in range(120):
        make_account(number=f"90-{number}")
    taken(office, "accounts")
    with statements() as seen:
        taken(office, "accounts")
    assert len([each for each in seen if "FROM" in each and '"account"' in each]) == 2


def test_buttons_keep_the_search_and_the_choice(office: Client, cast: Cast) -> None:
    page = office.get("/staff/accounts/?search=12&group=population")
    form = page.form("download")
    assert form.element.get("method") == "post"
    answer = read(form.submit("CSV", status=200))
    assert [row[0] for row in lines(answer)[1:]] == ["12-34"]


def test_download_is_written_down(office: Client, cast: Cast, chief: Client) -> None:
    taken(office, "accounts", "xlsx", search="12", group="population")
    entry = JournalEntry.select().order_by(JournalEntry.id.desc()).first()
    assert (entry.actor_name, entry.action, entry.subject_table) == (
        "Галина Орлова",
        "download_list",
        "account",
    )
    assert json.loads(entry.after) == {
        "list": "accounts",
        "format": "xlsx",
        "rows": 1,
        "search": "12",
        "group": "population",
    }
    page = chief.get("/staff/journal/?action=download_list")
    assert "Поиск: 12" in page.text


@pytest.mark.parametrize("name", ["olga", "galina", "dmitry"])
def test_chief_office_and_billing_may_take_lists(
    client_as: ClientAs, cast: Cast, name: str
) -> None:
    person = Employee.get(Employee.login == name)
    assert "Скачать" in client_as(person).get("/staff/accounts/").text


@pytest.mark.parametrize("name", ["rita", "kirill"])
def test_who_only_looks_may_not_take_lists(client_as: ClientAs, cast: Cast, name: str) -> None:
    client = client_as(Employee.get(Employee.login == name))
    assert "Скачать" not in client.get("/staff/accounts/").text
    client.post("/staff/accounts/download/", {"format": "csv"}, status=403)
    assert JournalEntry.select().where(JournalEntry.action == "download_list").count() == 0


def test_list_that_may_not_be_seen_may_not_be_taken(office: Client, cast: Cast) -> None:
    office.post("/staff/journal/download/", {"format": "csv"}, status=403)
    office.post("/staff/employees/download/", {"format": "csv"}, status=403)


def test_download_needs_a_token_and_is_no_get(office: Client, cast: Cast) -> None:
    office.get("/staff/accounts/download/", status=405)
    office.post("/staff/accounts/download/", {"format": "csv"}, csrf=False, status=400)


@pytest.mark.parametrize("kind", ["", "pdf", "../x", "x" * 999])
def test_unknown_kind_of_file_is_refused(office: Client, cast: Cast, kind: str) -> None:
    office.post("/staff/accounts/download/", {"format": kind}, status=400)


def test_mistyped_choice_leads_back_to_its_mistake(office: Client, cast: Cast) -> None:
    answer = office.post("/staff/accounts/download/?opened_on_from=x", {"format": "csv"})
    assert "День, например" in answer.follow(status=400).text


def test_list_too_long_for_a_file_is_to_be_narrowed(
    office: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MOST_ROWS", 1)
    page = office.post("/staff/accounts/download/", {"format": "csv"}).follow()
    assert "В файл помещается 1 строк" in page.text
    assert len(lines(taken(office, "accounts", search="12-34"))) == 2


@pytest.mark.parametrize("path", [path for path, names in TEXTS.items() if names])
def test_hostile_texts_stay_texts(chief: Client, cast: Cast, path: str) -> None:
    populate(cast)
    row = newest(path)
    limits = {name: getattr(row._meta.fields[name], "max_length", None) for name in TEXTS[path]}
    texts = {name: (FORMULA + HOSTILE)[:limit] for name, limit in limits.items()}
    row = type(row).create(**{**row.__data__, "id": None, **UNIQUE.get(path, {}), **texts})
    text = taken(chief, path).response.get_data().decode("utf-8-sig")
    assert ";=" not in text
    assert "\n=" not in text
    book = load_workbook(BytesIO(taken(chief, path, "xlsx").response.get_data()))
    kinds = {cell.data_type for line in book.worksheets[0].iter_rows() for cell in line}
    assert "f" not in kinds


@pytest.mark.parametrize("path", PATHS)
def test_no_secret_leaves_with_a_list(chief: Client, cast: Cast, path: str) -> None:
    populate(cast)
    for table in (Employee, Resident):
        table.update(password_hash="$argon2id$topsecret").execute()
    text = taken(chief, path).response.get_data().decode()
    assert "topsecret" not in text
    assert not SECRET & set(lines(taken(chief, path))[0])


def test_reading_of_nobody_s_account_is_no_row(chief: Client, cast: Cast) -> None:
    make_reading(make_meter(account=make_account(premises=make_premises())), period=Period(2026, 9))
    assert len(lines(taken(chief, "readings", search="нет-такого"))) == 1
