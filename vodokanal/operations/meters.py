"""The meters of an account as the reading rules need them: facts and history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from peewee import fn

from vodokanal.billing.consumption import PastReading
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import MeterFacts, Neighbour, ReadingState
from vodokanal.models.accounts import Account
from vodokanal.models.database import is_sqlite
from vodokanal.models.meters import Meter
from vodokanal.models.places import House, Premises
from vodokanal.models.readings import Reading

# Enough for a year's chart, its first month's previous value and the usual per season.
MONTHS_OF_HISTORY = 25
# What counts as a value that the meter really had.
KNOWN = (ReadingState.ACCEPTED, ReadingState.RECORDED)
GONE = (ReadingState.REPLACED, ReadingState.REFUSED)


@dataclass(frozen=True)
class MeterStory:
    """A meter and its readings that count, oldest first."""

    meter: Meter
    readings: Sequence[Reading]

    @property
    def facts(self) -> MeterFacts:
        """What the rules need to know of the meter."""
        return facts_of(self.meter)

    def known_before(self, period: Period) -> list[PastReading]:
        """The values known before a period, the initial one first."""
        start = PastReading(self.meter.initial_reading, self.meter.installed_on)
        known = [each for each in self.readings if each.state in KNOWN and each.period < period]
        return [start] + [PastReading(each.value, each.taken_on) for each in known]

    def last_before(self, period: Period) -> Reading | None:
        """The newest known reading before a period, if any was ever taken."""
        known = [each for each in self.readings if each.state in KNOWN and each.period < period]
        return known[-1] if known else None

    def of(self, period: Period) -> Reading | None:
        """The reading that counts for a period, whatever its state."""
        return next((each for each in self.readings if each.period == period), None)

    def neighbour(self, period: Period) -> Neighbour:
        """This meter as another one's neighbour."""
        return Neighbour(
            self.meter.kind,
            self.meter.serial,
            self.known_before(period),
            digits_before=self.meter.digits_before,
        )


def facts_of(meter: Meter) -> MeterFacts:
    """A meter's row as the rules take it."""
    return MeterFacts(
        id=meter.id,
        kind=meter.kind,
        serial=meter.serial,
        digits_before=meter.digits_before,
        digits_after=meter.digits_after,
        installed_on=meter.installed_on,
        commissioned_on=meter.commissioned_on,
        verify_by=meter.verify_by,
        failed_on=meter.failed_on,
        removed_on=meter.removed_on,
    )


def stories_of(account_id: int, *, today: date, locked: bool = False) -> list[MeterStory]:
    """Every working meter of an account with two years of its readings; two statements.

    `locked` keeps the account for this transaction: one submission at a time.
    """
    meters = _working_meters(account_id, today=today, locked=locked)
    return stories_since(meters, Period.of(today).plus(-MONTHS_OF_HISTORY))


def stories_since(meters: Sequence[Meter], since: Period) -> list[MeterStory]:
    """The meters with their readings from that month on and the last one before; one statement."""
    readings: dict[int, list[Reading]] = defaultdict(list)
    older = Reading.alias()
    # After years of silence the next reading still follows the last one, not the initial one.
    last = older.select(fn.MAX(older.period)).where(
        older.meter == Reading.meter, older.period < since, older.state.in_(KNOWN)
    )
    query = Reading.select().where(
        Reading.meter.in_([meter.id for meter in meters]),
        (Reading.period >= since) | (Reading.period == last),
        Reading.state.not_in(GONE),
    )
    for reading in query.order_by(Reading.period, Reading.id):
        readings[reading.meter_id].append(reading)
    return [MeterStory(meter, readings[meter.id]) for meter in meters]


def _working_meters(account_id: int, *, today: date, locked: bool) -> list[Meter]:
    query = (
        Meter.select(Meter, Account, Premises, House)
        .join(Account)
        .join(Premises)
        .join(House)
        .where(
            Meter.account == account_id,
            Meter.removed_on.is_null() | (Meter.removed_on > today),
        )
        .order_by(Meter.kind, Meter.place, Meter.id)
    )
    if locked and not is_sqlite():
        query = query.for_update(of=Account)
    return list(query)
