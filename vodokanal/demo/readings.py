"""Readings as they were sent, with what the rules said of those that are out of the ordinary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from vodokanal.billing.consumption import PastReading
from vodokanal.billing.findings import Finding, findings_to_json
from vodokanal.billing.readings import (
    MeterFacts,
    Neighbour,
    ReadingState,
    Source,
    Verdict,
    judge,
    verdict_when_confirmed,
)
from vodokanal.demo.calendar import Turn, some_moment
from vodokanal.demo.courses import Course
from vodokanal.demo.households import Household
from vodokanal.demo.stories import Doubt, Trouble

UNANSWERED = frozenset({Doubt.DIGIT_MISSING, Doubt.SWAPPED, Doubt.ABOVE_USUAL, Doubt.ZERO})
KNOWN = frozenset({ReadingState.ACCEPTED, ReadingState.RECORDED})
# Who never sends anything is visited twice a year.
MONTHS_BETWEEN_VISITS, MONTH_OF_VISIT = 6, 2
USUAL_WAY = 0.88
LOWER_BY, MISTYPED_BY = 3_400, 900
SHARE_BEFORE_THE_END = 0.5


@dataclass(frozen=True)
class Sending:
    """A month of an account: when somebody looked at the meters, and whether it was sent."""

    turn: Turn
    at: datetime
    source: Source
    is_sent: bool


@dataclass
class MeterTale:
    """A meter on its way through the months: what it showed, and what is known of it so far."""

    id: int
    facts: MeterFacts
    course: Course
    known: list[PastReading] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.known.append(
            PastReading(cubic_metres_of(self.course.initial), self.facts.installed_on)
        )

    def neighbour(self) -> Neighbour:
        """The meter as another one's neighbour."""
        return Neighbour(
            self.facts.kind, self.facts.serial, tuple(self.known), self.facts.digits_before
        )


@dataclass(frozen=True)
class SentReading:
    """One value as it is kept."""

    meter_id: int
    litres: int
    state: ReadingState
    findings: tuple[Finding, ...] = ()

    def row(self, sending: Sending) -> dict[str, Any]:
        """The columns of the reading that it knows."""
        return {
            "meter": self.meter_id,
            "period": sending.turn.period,
            "value": cubic_metres_of(self.litres),
            "taken_on": sending.at.date(),
            "received_at": sending.at,
            "source": sending.source,
            "state": self.state,
            "findings": findings_to_json(self.findings) if self.findings else "[]",
        }


def cubic_metres_of(litres: int) -> Decimal:
    """Litres as a reading in m³."""
    return Decimal(litres).scaleb(-3)


def sendings_of(
    people: Household, turns: Sequence[Turn], *, now: datetime, rng: Random
) -> list[Sending]:
    """Every month of an account, also those of which nothing was sent."""
    sendings = []
    for turn in turns:
        source = _source(people, turn, rng=rng)
        in_office = source is not Source.RESIDENT
        at = some_moment(turn, rng, now=now, in_office=in_office)
        if people.story.day is not None:
            at = at.replace(day=people.story.day)
        is_sent = _is_sent(people, turn, is_newest=turn is turns[-1], rng=rng)
        sendings.append(Sending(turn, at, source, is_sent))
    return sendings


def sent_readings(
    people: Household, tales: Sequence[MeterTale], *, sendings: Sequence[Sending]
) -> Iterator[tuple[Sending, list[SentReading]]]:
    """What came month after month; a corrected month comes twice."""
    for sending in sendings:
        back = sending.turn.months_back
        shown = {tale.id: tale.course.shown[back] for tale in tales if back in tale.course.shown}
        if not sending.is_sent or not shown:
            continue
        if not people.is_special:
            yield sending, [SentReading(*each, ReadingState.ACCEPTED) for each in shown.items()]
            continue
        doubt = people.story.doubt if sending is sendings[-1] else None
        present = [tale for tale in tales if tale.id in shown]
        if doubt is Doubt.CORRECTED:
            yield _mistyped(present, shown, sending=sending)
        typed = _typed(shown, present, doubt=doubt)
        judged = _judged(present, typed, sending=sending, doubt=doubt)
        _remember(present, judged, on=sending.at.date())
        yield sending, judged


def _judged(
    tales: Sequence[MeterTale], typed: dict[int, int], *, sending: Sending, doubt: Doubt | None
) -> list[SentReading]:
    """The verdict on each; what was asked about in former months has been confirmed since."""
    day = sending.at.date()
    readings = []
    for tale in tales:
        judgement = judge(
            cubic_metres_of(typed[tale.id]),
            meter=tale.facts,
            taken_on=day,
            history=tuple(tale.known),
            neighbours=[other.neighbour() for other in tales if other is not tale],
        )
        verdict = judgement.verdict
        # Everybody but the people of an unanswered doubt has said: it shows just this.
        if verdict is Verdict.ASKED and doubt not in UNANSWERED:
            verdict = verdict_when_confirmed(judgement.findings)
        state = ReadingState(verdict.value)
        readings.append(SentReading(tale.id, typed[tale.id], state, judgement.findings))
    return readings


def _remember(tales: Sequence[MeterTale], readings: Sequence[SentReading], *, on: date) -> None:
    for tale, reading in zip(tales, readings, strict=True):
        if reading.state in KNOWN:
            tale.known.append(PastReading(cubic_metres_of(reading.litres), on))


def _mistyped(
    tales: Sequence[MeterTale], shown: dict[int, int], *, sending: Sending
) -> tuple[Sending, list[SentReading]]:
    """A first try with a wrong number for the cold meter, replaced soon after."""
    first = replace(sending, at=sending.at - timedelta(minutes=20))
    typed = {**shown, tales[0].id: shown[tales[0].id] + MISTYPED_BY}
    judged = _judged(tales, typed, sending=first, doubt=None)
    return first, [replace(each, state=ReadingState.REPLACED) for each in judged]


def _typed(
    shown: dict[int, int], tales: Sequence[MeterTale], *, doubt: Doubt | None
) -> dict[int, int]:
    """What was sent instead of what the meters show."""
    cold = tales[0]
    if doubt is Doubt.DIGIT_MISSING:
        whole, litres = divmod(shown[cold.id], 1000)
        return {**shown, cold.id: whole // 10 * 1000 + litres}
    if doubt is Doubt.LOWER_CONFIRMED:
        previous = int(cold.known[-1].value * 1000)
        return {**shown, cold.id: previous - LOWER_BY}
    if doubt is Doubt.SWAPPED:
        hot = tales[1]
        return {**shown, cold.id: shown[hot.id], hot.id: shown[cold.id]}
    return shown


def _source(people: Household, turn: Turn, *, rng: Random) -> Source:
    if turn.months_back in people.story.sources:
        return people.story.sources[turn.months_back]
    if not people.reliability:
        return Source.VISIT
    if people.is_special or rng.random() < USUAL_WAY:
        return people.usual_source
    return rng.choice((Source.TELEPHONE, Source.OFFICE))


def _is_sent(people: Household, turn: Turn, *, is_newest: bool, rng: Random) -> bool:
    # Thrown in any case, so that the dice of the months after do not depend on it.
    story, chance = people.story, rng.random()
    closed = story.closed_months_back
    if turn.months_back in story.silent or (closed is not None and turn.months_back < closed):
        return False
    if is_newest and (story.doubt or story.trouble is Trouble.NOT_COMMISSIONED):
        return True
    if not people.reliability:
        return turn.months_back % MONTHS_BETWEEN_VISITS == MONTH_OF_VISIT
    expected = people.reliability * (SHARE_BEFORE_THE_END if turn.is_open else 1)
    return chance < expected
