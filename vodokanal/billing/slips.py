"""Which number may have been meant where the one typed does not fit: one slip of the finger."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from vodokanal.billing.findings import DigitExtra, DigitMissing, Finding, LitresTyped
from vodokanal.billing.usage import Expectation
from vodokanal.billing.volumes import LITRE, cubic_metres

LITRES_IN_A_CUBIC_METRE = 1000


def slips_of(value: Decimal, expectation: Expectation) -> tuple[Finding, ...]:
    """Return the slips that would explain the value, each with the number then meant."""
    missing = expectation.nearest(_with_a_digit_more(value))
    extra = expectation.nearest(_with_a_digit_less(value))
    litres = expectation.nearest(_as_litres(value))
    return (
        *([] if missing is None else [DigitMissing(missing)]),
        *([] if extra is None else [DigitExtra(extra)]),
        *([] if litres is None else [LitresTyped(litres)]),
    )


def _with_a_digit_more(value: Decimal) -> Iterator[Decimal]:
    """Yield every number that has one digit more before the comma."""
    whole, decimals = _written(value)
    for place in range(len(whole) + 1):
        for digit in "0123456789":
            yield cubic_metres(f"{whole[:place]}{digit}{whole[place:]}.{decimals}")


def _with_a_digit_less(value: Decimal) -> Iterator[Decimal]:
    """Yield every number that has one digit less before the comma."""
    whole, decimals = _written(value)
    for place in range(len(whole)):
        rest = whole[:place] + whole[place + 1 :]
        yield cubic_metres(f"{rest or '0'}.{decimals}")


def _as_litres(value: Decimal) -> Iterator[Decimal]:
    """Yield the number read as litres, when it was typed without a comma."""
    if value == value.to_integral_value():
        yield (value / LITRES_IN_A_CUBIC_METRE).quantize(LITRE)


def _written(value: Decimal) -> tuple[str, str]:
    """Return the digits before and after the comma, as short as they are typed."""
    whole, _, decimals = f"{cubic_metres(value):f}".partition(".")
    return whole, decimals
