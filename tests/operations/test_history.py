"""A year of an account: twelve months of every meter that worked in them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.cast import Cast
from tests.factories import make_meter, make_reading
from tests.statements import statements
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.models.meters import Meter
from vodokanal.operations.history import Year, year_of

NOVEMBER = Period(2026, 11)
TODAY = date(2026, 11, 12)


def year(cast: Cast) -> Year:
    return year_of(cast.account.id, today=TODAY)


def remove(meter: Meter) -> None:
    """Takes the meter off on 5 November, at 158,5."""
    values = {"removed_on": date(2026, 11, 5), "final_reading": "158.5"}
    Meter.update(values).where(Meter.id == meter.id).execute()


def test_year_ends_with_the_newest_reading(cast: Cast) -> None:
    assert year(cast).periods[-1] == Period(2026, 10)
    make_reading(cast.cold, period=NOVEMBER, value="161.2")
    assert (year(cast).periods[0], year(cast).periods[-1]) == (Period(2025, 12), NOVEMBER)


def test_year_of_the_silent_ends_with_last_month(cast: Cast) -> None:
    periods = year_of(cast.account.id, today=date(2027, 3, 5)).periods
    assert (periods[-1], len(periods)) == (Period(2027, 2), 12)


def test_volumes_and_readings_belong_to_their_meter(cast: Cast) -> None:
    cold, hot = year(cast).meters
    october = Period(2026, 10)
    assert (cold.meter, hot.meter) == (cast.cold, cast.hot)
    assert [each.volumes[october].volume for each in (cold, hot)] == [
        Decimal("3.200"),
        Decimal("2.100"),
    ]
    assert [each.readings[october].value for each in (cold, hot)] == [
        Decimal("158.000"),
        Decimal("103.600"),
    ]


def test_replaced_values_are_kept_apart(cast: Cast) -> None:
    make_reading(cast.cold, period=NOVEMBER, value="160", state=ReadingState.REPLACED)
    make_reading(cast.cold, period=NOVEMBER, value="161.2")
    cold, _ = year(cast).meters
    assert cold.readings[NOVEMBER].value == Decimal("161.200")
    assert [each.value for each in cold.replaced[NOVEMBER]] == [Decimal("160.000")]


def test_removed_meter_is_there_for_a_year(cast: Cast) -> None:
    remove(cast.cold)
    found = year(cast)
    assert [each.meter for each in found.meters] == [cast.hot, cast.cold]
    assert found.meters[1].volumes[NOVEMBER].volume == Decimal("0.500")


def test_meter_with_nothing_to_say_is_left_out(cast: Cast) -> None:
    make_meter(account=cast.account, place="я", installed_on=date(2026, 11, 10))
    assert len(year(cast).meters) == 2


def test_year_is_two_statements(cast: Cast) -> None:
    with statements() as asked:
        year(cast)
    assert len(asked) == 2
