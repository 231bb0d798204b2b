"""How people write numbers: ASCII digits, comma or point, spaces of every width."""

from __future__ import annotations

import re
from decimal import Decimal

# Ordinary, no-break, narrow no-break, thin and figure space, tab: pasted from bills and tables.
SPACES = " \t\u00a0\u202f\u2009\u2007"
MINUSES = "-\u2212\u2013"

_WITHOUT_SPACES = str.maketrans(dict.fromkeys(SPACES))
_NUMBER = re.compile(r"([0-9]+)(?:[.,]([0-9]+))?")


def without_spaces(text: str) -> str:
    """Return the text without any of the spaces people put between digits, or a line's end."""
    return text.translate(_WITHOUT_SPACES).strip("\r\n")


def digits_of(text: str) -> tuple[str, str] | None:
    """Return the digits before and after the comma or point, or None for anything else.

    Only ASCII digits count: `Decimal` itself also takes NaN, exponents, underscores and the
    digits of every script. There is no sign; spaces must be removed before.
    """
    match = _NUMBER.fullmatch(text)
    return (match[1], match[2] or "") if match else None


def decimal_of(text: str) -> Decimal | None:
    """Return the number as people write it, a minus allowed, or None when it is not one."""
    compact = without_spaces(text)
    unsigned = compact[1:] if compact[:1] in MINUSES else compact
    parts = digits_of(unsigned)
    if parts is None:
        return None
    sign = "" if unsigned == compact else "-"
    return Decimal(f"{sign}{parts[0]}.{parts[1] or '0'}")


def exact_number(given: object) -> Decimal | None:
    """Return the exact number in a text, int or Decimal; None for a float, a bool, anything else.

    A float is refused because 0.1 + 0.2 is not 0.3; a bool because it is never meant.
    """
    if isinstance(given, Decimal):
        return given if given.is_finite() else None
    if isinstance(given, str):
        return decimal_of(given)
    if isinstance(given, int) and not isinstance(given, bool):
        return Decimal(given)
    return None
