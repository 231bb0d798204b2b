"""Telephone numbers: kept as people wrote them, found however they are typed."""

from __future__ import annotations

import re

# Russia's own number has ten digits; what stands before them is written in two ways or left out.
NATIONAL = 10
PREFIXES = ("7", "8")
LONGEST_KEY = 15

_DIGITS = re.compile(r"[0-9]+")
_BETWEEN_NUMBERS = re.compile(r"[,;/]")


def telephone_key(text: str) -> str:
    """The digits of the first number in the text, without +7 or 8; empty when there are none."""
    first = _BETWEEN_NUMBERS.split(text)[0]
    digits = "".join(_DIGITS.findall(first))
    if len(digits) == NATIONAL + 1 and digits.startswith(PREFIXES):
        digits = digits[1:]
    return digits[:LONGEST_KEY]
