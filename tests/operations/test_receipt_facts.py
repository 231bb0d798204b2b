"""A receipt's facts: what the month does not know is carried on from the receipt before it."""

from __future__ import annotations

import json
from typing import Any

from vodokanal.operations.receipt_facts import completed

READ = {"previous": "149.080", "previous_on": "2026-08-24", "last": "153.200"}
OLD = {"id": 1, **READ, "last_on": "2026-09-24", "source": "resident"}
SILENT = {"previous": None, "previous_on": None, "last": None, "last_on": None, "source": None}
EARLIER = {"on": "2026-09-10", "amount": "500.00"}
PAID = {"on": "2026-10-09", "amount": "173.78"}


def after(*meters: dict[str, Any], paid: dict[str, str] | None = None) -> dict[str, Any]:
    """October's facts of an account whose September receipt knew a meter and a payment."""
    before = json.dumps({"meters": [OLD], "last_payment": EARLIER})
    details = {"meters": [dict(each) for each in meters]}
    found: dict[str, Any] = json.loads(completed(details, before, paid=paid))
    return found


def test_silent_meter_shows_what_it_showed_before() -> None:
    assert after({"id": 1, **SILENT}) == {"meters": [OLD], "last_payment": EARLIER}


def test_payment_of_the_month_takes_the_place_of_the_earlier_one() -> None:
    assert after({"id": 1, **SILENT}, paid=PAID) == {"meters": [OLD], "last_payment": PAID}


def test_meter_that_is_new_and_silent_shows_nothing() -> None:
    new = {"id": 2, **SILENT}
    assert after(new)["meters"] == [new]


def test_first_value_since_stands_beside_the_last_one_before() -> None:
    (meter,) = after({"id": 1, **SILENT, "last": "160.000", "last_on": "2026-10-20"})["meters"]
    assert (meter["previous"], meter["previous_on"]) == ("153.200", "2026-09-24")


def test_account_without_an_earlier_receipt_is_as_the_month_knows_it() -> None:
    assert json.loads(completed({"meters": []}, "", paid=None)) == {
        "meters": [],
        "last_payment": None,
    }
