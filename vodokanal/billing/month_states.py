"""How far a month is."""

from __future__ import annotations

from enum import StrEnum, auto


class MonthState(StrEnum):
    """How far a month is: calculated for staff to look at, issued for everybody."""

    CALCULATING = auto()
    CALCULATED = auto()
    ISSUING = auto()
    ISSUED = auto()
