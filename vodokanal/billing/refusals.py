"""Why a reading cannot be taken at all: only what is impossible is refused.

Everything merely odd is kept and asked about (`findings.py`): a refusal loses the moment of
receipt, and with it, after the 25th, the month (ПП 354 п. 59 б).
"""

from __future__ import annotations

from datetime import date

from vodokanal.billing.errors import BillingError

SHOWN = 40


class ReadingRefusedError(BillingError):
    """This reading cannot be taken."""


class EmptyReadingError(ReadingRefusedError):
    """Nothing was typed."""


class NotANumberError(ReadingRefusedError):
    """A reading is digits with at most one comma: {text}."""

    def __init__(self, text: str) -> None:
        """Keep what was typed, cut and without what no page can print."""
        shown = "".join(each if each.isprintable() else "\ufffd" for each in text[:SHOWN])
        super().__init__(shown)
        self.text = shown


class LetterForDigitError(ReadingRefusedError):
    """The letter {letter} stands where the digit {digit} was meant."""

    def __init__(self, letter: str, digit: str) -> None:
        """Keep the first such letter and the digit it looks like."""
        super().__init__(letter, digit)
        self.letter = letter
        self.digit = digit


class NegativeReadingError(ReadingRefusedError):
    """A meter does not count below zero."""


class TooManyDigitsError(ReadingRefusedError):
    """This meter has {allowed} digits before the comma."""

    def __init__(self, allowed: int) -> None:
        """Keep the number of digits before the comma."""
        super().__init__(allowed)
        self.allowed = allowed


class TooManyDecimalsError(ReadingRefusedError):
    """This meter has {allowed} digits after the comma."""

    def __init__(self, allowed: int) -> None:
        """Keep the number of digits after the comma."""
        super().__init__(allowed)
        self.allowed = allowed


class MeterRemovedError(ReadingRefusedError):
    """This meter was removed on {on}."""

    def __init__(self, on: date) -> None:
        """Keep the day from which the meter counts no more."""
        super().__init__(on)
        self.on = on


class FutureReadingError(ReadingRefusedError):
    """A reading cannot be taken later than today, {today}."""

    def __init__(self, today: date) -> None:
        """Keep the latest day possible."""
        super().__init__(today)
        self.today = today


class AccountClosedError(ReadingRefusedError):
    """This account was closed on {on}."""

    def __init__(self, on: date) -> None:
        """Keep the day from which nothing is taken from its resident."""
        super().__init__(on)
        self.on = on


class WindowClosedError(ReadingRefusedError):
    """Readings are not taken now; they are taken again from {opens_on}."""

    def __init__(self, opens_on: date) -> None:
        """Keep the day the next window opens."""
        super().__init__(opens_on)
        self.opens_on = opens_on
