"""Every address of the staff, by every method, for everybody: the table below is what the utility says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from flask import Flask

from tests.cast import Cast
from tests.factories import make_employee
from tests.page import Client
from tests.staff.good import stage
from tests.staff.rows import newest
from vodokanal.models.people import Employee, EmployeeRole, Resident

# W writes, R only looks, a dot does neither.
TABLES = """
                    chief office billing dispatcher reader
accounts              W      W      W       R         R
account_services      W      W      W       R         R
occupancies           W      W      W       R         R
holders               W      W      W       .         R
meters                W      W      W       .         R
readings              R      R      R       .         R
house_readings        W      W      W       .         R
residents             W      W      R       .         R
accesses              W      W      R       .         R
letters               W      W      R       .         R
districts             W      R      R       R         R
houses                W      W      R       R         R
premises              W      W      R       R         R
premises_norms        W      W      R       R         R
meter_possibilities   W      W      R       R         R
premises_quantities   W      W      R       R         R
norm_categories       W      W      R       R         R
tariffs               W      R      W       .         R
norms                 W      R      W       .         R
multipliers           W      R      W       .         R
payment_terms         W      R      W       .         R
key_rates             W      R      W       .         R
moratoria             W      R      W       .         R
legal_terms           W      R      W       .         R
vat_rates             W      R      W       .         R
days_off              W      R      W       .         R
windows               W      R      W       .         R
window_extensions     W      R      R       .         R
charge_lines          R      R      R       .         R
receipts              R      R      R       .         R
receipt_messages      W      R      W       .         R
payment_entry         W      W      W       .         .
holder_changes        W      W      W       .         .
account_changes       W      W      W       .         .
account_openings      W      W      W       .         .
account_closings      W      W      W       .         .
occupancy_changes     W      W      W       .         .
service_changes       W      W      W       .         .
meter_replacements    W      W      W       .         .
todays_bill           W      W      W       .         .
case_file             W      .      W       .         .
payments              W      R      W       .         R
opening_balances      W      W      W       .         R
corrections           W      R      W       .         R
approvals             W      R      R       .         R
movements             R      R      R       .         R
absences              W      R      W       .         R
interruptions         W      R      W       .         R
access_refusals       W      R      W       .         R
meter_checks          W      R      W       .         R
disputes              W      W      W       .         .
month                 W      R      W       .         R
recalculation         W      R      R       .         R
turnover              R      R      R       .         R
debtors               R      R      R       .         R
house_balance         R      R      R       .         R
book                  W      .      W       .         .
gis_export            W      W      W       .         .
export_columns        W      .      .       .         .
settings              W      .      .       .         .
employees             W      .      .       .         .
roles                 W      .      .       .         .
journal               R      .      .       .         .
card_openings         R      .      .       .         .
find                  R      R      R       R         R
account_card          W      W      W       R         R
account_note          W      W      W       .         .
account_look          W      W      W       .         .
account_papers        R      R      R       .         R
account_months        R      R      R       .         R
reading_entry         W      W      W       .         .
reading_answers       W      W      W       .         .
reading_sheets        W      W      W       .         .
reading_slips         W      W      W       .         .
reading_sheet_files   W      W      W       .         .
sheet_remarks         W      W      W       .         .
reading_missing       W      W      W       .         R
reading_settlements   W      W      W       .         R
"""
# What only looks, in a table and at a desk; everything else changes something.
LOOKING = frozenset({"index_view", "details_view", "index", "paper"}) | frozenset(
    {"receipt", "statement", "certificate"}
)
# What every employee may open.
OF_ALL = frozenset({"admin", "tables"})
# What of a table is about one row.
OF_A_ROW = frozenset({"edit_view", "details_view", "paper", "password", "roles", "take_back"})
# Lists are taken away only by those who are trusted with a copy.
TAKING = frozenset({"chief", "office", "billing"})
ROLES = ("chief", "office", "billing", "dispatcher", "reader")
PEOPLE = ("nobody", "resident", "disabled", "jobless", *ROLES)
METHODS = frozenset({"GET", "POST", "HEAD"})
OTHER_METHODS = ("PUT", "PATCH", "DELETE")
LOOKED_UP = {
    "accesses": "resident",
    "accounts": "premises",
    "premises": "house",
    "premises_norms": "premises",
    "meter_possibilities": "premises",
    "premises_quantities": "premises",
    "interruptions": "house",
    "meter_checks": "meter",
    "house_readings": "meter",
}


class Door(NamedTuple):
    """One page of a view of the admin, with one method."""

    view: str
    page: str
    method: str
    path: str


def grants() -> dict[str, dict[str, str]]:
    """The table above: view, then role, then letter."""
    head, *rows = (line.split() for line in TABLES.strip().splitlines())
    return {view: dict(zip(head, letters, strict=True)) for view, *letters in rows}


def may(person: str, door: Door) -> bool:
    """What the utility says."""
    if person not in ROLES:
        return person == "jobless" and door.view in OF_ALL
    if door.view in OF_ALL:
        return True
    letter = grants()[door.view][person]
    if door.page == "download":
        return letter != "." and person in TAKING
    return letter == "W" or (letter == "R" and door.page in LOOKING)


def doors(app: Flask, parts: dict[str, str]) -> Iterator[Door]:
    """Every page of the staff behind the sign-in; the parts lead to things that are there."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        view, _, page = rule.endpoint.partition(".")
        if not rule.rule.startswith("/staff/") or page == "static" or view == "staff":
            continue
        path = adapter.build(rule.endpoint, {name: parts[name] for name in rule.arguments})
        if page == "ajax_lookup":
            path += f"?query=a&name={LOOKED_UP.get(view, 'account')}"
        elif page in OF_A_ROW and not rule.arguments:
            path += f"?id={newest(view.replace('_', '-')).id}"
        for method in sorted(rule.methods & METHODS if rule.methods else ()):
            yield Door(view, page, method, path)


@pytest.fixture
def every_door(app: Flask, cast: Cast) -> list[Door]:
    """Every address of the staff by every method that it knows."""
    return list(doors(app, stage(cast)))


@pytest.fixture
def browser_of(app: Flask, cast: Cast) -> dict[str, Client]:
    """A browser of each of them."""
    jobless = make_employee(login="jobless", name="Без роли")
    EmployeeRole.delete().where(EmployeeRole.employee == jobless).execute()
    disabled = make_employee("chief", login="disabled", name="Уволенный")
    people: dict[str, Resident | Employee | None] = {
        "nobody": None,
        "resident": cast.anna,
        "disabled": disabled,
        "jobless": jobless,
        "chief": cast.olga,
        "office": cast.galina,
        "billing": cast.dmitry,
        "dispatcher": cast.kirill,
        "reader": cast.rita,
    }
    found = {
        name: Client(app) if person is None else Client(app).signed_in_as(person)
        for name, person in people.items()
    }
    # The sign-in is from before; only the person is shut out.
    Employee.update(disabled_at=disabled.created_at).where(Employee.id == disabled.id).execute()
    return found


def answered(client: Client, door: Door) -> str:
    """Whether the door opens, refuses, or leads to the sign-in."""
    token = {"csrf_token": client.csrf_token()} if door.method == "POST" else None
    answer = client.browser.open(door.path, method=door.method, data=token)
    answer.close()
    if answer.status_code == 303 and "/staff/login" in answer.headers["Location"]:
        return "sign in"
    if answer.status_code == 403:
        return "refused"
    assert answer.status_code < 500, door
    # A form without anything in it is not a right one, but its sender was let in.
    return "open" if door.method == "POST" or answer.status_code < 400 else str(answer.status_code)


def test_table_names_every_view(every_door: list[Door]) -> None:
    assert {door.view for door in every_door} == {*OF_ALL, *grants()}


@pytest.mark.slow("opens every address of the staff by every method")
@pytest.mark.parametrize("person", PEOPLE)
def test_everybody_comes_where_the_table_says_and_nowhere_else(
    every_door: list[Door], browser_of: dict[str, Client], person: str
) -> None:
    stays_out = "sign in" if person in {"nobody", "disabled"} else "refused"
    wrong = {}
    for door in every_door:
        wanted = "open" if may(person, door) else stays_out
        found = answered(browser_of[person], door)
        if found != wanted:
            wrong[door] = (found, wanted)
    assert wrong == {}


@pytest.mark.slow("opens every address of the staff by every method")
def test_no_address_knows_any_other_method(
    every_door: list[Door], browser_of: dict[str, Client]
) -> None:
    chief, wrong = browser_of["chief"], {}
    posted = {door.path for door in every_door if door.method == "POST"}
    for path in {door.path for door in every_door}:
        for method in (*OTHER_METHODS, *(() if path in posted else ("POST",))):
            token = {"csrf_token": chief.csrf_token()}
            status = chief.browser.open(path, method=method, data=token).status_code
            if status != 405:
                wrong[path, method] = status
    assert wrong == {}
