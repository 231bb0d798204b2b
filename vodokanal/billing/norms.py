"""Norms of consumption: what they are set for."""

from __future__ import annotations

from enum import StrEnum


class NormBasis(StrEnum):
    """What a norm is set for: a person, a square metre of garden, a head of livestock."""

    PERSON = "person"
    GARDEN = "garden"
    LIVESTOCK = "livestock"
