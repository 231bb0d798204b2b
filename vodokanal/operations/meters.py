"""The meters of an account as the reading rules need them: facts and history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from peewee import JOIN, fn

from vodokanal.billing.consumption import PastReading
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import MeterFacts, Neighbour, ReadingState
from vodokanal.models.accounts import Account
from vodokanal.models.meters import Meter
from vodokanal.models.places import House, Premises
from vodokanal.models.prepared import Prepared, slot
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

    @cached_property
    def known(self) -> list[Reading]:
        """Those whose values the meter really had."""
        return [each for each in self.readings if each.state in KNOWN]

    @cached_property
    def _by_period(self) -> dict[Period, Reading]:
        return {each.period: each for each in self.readings}

    @cached_property
    def _known_before(self) -> dict[Period, Sequence[PastReading]]:
        return {}

    def known_before(self, period: Period) -> Sequence[PastReading]:
        """The values known before a period, the initial one first."""
        # Asked of every meter for itself and for each of its neighbours.
        if period not in self._known_before:
            start = PastReading(self.meter.initial_reading, self.meter.installed_on)
            known = self.readings_before(period)
            pasts = (PastReading(each.value, each.taken_on) for each in known)
            self._known_before[period] = (start, *pasts)
        return self._known_before[period]

    def readings_before(self, period: Period) -> list[Reading]:
        """The known readings before a period, oldest first."""
        return [each for each in self.known if each.period < period]

    def last_before(self, period: Period) -> Reading | None:
        """The newest known reading before a period, if any was ever taken."""
        return next((each for each in reversed(self.known) if each.period < period), None)

    def of(self, period: Period) -> Reading | None:
        """The reading that counts for a period, whatever its state."""
        return self._by_period.get(period)

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


def stories_of(account_id: int, *, today: date) -> list[MeterStory]:
    """Every working meter of an account with two years of its readings; two statements."""
    return stories_by(WORKING.rows(account=account_id, today=today), today)


def stories_by(meters: Sequence[Meter], today: date) -> list[MeterStory]:
    """The meters with the readings that matter on that day: two years of them; one statement."""
    return stories_since(meters, _first_period(today))


def stand_as_before(stories: Sequence[MeterStory], *, account_id: int, today: date) -> bool:
    """Whether the account has just these working meters and readings still; one statement."""
    since = _first_period(today)
    before: set[tuple[Any, ...]] = set()
    for story in stories:
        recent = [each for each in story.readings if each.period >= since]
        before |= {(story.meter.id, each.id, each.state) for each in recent}
        if not recent:
            before.add((story.meter.id, None, None))
    return before == set(STANDING.rows(account=account_id, today=today, since=since))


def stories_since(meters: Sequence[Meter], since: Period) -> list[MeterStory]:
    """The meters with their readings from that month on and the last one before; one statement."""
    if not meters:
        return []
    readings: dict[int, list[Reading]] = defaultdict(list)
    places = {f"meter{place}": meter.id for place, meter in enumerate(meters)}
    for reading in _readings_of(len(meters)).rows(since=since, **places):
        readings[reading.meter_id].append(reading)
    return [MeterStory(meter, readings[meter.id]) for meter in meters]


def _first_period(today: date) -> Period:
    return Period.of(today).plus(-MONTHS_OF_HISTORY)


# As everybody sees an account's meters, one below the other.
IN_ORDER = (Meter.kind, Meter.place, Meter.id)


def is_working() -> Any:
    """Whether a meter still hangs where it was installed; the day is given as `today`."""
    return Meter.removed_on.is_null() | (Meter.removed_on > slot("today", Meter.removed_on))


WORKING: Prepared[Meter] = Prepared(
    lambda: (
        Meter.select(Meter, Account, Premises, House)
        .join(Account)
        .join(Premises)
        .join(House)
        .where(Meter.account == slot("account", Account.id), is_working())
        .order_by(*IN_ORDER)
    )
)
STANDING: Prepared[tuple[int, int | None, ReadingState | None]] = Prepared(
    lambda: (
        Meter.select(Meter.id, Reading.id, Reading.state)
        .join(
            Reading,
            JOIN.LEFT_OUTER,
            on=(Reading.meter == Meter.id)
            & (Reading.period >= slot("since", Reading.period))
            & Reading.state.not_in(GONE),
        )
        .where(Meter.account == slot("account", Account.id), is_working())
        .tuples()
    )
)


@lru_cache(maxsize=64)
def _readings_of(meters: int) -> Prepared[Reading]:
    """The readings of so many meters; the text differs by their number only."""
    older = Reading.alias()
    since = slot("since", Reading.period)
    # After years of silence the next reading still follows the last one, not the initial one.
    last = older.select(fn.MAX(older.period)).where(
        older.meter == Reading.meter, older.period < since, older.state.in_(KNOWN)
    )
    return Prepared(
        lambda: (
            Reading.select()
            .where(
                Reading.meter.in_([slot(f"meter{place}", Meter.id) for place in range(meters)]),
                (Reading.period >= since) | (Reading.period == last),
                Reading.state.not_in(GONE),
            )
            .order_by(Reading.period, Reading.id)
        )
    )
