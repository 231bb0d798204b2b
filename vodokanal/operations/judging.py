"""Typed values of an account's meters, judged by the rules; writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from vodokanal.billing.consumption import PastReading
from vodokanal.billing.displays import read_display
from vodokanal.billing.findings import findings_to_json
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Judgement, ReadingState, Source, judge, refuse_future
from vodokanal.billing.refusals import ReadingRefusedError
from vodokanal.billing.volumes import cut_to_whole
from vodokanal.models.readings import Reading
from vodokanal.operations.actors import Actor
from vodokanal.operations.meters import MeterStory


class ReadingsRefusedError(Exception):
    """Some of the values cannot be taken, so none was: what is wrong, by meter."""

    def __init__(self, refusals: Mapping[int, ReadingRefusedError]) -> None:
        super().__init__(refusals)
        self.refusals = refusals


class NothingSentError(Exception):
    """Not one field was filled in."""


class NotYourMeterError(Exception):
    """A meter that is not a working meter of this account."""


@dataclass(frozen=True)
class Delivery:
    """What somebody sends: texts as typed, by meter; who took them, and on which day."""

    entries: Mapping[int, str]
    source: Source
    taken_on: date | None = None


@dataclass(frozen=True)
class Bench:
    """What values are judged against: the account's meters, the period, the day, the precision."""

    stories: Mapping[int, MeterStory]
    period: Period
    today: date
    whole_only: bool


@dataclass(frozen=True)
class Judged:
    """A value with what the rules say of it, and the one that counted until now."""

    story: MeterStory
    judgement: Judgement
    current: Reading | None

    @property
    def is_news(self) -> bool:
        """Whether it differs from what is already known for the period."""
        return self.current is None or self.current.value != self.judgement.value


def by_meter(stories: Sequence[MeterStory]) -> dict[int, MeterStory]:
    """The stories by their meters' ids."""
    return {story.meter.id: story for story in stories}


def judge_delivery(delivery: Delivery, bench: Bench) -> list[Judged]:
    """Every filled field, read and judged; all refusals are collected before any is raised.

    Raises:
        NothingSentError: every field is empty.
        NotYourMeterError: a meter that is not among the account's.
        ReadingsRefusedError: at least one value is impossible.
    """
    filled = {meter: text for meter, text in delivery.entries.items() if text.strip()}
    if not filled:
        raise NothingSentError
    if not set(delivery.entries) <= set(bench.stories):
        raise NotYourMeterError
    judged, refusals = [], {}
    for meter_id, text in filled.items():
        try:
            judged.append(_judge(text, bench.stories[meter_id], delivery=delivery, bench=bench))
        except ReadingRefusedError as refusal:
            refusals[meter_id] = refusal
    if refusals:
        raise ReadingsRefusedError(refusals)
    return judged


def row_of(
    judged: Judged, delivery: Delivery, *, actor: Actor, period: Period, at: datetime
) -> dict[str, object]:
    """A judged value as a row of Reading, its submission still to be named."""
    judgement = judged.judgement
    return {
        "meter": judged.story.meter.id,
        "period": period,
        "value": judgement.value,
        "taken_on": delivery.taken_on or at.date(),
        "received_at": at,
        "source": delivery.source,
        "state": ReadingState(judgement.verdict.value),
        "findings": findings_to_json(judgement.findings),
        "resident": actor.resident_id,
        "employee": actor.employee_id,
    }


def _judge(text: str, story: MeterStory, *, delivery: Delivery, bench: Bench) -> Judged:
    taken_on = delivery.taken_on or bench.today
    refuse_future(taken_on, today=bench.today)
    value = read_display(
        text,
        digits_before=story.meter.digits_before,
        digits_after=story.meter.digits_after,
        whole_only=bench.whole_only,
    )
    neighbours = [each for each in bench.stories.values() if each is not story]
    judgement = judge(
        value,
        meter=story.facts,
        taken_on=taken_on,
        history=_comparable(story.known_before(bench.period), bench),
        neighbours=[each.neighbour(bench.period) for each in neighbours],
    )
    return Judged(story, judgement, story.of(bench.period))


def _comparable(history: Sequence[PastReading], bench: Bench) -> Sequence[PastReading]:
    """The history as precise as what is taken now: 153 is not lower than 153,200 cut to 153."""
    if not bench.whole_only:
        return history
    return [PastReading(cut_to_whole(each.value), each.on) for each in history]
