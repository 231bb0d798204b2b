"""Volumes month by month, and what a month without a reading is charged by."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vodokanal.billing.months import (
    Comparison,
    MonthReading,
    MonthVolume,
    compared,
    monthly_volumes,
    months_silent,
    volume_without_reading,
)
from vodokanal.billing.periods import Period


def month(text: str) -> Period:
    return Period.parse(text)


def readings(*pairs: tuple[str, str]) -> list[MonthReading]:
    return [MonthReading(month(period), Decimal(value)) for period, value in pairs]


def test_a_month_counts_from_the_reading_before_to_its_own() -> None:
    found = monthly_volumes(
        readings(("2026-09", "149.080"), ("2026-10", "153.200")), digits_before=5
    )
    assert found == (MonthVolume(month("2026-10"), Decimal("4.120"), has_reading=True),)


def test_months_without_a_reading_share_equally() -> None:
    found = monthly_volumes(readings(("2026-02", "100"), ("2026-05", "110.5")), digits_before=5)
    assert found == (
        MonthVolume(month("2026-03"), Decimal("3.500"), has_reading=False, shared_by=3),
        MonthVolume(month("2026-04"), Decimal("3.500"), has_reading=False, shared_by=3),
        MonthVolume(month("2026-05"), Decimal("3.500"), has_reading=True, shared_by=3),
    )


def test_two_readings_of_one_month_are_added_up() -> None:
    found = monthly_volumes(
        readings(("2026-04", "10"), ("2026-05", "12"), ("2026-05", "12.5")), digits_before=5
    )
    assert found == (MonthVolume(month("2026-05"), Decimal("2.500"), has_reading=True),)


def test_a_meter_read_in_its_first_month_has_that_month() -> None:
    found = monthly_volumes(readings(("2026-05", "0"), ("2026-05", "1.2")), digits_before=5)
    assert found == (MonthVolume(month("2026-05"), Decimal("1.200"), has_reading=True),)


def test_a_display_that_began_again_is_no_contradiction() -> None:
    found = monthly_volumes(readings(("2026-04", "99998.5"), ("2026-05", "3.25")), digits_before=5)
    assert [each.volume for each in found] == [Decimal("4.750")]


def test_contradicting_readings_leave_the_month_unknown() -> None:
    found = monthly_volumes(
        readings(("2026-04", "50"), ("2026-05", "40"), ("2026-05", "41")), digits_before=5
    )
    assert found == (MonthVolume(month("2026-05"), None, has_reading=True),)


def test_one_reading_alone_has_no_volumes() -> None:
    assert monthly_volumes(readings(("2026-04", "50")), digits_before=5) == ()
    assert monthly_volumes([], digits_before=5) == ()


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9000)), min_size=1, max_size=12))
def test_the_months_add_up_to_the_difference(steps: list[tuple[int, int]]) -> None:
    given_readings = [MonthReading(month("2024-01"), Decimal("10.000"))]
    for months, litres in steps:
        last = given_readings[-1]
        value = last.value + Decimal(litres) / 1000
        given_readings.append(MonthReading(last.period.plus(months), value))
    found = monthly_volumes(given_readings, digits_before=5)
    whole = given_readings[-1].value - given_readings[0].value
    counted = sum((each.volume or Decimal(0) for each in found), Decimal(0))
    assert abs(counted - whole) <= Decimal("0.000001") * len(found)


@pytest.mark.parametrize(
    ("last", "current", "silent"),
    [("2026-10", "2026-11", 1), ("2026-08", "2026-11", 3), ("2025-11", "2026-11", 12)],
)
def test_silence_counts_the_month_itself(last: str, current: str, silent: int) -> None:
    assert months_silent(month(last), month(current)) == silent


def test_three_months_in_a_row_are_charged_by_average() -> None:
    volumes = [Decimal("4.4")] * 6
    assert volume_without_reading(volumes, months_worked=40, silent=3) == Decimal("4.400")


def test_the_fourth_silent_month_is_charged_by_the_norm() -> None:
    assert volume_without_reading([Decimal("4.4")] * 6, months_worked=40, silent=4) is None


def test_too_short_a_history_is_charged_by_the_norm() -> None:
    assert volume_without_reading([Decimal("4.4")] * 2, months_worked=2, silent=1) is None


@pytest.mark.parametrize(
    ("volume", "before", "expected"),
    [
        ("3.120", "4.120", Comparison.LESS),
        ("2.365", "2.385", Comparison.ALIKE),
        ("5.200", "4.120", Comparison.MORE),
        ("0.500", "0.250", Comparison.ALIKE),
        ("0.000", "0.000", Comparison.ALIKE),
    ],
)
def test_a_month_is_compared_with_the_one_before(
    volume: str, before: str, expected: Comparison
) -> None:
    assert compared(Decimal(volume), Decimal(before)) is expected
