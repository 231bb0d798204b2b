"""What a month without readings would be charged by: the price of silence, in m³."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _

from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind, why_only_recorded
from vodokanal.operations.consumption import volume_if_silent
from vodokanal.operations.meters import MeterStory
from vodokanal.operations.taken_over import begins_to_count
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
    # A meter that only records is explained beside its own field.
    silent = [story for story in visit.stories if _is_missed(story, period)]
    if not silent or not visit.is_household:
        return None
    volumes: dict[Kind, list[Decimal | None]] = {}
    for story in silent:
        known = volumes.setdefault(story.meter.kind, [])
        if not begins_to_count(story.meter, period):
            known.append(volume_if_silent(story, period))
    every = [volume for each in volumes.values() for volume in each]
    # What a new meter has counted is charged with its next reading, whatever the others are by.
    is_alike = all(volumes.values())
    return Silence(
        rows=[(water(kind), _in_words(each)) for kind, each in volumes.items()],
        is_average=is_alike and None not in every,
        is_norm=is_alike and not any(volume is not None for volume in every),
    )


def _in_words(volumes: Sequence[Decimal | None]) -> str:
    """What one water's meters are charged by together: the norm is one for all of them."""
    if not volumes:
        return _("together with the next reading")
    known = [volume for volume in volumes if volume is not None]
    if not known:
        return _("by the norm")
    average = short_volume(sum(known, Decimal(0)))
    if len(known) == len(volumes):
        return average
    return _("%(average)s and the norm", average=average)


def _is_missed(story: MeterStory, period: Period) -> bool:
    """Whether a meter that is charged by has worked in the month and was not read."""
    # An asked or held reading counts as sent: it arrived in time.
    if story.of(period) is not None or story.meter.installed_on > period.last_day:
        return False
    return not why_only_recorded(story.facts, period.last_day)
