"""Text as the search compares it: lower case, ё as е, single spaces."""

from __future__ import annotations

import re

DIGITS = re.compile(r"\d+")


def folded(text: str) -> str:
    """The text in lower case with ё written е and every run of blanks made one space."""
    return " ".join(text.casefold().replace("ё", "е").split())


def natural_key(text: str) -> str:
    """A key that sorts 2 before 10 before 10А: every number padded to six digits."""
    return DIGITS.sub(lambda match: match.group().zfill(6), folded(text))
