"""What a meter counted since the reading before, and what silence would be charged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from vodokanal.billing.consumption import likely_volume
from vodokanal.billing.findings import Finding, findings_from_json
from vodokanal.billing.months import (
    Comparison,
    MonthReading,
    MonthVolume,
    compared,
    monthly_volumes,
    months_silent,
    volume_without_reading,
)
from vodokanal.billing.periods import MONTHS, Period
from vodokanal.billing.readings import suggestion_of
from vodokanal.models.meters import Meter
from vodokanal.models.readings import Reading, submission_number
from vodokanal.operations.meters import MONTHS_OF_HISTORY, MeterStory, stories_since

# A month is compared with the one before, and an average asks for half a year.
ENOUGH = MONTHS + 1


@dataclass(frozen=True)
class KeptReading:
    """A reading that was kept, with the story of its meter: what it says was used."""

    story: MeterStory
    reading: Reading

    @property
    def meter(self) -> Meter:
        """The meter that was read."""
        return self.story.meter

    @property
    def number(self) -> str:
        """The number of the submission that brought it."""
        return submission_number(self.reading.period, self.reading.submission_id)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was noticed about it."""
        return findings_from_json(self.reading.findings)

    @property
    def suggestion(self) -> Decimal | None:
        """The value that was probably meant, when there is just one explanation."""
        return suggestion_of(self.findings)

    @property
    def previous(self) -> Reading | None:
        """The known reading before it; None for a new meter's first one."""
        return self.story.last_before(self.reading.period)

    @property
    def since(self) -> date:
        """The day from which its volume counts."""
        return self.previous.taken_on if self.previous else self.meter.installed_on

    @property
    def volume(self) -> Decimal | None:
        """The m³ since the reading before; None where it is lower and no rollover."""
        before = self.previous.value if self.previous else self.meter.initial_reading
        return likely_volume(before, self.reading.value, digits_before=self.meter.digits_before)

    @property
    def is_of_one_month(self) -> bool:
        """Whether the reading before is that of the month before."""
        return self.previous is not None and self.previous.period == self.reading.period.previous

    @property
    def comparison(self) -> Comparison | None:
        """How its month stands to the month before, where both were read."""
        volume, before = self.volume, volumes_before(self.story, self.reading.period)[-1:]
        if volume is None or not self.is_of_one_month or not before:
            return None
        (last,) = before
        # A share of several months is no month to compare with.
        if last.volume is None or last.shared_by > 1:
            return None
        return compared(volume, last.volume)


def kept_readings(readings: Iterable[Reading]) -> list[KeptReading]:
    """The readings, meters loaded, each with the story of its meter; one statement."""
    given = list(readings)
    # An empty list would otherwise ask for every reading since the year one.
    if not given:
        return []
    meters = {each.meter_id: each.meter for each in given}
    since = min(each.period for each in given).plus(-MONTHS_OF_HISTORY)
    stories = {each.meter.id: each for each in stories_since(list(meters.values()), since)}
    return [KeptReading(stories[each.meter_id], each) for each in given]


def volumes_before(story: MeterStory, period: Period) -> tuple[MonthVolume, ...]:
    """What a meter counted in each month of the year before a period, oldest first."""
    known = story.readings_before(period)
    if len(known) <= ENOUGH:
        return volumes_of(story.meter, known, since=period.plus(-MONTHS_OF_HISTORY))
    recent = known[-ENOUGH:]
    # The meter's first value lies before them.
    return volumes_of(story.meter, recent, since=period)


def volume_if_silent(story: MeterStory, period: Period) -> Decimal | None:
    """The m³ that the month is charged by if no reading comes; None: the norm."""
    meter, last = story.meter, story.last_before(period)
    begun = Period.of(meter.commissioned_on or meter.installed_on)
    volumes = [each.volume for each in volumes_before(story, period) if each.volume is not None]
    return volume_without_reading(
        volumes,
        months_worked=months_silent(begun, period),
        silent=months_silent(last.period if last else begun, period),
    )


def volumes_of(meter: Meter, known: Sequence[Reading], *, since: Period) -> tuple[MonthVolume, ...]:
    """The months between a meter's known readings; its first and last values included."""
    found = [MonthReading(each.period, each.value) for each in known]
    begun = Period.of(meter.installed_on)
    # An older meter's first readings lie before what was loaded.
    if begun >= since:
        found.insert(0, MonthReading(begun, meter.initial_reading))
    if meter.removed_on is not None and meter.final_reading is not None:
        found.append(MonthReading(Period.of(meter.removed_on), meter.final_reading))
    return monthly_volumes(found, digits_before=meter.digits_before)
