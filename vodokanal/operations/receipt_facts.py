"""What a receipt shows besides sums, as it is when the month is issued: it is frozen with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from vodokanal.billing.account_months import MeterMonth, MeterReading, PeopleSpan
from vodokanal.billing.services import CustomerGroup
from vodokanal.models.accounts import Account, Holder
from vodokanal.models.places import House, Premises, address_of
from vodokanal.models.prepared import Prepared, slot
from vodokanal.models.receipts import ReceiptMessage
from vodokanal.operations.month_facts import meters_of, people_of
from vodokanal.operations.month_rows import Range

Details = dict[str, Any]

PLACES: Prepared[tuple[Any, ...]] = Prepared(
    lambda: (
        Account.select(
            Account.id,
            Account.group,
            Account.closed_on,
            Account.large_print,
            Account.receipt_delivery,
            Premises.flat,
            House.district,
            House.settlement,
            House.street,
            House.number,
            House.letter,
            House.building,
        )
        .join(Premises)
        .join(House)
        .where(
            Account.id.between(slot("first", Account.id), slot("last", Account.id)),
            Account.opened_on <= slot("last_day", Account.opened_on),
        )
        .order_by(Account.id)
        .tuples()
    )
)
HOLDERS: Prepared[tuple[int, str]] = Prepared(
    lambda: (
        Holder.select(Holder.account, Holder.name)
        .where(
            Holder.account.between(slot("first", Account.id), slot("last", Account.id)),
            Holder.starts_on <= slot("last_day", Holder.starts_on),
            Holder.ends_on.is_null() | (Holder.ends_on >= slot("last_day", Holder.ends_on)),
        )
        .order_by(Holder.account, Holder.starts_on)
        .tuples()
    )
)


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


@dataclass(frozen=True, slots=True)
class Told:
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
    holders = dict(HOLDERS.rows(**_bounds(accounts)))
    meters = meters_of(accounts)
    people = people_of(accounts)
    messages = get_messages(accounts)
    found = {}
    for row in PLACES.rows(**_bounds(accounts)):
        account_id, group, closed_on, large_print, delivery, flat, district_id, *house = row
        found[account_id] = Told(
            group,
            closed_on,
            {
                "holder": holders.get(account_id, ""),
                "address": address_of(_house(*house), flat),
                "people": _people(people.get(account_id, ())),
                "area": None,
                "meters": [
                    _meter(each, accounts) for each in hanging(meters.get(account_id, ()), accounts)
                ],
                "last_payment": None,
                "message": messages.of(account_id, district_id),
                "large_print": large_print,
                "delivery": delivery.value,
            },
        )
    return found


@lru_cache(maxsize=1024)
def _house(*columns: str) -> str:
    """The address of a house, which many accounts share."""
    names = ("settlement", "street", "number", "letter", "building")
    house = House(**dict(zip(names, columns, strict=True)))
    return house.address


def completed(details: Details, before: str, *, paid: Mapping[str, str] | None) -> str:
    """The details as JSON; what this month does not know is carried on from the last receipt's."""
    details["last_payment"] = paid
    is_whole = paid is not None and all(each["last"] is not None for each in details["meters"])
    if before and not is_whole:
        _carry_on(details, json.loads(before))
    return json.dumps(details, ensure_ascii=False, separators=(",", ":"))


def hanging(meters: Iterable[MeterMonth], accounts: Range) -> list[MeterMonth]:
    """The meters that hung during the month itself."""
    first_day = accounts.period.first_day
    return [each for each in meters if each.removed_on is None or each.removed_on >= first_day]


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


def _bounds(accounts: Range) -> dict[str, Any]:
    return {
        "first": accounts.first,
        "last": accounts.last,
        "last_day": accounts.period.last_day,
    }


def _people(spans: Sequence[PeopleSpan]) -> dict[str, int] | None:
    if not spans:
        return None
    return {"registered": spans[-1].registered, "owners": spans[-1].owners}


def _meter(meter: MeterMonth, accounts: Range) -> Details:
    last = _latest(meter.readings)
    earlier = [each for each in meter.readings if last is None or each.period < last.period]
    previous = _latest(earlier)
    is_new = previous is None and meter.installed_on >= accounts.period.previous.first_day
    return {
        "id": meter.id,
        "kind": meter.kind.value,
        "serial": meter.serial,
        "place": meter.place,
        "digits_before": meter.digits_before,
        "digits_after": meter.digits_after,
        "previous": str(meter.initial_reading) if is_new else _value(previous),
        "previous_on": meter.installed_on.isoformat() if is_new else _day(previous),
        "last": _value(last),
        "last_on": _day(last),
        "source": None if last is None else last.source,
        "verify_by": None if meter.verify_by is None else meter.verify_by.isoformat(),
    }


def _latest(readings: Sequence[MeterReading]) -> MeterReading | None:
    return readings[-1] if readings else None


def _value(reading: MeterReading | None) -> str | None:
    return None if reading is None else str(reading.value)


def _day(reading: MeterReading | None) -> str | None:
    return None if reading is None else reading.taken_on.isoformat()
