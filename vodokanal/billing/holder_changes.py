"""What a meter showed on the day on which premises changed hands, where nobody has read it.

ПП 354 п. 42, приложение 2, формула 1: each holder pays for the difference of the readings of the
own days. A value that was not read is shared by days, so that both parts add up to what the meter
shows later: no litre is charged twice, none is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from vodokanal.billing.consumption import PastReading, capacity_of, in_order, likely_volume
from vodokanal.billing.displays import Display
from vodokanal.billing.usage import usage_of
from vodokanal.billing.volumes import cubic_metres

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class SharedValue:
    """A value in m³ at the end of the day `on`, and what it was made of.

    `previous` plus `per_day` times `days`, cut to what the display shows. `per_day` is m³; it
    follows from `later` where a later reading is known, or else from the usual; None: nothing is
    usual yet, and the last value stands.
    """

    value: Decimal
    on: date
    previous: PastReading
    days: int
    per_day: Decimal | None
    later: PastReading | None = None


def shared_value(
    history: Sequence[PastReading],
    *,
    on: date,
    display: Display,
    later: PastReading | None = None,
    is_counting: bool = True,
) -> SharedValue:
    """Return what the meter showed at the end of a day, by the values known until then, not empty.

    A `later` reading is taken after that day; the water in between is shared evenly by days.
    `is_counting` is false of a meter that has failed: it showed nothing more.
    """
    previous = in_order(history)[-1]
    days = max((on - previous.on).days, 0)
    per_day = None
    if is_counting:
        per_day = _per_day(history, previous, digits_before=display.digits_before, later=later)
    value = previous.value + (per_day or NOTHING) * days
    unit = Decimal(1).scaleb(-display.decimals)
    shown = (value % capacity_of(display.digits_before)).quantize(unit, rounding=ROUND_DOWN)
    # The last value may be more exact than what is taken now: nothing runs backwards.
    if previous.value <= value < capacity_of(display.digits_before):
        shown = max(shown, previous.value)
    return SharedValue(cubic_metres(shown), on, previous, days, per_day, later)


def _per_day(
    history: Sequence[PastReading],
    previous: PastReading,
    *,
    digits_before: int,
    later: PastReading | None,
) -> Decimal | None:
    """Return the m³ of a day: of the very days where they are known, or else the usual."""
    if later is not None:
        volume = likely_volume(previous.value, later.value, digits_before=digits_before)
        days = (later.on - previous.on).days
        if volume is not None and days > 0:
            return volume / days
    return usage_of(in_order(history), digits_before=digits_before).middle
