"""Every address of the portal is in one row of the access table, and refuses everybody else."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import NamedTuple

import pytest
from flask import Flask

from tests.cast import Cast
from tests.page import Client
from vodokanal.models.people import Employee, Resident
from vodokanal.operations.roles import PERMISSIONS, permissions_of
from vodokanal.web.access import Audience, Row, access_table

PEOPLE = ("nobody", "anna", "galina", "dmitry", "olga", "kirill", "rita")
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
FORBIDDEN, SEE_OTHER = 403, 303
# A look-up without its query is refused before anybody asks who is there.
QUERIES = {"ajax_lookup": "?name=account&query=a"}
# What stands for a part of an address; a row that does not exist is refused like any other.
PARTS = {"number": "12-34", "default": "1"}


class Door(NamedTuple):
    """One address and method, and who may use it."""

    method: str
    path: str
    row: Row


def doors(app: Flask) -> list[Door]:
    """Every address by every method; no context stays open, as requests would share it."""
    table, adapter = access_table(app), app.url_map.bind("localhost")
    found = []
    for rule in app.url_map.iter_rules():
        row = table.row_of(rule.endpoint)
        assert row is not None, f"{rule.endpoint} is not classified"
        parts = {name: PARTS.get(name, PARTS["default"]) for name in rule.arguments}
        path = adapter.build(rule.endpoint, parts) + QUERIES.get(
            rule.endpoint.partition(".")[2], ""
        )
        found += [Door(method, path, row) for method in sorted((rule.methods or set()) & METHODS)]
    return found


def expected(row: Row, person: Resident | Employee | None) -> str:
    """What the row says about the person: in, refused, or which door to go to."""
    if row is Audience.ANYONE:
        return "in"
    if person is None:
        return "/login" if row is Audience.RESIDENT else "/staff/login"
    if isinstance(person, Resident):
        return "in" if row is Audience.RESIDENT else "refused"
    if row is Audience.EMPLOYEE or row in permissions_of(person.id):
        return "in"
    return "refused"


def happened(client: Client, door: Door) -> str:
    answer = client.browser.open(door.path, method=door.method)
    answer.close()
    location = answer.headers.get("Location", "")
    if answer.status_code == FORBIDDEN:
        return "refused"
    if answer.status_code == SEE_OTHER and "login?next=" in location:
        return location.partition("?")[0]
    return "in"


def test_every_endpoint_is_in_exactly_one_row(app: Flask) -> None:
    table = access_table(app)
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    wrong = {name: table.patterns_of(name) for name in endpoints}
    assert {name: rows for name, rows in wrong.items() if len(rows) != 1} == {}


def test_every_row_is_about_an_endpoint(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    rows = access_table(app).rows
    assert [row for row in rows if not any(fnmatchcase(name, row) for name in endpoints)] == []


def test_every_permission_asked_for_is_one_that_exists(app: Flask) -> None:
    asked = {row for row in access_table(app).rows.values() if not isinstance(row, Audience)}
    assert asked - PERMISSIONS == set()


@pytest.mark.slow("every address is opened by every method")
@pytest.mark.parametrize("name", PEOPLE)
def test_every_address_refuses_who_is_not_meant(app: Flask, cast: Cast, name: str) -> None:
    person = None if name == "nobody" else getattr(cast, name)
    wrong = []
    seen = set()
    for door in doors(app):
        client = Client(app) if person is None else Client(app).signed_in_as(person)
        found, wanted = happened(client, door), expected(door.row, person)
        seen.add(found)
        if found != wanted:
            wrong.append((door.method, door.path, door.row, found, wanted))
    assert wrong == []
    # Neither a wall that refuses everybody nor one that refuses nobody proves anything.
    assert "in" in seen
    assert len(seen) > 1


@pytest.mark.slow("every form is sent")
def test_every_form_without_a_token_is_refused(app: Flask, cast: Cast) -> None:
    wrong = []
    for door in doors(app):
        person = cast.anna if door.row is Audience.RESIDENT else cast.olga
        if door.method != "GET":
            client = Client(app).signed_in_as(person)
            answer = client.browser.open(door.path, method=door.method)
            if answer.status_code not in {400, 404}:
                wrong.append((door.method, door.path, answer.status_code))
    assert wrong == []
