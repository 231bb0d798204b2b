"""Whole histories of a flat: whatever is sent, missed, late, wrong or checked, no litre is lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.billing.households import check, meter, read, services
from tests.billing.stories import Story
from vodokanal.billing.account_months import CheckedReading, MeterMonth, MeterReading
from vodokanal.billing.periods import Period
from vodokanal.billing.rates import LateReadings
from vodokanal.billing.readings import Kind
from vodokanal.billing.services import Service

COLD, HOT, SEWAGE = Service.COLD, Service.HOT, Service.SEWAGE
BEGIN = Period(2026, 1)
NEVER = 99


@dataclass(frozen=True)
class MonthOfMeter:
    """What really happened in a month, and what became known of it when.

    `quarters` are times four litres used; `known_after` months a missing reading is sent, or a
    wrong one, which is too low, corrected; `checked_after` months a check of its 10th is noted.
    """

    quarters: int
    is_read: bool
    is_wrong: bool
    known_after: int
    checked_after: int

    def reading(self, number: int, *, before: Decimal, now: int) -> MeterReading | None:
        """The reading as it is known in a month, where `before` was on the meter a month earlier."""
        used = Decimal(4 * self.quarters) / 1000
        period = str(BEGIN.plus(number))
        if now >= number + self.known_after or (self.is_read and not self.is_wrong):
            return read(period, str(before + used))
        return read(period, str(before + used / 2)) if self.is_read else None

    def check(self, number: int, *, before: Decimal, now: int) -> CheckedReading | None:
        """The check as it is known in a month: a quarter of the month's water was used by then."""
        if now < number + self.checked_after:
            return None
        on = BEGIN.plus(number).first_day.replace(day=10)
        return check(on, str(before + Decimal(self.quarters) / 1000), number)


READ = MonthOfMeter(250, is_read=True, is_wrong=False, known_after=NEVER, checked_after=NEVER)
SILENT = replace(READ, quarters=500, is_read=False)
STATES = st.builds(
    MonthOfMeter,
    quarters=st.integers(0, 3000),
    is_read=st.booleans(),
    is_wrong=st.booleans(),
    known_after=st.sampled_from([1, 2, 3, 6, NEVER]),
    checked_after=st.sampled_from([0, 1, 4, NEVER, NEVER, NEVER, NEVER]),
)
HISTORIES = st.lists(STATES, min_size=1, max_size=14)


def used_by(history: list[MonthOfMeter], number: int) -> Decimal:
    """What the meter showed at the end of a month; it began with 100 m³."""
    return 100 + Decimal(sum(4 * each.quarters for each in history[:number])) / 1000


def meter_in(history: list[MonthOfMeter], now: int, *, kind: Kind) -> MeterMonth:
    """A meter as it is known in a month, whose last month is read rightly."""
    last = replace(history[-1], is_read=True, is_wrong=False)
    readings: list[MeterReading | None] = [read(str(BEGIN), "100")]
    checks: list[CheckedReading | None] = []
    for number, each in enumerate([*history[:-1], last], start=1):
        before = used_by(history, number - 1)
        if number <= now:
            readings.append(each.reading(number, before=before, now=now))
            checks.append(each.check(number, before=before, now=now))
    return meter(
        kind,
        [each for each in readings if each is not None],
        checks=[replace(each, id=number_of(each, kind)) for each in checks if each is not None],
    )


def number_of(checked: CheckedReading, kind: Kind) -> int:
    return checked.id if kind is Kind.COLD else checked.id + 100


def keeps_every_litre(
    cold: list[MonthOfMeter], hot: list[MonthOfMeter], *, shuffled: Random | None = None
) -> None:
    """Tell a flat's months and count what was billed: neither more nor less than was used."""
    shuffled = shuffled or Random(1)
    story = Story(late_readings=LateReadings.ALL)
    story.facts["services"] = services(COLD, HOT, SEWAGE)
    for now in range(1, len(cold) + 1):
        period = str(BEGIN.plus(now))
        story.meters = [meter_in(cold, now, kind=Kind.COLD), meter_in(hot, now, kind=Kind.HOT)]
        lines, corrections = story.calculated(period)
        for sequence in (story.billed, story.posted, story.meters):
            shuffled.shuffle(sequence)
        assert story.calculated(period) == (lines, corrections)
        story.post(period, lines, corrections=corrections)
    counted = [used_by(each, len(cold)) - 100 for each in (cold, hot)]
    assert [story.volume(each) for each in (COLD, HOT)] == counted
    assert story.volume(SEWAGE) == sum(counted)
    assert story.calculated(str(BEGIN.plus(len(cold) + 1)))[1] == []


@pytest.mark.slow(reason="whole years are told, each month twice")
@given(HISTORIES, HISTORIES, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=40)
def test_no_litre_is_ever_lost_or_invented(
    cold: list[MonthOfMeter], hot: list[MonthOfMeter], shuffled: Random
) -> None:
    keeps_every_litre(cold, (hot * 14)[: len(cold)], shuffled=shuffled)


def test_what_one_water_has_said_is_no_part_of_the_norm_of_the_other() -> None:
    cold = [*[READ] * 6, *[SILENT] * 4, replace(READ, checked_after=0)]
    hot = [*[READ] * 6, *[SILENT] * 4, READ]
    keeps_every_litre(cold, hot)


def test_a_check_noted_late_in_a_month_of_norms_is_charged_in_the_sewage_too() -> None:
    silent = [*[READ] * 6, *[SILENT] * 3]
    cold = [*silent, replace(SILENT, checked_after=1), SILENT, READ]
    hot = [*silent, SILENT, replace(SILENT, checked_after=0), READ]
    keeps_every_litre(cold, hot)
