"""Volumes of water: the one door through which cubic metres enter.

A volume is a `Decimal` in m³ with three to six decimals, kept in the database as whole cubic
centimetres. It is never rounded before it is multiplied by the price (ПП 354, приложение 2: the
formulas multiply the volume itself); a reading has at most three decimals, a billed volume six.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from vodokanal.billing.digits import exact_number
from vodokanal.billing.errors import BillingError

CUBIC_METRE = Decimal(1)
LITRE = Decimal("0.001")
CUBIC_CENTIMETRE = Decimal("0.000001")

# The largest volume whose cubic centimetres fit the database's 64-bit integer.
MOST = Decimal(10) ** 12
MOST_CUBIC_CENTIMETRES = 10**18
CUBIC_CENTIMETRES_IN_A_LITRE = 1000


class NotAVolumeError(BillingError, ValueError):
    """A volume is a number of cubic metres with at most six decimals."""

    def __init__(self, given: object) -> None:
        """Keep what was given, for the log and the message."""
        super().__init__(given)
        self.given = given


def cubic_metres(volume: str | int | Decimal) -> Decimal:
    """Return the volume in m³ with three decimals, or up to six where they are needed.

    Text may be written as people write it: "1 234,567". Raises `NotAVolumeError` for a seventh
    decimal, a float, a bool, NaN, Infinity, or 10¹² m³ and more.
    """
    value = exact_number(volume)
    if value is None or abs(value) >= MOST:
        raise NotAVolumeError(volume)
    return _shaped(value, volume)


def volume_from(earlier: Decimal, later: Decimal) -> Decimal:
    """Return the m³ from one volume to another, written as `cubic_metres` writes them.

    What lies between two volumes is one: nothing has to be refused.
    """
    return _shaped(later - earlier, later)


def _shaped(value: Decimal, given: object) -> Decimal:
    """Return a volume with three decimals, or up to six where they are needed."""
    litres = value.quantize(LITRE)
    if litres == value:
        # Adding zero turns -0.000 into 0.000.
        return litres + 0
    if value.quantize(CUBIC_CENTIMETRE) != value:
        raise NotAVolumeError(given)
    return value.normalize()


def cubic_centimetres(volume: Decimal) -> int:
    """Return the volume as whole cubic centimetres; refuses what `cubic_metres` refuses."""
    return int(cubic_metres(volume).scaleb(6))


def from_cubic_centimetres(count: int) -> Decimal:
    """Return the volume in m³ of that many cubic centimetres."""
    litres, rest = divmod(count, CUBIC_CENTIMETRES_IN_A_LITRE)
    # Nearly every kept volume: no more decimals than a display has.
    if not rest and abs(count) < MOST_CUBIC_CENTIMETRES:
        return Decimal(litres) * LITRE
    return cubic_metres(Decimal(count).scaleb(-6))


def billed_volume(volume: Decimal) -> Decimal:
    """Return the quotient of a division as a billed volume: six decimals, half up."""
    return cubic_metres(volume.quantize(CUBIC_CENTIMETRE, rounding=ROUND_HALF_UP))


def cut_to_whole(volume: Decimal) -> Decimal:
    """Return the whole cubic metres of a reading: litres are cut, never rounded up.

    They are not lost: the next reading brings them (the setting "whole m³ only").
    """
    return cubic_metres(volume.quantize(CUBIC_METRE, rounding=ROUND_DOWN))
