"""Amounts of money: the one door through which rubles enter.

An amount is a `Decimal` with exactly two decimals, kept in the database as whole kopecks; the sign
is the caller's.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from vodokanal.billing.digits import exact_number
from vodokanal.billing.errors import BillingError

KOPECK = Decimal("0.01")

# The largest amount whose kopecks fit the database's 64-bit integer, rounded down to a power of 10.
MOST = Decimal(10) ** 16
MOST_KOPECKS = 10**18


class NotAnAmountError(BillingError, ValueError):
    """An amount of money is a number of rubles with at most two decimals."""

    def __init__(self, given: object) -> None:
        """Keep what was given, for the log and the message."""
        super().__init__(given)
        self.given = given


class SubKopeckError(NotAnAmountError):
    """An amount of money has no fractions of a kopeck."""


def rubles(amount: str | int | Decimal) -> Decimal:
    """Return the amount in rubles with two decimals.

    Text may be written as people write it: "1 234,50". Raises `SubKopeckError` for a fraction of a
    kopeck and `NotAnAmountError` for a float, a bool, NaN, Infinity, or 10¹⁶ rubles and more.
    """
    value = exact_number(amount)
    if value is None or abs(value) >= MOST:
        raise NotAnAmountError(amount)
    exact = value.quantize(KOPECK)
    if exact != value:
        raise SubKopeckError(amount)
    # Adding zero turns -0.00 into 0.00.
    return exact + 0


def rounded(amount: Decimal) -> Decimal:
    """Return a product in rubles rounded once to whole kopecks, half away from zero.

    Published bills are rounded so, line by line. Raises `NotAnAmountError` for 10¹⁶ rubles
    and more.
    """
    whole = amount.quantize(KOPECK, rounding=ROUND_HALF_UP)
    if not whole.is_finite() or abs(whole) >= MOST:
        raise NotAnAmountError(amount)
    # Adding zero turns -0.00 into 0.00.
    return whole + 0


def kopecks(amount: Decimal) -> int:
    """Return the amount as whole kopecks; refuses what `rubles` refuses."""
    return int(rubles(amount).scaleb(2))


def from_kopecks(count: int) -> Decimal:
    """Return the amount in rubles of that many kopecks."""
    if abs(count) < MOST_KOPECKS:
        return Decimal(count).scaleb(-2)
    return rubles(Decimal(count).scaleb(-2))
