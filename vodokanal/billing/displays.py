"""What stands on a meter's display: from the text a person typed, and back to its drums.

The black digits are cubic metres, the red ones litres: 00017859 on a display of five and three is
17.859 m³. Litres are cut where the utility takes whole m³ only, never rounded up.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from vodokanal.billing.consumption import capacity_of
from vodokanal.billing.digits import MINUSES, digits_of, without_spaces
from vodokanal.billing.refusals import (
    EmptyReadingError,
    LetterForDigitError,
    NegativeReadingError,
    NotANumberError,
    ReadingRefusedError,
    TooManyDecimalsError,
    TooManyDigitsError,
)
from vodokanal.billing.volumes import cubic_metres, cut_to_whole

# A reading has at most litres: what a dial shows below them is cut, the next reading brings it.
MOST_DECIMALS = 3

# Latin first, Cyrillic second: what keyboards, eyes and text recognition put for a digit.
_LOOK_ALIKES = {
    "0": "OoQОо",
    "1": "lI|!iІі",
    "2": "Zz",
    "3": "ЗзЭэ",
    "4": "Чч",
    "5": "SsЅ",
    "6": "bбБ",
    "8": "BВв",
    "9": "gq",
}
_DIGIT_OF = {letter: digit for digit, letters in _LOOK_ALIKES.items() for letter in letters}
_AS_DIGITS = str.maketrans(_DIGIT_OF)


@dataclass(frozen=True, slots=True)
class Display:
    """The drums of a meter: so many black digits before the comma, so many red ones after it."""

    digits_before: int
    digits_after: int

    @property
    def decimals(self) -> int:
        """How many decimals a reading of this display has."""
        return min(self.digits_after, MOST_DECIMALS)

    def shown(self, value: Decimal) -> Decimal:
        """Return the value in m³, when the display can show it; raises a `ReadingRefusedError`."""
        if not value.is_finite():
            raise NotANumberError(str(value))
        if value < 0:
            raise NegativeReadingError
        if value >= capacity_of(self.digits_before):
            raise TooManyDigitsError(self.digits_before)
        if value != value.quantize(Decimal(1).scaleb(-self.decimals)):
            raise TooManyDecimalsError(self.decimals)
        return cubic_metres(value)

    def shows(self, value: Decimal) -> bool:
        """Say whether the display can show the value."""
        try:
            self.shown(value)
        except ReadingRefusedError:
            return False
        return True


def read_display(
    text: str, *, digits_before: int, digits_after: int, whole_only: bool = False
) -> Decimal:
    """Return the m³ a person typed, with comma or point, as this meter's display reads them.

    Without a comma, as many digits as the display has are read as it reads (00017859 → 17.859),
    fewer are whole m³. What a display shows below litres is cut; `whole_only` cuts these too.
    Raises a `ReadingRefusedError`.
    """
    whole, decimals = _typed_digits(text)
    if not decimals and digits_after and len(whole) == digits_before + digits_after:
        whole, decimals = whole[:digits_before], whole[digits_before:]
    most = max(digits_after, MOST_DECIMALS) if whole_only else digits_after
    if len(decimals.rstrip("0")) > most:
        raise TooManyDecimalsError(most)
    longest = digits_before + max(digits_after, MOST_DECIMALS)
    if len(whole) + len(decimals) > longest or len(whole.lstrip("0")) > digits_before:
        raise TooManyDigitsError(digits_before)
    value = cubic_metres(f"{whole}.{decimals[:MOST_DECIMALS] or '0'}")
    return cut_to_whole(value) if whole_only else value


def drums(value: Decimal, *, digits_before: int, digits_after: int) -> tuple[str, str]:
    """Return the digits on the black and on the red drums: 156.32 is ("00156", "320").

    Litres below the last red drum are left out. Raises a `ReadingRefusedError` for a value that
    the black drums have no room for.
    """
    whole, _, decimals = f"{Display(digits_before, MOST_DECIMALS).shown(value):f}".partition(".")
    return whole.zfill(digits_before), decimals.ljust(digits_after, "0")[:digits_after]


def _typed_digits(text: str) -> tuple[str, str]:
    """Return the digits typed before and after the comma; refuses what is not a number."""
    compact = without_spaces(text)
    if not compact:
        raise EmptyReadingError
    typed = digits_of(compact)
    if typed is not None:
        return typed
    if compact[0] in MINUSES and digits_of(compact[1:]) is not None:
        raise NegativeReadingError
    letter = next((each for each in compact if each in _DIGIT_OF), None)
    # Without a single real digit it is a word, not a number with a slip in it.
    if letter is None or not any("0" <= each <= "9" for each in compact):
        raise NotANumberError(text)
    if digits_of(compact.translate(_AS_DIGITS)) is None:
        raise NotANumberError(text)
    raise LetterForDigitError(letter, _DIGIT_OF[letter])
