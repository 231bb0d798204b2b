"""Norms of consumption: what they are set for, and how much each is in a month.

ПП 306 of 2006: a norm is cubic metres a month for a person, for a square metre of garden in the
months of watering, for a head of livestock.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from vodokanal.billing.values import Word

if TYPE_CHECKING:
    from vodokanal.billing.rates import NormValue

NOTHING = Decimal("0.000")


class NormBasis(Word):
    """What a norm is set for: a person, a square metre of garden, a head of livestock."""

    PERSON = "person"
    GARDEN = "garden"
    LIVESTOCK = "livestock"


def is_in_season(norm: NormValue, month: int) -> bool:
    """Return whether the norm counts in that month of the year, from 1 to 12.

    Both months of a season are part of it; one that ends before it begins goes over New Year.
    """
    first, last = norm.season_from, norm.season_to
    if first is None or last is None:
        return True
    if first <= last:
        return first <= month <= last
    return month >= first or month <= last


def norm_volume(norm: NormValue, month: int) -> Decimal:
    """Return the cubic metres of one unit in that month of the year: nothing out of season."""
    return norm.volume if is_in_season(norm, month) else NOTHING
