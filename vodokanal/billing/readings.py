"""Whether a reading is acceptable: one rule set for every source, findings and a verdict.

ПП 354 пп. 31, 33, 34: readings are sent monthly; п. 59 а: a meter that failed or is overdue for
verification is not charged by, nor (п. 81) one that is not commissioned. All values are m³.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum, auto

from vodokanal.billing.consumption import PastReading, in_order, likely_volume
from vodokanal.billing.displays import Display
from vodokanal.billing.findings import (
    AboveUsual,
    DigitExtra,
    DigitMissing,
    Finding,
    LitresTyped,
    LooksSwapped,
    LowerThanPrevious,
    MeterFailed,
    NotCommissioned,
    Rollover,
    VerificationOverdue,
    ZeroAfterUse,
)
from vodokanal.billing.refusals import FutureReadingError, MeterRemovedError
from vodokanal.billing.slips import slips_of
from vodokanal.billing.usage import Expectation, expectation_of
from vodokanal.billing.values import Word


class Kind(Word):
    """Which water a meter counts."""

    COLD = "cold"
    HOT = "hot"


class Verdict(StrEnum):
    """What becomes of a reading the moment it arrives."""

    ACCEPTED = "accepted"
    ASKED = "asked"
    HELD = "held"
    RECORDED = "recorded"


class ReadingState(StrEnum):
    """How a kept reading stands: its verdict, or what happened to it later."""

    ACCEPTED = "accepted"
    ASKED = "asked"
    HELD = "held"
    RECORDED = "recorded"
    REPLACED = "replaced"
    REFUSED = "refused"


class Source(StrEnum):
    """How a reading came to the utility; each is kept as its name in small letters."""

    RESIDENT = auto()
    TELEPHONE = auto()
    OFFICE = auto()
    VISIT = auto()
    IMPORT = auto()
    TOKEN = auto()
    SHEET = auto()
    PAPER = auto()
    CALCULATED = auto()


@dataclass(frozen=True, slots=True)
class MeterFacts:
    """What the rules need to know of a meter; `verify_by` is the last day of its verification."""

    id: int
    kind: Kind
    serial: str
    digits_before: int
    digits_after: int
    installed_on: date
    commissioned_on: date | None = None
    verify_by: date | None = None
    failed_on: date | None = None
    removed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another working meter of the account, with its readings of earlier periods."""

    kind: Kind
    serial: str
    history: Sequence[PastReading]
    digits_before: int = 5


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules say of a reading: `volume` since `previous`, `suggestion` what was meant.

    `volume` is None without a previous reading, and where the reading is lower and no rollover;
    `suggestion` is given only when exactly one explanation was found.
    """

    value: Decimal
    findings: tuple[Finding, ...]
    verdict: Verdict
    previous: PastReading | None
    volume: Decimal | None
    suggestion: Decimal | None


def judge(
    value: Decimal,
    *,
    meter: MeterFacts,
    taken_on: date,
    history: Sequence[PastReading],
    neighbours: Sequence[Neighbour],
) -> Judgement:
    """Return what was noticed about the reading and what becomes of it.

    `history` holds readings of earlier periods, in any order. Raises a `ReadingRefusedError` only
    for what is impossible.
    """
    display = Display(meter.digits_before, meter.digits_after)
    shown = display.shown(value)
    if meter.removed_on is not None and meter.removed_on <= taken_on:
        raise MeterRemovedError(meter.removed_on)
    known = in_order(history)
    recorded = why_only_recorded(meter, taken_on)
    if not known:
        return Judgement(shown, recorded, _verdict(recorded), None, None, None)
    expected = expectation_of(known, display=display, taken_on=taken_on)
    volume, doubts = _doubts(shown, expected)
    if any(isinstance(doubt, LowerThanPrevious | AboveUsual) for doubt in doubts):
        swapped = _swaps(shown, meter, neighbours=neighbours, taken_on=taken_on)
        doubts = (*doubts, *slips_of(shown, expected), *swapped)
    findings = (*recorded, *doubts)
    return Judgement(shown, findings, _verdict(findings), known[-1], volume, suggestion_of(doubts))


def refuse_future(taken_on: date, *, today: date) -> None:
    """Refuse, with `FutureReadingError`, a day on which nobody can have read a meter yet."""
    if taken_on > today:
        raise FutureReadingError(today)


def verdict_when_confirmed(findings: Iterable[Finding]) -> Verdict:
    """Return what becomes of a reading once the person said: the meter shows exactly this."""
    found = tuple(findings)
    if any(finding.records for finding in found):
        return Verdict.RECORDED
    if any(isinstance(finding, LowerThanPrevious) for finding in found):
        return Verdict.HELD
    return Verdict.ACCEPTED


def _verdict(findings: tuple[Finding, ...]) -> Verdict:
    """Return the verdict: not charged by goes before asked, asked before accepted."""
    if any(finding.records for finding in findings):
        return Verdict.RECORDED
    return Verdict.ASKED if any(finding.asks for finding in findings) else Verdict.ACCEPTED


def why_only_recorded(meter: MeterFacts, taken_on: date) -> tuple[Finding, ...]:
    """Return why the meter is not charged by on that day; nothing when it is."""
    found: list[Finding] = []
    if meter.commissioned_on is None or meter.commissioned_on > taken_on:
        found.append(NotCommissioned())
    if meter.verify_by is not None and meter.verify_by < taken_on:
        found.append(VerificationOverdue(meter.verify_by))
    if meter.failed_on is not None and meter.failed_on <= taken_on:
        found.append(MeterFailed(meter.failed_on))
    return tuple(found)


def _doubts(value: Decimal, expected: Expectation) -> tuple[Decimal | None, tuple[Finding, ...]]:
    """Return the volume since the previous reading, and what is odd about it."""
    usage, days, previous = expected.usage, expected.days, expected.previous
    volume = likely_volume(previous, value, digits_before=expected.display.digits_before)
    if volume is None or (value < previous and volume > usage.most(days)):
        return None, (LowerThanPrevious(previous),)
    if value < previous:
        return volume, (Rollover(),)
    usual = usage.usual(days)
    if volume > usage.most(days):
        return volume, (AboveUsual(usual, volume),)
    if usual is not None and usage.is_odd_zero(volume, days):
        return volume, (ZeroAfterUse(usual),)
    return volume, ()


def _swaps(
    value: Decimal, meter: MeterFacts, *, neighbours: Sequence[Neighbour], taken_on: date
) -> tuple[Finding, ...]:
    """Return the meters of the other water whose usual next reading this would be."""
    found = []
    for other in sorted(neighbours, key=lambda other: other.serial):
        known = in_order(other.history)
        if other.kind == meter.kind or not known:
            continue
        display = Display(other.digits_before, meter.digits_after)
        expected = expectation_of(known, display=display, taken_on=taken_on)
        # The guard of a young meter is so wide that almost every small number would fit it.
        if expected.usage.middle is not None and expected.fits(value):
            found.append(LooksSwapped(other.serial))
    return tuple(found)


def suggestion_of(doubts: tuple[Finding, ...]) -> Decimal | None:
    """Return the number meant, when one explanation alone was found."""
    meant = {
        doubt.meant
        for doubt in doubts
        if isinstance(doubt, DigitMissing | DigitExtra | LitresTyped)
    }
    swapped = any(isinstance(doubt, LooksSwapped) for doubt in doubts)
    return meant.pop() if len(meant) == 1 and not swapped else None
