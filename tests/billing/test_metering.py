"""What a meter counted month by month: nothing lost, nothing invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.billing.households import check, day, meter, read, readings, regular
from vodokanal.billing.account_months import MeterMonth, MeterReading
from vodokanal.billing.check_differences import check_differences
from vodokanal.billing.metering import (
    known_values,
    last_charged_by,
    metered_months,
    months_to_average,
)
from vodokanal.billing.periods import Period


def volumes(meter_month: MeterMonth, since: str | None = None) -> dict[str, str]:
    """The m³ of each month since 2026."""
    first = None if since is None else Period.parse(since)
    found = metered_months(meter_month, since=first)
    return {str(each): str(of.volume) for each, of in found.items() if each.year == 2026}


def of(meter_month: MeterMonth, period: str) -> tuple[str, bool, bool, int]:
    """What one month counted: volume, whether usable, whether it has a value, shared by."""
    found = metered_months(meter_month)[Period.parse(period)]
    return str(found.volume), found.is_usable, found.has_value, found.shared_by


def young(*given_readings: MeterReading, **changes: Any) -> MeterMonth:
    """A meter installed and commissioned on 10 September 2026, showing 5 m³."""
    begun = {"installed_on": day(10, 9), "commissioned_on": day(10, 9)}
    return meter(given=given_readings, **begun | {"initial_reading": Decimal(5)} | changes)


def test_a_month_is_the_difference_of_its_readings() -> None:
    found = volumes(young(*readings(m9="9.080", m10="13.200", m11="17.320")))
    assert found == {"2026-09": "4.080", "2026-10": "4.120", "2026-11": "4.120"}


def test_each_month_says_between_which_values_it_was_counted() -> None:
    found = metered_months(regular())[Period(2026, 11)]
    assert (found.previous.value, found.previous.taken_on) == (Decimal(136), day(15, 10))
    assert (found.last.value, found.last.taken_on) == (Decimal(140), day(15))
    assert (found.last.source, found.shared_by, found.is_whole) == ("resident", 1, True)


def test_silent_months_share_equally_and_the_last_takes_the_rest() -> None:
    silent = young(read("2026-09", "6"), read("2026-12", "16"))
    assert volumes(silent) == {
        "2026-09": "1.000",
        "2026-10": "3.333333",
        "2026-11": "3.333333",
        "2026-12": "3.333334",
    }
    assert of(silent, "2026-11") == ("3.333333", True, False, 3)
    assert of(silent, "2026-12") == ("3.333334", True, True, 3)


def test_a_litre_of_many_years_does_not_leave_less_than_nothing_for_the_last_month() -> None:
    dacha = young(read("2026-09", "5"), read("2031-09", "5.001"))
    parts = [each.volume for each in metered_months(dacha).values()]
    assert min(part for part in parts if part is not None) == Decimal("0.000")
    assert sum((part for part in parts if part is not None), Decimal(0)) == Decimal("0.001")


def test_the_month_of_commissioning_counts_from_the_act() -> None:
    assert volumes(young(read("2026-09", "6.5", taken_on=day(25, 9)))) == {"2026-09": "1.500"}


def test_a_meter_not_read_in_its_first_month_has_counted_nothing_yet() -> None:
    assert of(young(), "2026-09") == ("0.000", True, True, 1)
    assert volumes(young(read("2026-10", "9"))) == {"2026-09": "0.000", "2026-10": "4.000"}


def test_the_first_month_is_not_whole_and_enters_no_average() -> None:
    months = metered_months(young(read("2026-09", "6"), read("2026-10", "9")))
    assert months_to_average(months, Period(2026, 12), most=6) == [(Period(2026, 10), Decimal(3))]


def test_counting_begins_with_what_was_read_last_before_the_commissioning() -> None:
    noted = read("2026-09", "7", taken_on=day(5, 9), is_accepted=False)
    late = young(noted, read("2026-10", "9"), installed_on=day(1, 9))
    assert [each.value for each in known_values(late)] == [Decimal(7), Decimal(9)]
    assert volumes(late) == {"2026-09": "0.000", "2026-10": "2.000"}


def test_a_meter_that_is_not_commissioned_is_charged_by_in_no_month() -> None:
    months = metered_months(young(read("2026-10", "9", is_accepted=False), commissioned_on=None))
    assert [each.is_usable for each in months.values()] == [False, False]
    assert last_charged_by(months, Period(2026, 12)) is None


def test_a_reading_of_the_month_before_may_be_taken_in_the_first_days_of_the_next() -> None:
    late = young(
        read("2026-08", "5.5", taken_on=day(2, 9)),
        read("2026-09", "9"),
        installed_on=day(1, 9),
        commissioned_on=day(1, 9),
    )
    assert volumes(late) == {"2026-08": "0.500", "2026-09": "3.500"}


def test_a_reading_from_before_the_meter_hung_is_left_out() -> None:
    wrong = young(read("2026-09", "99", taken_on=day(9, 9)), read("2026-10", "8"))
    assert volumes(wrong) == {"2026-09": "0.000", "2026-10": "3.000"}


def test_a_removed_meter_counts_up_to_its_last_value() -> None:
    removed = regular(until="2026-10", removed_on=day(10), final_reading=Decimal("137.5"))
    assert of(removed, "2026-11") == ("1.500", True, True, 1)


def test_a_reading_and_the_last_value_of_one_month_are_added_up() -> None:
    removed = regular(removed_on=day(20), final_reading=Decimal("141.5"))
    found = metered_months(removed)[Period(2026, 11)]
    assert (found.volume, len(found.intervals)) == (Decimal("5.500"), 2)
    assert (found.previous.value, found.last.value) == (Decimal(136), Decimal("141.5"))


def test_a_removed_meter_without_a_last_value_counts_nothing_more() -> None:
    assert "2026-11" not in volumes(regular(until="2026-10", removed_on=day(10)))


def test_a_display_that_began_again_is_counted_once_around() -> None:
    around = young(read("2026-10", "3.250"), initial_reading=Decimal("99998.500"))
    assert volumes(around)["2026-10"] == "4.750"


def test_contradicting_readings_leave_their_months_unknown() -> None:
    wrong = young(read("2026-09", "50"), read("2026-11", "40"), read("2026-11", "41"))
    months = metered_months(wrong)
    assert [each.volume for each in months.values()] == [Decimal(45), None, None]


def test_months_up_to_a_recorded_reading_are_not_charged_by_the_meter() -> None:
    recorded = regular(until="2026-09")
    last = (read("2026-10", "140", is_accepted=False), read("2026-11", "145"))
    found = replace(recorded, readings=[*recorded.readings, *last])
    assert of(found, "2026-10") == ("8.000", False, True, 1)
    assert of(found, "2026-11") == ("5.000", True, True, 1)


@pytest.mark.parametrize(
    ("changes", "usable"),
    [
        ({"failed_on": day(30)}, False),
        ({"failed_on": date(2026, 12, 1)}, True),
        ({"verify_by": day(29)}, False),
        ({"verify_by": day(30)}, True),
        ({"verify_by": None}, True),
        ({"commissioned_on": day(14)}, True),
        ({"verify_by": day(20), "removed_on": day(20), "final_reading": Decimal(141)}, True),
        ({"failed_on": day(20), "removed_on": day(20), "final_reading": Decimal(141)}, False),
    ],
)
def test_a_month_is_charged_by_a_meter_that_is_sound_on_its_last_day(
    changes: dict[str, Any], usable: bool
) -> None:
    assert metered_months(regular(**changes))[Period(2026, 11)].is_usable is usable


def test_what_was_used_before_the_first_bill_belongs_to_the_months_since() -> None:
    imported = meter(given=readings(m10="100", m12="106"))
    assert volumes(imported, since="2026-09") == {
        "2026-09": "50.000",
        "2026-10": "50.000",
        "2026-11": "3.000",
        "2026-12": "3.000",
    }
    assert not metered_months(imported, since=Period(2026, 9))[Period(2026, 10)].is_whole


def test_readings_from_before_the_first_bill_stay_where_they_were() -> None:
    assert volumes(regular(), since="2026-11")["2026-10"] == "4.000"


def test_counting_goes_on_from_what_a_check_found() -> None:
    checked = young(
        read("2026-09", "6"), read("2026-10", "9"), read("2026-11", "12"),
        checks=[check(day(20, 10), "10.5")],
    )  # fmt: skip
    assert volumes(checked) == {"2026-09": "1.000", "2026-10": "3.000", "2026-11": "1.500"}
    months = metered_months(checked)
    assert [each for each, _ in months_to_average(months, Period(2026, 12), most=6)] == [
        Period(2026, 11)
    ]


def test_the_month_of_a_check_is_charged_by_the_meter_though_nobody_read_it() -> None:
    checked = regular(until="2026-09", checks=[check(day(10), "150")])
    assert of(checked, "2026-11") == ("0.000", True, True, 1)
    assert Period(2026, 10) not in metered_months(checked)


def test_a_check_says_what_is_beyond_the_value_before_it() -> None:
    (found,) = check_differences(regular(until="2026-09", checks=[check(day(10), "150", 8)]))
    assert (found.check, found.volume, found.previous.value) == (8, Decimal(18), Decimal(132))
    assert (found.found.taken_on, found.months) == (day(10), (Period(2026, 10), Period(2026, 11)))


@pytest.mark.parametrize(
    ("before", "found", "volume"),
    [("100", "98.5", "-1.500"), ("99999", "2", "3.000"), ("2", "99999", "-3.000")],
)
def test_a_check_may_find_less_and_a_display_that_began_again(
    before: str, found: str, volume: str
) -> None:
    checked = meter(given=[read("2026-10", before)], checks=[check(day(10), found)])
    assert [str(each.volume) for each in check_differences(checked)] == [volume]


def test_a_check_from_before_the_meter_hung_says_nothing() -> None:
    checks = [check(day(1, 9), "500", 1), check(day(10, 10), "7", 2), check(day(10), "9", 3)]
    found = check_differences(young(checks=checks))
    assert [(each.check, each.volume) for each in found] == [(2, Decimal(2)), (3, Decimal(2))]


def test_the_last_month_with_a_usable_value_is_known() -> None:
    months = metered_months(regular(until="2026-08"))
    assert last_charged_by(months, Period(2026, 11)) == Period(2026, 8)
    assert last_charged_by(months, Period(2026, 8)) == Period(2026, 7)


STEPS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 90_000)), min_size=1, max_size=10)


def walked(steps: list[tuple[int, int]]) -> MeterMonth:
    """A meter read after so many months, having counted so many litres."""
    period, value, given_readings = Period(2026, 9), Decimal(5), []
    for months, litres in steps:
        period, value = period.plus(months), value + Decimal(litres) / 1000
        given_readings.append(read(str(period), str(value), taken_on=period.last_day))
    return young(*given_readings)


@given(STEPS)
def test_the_parts_of_the_months_are_the_whole(steps: list[tuple[int, int]]) -> None:
    walk = walked(steps)
    parts = [each.volume or Decimal(0) for each in metered_months(walk).values()]
    assert sum(parts, Decimal(0)) == known_values(walk)[-1].value - 5
    assert min(parts) >= 0


@given(STEPS, st.randoms(use_true_random=False), st.integers(0, 60))
def test_the_order_of_readings_does_not_matter(
    steps: list[tuple[int, int]], dice: Random, later: int
) -> None:
    walk = walked(steps)
    mixed = list(walk.readings)
    dice.shuffle(mixed)
    first = Period(2026, 9).plus(later)
    assert metered_months(replace(walk, readings=mixed), since=first) == metered_months(
        walk, since=first
    )


@given(STEPS, st.integers(0, 60))
def test_months_before_the_first_bill_lose_nothing(
    steps: list[tuple[int, int]], later: int
) -> None:
    walk = walked(steps)
    months = metered_months(walk, since=Period(2026, 9).plus(later))
    parts = [each.volume or Decimal(0) for each in months.values()]
    assert sum(parts, Decimal(0)) == known_values(walk)[-1].value - 5
