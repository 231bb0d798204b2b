"""What a receipt's facts are read by: a statement each for a range of accounts, rows as kept.

Days are compared and shown only: SQLite's stay text.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

from vodokanal.models.accounts import Account, Holder, Occupancy
from vodokanal.models.meters import Meter
from vodokanal.models.places import House, Premises
from vodokanal.models.prepared import Prepared, as_kept, slot
from vodokanal.models.readings import Reading
from vodokanal.operations.meters import KNOWN
from vodokanal.operations.month_rows import Range


class Hung(NamedTuple):
    """A meter that hung during the month; its first value in cubic centimetres."""

    id: int
    kind: str
    serial: str
    place: str
    digits_before: int
    digits_after: int
    initial_reading: int
    installed_on: object
    verify_by: object | None


class Read(NamedTuple):
    """A value that a meter really had, in cubic centimetres."""

    value: int
    taken_on: object
    source: str


def _in_range(column: Any) -> Any:
    return column.between(slot("first", Account.id), slot("last", Account.id))


PLACES: Prepared[tuple[Any, ...]] = Prepared(
    lambda: (
        Account.select(
            Account.id,
            Account.group,
            Account.closed_on,
            Account.large_print,
            *as_kept(Account.receipt_delivery),
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
        .where(_in_range(Account.id), Account.opened_on <= slot("last_day", Account.opened_on))
        .order_by(Account.id)
        .tuples()
    )
)
HOLDERS: Prepared[tuple[int, str]] = Prepared(
    lambda: (
        Holder.select(Holder.account, Holder.name)
        .where(
            _in_range(Holder.account),
            Holder.starts_on <= slot("last_day", Holder.starts_on),
            Holder.ends_on.is_null() | (Holder.ends_on >= slot("last_day", Holder.ends_on)),
        )
        .order_by(Holder.account, Holder.starts_on)
        .tuples()
    )
)
PEOPLE: Prepared[tuple[int, int, int]] = Prepared(
    lambda: (
        Occupancy.select(Occupancy.account, Occupancy.registered, Occupancy.owners)
        .where(
            _in_range(Occupancy.account),
            Occupancy.starts_on <= slot("last_day", Occupancy.starts_on),
            Occupancy.ends_on.is_null() | (Occupancy.ends_on >= slot("first_day", Holder.ends_on)),
        )
        .order_by(Occupancy.account, Occupancy.starts_on)
        .tuples()
    )
)
METERS: Prepared[tuple[Any, ...]] = Prepared(
    lambda: (
        Meter.select(Meter.account, *as_kept(*(getattr(Meter, name) for name in Hung._fields)))
        .where(
            _in_range(Meter.account),
            Meter.installed_on <= slot("last_day", Meter.installed_on),
            Meter.removed_on.is_null() | (Meter.removed_on >= slot("first_day", Meter.removed_on)),
        )
        .order_by(Meter.account, Meter.id)
        .tuples()
    )
)
# The meters are named: by the month alone everybody's readings would be looked through.
READINGS: Prepared[tuple[Any, ...]] = Prepared(
    lambda: (
        Reading.select(Reading.meter, *as_kept(*(getattr(Reading, name) for name in Read._fields)))
        .where(
            Reading.meter.in_(Meter.select(Meter.id).where(_in_range(Meter.account))),
            Reading.period.in_([slot("previous", Reading.period), slot("current", Reading.period)]),
            Reading.state.in_(KNOWN),
        )
        .order_by(Reading.meter, Reading.period)
        .tuples()
    )
)


def bounds_of(accounts: Range) -> dict[str, Any]:
    """What the statements are given."""
    period = accounts.period
    return {
        "first": accounts.first,
        "last": accounts.last,
        "first_day": period.first_day,
        "last_day": period.last_day,
        "previous": period.previous,
        "current": period,
    }


def meters_in(accounts: Range) -> dict[int, list[Hung]]:
    """The meters that hung during the month, by account; one statement."""
    found: dict[int, list[Hung]] = defaultdict(list)
    for account_id, *row in METERS.rows(**bounds_of(accounts)):
        found[account_id].append(Hung(*row))
    return found


def readings_in(accounts: Range) -> dict[int, list[Read]]:
    """What the meters really had in the month and the one before, by meter; one statement.

    At most one a month, the older first.
    """
    found: dict[int, list[Read]] = defaultdict(list)
    for meter_id, *row in READINGS.rows(**bounds_of(accounts)):
        found[meter_id].append(Read(*row))
    return found
