"""What the page says back of a kept reading: drums, words, consumption, state."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _

from vodokanal.billing.findings import Rollover
from vodokanal.billing.readings import ReadingState
from vodokanal.operations.consumption import KeptReading
from vodokanal.operations.meters import MeterStory
from vodokanal.web import numbers
from vodokanal.web.dates import day
from vodokanal.web.wording import (
    Label,
    comparison_words,
    meter_words,
    not_charged_sentences,
    place_of,
    state_label,
    water,
)


@dataclass(frozen=True)
class Head:
    """Which meter it is: the drop's colour, the water, the place and the serial number."""

    kind: str
    title: str
    place: str
    which: str


@dataclass(frozen=True)
class Drums:
    """A value in drums, and as a screen reader says it."""

    black: str
    red: str
    text: str


@dataclass(frozen=True)
class Used:
    """The volume since the reading before: since when, how much, how that compares."""

    since: str
    volume: str
    in_words: str
    comparison: str


@dataclass(frozen=True)
class SaidBack:
    """One kept reading as a page repeats it."""

    head: Head
    label: Label
    drums: Drums
    in_words: str
    used: Used | None
    notes: tuple[str, ...]
    because: str = ""


def head_of(story: MeterStory) -> Head:
    """The heading of a meter's card."""
    meter = story.meter
    return Head(meter.kind.value, water(meter.kind), place_of(meter), meter_words(meter))


def drums_of(value: Decimal, story: MeterStory) -> Drums:
    """A value in the drums of that meter."""
    black, red = numbers.drums_of(value, meter=story.meter)
    return Drums(black, red, numbers.reading(value, meter=story.meter))


def said_back(kept: KeptReading, *, because: str = "") -> SaidBack:
    """What is said back of a reading; `because` is why it was not taken."""
    return SaidBack(
        head=head_of(kept.story),
        label=state_label(kept.reading.state, kept.findings),
        drums=drums_of(kept.reading.value, kept.story),
        in_words=numbers.volume_in_words(kept.reading.value),
        used=_used(kept),
        notes=tuple(_notes(kept)),
        because=because,
    )


def _used(kept: KeptReading) -> Used | None:
    # Without a volume there is nothing to say: the label and the note explain why.
    if kept.volume is None or kept.reading.state == ReadingState.REFUSED:
        return None
    comparison = kept.comparison
    return Used(
        since=_("In the month")
        if kept.is_of_one_month
        else _("Since %(day)s", day=day(kept.since)),
        volume=numbers.volume(kept.volume),
        in_words=numbers.volume_in_words(kept.volume),
        comparison=comparison_words(comparison, kept.reading.period.previous) if comparison else "",
    )


def _notes(kept: KeptReading) -> list[str]:
    if kept.reading.state == ReadingState.RECORDED:
        return not_charged_sentences(kept.findings)
    if kept.reading.state == ReadingState.HELD:
        return [
            _(
                "The value is lower than the one before. An employee will look at it and decide "
                "how it is counted; there is nothing you need to do."
            )
        ]
    if any(isinstance(finding, Rollover) for finding in kept.findings):
        return [_("The meter has passed its last number and begun again from zero: we know.")]
    return []
