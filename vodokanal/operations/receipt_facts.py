"""What a receipt shows besides sums, as it is when the month is issued: it is frozen with it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from vodokanal.billing.services import CustomerGroup
from vodokanal.billing.volumes import from_cubic_centimetres
from vodokanal.models.places import address_of, house_address
from vodokanal.models.receipts import ReceiptMessage
from vodokanal.operations.month_rows import Range
from vodokanal.operations.receipt_rows import (
    HOLDERS,
    PEOPLE,
    PLACES,
    Hung,
    Read,
    bounds_of,
    meters_in,
    readings_in,
)

Details = dict[str, Any]

# Made once: `json.dumps` with separators of its own makes a new one for every receipt.
as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Messages:
    """The lines that a month's receipts carry: everybody's, districts', single accounts'."""

    of_all: Sequence[str]
    of_districts: Mapping[int, Sequence[str]]
    of_accounts: Mapping[int, Sequence[str]]

    def of(self, account_id: int, district_id: int) -> list[str]:
        """The lines of one account's receipt."""
        return [
            *self.of_all,
            *self.of_districts.get(district_id, ()),
            *self.of_accounts.get(account_id, ()),
        ]


class Told(NamedTuple):
    """An account as its receipt knows it, and what the receipt shows besides sums."""

    group: CustomerGroup
    closed_on: date | None
    details: Details


def get_messages(accounts: Range) -> Messages:
    """The messages of the month; one statement."""
    of_all: list[str] = []
    of_districts: dict[int, list[str]] = {}
    of_accounts: dict[int, list[str]] = {}
    query = ReceiptMessage.select().where(ReceiptMessage.period == accounts.period)
    for each in query.order_by(ReceiptMessage.id):
        if each.account_id is not None:
            of_accounts.setdefault(each.account_id, []).append(each.words)
        elif each.district_id is not None:
            of_districts.setdefault(each.district_id, []).append(each.words)
        else:
            of_all.append(each.words)
    return Messages(of_all, of_districts, of_accounts)


def details_of(accounts: Range) -> dict[int, Told]:
    """Each account with what its receipt shows, but for the last payment; half a dozen statements."""
    bounds = bounds_of(accounts)
    holders = dict(HOLDERS.rows(**bounds))
    people = {account_id: numbers for account_id, *numbers in PEOPLE.rows(**bounds)}
    meters, readings = meters_in(accounts), readings_in(accounts)
    since = str(accounts.period.previous.first_day)
    messages = get_messages(accounts)
    found = {}
    for row in PLACES.rows(**bounds):
        account_id, group, closed_on, large_print, delivery, flat, district_id, *place = row
        settlement, street, number, letter, building = place
        house = house_address(settlement, street, number=f"{number}{letter}", building=building)
        details = {
            "holder": holders.get(account_id, ""),
            "address": address_of(house, flat),
            "people": _people(people.get(account_id)),
            "area": None,
            "meters": [
                _meter(each, readings.get(each.id, ()), since=since)
                for each in meters.get(account_id, ())
            ],
            "last_payment": None,
            "message": messages.of(account_id, district_id),
            "large_print": large_print,
            "delivery": delivery,
        }
        found[account_id] = Told(group, closed_on, details)
    return found


def completed(details: Details, before: str, *, paid: Mapping[str, str] | None) -> str:
    """The details as JSON; what this month does not know is carried on from the last receipt's."""
    details["last_payment"] = paid
    is_whole = paid is not None and all(each["last"] is not None for each in details["meters"])
    if before and not is_whole:
        _carry_on(details, json.loads(before))
    return as_json(details)


def _carry_on(details: Details, before: Details) -> None:
    if details["last_payment"] is None:
        details["last_payment"] = before.get("last_payment")
    known = {each["id"]: each for each in before.get("meters", ())}
    for each in details["meters"]:
        earlier = known.get(each["id"])
        if earlier is None:
            continue
        if each["last"] is None:
            each.update({name: earlier[name] for name in ("last", "last_on", "source")})
        if each["previous"] is None:
            # Nothing new was read since the last receipt, or just one reading.
            is_same = each["last_on"] == earlier["last_on"]
            value, day = ("previous", "previous_on") if is_same else ("last", "last_on")
            each.update(previous=earlier[value], previous_on=earlier[day])


def _people(numbers: Sequence[int] | None) -> dict[str, int] | None:
    if numbers is None:
        return None
    registered, owners = numbers
    return {"registered": registered, "owners": owners}


def _meter(meter: Hung, readings: Sequence[Read], *, since: str) -> Details:
    """A meter with its last two values; the one that it came with if it was installed `since`."""
    last = readings[-1] if readings else None
    previous = readings[-2] if len(readings) > 1 else None
    installed_on = str(meter.installed_on)
    is_new = previous is None and installed_on >= since
    return {
        "id": meter.id,
        "kind": meter.kind,
        "serial": meter.serial,
        "place": meter.place,
        "digits_before": meter.digits_before,
        "digits_after": meter.digits_after,
        "previous": _volume(meter.initial_reading) if is_new else _value(previous),
        "previous_on": installed_on if is_new else _day(previous),
        "last": _value(last),
        "last_on": _day(last),
        "source": None if last is None else last.source,
        "verify_by": None if meter.verify_by is None else str(meter.verify_by),
    }


def _volume(kept: int) -> str:
    return str(from_cubic_centimetres(kept))


def _value(reading: Read | None) -> str | None:
    return None if reading is None else _volume(reading.value)


def _day(reading: Read | None) -> str | None:
    return None if reading is None else str(reading.taken_on)
