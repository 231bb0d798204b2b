"""A period is a calendar month."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vodokanal.billing.periods import NotAPeriodError, Period, months_between

periods = st.builds(
    Period, st.integers(min_value=1900, max_value=2200), st.integers(min_value=1, max_value=12)
)


def test_period_is_written_and_kept_in_one_way() -> None:
    november = Period(2026, 11)
    assert str(november) == "2026-11"
    assert november.as_int == 202611


@pytest.mark.parametrize(
    "text",
    ["", "2026-13", "2026-00", "2026-1", "26-11", "2026-11-01", "٢٠٢٦-11", "2026-11\n", "0000-01"],
)
def test_other_spellings_are_refused(text: str) -> None:
    with pytest.raises(NotAPeriodError):
        Period.parse(text)


@pytest.mark.parametrize("number", [0, 202600, 202613, -202611, 2026, 99999999])
def test_other_numbers_are_refused(number: int) -> None:
    with pytest.raises(NotAPeriodError):
        Period.from_int(number)


@pytest.mark.parametrize(
    ("period", "days"), [("2026-11", 30), ("2026-02", 28), ("2028-02", 29), ("2026-12", 31)]
)
def test_month_knows_its_days(period: str, days: int) -> None:
    month = Period.parse(period)
    assert month.days == days
    assert month.last_day == date(month.year, month.month, days)


def test_year_follows_december() -> None:
    assert Period(2026, 12).next == Period(2027, 1)
    assert Period(2027, 1).previous == Period(2026, 12)


@pytest.mark.parametrize(
    ("months", "then"), [(0, "2026-11"), (2, "2027-01"), (-11, "2025-12"), (14, "2028-01")]
)
def test_months_are_counted_over_years(months: int, then: str) -> None:
    assert Period(2026, 11).plus(months) == Period.parse(then)


def test_periods_are_in_order_of_time() -> None:
    assert sorted([Period(2027, 1), Period(2026, 12), Period(2026, 2)]) == [
        Period(2026, 2),
        Period(2026, 12),
        Period(2027, 1),
    ]


def test_months_between_include_both_ends() -> None:
    found = [str(each) for each in months_between(Period(2026, 11), Period(2027, 2))]
    assert found == ["2026-11", "2026-12", "2027-01", "2027-02"]


def test_no_months_lie_between_a_month_and_an_earlier_one() -> None:
    assert list(months_between(Period(2026, 11), Period(2026, 10))) == []


def test_refusal_carries_what_was_given() -> None:
    with pytest.raises(NotAPeriodError) as refusal:
        Period(2026, 13)
    assert refusal.value.given == (2026, 13)
    assert str(refusal.value) == "A period is a year and a month, written like 2026-11."


@given(periods)
def test_every_spelling_goes_there_and_back(period: Period) -> None:
    assert Period.parse(str(period)) == period
    assert Period.from_int(period.as_int) == period


@given(periods)
def test_months_touch_without_gap(period: Period) -> None:
    assert period.last_day + timedelta(days=1) == period.next.first_day
    assert period.next.previous == period


@given(st.dates())
def test_every_day_lies_in_its_month(day: date) -> None:
    period = Period.of(day)
    assert period.first_day <= day <= period.last_day


@given(periods, periods)
def test_order_of_periods_is_the_order_of_their_numbers(one: Period, other: Period) -> None:
    assert (one < other) == (one.as_int < other.as_int)


@given(periods, st.integers(min_value=-500, max_value=500))
def test_months_between_are_as_many_as_counted(period: Period, months: int) -> None:
    assert len(list(months_between(period, period.plus(months)))) == max(months + 1, 0)
