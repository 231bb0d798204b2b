"""What a meter shows as the months go by: people, seasons, gardens, leaks, absences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from vodokanal.billing.readings import Kind
from vodokanal.demo.calendar import Turn
from vodokanal.demo.households import Household
from vodokanal.demo.meters import MeterPlan
from vodokanal.demo.stories import Doubt
from vodokanal.demo.streets import HouseKind

# Use in hundredths of the ordinary, January first; in July hot water is off for two weeks.
SEASONS = {
    Kind.COLD: (90, 90, 92, 95, 105, 116, 120, 112, 101, 97, 93, 92),
    Kind.HOT: (116, 114, 110, 102, 95, 85, 45, 80, 95, 104, 109, 114),
}
SUMMER = range(6, 9)
HOLIDAYS = 25
ORDINARY, SPREAD = 100, 13
# The newest month of a doubt that is about the use itself.
DOUBTFUL_USES = {Doubt.ABOVE_USUAL: 700, Doubt.ZERO: 0}
# A little more than a cubic metre before the display begins again.
BEFORE_ROLLOVER = 1_300


@dataclass(frozen=True)
class Visits:
    """The days on which the people of an account look at their meters, oldest first."""

    people: Household
    days: Sequence[tuple[Turn, date]]
    rng: Random


@dataclass(frozen=True)
class Course:
    """What the display showed, in litres: at first, by months back, when it was taken down."""

    initial: int
    shown: Mapping[int, int]
    final: int | None


def course_of(meter: MeterPlan, visits: Visits) -> Course:
    """The values of a meter on the days on which somebody could read it."""
    people, rng = visits.people, visits.rng
    litres, on = meter.initial, meter.installed_on
    true: dict[int, int] = {}
    for turn, day in visits.days:
        if meter.removed_on is not None and day >= meter.removed_on:
            break
        # Until it is sealed nobody sends its readings; one still to be sealed is the exception.
        if day > (meter.commissioned_on or meter.installed_on):
            is_newest = turn is visits.days[-1][0]
            percent = _percent(meter, turn, people=people, is_newest=is_newest)
            spread = rng.randint(ORDINARY - SPREAD, ORDINARY + SPREAD) if percent else 0
            litres += (day - on).days * meter.daily * percent * spread // ORDINARY**2
            litres += _watering(meter, turn, people=people, days=(day - on).days) if percent else 0
            on = day
            true[turn.months_back] = litres
    final = None
    if meter.removed_on is not None:
        final = meter.displayed(litres + (meter.removed_on - on).days * meter.daily)
    return _as_displayed(meter, true, final=final)


def _percent(meter: MeterPlan, turn: Turn, *, people: Household, is_newest: bool) -> int:
    doubt = people.story.doubt
    if is_newest and doubt in DOUBTFUL_USES and (meter.kind is Kind.COLD or doubt is Doubt.ZERO):
        return DOUBTFUL_USES[doubt]
    month = turn.period.month
    season = SEASONS[meter.kind][month - 1]
    if people.house.kind in {HouseKind.SCHOOL, HouseKind.KINDERGARTEN} and month in SUMMER:
        season = HOLIDAYS
    use = people.story.uses.get(turn.months_back, ORDINARY)
    # A leak is one of cold water; who is away uses neither.
    return season if use > ORDINARY and meter.kind is Kind.HOT else season * use // ORDINARY


def _watering(meter: MeterPlan, turn: Turn, *, people: Household, days: int) -> int:
    if meter.kind is Kind.COLD and people.garden and turn.period.month in SUMMER:
        return min(days, 40) * min(people.garden // 2, meter.daily * 9 // 10)
    return 0


def _as_displayed(meter: MeterPlan, true: Mapping[int, int], *, final: int | None) -> Course:
    """The course moved to where it has to pass: a rollover, or values fixed in advance."""
    offset, initial = 0, meter.initial
    rolls_over = meter.rolls_over_months_back
    if rolls_over is not None and rolls_over in true:
        offset = meter.capacity - BEFORE_ROLLOVER - true[rolls_over]
        initial += offset
    elif meter.shown:
        offset = meter.shown[-1] - true.get(len(meter.shown), 0)
    shown = {back: meter.displayed(litres + offset) for back, litres in true.items()}
    fixed = enumerate(meter.shown, start=1)
    shown |= {back: litres for back, litres in fixed if back in true}
    return Course(meter.displayed(initial), shown, final)
