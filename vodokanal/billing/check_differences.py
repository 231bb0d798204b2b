"""What checks of a meter found beyond the values known before them (ПП 354 п. 61)."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from vodokanal.billing.account_months import MeterMonth, MeterReading
from vodokanal.billing.consumption import capacity_of
from vodokanal.billing.metering import CHECK, known_values
from vodokanal.billing.periods import Period, months_between
from vodokanal.billing.values import value_class
from vodokanal.billing.volumes import cubic_metres


@value_class
class CheckDifference:
    """What a check found beyond the value known before it (ПП 354 п. 61), in m³; less is negative.

    It was used in `months`, the last of which is the month of the check. It is in no month of
    `metered_months`: it is charged by the check's own correction, less what months without a
    reading among them have been charged already.
    """

    check: int
    months: tuple[Period, ...]
    previous: MeterReading
    found: MeterReading
    volume: Decimal


def check_differences(meter: MeterMonth) -> tuple[CheckDifference, ...]:
    """Return what each check of the meter found beyond the value before it, oldest first."""
    checks = sorted(meter.checks, key=lambda check: (check.checked_on, check.found))
    pairs = [pair for pair in pairwise(known_values(meter)) if pair[1].source == CHECK]
    # A check before the meter hung says nothing of it: the last ones are those with a pair.
    return tuple(
        CheckDifference(
            check.id,
            tuple(_months_of(earlier, later)),
            earlier,
            later,
            _difference(earlier.value, later.value, digits_before=meter.digits_before),
        )
        for check, (earlier, later) in zip(checks[len(checks) - len(pairs) :], pairs, strict=True)
    )


def _months_of(earlier: MeterReading, later: MeterReading) -> list[Period]:
    """Return the months in which the water between two values was used, the last one always."""
    first = min(earlier.period.next, later.period)
    return list(months_between(first, later.period))


def _difference(earlier: Decimal, found: Decimal, *, digits_before: int) -> Decimal:
    """Return the signed m³ to what was found: the nearer of straight on and once around."""
    capacity = capacity_of(digits_before)
    straight = found - earlier
    return cubic_metres(min(straight, straight + capacity, straight - capacity, key=abs))
