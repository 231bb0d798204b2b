"""Readings that were not taken: why, what is charged meanwhile, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from vodokanal.billing.periods import Period
from vodokanal.operations.consumption import KeptReading
from vodokanal.operations.settings import HouseSettings
from vodokanal.operations.settlements import refusals_of
from vodokanal.operations.visits import Visit
from vodokanal.resident.silence import silence_of
from vodokanal.web import numbers
from vodokanal.web.dates import day, month
from vodokanal.web.settlement_words import refused_because
from vodokanal.web.wording import water


@dataclass(frozen=True)
class RefusedReading:
    """What the cabinet says of a reading in whose place no other one has come yet."""

    heading: str
    because: str
    what_to_do: str


def refused_readings(visit: Visit, *, house: HouseSettings) -> list[RefusedReading]:
    """The readings of this month and the one before that were not taken and are still missed."""
    stories = {story.meter.id: story for story in visit.stories}
    missed = {}
    for refusal in refusals_of(visit.account.id, since=visit.term.period.previous):
        reading = refusal.reading
        story = stories.get(reading.meter_id)
        if story is not None and story.of(reading.period) is None:
            # Of several refused in turn the last one says it.
            missed[reading.meter_id, reading.period] = refusal
    return [
        RefusedReading(
            heading=_(
                "%(water)s: the reading %(value)s for %(month)s was not taken.",
                water=water(each.reading.meter.kind),
                value=numbers.reading(each.reading.value, meter=each.reading.meter),
                month=month(each.reading.period),
            ),
            because=refused_because(each),
            what_to_do=_what_to_do(visit, each.reading.period, house=house),
        )
        for each in missed.values()
    ]


def what_to_do(visit: Visit, refused: Sequence[KeptReading], *, house: HouseSettings) -> list[str]:
    """What follows for the months of refused readings, as far as no other reading has come."""
    periods = {each.reading.period for each in refused if _is_missed(visit, each)}
    return [_what_to_do(visit, period, house=house) for period in sorted(periods)]


def _is_missed(visit: Visit, kept: KeptReading) -> bool:
    story = next((each for each in visit.stories if each.meter.id == kept.meter.id), None)
    return story is not None and story.of(kept.reading.period) is None


def _what_to_do(visit: Visit, period: Period, *, house: HouseSettings) -> str:
    if visit.takes_readings(house) and period == visit.term.period:
        last_day = day(visit.term.window.last_day)
        return _("Please look at the meter and send another reading by %(day)s.", day=last_day)
    silence = silence_of(visit, period)
    if silence is None:
        charged = ""
    elif silence.is_norm:
        charged = _("For %(month)s the charge is the norm.", month=month(period))
    else:
        words = {"month": month(period), "volumes": silence.in_words}
        charged = _("For %(month)s the charge is: %(volumes)s.", **words)
    ring = _("If the meter did show this number, please ring the office.")
    return " ".join(filter(None, (charged, ring)))
