"""The billing period: a calendar month, which is not a date.

ПП 354 п. 37: the billing period is one calendar month.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, date
from functools import lru_cache

from vodokanal.billing.errors import BillingError

_WRITTEN = re.compile(r"([0-9]{4})-([0-9]{2})")
MONTHS = 12


class NotAPeriodError(BillingError, ValueError):
    """A period is a year and a month, written like 2026-11."""

    def __init__(self, given: object) -> None:
        """Keep what was given, for the log and the message."""
        super().__init__(given)
        self.given = given


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """One calendar month; earlier months are smaller.

    `as_int` is yyyymm, as the database keeps it: 202611. `last_day` is part of the month.
    """

    year: int
    month: int
    # Months are few, and each is asked these things by every account of a town.
    as_int: int = field(init=False, repr=False, compare=False)
    first_day: date = field(init=False, repr=False, compare=False)
    last_day: date = field(init=False, repr=False, compare=False)
    written: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a month that no calendar has, with `NotAPeriodError`."""
        year, month = self.year, self.month
        if not (MINYEAR <= year <= MAXYEAR and 1 <= month <= MONTHS):
            raise NotAPeriodError((year, month))
        known = {
            "as_int": year * 100 + month,
            "first_day": date(year, month, 1),
            "last_day": date(year, month, monthrange(year, month)[1]),
            "written": f"{year:04d}-{month:02d}",
        }
        for name, answer in known.items():
            object.__setattr__(self, name, answer)

    def __hash__(self) -> int:
        """Return what differs from month to month: months are keys of most that is counted."""
        return self.as_int

    def __str__(self) -> str:
        """Return the period as written in addresses: 2026-11."""
        return self.written

    @classmethod
    def of(cls, day: date) -> Period:
        """Return the month that day lies in."""
        return _period(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Period:
        """Return the period written as "2026-11"; raises `NotAPeriodError` for anything else."""
        match = _WRITTEN.fullmatch(text)
        if match is None:
            raise NotAPeriodError(text)
        return _period(int(match[1]), int(match[2]))

    @classmethod
    def from_int(cls, number: int) -> Period:
        """Return the period kept as yyyymm; raises `NotAPeriodError` for anything else."""
        return _period(*divmod(number, 100))

    @property
    def days(self) -> int:
        """The number of days in the month."""
        return self.last_day.day

    @property
    def next(self) -> Period:
        """The month after this one."""
        return self.plus(1)

    @property
    def previous(self) -> Period:
        """The month before this one."""
        return self.plus(-1)

    def plus(self, months: int) -> Period:
        """Return the period that many months later; a negative number counts back."""
        years, month = divmod(self.month - 1 + months, MONTHS)
        return _period(self.year + years, month + 1)


@lru_cache(maxsize=4096)
def _period(year: int, month: int) -> Period:
    """Return a month, the same object again and again."""
    return Period(year, month)


def months_between(first: Period, last: Period) -> Iterator[Period]:
    """Yield every month from the first to the last, both included; none when last is earlier."""
    for number in range((last.year - first.year) * MONTHS + last.month - first.month + 1):
        yield first.plus(number)
