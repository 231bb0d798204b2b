"""The months of the town's history: when readings were taken in a district."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from random import Random

from vodokanal.billing.periods import Period
from vodokanal.billing.windows import WindowRule, window_of

WEEKEND = 5
MIDNIGHT = time()
HOUR = 3600
OFFICE_HOURS, ANY_HOURS = (8 * HOUR, 17 * HOUR), (7 * HOUR, 23 * HOUR)


@dataclass(frozen=True)
class Turn:
    """One month's window as far as it has come: both days are inclusive."""

    period: Period
    months_back: int
    first_day: date
    last_day: date
    is_open: bool

    @cached_property
    def days(self) -> list[date]:
        """Its days, first to last."""
        length = (self.last_day - self.first_day).days + 1
        return [self.first_day + timedelta(days=number) for number in range(length)]


@dataclass(frozen=True)
class Surroundings:
    """What the accounts of a district have in common: the moment, its months, the passwords."""

    now: datetime
    turns: Sequence[Turn]
    hashes: Mapping[str, str]

    @property
    def this_month(self) -> Period:
        """The month that it is now."""
        return Period.of(self.now.date())


def turns_until(
    now: datetime, months: int, *, rules: Sequence[WindowRule], district_id: int
) -> list[Turn]:
    """The windows that have begun by now, oldest first; `months` before this one."""
    today, this_month = now.date(), Period.of(now.date())
    turns = []
    for months_back in range(months, -1, -1):
        period = this_month.plus(-months_back)
        window = window_of(period, rules, extensions=(), district_id=district_id)
        if window.first_day <= today:
            last_day = min(window.last_day, today)
            is_open = window.last_day >= today
            turns.append(Turn(period, months_back, window.first_day, last_day, is_open))
    return turns


def some_moment(turn: Turn, rng: Random, *, now: datetime, in_office: bool) -> datetime:
    """A moment of the window, not later than now; in the office on a working day."""
    day = turn.days[rng.randint(0, len(turn.days) - 1)]
    if in_office and day.weekday() >= WEEKEND:
        # Two days either way is never a weekend, and one of them is inside the window.
        day = max(turn.first_day, day - timedelta(days=2))
    opens, closes = OFFICE_HOURS if in_office else ANY_HOURS
    seconds = rng.randint(opens, closes - 1)
    moment = datetime.combine(day, MIDNIGHT, tzinfo=now.tzinfo) + timedelta(seconds=seconds)
    if moment < now:
        return moment
    first = datetime.combine(turn.first_day, MIDNIGHT, tzinfo=now.tzinfo)
    return max(first, now - timedelta(seconds=rng.randrange(60, 6 * HOUR)))
