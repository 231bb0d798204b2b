"""What a reading says was used, and what silence would be charged."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.cast import Cast
from tests.factories import make_meter, make_reading
from tests.statements import statements
from vodokanal.billing.findings import DigitMissing, LowerThanPrevious, findings_to_json
from vodokanal.billing.months import Comparison
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.models.meters import Meter
from vodokanal.models.readings import Reading
from vodokanal.operations.consumption import (
    KeptReading,
    kept_readings,
    volume_if_silent,
    volumes_before,
)
from vodokanal.operations.meters import MeterStory, stories_of

NOVEMBER = Period(2026, 11)
TODAY = date(2026, 11, 12)


def kept(meter: Meter, value: str, period: Period = NOVEMBER) -> KeptReading:
    row = make_reading(meter, period=period, value=value)
    (found,) = kept_readings(
        [Reading.select(Reading, Meter).join(Meter).where(Reading.id == row.id).get()]
    )
    return found


def cold_story(cast: Cast) -> MeterStory:
    return stories_of(cast.account.id, today=TODAY)[0]


def test_volume_counts_from_the_month_before(cast: Cast) -> None:
    found = kept(cast.cold, "161.2")
    assert (found.volume, found.since, found.is_of_one_month) == (
        Decimal("3.200"),
        date(2026, 10, 15),
        True,
    )
    assert found.comparison is Comparison.ALIKE


def test_volume_of_a_new_meter_counts_from_its_initial_reading(cast: Cast) -> None:
    meter = make_meter(account=cast.account, initial_reading="5", installed_on=date(2026, 11, 1))
    found = kept(meter, "6.5")
    assert (found.volume, found.since, found.is_of_one_month) == (
        Decimal("1.500"),
        date(2026, 11, 1),
        False,
    )
    assert found.comparison is None


def test_gap_is_compared_with_nothing(cast: Cast) -> None:
    found = kept(cast.cold, "168", Period(2027, 1))
    assert (found.volume, found.is_of_one_month, found.comparison) == (
        Decimal("10.000"),
        False,
        None,
    )


def test_month_after_a_gap_is_compared_with_nothing(cast: Cast) -> None:
    make_reading(cast.cold, period=Period(2027, 1), value="168")
    assert kept(cast.cold, "171", Period(2027, 2)).comparison is None


def test_lower_reading_has_no_volume(cast: Cast) -> None:
    assert kept(cast.cold, "15").volume is None


def test_suggestion_is_read_back_from_the_findings(cast: Cast) -> None:
    doubts = [LowerThanPrevious(Decimal("158.000")), DigitMissing(Decimal("161.200"))]
    reading = make_reading(cast.cold, period=NOVEMBER, findings=findings_to_json(doubts))
    (found,) = kept_readings([reading])
    assert found.findings == tuple(doubts)
    assert found.suggestion == Decimal("161.200")


def test_number_is_that_of_its_submission(cast: Cast) -> None:
    found = kept(cast.cold, "161.2")
    assert found.number == found.reading.submission.number


def test_stories_of_several_readings_are_one_statement(cast: Cast) -> None:
    for meter in (cast.cold, cast.hot):
        make_reading(meter, period=NOVEMBER, value="161.2")
    readings = list(Reading.select(Reading, Meter).join(Meter).where(Reading.period == NOVEMBER))
    with statements() as asked:
        kept_readings(readings)
    assert len(asked) == 1
    assert kept_readings([]) == []


def test_volumes_before_a_month_leave_it_out(cast: Cast) -> None:
    make_reading(cast.cold, period=NOVEMBER, value="161.2")
    volumes = volumes_before(cold_story(cast), NOVEMBER)
    assert volumes[-1].period == Period(2026, 10)
    assert volumes[-1].volume == Decimal("3.200")


def test_doubtful_readings_are_no_volumes(cast: Cast) -> None:
    make_reading(cast.cold, period=NOVEMBER, value="15", state=ReadingState.ASKED)
    assert volumes_before(cold_story(cast), NOVEMBER.next)[-1].period == Period(2026, 10)


def test_first_readings_of_an_old_meter_are_not_loaded(cast: Cast) -> None:
    meter = make_meter(account=cast.account, place="я", installed_on=date(2010, 1, 1))
    for number, month in enumerate((Period(2026, 9), Period(2026, 10))):
        make_reading(meter, period=month, value=str(500 + number))
    story = next(each for each in stories_of(cast.account.id, today=TODAY) if each.meter == meter)
    assert [each.volume for each in volumes_before(story, NOVEMBER)] == [Decimal("1.000")]


def test_silence_is_charged_by_half_a_year(cast: Cast) -> None:
    assert volume_if_silent(cold_story(cast), NOVEMBER) == Decimal("3.250")


def test_fourth_silent_month_is_charged_by_the_norm(cast: Cast) -> None:
    story = cold_story(cast)
    assert volume_if_silent(story, Period(2027, 1)) == Decimal("3.250")
    assert volume_if_silent(story, Period(2027, 2)) is None


def test_meter_without_readings_is_charged_by_the_norm(cast: Cast) -> None:
    (story,) = stories_of(cast.vera_account.id, today=TODAY)
    assert volume_if_silent(story, NOVEMBER) is None


def test_of_a_long_history_the_last_year_is_looked_at(cast: Cast) -> None:
    meter = make_meter(account=cast.account, installed_on=date(2020, 1, 1), initial_reading="0")
    for back in range(20, 0, -1):
        make_reading(meter, period=NOVEMBER.plus(-back), value=str(100 - back))
    story = next(each for each in stories_of(cast.account.id, today=TODAY) if each.meter == meter)
    found = volumes_before(story, NOVEMBER)
    assert [each.period for each in found] == [NOVEMBER.plus(-back) for back in range(12, 0, -1)]
    assert {each.volume for each in found} == {Decimal(1)}
