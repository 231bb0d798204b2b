"""The addresses: those that people know stay, none answers with a 500, and asking changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from tests.cast import Cast
from tests.factories import make_reading, make_setting, make_submission
from tests.ledgers import issue
from tests.page import Client
from tests.statements import statements
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.models.looks import CardOpening
from vodokanal.models.schema import TABLES

# What is printed on receipts, kept in bookmarks and linked from letters.
KNOWN_ADDRESSES = frozenset(
    {"/", "/login", "/logout", "/district", "/check/", "/check/<code>", "/healthz"}
    | {"/personal/", "/personal/<number>/", "/personal/<number>/readings/"}
    | {"/personal/<number>/readings/<submission_number>", "/personal/<number>/meters/"}
    | {"/personal/<number>/balance/", "/personal/<number>/statement.pdf"}
    | {"/personal/<number>/receipts/", "/personal/<number>/receipts/<period>/"}
    | {"/personal/<number>/receipts/<period>.pdf", "/personal/<number>/certificate.pdf"}
    | {"/staff/", "/staff/login", "/staff/accounts/<number>", "/staff/find"}
)
# Files of Flask-Admin, which the server in front of the application answers.
FILES = frozenset({"admin.static", "static"})
READING = re.compile(
    r"[\s(]*(SELECT|WITH|PRAGMA|SHOW|SET)\b|.*\b(attempt_counter|card_opening)\b",
    re.IGNORECASE | re.DOTALL,
)
PEOPLE = ("nobody", "anna", "olga")
CODE = "ABCDEFGHIJKL"
SERVER_ERROR = 500

BrowserOf = Callable[[str], Client]


@pytest.fixture
def browser_of(app: Flask, cast: Cast) -> BrowserOf:
    """A browser of somebody, by name."""

    def browser(name: str) -> Client:
        client = Client(app)
        return client if name == "nobody" else client.signed_in_as(getattr(cast, name))

    return browser


@pytest.fixture
def addresses(app: Flask, cast: Cast) -> list[str]:
    """Every address that can be asked for, of things that exist."""
    period = Period(2026, 11)
    submission = make_submission(account=cast.account, period=period, code=CODE)
    asked = {"submission": submission, "period": period, "state": ReadingState.ASKED}
    reading = make_reading(cast.cold, **asked)
    make_setting("utility_name", "Водоканал")
    issue(Period(2026, 10), cast.account)
    parts = {
        "number": cast.account.number,
        "submission_number": submission.number,
        "reading_id": str(reading.id),
        "code": CODE,
        "period": "2026-10",
        "kind": "csv",
    }
    return list(filled(app, parts))


def filled(app: Flask, parts: dict[str, str]) -> Iterator[str]:
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()) and rule.endpoint not in FILES:
            values = {name: parts.get(name, "1") for name in rule.arguments}
            path = adapter.build(rule.endpoint, values)
            yield path
            if path.startswith("/staff/") and not rule.arguments:
                yield f"{path}?id=1"


def contents() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but the one that openings are noted in."""
    return {
        table._meta.table_name: list(table.select().order_by(table.id).tuples())
        for table in TABLES
        if table is not CardOpening
    }


def test_addresses_that_people_know_stay(app: Flask) -> None:
    assert {rule.rule for rule in app.url_map.iter_rules()} >= KNOWN_ADDRESSES


@pytest.mark.slow("opens every page of the portal")
@pytest.mark.parametrize("person", PEOPLE)
def test_asking_breaks_nothing_and_changes_nothing(
    browser_of: BrowserOf, addresses: list[str], person: str
) -> None:
    """But for the counters of attempts, and the note of who has opened whose card."""
    client, before, faults = browser_of(person), contents(), []
    for address in addresses:
        with statements() as seen, client.browser.get(address) as answer:
            faults += [(address, each) for each in seen if not READING.match(each)]
        if answer.status_code >= SERVER_ERROR:
            faults.append((address, str(answer.status_code)))
    assert faults == []
    assert contents() == before


@pytest.mark.slow("asks twice for every page outside the admin")
def test_head_is_answered_like_get(browser_of: BrowserOf, addresses: list[str]) -> None:
    client, different = browser_of("nobody"), {}
    for address in (each for each in addresses if not each.startswith("/staff/")):
        with client.browser.get(address) as page, client.browser.head(address) as head:
            if (page.status_code, b"") != (head.status_code, head.get_data()):
                different[address] = (page.status_code, head.status_code)
    assert different == {}
