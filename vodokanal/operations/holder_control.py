"""What an account's meters showed when its holder changed: as it was read, or shared by days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from vodokanal.billing.consumption import PastReading
from vodokanal.billing.displays import Display, read_display
from vodokanal.billing.findings import LowerThanPrevious, MeterFailed
from vodokanal.billing.holder_changes import SharedValue, shared_value
from vodokanal.billing.readings import (
    Judgement,
    Neighbour,
    Verdict,
    judge,
    why_only_recorded,
)
from vodokanal.billing.refusals import ReadingRefusedError
from vodokanal.billing.settlements import can_precede
from vodokanal.billing.volumes import cut_to_whole
from vodokanal.models.readings import Reading
from vodokanal.operations.meters import KNOWN, MeterStory


class LowerControlError(Exception):
    """The meter is known to have shown more before: `previous`."""

    def __init__(self, previous: PastReading) -> None:
        super().__init__(previous)
        self.previous = previous


class HigherControlError(Exception):
    """The meter is known to have shown less later: `later`."""

    def __init__(self, later: PastReading) -> None:
        super().__init__(later)
        self.later = later


class DoubtfulControlError(Exception):
    """The rules would ask about the value, and nobody has said that it is right."""

    def __init__(self, judgement: Judgement) -> None:
        super().__init__(judgement)
        self.judgement = judgement


Refusal = ReadingRefusedError | LowerControlError | HigherControlError | DoubtfulControlError


class ControlRefusedError(Exception):
    """Some control readings cannot be right, so none was taken: why, by meter."""

    def __init__(self, refusals: Mapping[int, Refusal]) -> None:
        super().__init__(refusals)
        self.refusals = refusals


@dataclass(frozen=True)
class ControlValue:
    """A meter's value in m³ at the end of the old holder's last day.

    Either it was read and judged, or `shared` says how it was estimated. `taken_later` are its
    readings of the new holder's days.
    """

    story: MeterStory
    value: Decimal
    taken_later: Sequence[Reading]
    judgement: Judgement | None = None
    shared: SharedValue | None = None


@dataclass(frozen=True)
class ControlReadings:
    """What was typed, by meter; whether somebody has said that odd values are right.

    `last_day` is the old holder's last one; the utility may take whole cubic metres only.
    """

    entries: Mapping[int, str]
    last_day: date
    is_sure: bool = False
    whole_only: bool = False


def control_values(
    stories: Sequence[MeterStory], control: ControlReadings
) -> dict[int, ControlValue]:
    """Every meter's value, by its id; an empty field is shared by days. Writes nothing.

    Raises:
        ControlRefusedError: a value that is typed cannot be right, or is odd and not confirmed.
    """
    found, refusals = {}, dict[int, Refusal]()
    for story in stories:
        text = control.entries.get(story.meter.id, "").strip()
        try:
            if text:
                found[story.meter.id] = _as_read(text, story, stories=stories, control=control)
            else:
                found[story.meter.id] = _as_shared(story, control)
        except (
            ReadingRefusedError,
            LowerControlError,
            HigherControlError,
            DoubtfulControlError,
        ) as refusal:
            refusals[story.meter.id] = refusal
    if refusals:
        raise ControlRefusedError(refusals)
    return found


def _as_read(
    text: str, story: MeterStory, *, stories: Sequence[MeterStory], control: ControlReadings
) -> ControlValue:
    meter, history = story.meter, _history(story, control)
    value = read_display(
        text,
        digits_before=meter.digits_before,
        digits_after=meter.digits_after,
        whole_only=control.whole_only,
    )
    judgement = judge(
        value,
        meter=story.facts,
        taken_on=control.last_day,
        history=history,
        neighbours=[_neighbour(each, control) for each in stories if each is not story],
    )
    if any(isinstance(each, LowerThanPrevious) for each in judgement.findings):
        raise LowerControlError(max(history, key=lambda past: (past.on, past.value)))
    later = _known_later(story, control)
    if later is not None and not can_precede(value, later.value, digits_before=meter.digits_before):
        raise HigherControlError(later)
    if judgement.verdict is Verdict.ASKED and not control.is_sure:
        raise DoubtfulControlError(judgement)
    return ControlValue(story, judgement.value, _later(story, control), judgement)


def _as_shared(story: MeterStory, control: ControlReadings) -> ControlValue:
    meter = story.meter
    has_failed = any(
        isinstance(each, MeterFailed) for each in why_only_recorded(story.facts, control.last_day)
    )
    shared = shared_value(
        _history(story, control),
        on=control.last_day,
        display=Display(meter.digits_before, 0 if control.whole_only else meter.digits_after),
        later=_known_later(story, control),
        is_counting=not has_failed,
    )
    return ControlValue(story, shared.value, _later(story, control), shared=shared)


def _history(story: MeterStory, control: ControlReadings) -> list[PastReading]:
    """What the meter is known to have shown until the old holder's last day, the initial one too."""
    pasts = [PastReading(story.meter.initial_reading, story.meter.installed_on)]
    pasts += [
        PastReading(each.value, each.taken_on)
        for each in story.known
        if each.taken_on <= control.last_day
    ]
    if not control.whole_only:
        return pasts
    # As precise as what is taken now: 153 is not lower than 153,200.
    return [PastReading(cut_to_whole(each.value), each.on) for each in pasts]


def _neighbour(story: MeterStory, control: ControlReadings) -> Neighbour:
    meter, history = story.meter, _history(story, control)
    return Neighbour(meter.kind, meter.serial, history, digits_before=meter.digits_before)


def _later(story: MeterStory, control: ControlReadings) -> list[Reading]:
    """The readings of the new holder's days that count, whatever their state, the first first."""
    later = [each for each in story.readings if each.taken_on > control.last_day]
    return sorted(later, key=lambda each: (each.taken_on, each.value))


def _known_later(story: MeterStory, control: ControlReadings) -> PastReading | None:
    """The first value of the new holder's days that the meter really had: nobody pays by a doubt."""
    known = [each for each in _later(story, control) if each.state in KNOWN]
    return PastReading(known[0].value, known[0].taken_on) if known else None
