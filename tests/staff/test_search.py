"""The search of every list, the rule of their order, and how little they ask of the database."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from tests.cast import Cast
from tests.factories import (
    make_account,
    make_employee,
    make_holder,
    make_house,
    make_journal_entry,
    make_premises,
)
from tests.page import Client, Page
from tests.staff.rows import PATHS, populate
from tests.statements import statements
from vodokanal.models.accounts import Account, HolderKind
from vodokanal.models.meters import Meter
from vodokanal.models.readings import Reading
from vodokanal.operations.actors import ActorKind
from vodokanal.staff import searches
from vodokanal.staff.listing import LAST_PAGE, begins_an_index
from vodokanal.staff.lists import ListView
from vodokanal.staff.safety import faults_of

MOST_STATEMENTS = 8
# Everything at once: a search that is an address and a name, a choice, an owner, a page, an order.
BUSY = {"search": "иванова речная", "page": "1", "sort": "0", "desc": "1"}


def views(app: Flask) -> list[ListView]:
    """Every table of the admin."""
    found = app.extensions["admin"][0]._views
    return [each for each in found if isinstance(each, ListView)]


def found(client: Client, path: str, search: str) -> list[str]:
    """The first cell of every row that is found."""
    page: Page = client.get(f"/staff/{path}/", query_string={"search": search})
    return [row[0] for row in page.rows()[1:]] if "<table" in page.html else []


@pytest.fixture(autouse=True)
def _rows(cast: Cast) -> None:
    populate(cast)


@pytest.mark.parametrize("path", PATHS)
def test_busy_list_asks_few_statements(chief: Client, app: Flask, cast: Cast, path: str) -> None:
    view = next(each for each in views(app) if each.code == path.replace("-", "_"))
    owners = dict.fromkeys(view.owners[:1], 1)
    chief.get(f"/staff/{path}/")
    with statements() as seen:
        answer = chief.browser.get(f"/staff/{path}/", query_string={**BUSY, **owners})
    assert answer.status_code in {200, 404}
    assert len(seen) <= MOST_STATEMENTS, "\n".join(seen)


# Rows of a number and its days: there is no word in them to be searched for.
WORDLESS = frozenset({"key-rates", "vat-rates"})


@pytest.mark.parametrize("path", sorted(set(PATHS) - WORDLESS))
def test_every_list_has_a_search(chief: Client, path: str) -> None:
    page = chief.get(f"/staff/{path}/", query_string={"search": "Ё"})
    assert page.find('.//input[@name="search"]').get("value") == "Ё"


def test_every_large_list_goes_along_an_index(app: Flask) -> None:
    for view in views(app):
        assert view.few or begins_an_index(view.order[0]), view.code
        for name in () if view.few else view._sortable_columns:
            column = view.sorted_by.get(name, view.table._meta.fields[name])
            assert begins_an_index(column), (view.code, name)


def test_large_list_without_an_index_is_not_served(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = next(each for each in views(app) if each.code == "meters")
    assert faults_of(view) == []
    monkeypatch.setattr(type(view), "order", (Meter.place,))
    assert faults_of(view) == ["is ordered by no index"]
    monkeypatch.setattr(type(view), "downloaded", {"password_hash": str})
    assert faults_of(view) == ["is ordered by no index", "shows what is kept secret"]


def test_head_without_an_index_is_no_link(chief: Client) -> None:
    links = chief.get("/staff/accounts/").links
    assert "Группа потребителей" not in links
    assert "Открыт" in links


def test_partial_index_orders_nothing() -> None:
    assert not begins_an_index(Reading.source)
    assert begins_an_index(Account.number_key)
    assert begins_an_index(Reading.id.desc())


@pytest.mark.parametrize("path", ["accounts", "account-services", "occupancies"])
@pytest.mark.parametrize(
    "words", ["12-34", "1234", "РЕЧНАЯ 12", "речная, д. 5, кв. 12", "иванова", "12345"]
)
def test_lists_of_an_account_are_found_by_whatever_means_it(
    chief: Client, path: str, words: str
) -> None:
    rows = found(chief, path, words)
    assert rows
    assert set(rows) == {"12-34"}


def test_payer_is_found_by_name_telephone_number_and_address(chief: Client, cast: Cast) -> None:
    account = make_account(number="90-1", premises=make_premises(flat="77"))
    make_holder(account=account, name="Зуёв Ян", telephone="+7 900 111-22-33")
    make_holder(account=account, name="Прежний", ends_on=date(2021, 1, 1))
    for words in ("зуев", "ян зуев", "8 900 111 22 33"):
        assert found(chief, "holders", words) == ["Зуёв Ян"], words
    assert found(chief, "holders", "90-1") == ["Зуёв Ян", "Прежний"]


def test_organisation_is_found_by_a_word_of_its_title(chief: Client) -> None:
    make_holder(account=make_account(), name="ООО «Ромашка»", kind=HolderKind.ORGANISATION)
    assert found(chief, "holders", "ромашка") == ["ООО «Ромашка»"]


@pytest.mark.parametrize("words", ["00012345", "12345", "12-34", "речная 5 12", "иванова"])
def test_meters_and_their_readings_are_found(chief: Client, cast: Cast, words: str) -> None:
    assert cast.cold.serial in found(chief, "meters", words)
    page = chief.get("/staff/readings/", query_string={"search": words})
    assert "№\u00a000012345" in page.html


@pytest.mark.parametrize("words", ["ИВАНОВА АННА", "anna", "иванов"])
def test_resident_and_access_are_found(chief: Client, words: str) -> None:
    assert "Иванова Анна Петровна" in found(chief, "residents", words)
    assert "Иванова Анна Петровна" in found(chief, "accesses", words)


def test_small_tables_are_found_by_any_part_of_their_words(chief: Client) -> None:
    assert found(chief, "districts", "ЦЕНТР") == ["Центральный"]
    assert found(chief, "roles", "руковод") == ["Руководитель"]
    assert found(chief, "employees", "ветрова") == ["Ольга Ветрова"]
    assert found(chief, "norm-categories", "ванной")


def test_journal_is_found_by_who_did_it_and_by_account(chief: Client, cast: Cast) -> None:
    zoya = make_employee(name="Зоя Кук", login="zoya")
    make_journal_entry(
        actor_kind=ActorKind.EMPLOYEE, actor_id=zoya.id, actor_name="Зоя Кук", action="create"
    )
    make_journal_entry(subject_table="account", subject_id=cast.vera_account.id, action="update")
    assert len(found(chief, "journal", "зоя")) == 1
    assert len(found(chief, "journal", "56-78")) == 1
    assert found(chief, "journal", "никто") == []


@pytest.mark.parametrize("path", PATHS)
def test_no_words_break_a_search(chief: Client, path: str) -> None:
    for words in ("%", "_", "'", '"', "\\", "<b>", "☃", "a" * 300, "1 " * 90, "*?["):
        page = chief.get(f"/staff/{path}/", query_string={"search": words})
        assert "<b>☃" not in page.html, words


@pytest.mark.parametrize("path", ["accounts", "holders", "meters", "readings", "journal"])
def test_common_words_find_the_same_rows_in_the_other_way(
    chief: Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("12-34", "речная", "иванова", "ольга", "00012345")
    before = [found(chief, path, each) for each in words]
    monkeypatch.setattr(searches, "COMMON", 1)
    assert [found(chief, path, each) for each in words] == before


def test_pages_end_where_nobody_turns_them(chief: Client) -> None:
    chief.get("/staff/accounts/", query_string={"page": LAST_PAGE})
    chief.get("/staff/accounts/", query_string={"page": LAST_PAGE + 1}, status=404)


def test_house_is_found_by_all_its_words(chief: Client) -> None:
    make_house(street="ул. Берёзовая", number="7")
    assert found(chief, "houses", "7 березовая") == ["ул. Берёзовая, д.\u00a07"]
