"""Codes and errors in words: the one place where they become sentences of the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from vodokanal.billing import findings as found
from vodokanal.billing import refusals
from vodokanal.billing.findings import Finding
from vodokanal.billing.months import Comparison
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind, ReadingState, Source
from vodokanal.formats.account_numbers import grouped
from vodokanal.models.meters import Meter
from vodokanal.models.places import NO_BREAK
from vodokanal.models.readings import Reading
from vodokanal.web.dates import day, in_month, moment
from vodokanal.web.numbers import reading, volume

__all__ = [
    "Label",
    "account_words",
    "code_words",
    "comparison_words",
    "count_word",
    "doubt_sentence",
    "given_by",
    "guess_sentence",
    "hint_of",
    "kind_word",
    "meter_words",
    "moment",
    "not_charged_sentences",
    "place_of",
    "refusal_sentence",
    "state_label",
    "water",
]

N_ = lazy_gettext
CODE_GROUP = 4

COUNTS = (
    N_("none"),
    N_("one"),
    N_("two"),
    N_("three"),
    N_("four"),
    N_("five"),
    N_("six"),
    N_("seven"),
    N_("eight"),
    N_("nine"),
    N_("ten"),
    N_("eleven"),
    N_("twelve"),
)
WATERS = {Kind.COLD: N_("Cold water"), Kind.HOT: N_("Hot water")}
KINDS = {Kind.COLD: N_("Cold"), Kind.HOT: N_("Hot")}
SOURCES = {
    Source.RESIDENT: N_("sent in the cabinet"),
    Source.TELEPHONE: N_("given by telephone"),
    Source.OFFICE: N_("in the office"),
    Source.VISIT: N_("read on a visit"),
    Source.IMPORT: N_("from earlier books"),
    Source.TOKEN: N_("sent by a device"),
    Source.SHEET: N_("by the house sheet"),
    Source.PAPER: N_("on paper"),
    Source.CALCULATED: N_("by average"),
}
STATES = {
    ReadingState.ACCEPTED: ("ok", N_("accepted")),
    ReadingState.ASKED: ("ask", N_("an answer is needed")),
    ReadingState.HELD: ("ask", N_("being checked")),
    ReadingState.RECORDED: ("neutral", N_("kept")),
    ReadingState.REPLACED: ("neutral", N_("corrected")),
    ReadingState.REFUSED: ("bad", N_("not taken")),
}
# When a reading that is only kept will be charged by.
AFTER = {
    found.VerificationOverdue.code: N_("counted after verification"),
    found.MeterFailed.code: N_("counted after repair"),
    found.NotCommissioned.code: N_("counted after commissioning"),
}


@dataclass(frozen=True)
class Label:
    """A state with the kind of its sign."""

    kind: str
    text: str


def code_words(code: str) -> str:
    """A proof's code in groups of four: 7K4M Q2XA 9TRD."""
    return NO_BREAK.join(code[at : at + CODE_GROUP] for at in range(0, len(code), CODE_GROUP))


def water(kind: Kind) -> str:
    """Which water a meter counts: Холодная вода."""
    return str(WATERS[kind])


def kind_word(kind: Kind) -> str:
    """The same in a word: Холодная."""
    return str(KINDS[kind])


def count_word(count: int) -> str:
    """A small number as a word, a larger one in digits."""
    return str(COUNTS[count]) if count < len(COUNTS) else str(count)


def account_words(number: str) -> str:
    """An account number as people read it out, in groups of four."""
    return grouped(number)


def place_of(meter: Meter) -> str:
    """Where a meter hangs, and its resident's own name for it: у двери · Ванная."""
    return " · ".join(name for name in (meter.nickname, meter.place) if name)


def meter_words(meter: Meter) -> str:
    """Which meter it is: счётчик № 18-204417."""
    return _("meter %(number)s", number=str(meter))


def hint_of(meter: Meter, *, whole_only: bool) -> str:
    """What stands before the pattern of a display: Все восемь цифр подряд."""
    if whole_only:
        return _("The black digits are enough:")
    count = meter.digits_before + meter.digits_after
    return ngettext(
        "All %(count)s digit in a row:",
        "All %(count)s digits in a row:",
        count,
        count=count_word(count),
    )


def given_by(kept: Reading, *, resident_id: int | None) -> str:
    """Who gave a reading: передали вы."""
    # Husband and wife may share an account; "you" must not be said of the other.
    if kept.source == Source.RESIDENT and kept.resident_id == resident_id:
        return _("sent by you")
    return str(SOURCES[kept.source])


def state_label(state: ReadingState, findings: Sequence[Finding] = ()) -> Label:
    """How a reading stands, in a word or two with its sign."""
    kind, text = STATES[state]
    if state == ReadingState.RECORDED:
        text = next((AFTER[each.code] for each in findings if each.code in AFTER), text)
    return Label(kind, str(text))


def comparison_words(comparison: Comparison, before: Period) -> str:
    """How a month stands to the one before: меньше, чем в октябре."""
    if comparison is Comparison.LESS:
        return _("less than %(in_month)s", in_month=in_month(before))
    if comparison is Comparison.MORE:
        return _("more than %(in_month)s", in_month=in_month(before))
    return _("as usual")


REFUSALS: Mapping[type[refusals.ReadingRefusedError], Callable[[Any], str]] = {
    refusals.EmptyReadingError: lambda _error: _("Type the digits that the meter shows."),
    refusals.NotANumberError: lambda _error: _(
        "This is not a number. Type digits only, with one comma before the litres."
    ),
    refusals.LetterForDigitError: lambda error: _(
        "Here is “%(letter)s” instead of the digit %(digit)s. Type digits only.",
        letter=error.letter,
        digit=error.digit,
    ),
    refusals.NegativeReadingError: lambda _error: _(
        "A meter never shows less than zero. Type the number without the minus."
    ),
    refusals.TooManyDigitsError: lambda error: ngettext(
        "Too many digits: this meter has %(num)s of them before the comma. "
        "Type all digits with the zeros in front, or put a comma before the litres.",
        "Too many digits: this meter has %(num)s of them before the comma. "
        "Type all digits with the zeros in front, or put a comma before the litres.",
        error.allowed,
    ),
    refusals.TooManyDecimalsError: lambda error: _too_many_decimals(error.allowed),
    refusals.AccountClosedError: lambda error: _(
        "This account was closed on %(day)s.", day=day(error.on)
    ),
    refusals.MeterRemovedError: lambda error: _(
        "This meter was removed on %(day)s.", day=day(error.on)
    ),
    refusals.FutureReadingError: lambda error: _(
        "A reading cannot be taken later than today, %(day)s.", day=day(error.today)
    ),
    refusals.WindowClosedError: lambda error: _(
        "Readings are taken again from %(day)s.", day=day(error.opens_on)
    ),
}


def refusal_sentence(error: refusals.ReadingRefusedError) -> str:
    """Why a value cannot be taken, and what to type instead."""
    return REFUSALS[type(error)](error)


def answered_already(value: Decimal | None) -> str:
    """That a question was answered meanwhile, and which number counts now."""
    if value is None:
        return _("This question has been answered already.")
    return _(
        "This question has been answered already, and another number counts now: %(value)s. "
        "Correct it if it is wrong.",
        value=volume(value),
    )


def _too_many_decimals(allowed: int) -> str:
    if not allowed:
        return _("This meter shows whole cubic metres only: type no digits after the comma.")
    return ngettext(
        "Too many digits after the comma: there is at most %(num)s.",
        "Too many digits after the comma: there are at most %(num)s.",
        allowed,
    )


def doubt_sentence(findings: Sequence[Finding], *, meter: Meter, previous_on: date | None) -> str:
    """What is odd about a reading, as far as the person can see it too."""
    # At most one of these is found: each rules the others out.
    for finding in findings:
        if isinstance(finding, found.LowerThanPrevious):
            was = reading(finding.previous, meter=meter)
            if previous_on is None:
                return _("This is less than it was before: %(was)s.", was=was)
            return _("This is less than it was on %(day)s: %(was)s.", day=day(previous_on), was=was)
        if isinstance(finding, found.AboveUsual):
            return _above_usual(finding)
        if isinstance(finding, found.ZeroAfterUse):
            usual = volume(finding.usual)
            return _("The meter has hardly moved, although about %(usual)s is usual.", usual=usual)
    return ""


def _above_usual(finding: found.AboveUsual) -> str:
    used = volume(finding.volume)
    if finding.usual is None:
        return _("That makes %(volume)s: more than a cubic metre a day.", volume=used)
    return _(
        "That makes %(volume)s, although about %(usual)s is usual.",
        volume=used,
        usual=volume(finding.usual),
    )


def guess_sentence(findings: Sequence[Finding], suggestion: Decimal | None) -> str:
    """What we think has happened; with a suggestion, its drums end the sentence."""
    # With several explanations none is offered: a wrong guess is pressed too easily.
    if suggestion is not None:
        for finding in findings:
            if isinstance(finding, found.DigitMissing):
                return _("It looks as if a digit is missing. Did you mean")
            if isinstance(finding, found.DigitExtra):
                return _("It looks as if there is a digit too many. Did you mean")
            if isinstance(finding, found.LitresTyped):
                return _("It looks as if litres were typed as cubic metres. Did you mean")
    for finding in findings:
        if isinstance(finding, found.LooksSwapped):
            other = f"№{NO_BREAK}{finding.other_serial}"
            return _("It would fit the meter %(number)s. Were the two swapped?", number=other)
    return _("Please look at the meter once more. What does it show?")


def not_charged_sentences(findings: Sequence[Finding]) -> list[str]:
    """Why a reading is kept but not charged by, and what is charged instead."""
    sentences = []
    for finding in findings:
        if isinstance(finding, found.VerificationOverdue):
            sentences.append(
                _(
                    "The verification was valid until %(day)s. Readings are kept, but the charge "
                    "is your average for at most three months and then the norm, until the meter "
                    "is verified.",
                    day=day(finding.since),
                )
            )
        elif isinstance(finding, found.MeterFailed):
            sentences.append(
                _(
                    "Since %(day)s the meter is noted as out of order. Readings are kept, but the "
                    "charge is your average for at most three months and then the norm, until it "
                    "is repaired or replaced.",
                    day=day(finding.since),
                )
            )
        elif isinstance(finding, found.NotCommissioned):
            sentences.append(
                _(
                    "The meter has not been commissioned yet. Readings are kept; it is charged by "
                    "from the day of commissioning."
                )
            )
    return sentences
