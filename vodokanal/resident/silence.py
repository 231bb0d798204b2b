"""What a month without readings would be charged by: the price of silence, in m³."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from vodokanal.billing.periods import Period
from vodokanal.billing.readings import why_only_recorded
from vodokanal.operations.consumption import volume_if_silent
from vodokanal.operations.meters import MeterStory
from vodokanal.operations.visits import Visit
from vodokanal.web.numbers import short_volume
from vodokanal.web.wording import water


@dataclass(frozen=True)
class Silence:
    """Water by water, the average or the word that there is none; and what all have in common."""

    rows: Sequence[tuple[str, str]]
    is_average: bool
    is_norm: bool

    @property
    def in_words(self) -> str:
        """The rows as the end of a sentence: холодная вода — 4,4 м³, горячая вода — 1,9 м³."""
        return ", ".join(
            f"{name[:1].lower()}{name[1:]}\u00a0— {value}" for name, value in self.rows
        )


def silence_of(visit: Visit, period: Period) -> Silence | None:
    """What the month is charged by for meters without a reading; None where none is missing.

    An organisation's contract may say otherwise, so nothing is said of it.
    """
    silent = [story for story in visit.stories if _is_missed(story, period)]
    if not silent or not visit.is_household:
        return None
    volumes = [volume_if_silent(story, period) for story in silent]
    return Silence(
        rows=[
            (water(story.meter.kind), _("by the norm") if volume is None else short_volume(volume))
            for story, volume in zip(silent, volumes, strict=True)
        ],
        is_average=all(volume is not None for volume in volumes),
        is_norm=all(volume is None for volume in volumes),
    )


def _is_missed(story: MeterStory, period: Period) -> bool:
    """Whether a meter that is charged by has worked in the month and was not read."""
    if story.of(period) is not None or story.meter.installed_on > period.last_day:
        return False
    return not why_only_recorded(story.facts, period.last_day)
