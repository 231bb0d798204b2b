"""How much a meter usually counts, from its own history, whatever the days between readings.

The band is wide on purpose: summers and guests must pass unasked, a running toilet must not. Where
the history is too short there is only a guard of one cubic metre a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise
from statistics import median

from vodokanal.billing.consumption import PastReading, likely_volume
from vodokanal.billing.displays import Display
from vodokanal.billing.volumes import CUBIC_METRE, LITRE

INTERVALS_LOOKED_AT = 24
INTERVALS_NEEDED = 3
DAYS_NEEDED = 45

# Two and a half times the middle, or a quarter above the second highest: one leak in two years
# does not raise the band, two summer months do.
ABOVE_MEDIAN = Decimal("2.5")
ABOVE_HIGH = Decimal("1.25")
ALLOWANCE = Decimal(3)
GUARD_PER_DAY = CUBIC_METRE

# What is said of the next reading beforehand: from half the usual to half as much again.
LITTLE, MUCH = Decimal("0.5"), Decimal("1.5")
NEXT_TO_NOTHING = Decimal("0.01")
DAYS_BEFORE_ZERO_IS_ODD = 20
USE_BEFORE_ZERO_IS_ODD = Decimal("0.5")
INTERVALS_OF_REGULAR_USE = 12


@dataclass(frozen=True, slots=True)
class Usage:
    """What is usual for one meter in m³ a day; `middle` is None where history is too short."""

    middle: Decimal | None
    high: Decimal
    regular: bool

    def usual(self, days: int) -> Decimal | None:
        """Return the m³ usual for so many days, to the litre, or None where not yet known."""
        return None if self.middle is None else (self.middle * days).quantize(LITRE)

    def most(self, days: int) -> Decimal:
        """Return the largest volume in m³ that so many days may bring without a question."""
        if self.middle is None:
            return GUARD_PER_DAY * max(days, 1)
        return max(ABOVE_MEDIAN * self.middle, ABOVE_HIGH * self.high) * days + ALLOWANCE

    def is_odd_zero(self, volume: Decimal, days: int) -> bool:
        """Say whether next to nothing was counted by a meter in regular use, in 20 days or more."""
        usual = self.usual(days)
        if usual is None or not self.regular or days < DAYS_BEFORE_ZERO_IS_ODD:
            return False
        return usual >= USE_BEFORE_ZERO_IS_ODD and volume <= usual * NEXT_TO_NOTHING


@dataclass(frozen=True, slots=True)
class Expectation:
    """Where a meter's next reading should lie: from `previous` (m³), `days` later."""

    previous: Decimal
    days: int
    usage: Usage
    display: Display

    @property
    def likely(self) -> tuple[Decimal, Decimal] | None:
        """Return between which whole m³, both inclusive, the reading is likely to lie, or None."""
        usual = self.usage.usual(self.days)
        if usual is None:
            return None
        low = (self.previous + LITTLE * usual).to_integral_value(ROUND_FLOOR)
        high = (self.previous + MUCH * usual).to_integral_value(ROUND_CEILING)
        return (low, high) if self.display.shows(high) else None

    def fits(self, value: Decimal) -> bool:
        """Say whether the display can show the value and it asks no question."""
        most = self.previous + self.usage.most(self.days)
        return self.previous <= value <= most and self.display.shows(value)

    def nearest(self, values: Iterable[Decimal]) -> Decimal | None:
        """Return the fitting value nearest to the usual; None when there is none to prefer.

        Where the usual is not yet known only a single fitting value is a good guess.
        """
        fitting = sorted({value for value in values if self.fits(value)})
        usual = self.usage.usual(self.days)
        if usual is None:
            return fitting[0] if len(fitting) == 1 else None
        expected = self.previous + usual
        return min(fitting, key=lambda value: abs(value - expected), default=None)


def expectation_of(
    history: Sequence[PastReading], *, display: Display, taken_on: date
) -> Expectation:
    """Return where the reading taken on that day should lie, by a history in order, not empty."""
    previous = history[-1]
    days = _days_between(previous.on, taken_on)
    usage = usage_of(history, digits_before=display.digits_before)
    return Expectation(previous.value, days, usage, display)


def usage_of(history: Sequence[PastReading], *, digits_before: int) -> Usage:
    """Return what is usual by the last 24 intervals of a history in order, oldest first."""
    intervals = _intervals(history, digits_before)[-INTERVALS_LOOKED_AT:]
    rates = [volume / days for volume, days in intervals]
    if len(rates) < INTERVALS_NEEDED or sum(days for _, days in intervals) < DAYS_NEEDED:
        return Usage(middle=None, high=Decimal(0), regular=False)
    middle = median(rates)
    return Usage(middle, sorted(rates)[-2], regular=_is_regular(rates, middle))


def _is_regular(rates: list[Decimal], middle: Decimal) -> bool:
    """Say whether water was used in the last interval and in all but one of a year's."""
    idle = [rate <= middle * NEXT_TO_NOTHING for rate in rates[-INTERVALS_OF_REGULAR_USE:]]
    return not idle[-1] and sum(idle) <= 1


def _intervals(history: Sequence[PastReading], digits_before: int) -> list[tuple[Decimal, int]]:
    """Return the volumes and the days between readings, without impossible or empty intervals."""
    intervals = []
    for earlier, later in pairwise(history):
        days = _days_between(earlier.on, later.on)
        volume = likely_volume(earlier.value, later.value, digits_before=digits_before)
        if days and volume is not None:
            intervals.append((volume, days))
    return intervals


def _days_between(earlier: date, later: date) -> int:
    """Return the days from one day to another; none when they are the wrong way round."""
    return max((later - earlier).days, 0)
