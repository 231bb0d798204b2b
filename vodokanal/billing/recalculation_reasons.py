"""Why an amount of another month is corrected in an open one."""

from __future__ import annotations

from enum import StrEnum, auto


class RecalculationReason(StrEnum):
    """Each is kept as its name in small letters."""

    # A later reading shows what the averaged months really were.
    TRUE_UP = auto()
    # A reading of an issued month was corrected.
    READING_CORRECTED = auto()
    # ПП 354 пп. 86-97.
    ABSENCE = auto()
    # ПП 354, приложение 1.
    INTERRUPTION = auto()
    # ПП 354 п. 61.
    CHECK = auto()
    # Months calculated anew, approved by the chief.
    RATES = auto()
    # By staff, with a reason in words.
    MANUAL = auto()


# What the calculation of a month finds by itself, and finds anew each time.
AUTOMATIC = frozenset(
    {
        RecalculationReason.TRUE_UP,
        RecalculationReason.READING_CORRECTED,
        RecalculationReason.ABSENCE,
        RecalculationReason.INTERRUPTION,
        RecalculationReason.CHECK,
    }
)
