"""What a meter counted between two readings, and the monthly average where one is missing.

ПП 354, приложение 2, формула 1: the volume is the difference of the readings; п. 59: without a
reading, the monthly average of at least six months, of at least three for a younger meter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from vodokanal.billing.errors import BillingError
from vodokanal.billing.volumes import billed_volume, cubic_metres, volume_from

# No act says when a display may have begun again; below its last tenth a slip is likelier.
NEAR_THE_END = Decimal("0.9")

MONTHS_NEEDED = 6
MONTHS_NEEDED_WHEN_YOUNG = 3


class BeyondDisplayError(BillingError, ValueError):
    """A display of {digits_before} digits before the comma does not show {value}."""

    def __init__(self, value: Decimal, digits_before: int) -> None:
        """Keep the value and what the display has room for."""
        super().__init__(value, digits_before)
        self.value = value
        self.digits_before = digits_before


@dataclass(frozen=True, slots=True)
class PastReading:
    """A reading already accepted or recorded, or the meter's initial one, in m³."""

    value: Decimal
    on: date


def capacity_of(digits_before: int) -> Decimal:
    """Return the m³ at which a display with so many digits begins again: 100 000 for five."""
    return Decimal(10) ** digits_before


def volume_between(previous: Decimal, current: Decimal, *, digits_before: int) -> Decimal:
    """Return the m³ counted between two readings; a lower one means the display began again.

    Whether a lower reading really is a rollover is for `readings.judge` to say. Raises
    `BeyondDisplayError` for a reading that the display cannot show.
    """
    capacity = capacity_of(digits_before)
    for value in (previous, current):
        if not 0 <= value < capacity:
            raise BeyondDisplayError(value, digits_before)
    if current < previous:
        return cubic_metres(current + capacity - previous)
    return cubic_metres(current - previous)


def likely_volume(previous: Decimal, current: Decimal, *, digits_before: int) -> Decimal | None:
    """Return the m³ counted between two readings, or None where the second cannot follow.

    A lower reading follows only one in the last tenth of the display.
    """
    if current >= previous:
        return volume_from(previous, current)
    capacity = capacity_of(digits_before)
    if NEAR_THE_END * capacity < previous < capacity:
        return cubic_metres(current + capacity - previous)
    return None


def monthly_average(
    volumes: Sequence[Decimal],
    *,
    months_worked: int,
    months_needed: int = MONTHS_NEEDED,
    months_needed_when_young: int = MONTHS_NEEDED_WHEN_YOUNG,
) -> Decimal | None:
    """Return the monthly average in m³ with six decimals, or None: then the norm is charged.

    `volumes` are those of the months charged by readings, oldest first; the latest six count.
    `months_worked` is how long the meter has worked: only one younger than six months may do with
    three (ПП 354 п. 59). For how many months in a row the average may stand is not said here.
    """
    young = months_worked < months_needed
    needed = months_needed_when_young if young else months_needed
    if len(volumes) < needed:
        return None
    latest = volumes[-months_needed:]
    return billed_volume(sum(latest, Decimal(0)) / len(latest))


def in_order(history: Iterable[PastReading]) -> list[PastReading]:
    """Return the readings oldest first; of one day, the lower first."""
    return sorted(history, key=lambda past: (past.on, past.value))
