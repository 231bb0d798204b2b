"""Text as the search compares it: lower case, ё as е, single spaces; and typed by the wrong keys."""

from __future__ import annotations

import re

# Each word is one more condition of a statement.
MOST_WORDS = 8
# What stands in an address as it is printed, but not in what is searched.
SIGNS = frozenset({"д.", "д", "дом", "кв.", "кв", "корп.", "корп", "·", "№"})

DIGITS = re.compile(r"\d+")
# The same keys of a Russian keyboard in its two layouts; a stroke is typed in both.
LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,." + '~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>'
RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбю" + "ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ"
TO_RUSSIAN, TO_LATIN = str.maketrans(LATIN, RUSSIAN), str.maketrans(RUSSIAN, LATIN)
_LATIN_LETTER = re.compile(r"[A-Za-z]")


def folded(text: str) -> str:
    """The text in lower case with ё written е and every run of blanks made one space."""
    return " ".join(text.casefold().replace("ё", "е").split())


def natural_key(text: str) -> str:
    """A key that sorts 2 before 10 before 10А: every number padded to six digits."""
    return DIGITS.sub(lambda match: match.group().zfill(6), folded(text))


def in_other_layout(text: str) -> str:
    """The text as the same keys write it in the other layout: dtnk is ветл, ФИ is AB."""
    return text.translate(TO_RUSSIAN if _LATIN_LETTER.search(text) else TO_LATIN)


def search_words(text: str) -> list[str]:
    """The folded words to look for; an address may be typed as it is printed."""
    words = folded(text.replace(",", " ")).split()
    return [word for word in words if word not in SIGNS][:MOST_WORDS]
