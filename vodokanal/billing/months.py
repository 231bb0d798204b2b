"""What a meter counted month by month, and what a month without a reading is charged by.

ПП 354 п. 59: without a reading, the monthly average, for at most three months in a row; п. 60:
after that, the norm. Months between two readings share their volume equally.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from vodokanal.billing.consumption import likely_volume, monthly_average
from vodokanal.billing.periods import MONTHS, Period, months_between
from vodokanal.billing.volumes import billed_volume, cubic_metres

MONTHS_BY_AVERAGE = 3

# No act says when a month is like the one before: a difference nobody would notice is none.
ALIKE_PART = Decimal("0.15")
ALIKE_VOLUME = Decimal("0.300")


@dataclass(frozen=True, slots=True)
class MonthReading:
    """A reading of a month, in m³."""

    period: Period
    value: Decimal


@dataclass(frozen=True, slots=True)
class MonthVolume:
    """What was counted in a month, in m³; None where the readings contradict each other.

    `shared_by` is how many months the volume between two readings was divided by.
    """

    period: Period
    volume: Decimal | None
    has_reading: bool
    shared_by: int = 1


class Comparison(StrEnum):
    """How a month's volume stands to the month before."""

    LESS = "less"
    ALIKE = "alike"
    MORE = "more"


def monthly_volumes(
    readings: Sequence[MonthReading], *, digits_before: int
) -> tuple[MonthVolume, ...]:
    """Return the volume of every month after the first reading, oldest first.

    `readings` are in order; the first is where counting begins. Several readings of one month are
    added up.
    """
    found: dict[Period, MonthVolume] = {}
    for earlier, later in pairwise(readings):
        months = _months_after(earlier.period, later.period)
        volume = likely_volume(earlier.value, later.value, digits_before=digits_before)
        # Readings that contradict each other leave their months unknown, not zero.
        share = None if volume is None else _share(volume, len(months))
        for month in months:
            part = MonthVolume(month, share, month == later.period, len(months))
            found[month] = _sum(found[month], part) if month in found else part
    return tuple(found[month] for month in sorted(found))


def months_silent(last: Period, current: Period) -> int:
    """Return how many months in a row have no reading when `current` has none: 1 after `last`."""
    return (current.year - last.year) * MONTHS + current.month - last.month


def volume_without_reading(
    volumes: Sequence[Decimal], *, months_worked: int, silent: int
) -> Decimal | None:
    """Return the m³ that a month without a reading is charged by, or None: the norm.

    `volumes` are those of the months before, oldest first; `silent` counts this month too.
    """
    if silent > MONTHS_BY_AVERAGE:
        return None
    return monthly_average(volumes, months_worked=months_worked)


def compared(volume: Decimal, before: Decimal) -> Comparison:
    """Return how a month's volume stands to the one before; small differences are none."""
    if abs(volume - before) <= max(before * ALIKE_PART, ALIKE_VOLUME):
        return Comparison.ALIKE
    return Comparison.LESS if volume < before else Comparison.MORE


def _months_after(earlier: Period, later: Period) -> Sequence[Period]:
    """Return the months that a volume between two readings was counted in, the last always."""
    if months_silent(earlier, later) <= 1:
        return (later,)
    return tuple(months_between(earlier.next, later))


def _sum(first: MonthVolume, second: MonthVolume) -> MonthVolume:
    """Return what two pairs of readings say of one month."""
    volumes = [each.volume for each in (first, second) if each.volume is not None]
    return MonthVolume(
        first.period,
        cubic_metres(sum(volumes, Decimal(0))) if len(volumes) > 1 else None,
        has_reading=first.has_reading or second.has_reading,
        shared_by=max(first.shared_by, second.shared_by),
    )


def _share(volume: Decimal, months: int) -> Decimal:
    """Return the equal part of a volume; a whole one keeps its litres."""
    return volume if months == 1 else billed_volume(volume / months)
