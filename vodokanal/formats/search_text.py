"""Text as the search compares it: lower case, ё as е, single spaces."""

from __future__ import annotations

import re

# Each word is one more condition of a statement.
MOST_WORDS = 8
# What stands in an address as it is printed, but not in what is searched.
SIGNS = frozenset({"д.", "д", "дом", "кв.", "кв", "корп.", "корп", "·", "№"})

DIGITS = re.compile(r"\d+")


def folded(text: str) -> str:
    """The text in lower case with ё written е and every run of blanks made one space."""
    return " ".join(text.casefold().replace("ё", "е").split())


def natural_key(text: str) -> str:
    """A key that sorts 2 before 10 before 10А: every number padded to six digits."""
    return DIGITS.sub(lambda match: match.group().zfill(6), folded(text))


def search_words(text: str) -> list[str]:
    """The folded words to look for; an address may be typed as it is printed."""
    words = folded(text.replace(",", " ")).split()
    return [word for word in words if word not in SIGNS][:MOST_WORDS]
