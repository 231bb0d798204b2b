"""By when a month is billed and paid, and which days people work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vodokanal.billing.periods import Period
from vodokanal.billing.rates import PaymentTerm
from vodokanal.billing.terms import (
    TERM_LIMITS,
    PaymentDays,
    Term,
    is_working,
    next_working_day,
    payment_days,
    working_days_between,
)

AS_WEEKDAYS: Mapping[date, bool] = {}
UNTIL_THE_10TH = PaymentTerm(bill_by_day=1, pay_by_day=10)
UNTIL_THE_15TH = PaymentTerm(bill_by_day=5, pay_by_day=15)
NEVER_MOVED = PaymentTerm(bill_by_day=5, pay_by_day=15, moves_to_working_day=False)
SATURDAY, SUNDAY, MONDAY = date(2026, 11, 14), date(2026, 11, 15), date(2026, 11, 16)
HOLIDAY, WORKING_SATURDAY = date(2026, 11, 4), date(2026, 11, 7)


def test_month_is_billed_and_paid_in_the_next_one() -> None:
    days = payment_days(Period(2026, 11), UNTIL_THE_15TH, days_off=AS_WEEKDAYS)
    assert days == PaymentDays(bill_by=date(2026, 12, 5), pay_by=date(2026, 12, 15))


def test_december_is_paid_in_january() -> None:
    days = payment_days(Period(2025, 12), UNTIL_THE_10TH, days_off={date(2026, 1, 12): True})
    assert days == (date(2026, 1, 1), date(2026, 1, 12))


@pytest.mark.parametrize(
    ("period", "pay_by"),
    [
        # The 15th is a Saturday, a Sunday, a Monday, a Tuesday.
        (Period(2026, 7), date(2026, 8, 17)),
        (Period(2026, 10), date(2026, 11, 16)),
        (Period(2026, 5), date(2026, 6, 15)),
        (Period(2026, 8), date(2026, 9, 15)),
    ],
)
def test_last_day_of_payment_moves_over_the_weekend(period: Period, pay_by: date) -> None:
    assert payment_days(period, UNTIL_THE_15TH, days_off=AS_WEEKDAYS).pay_by == pay_by


def test_last_day_of_payment_moves_over_a_holiday_after_the_weekend() -> None:
    days = payment_days(Period(2026, 10), UNTIL_THE_15TH, days_off={MONDAY: False})
    assert days.pay_by == date(2026, 11, 17)


def test_last_day_on_a_working_saturday_stays() -> None:
    term = PaymentTerm(bill_by_day=5, pay_by_day=14)
    days = payment_days(Period(2026, 10), term, days_off={SATURDAY: True})
    assert days.pay_by == SATURDAY


def test_term_that_does_not_move_ends_on_a_sunday() -> None:
    assert payment_days(Period(2026, 10), NEVER_MOVED, days_off=AS_WEEKDAYS).pay_by == SUNDAY


def test_day_of_the_bill_never_moves() -> None:
    days = payment_days(Period(2026, 8), UNTIL_THE_15TH, days_off=AS_WEEKDAYS)
    assert (days.bill_by, days.bill_by.weekday()) == (date(2026, 9, 5), 5)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (SATURDAY, False),
        (SUNDAY, False),
        (MONDAY, True),
        (HOLIDAY, False),
        (WORKING_SATURDAY, True),
    ],
)
def test_people_work_on_weekdays_unless_the_calendar_says_otherwise(day: date, works: bool) -> None:
    assert is_working(day, {HOLIDAY: False, WORKING_SATURDAY: True}) is works


def test_working_day_is_its_own_next_one() -> None:
    assert next_working_day(MONDAY, AS_WEEKDAYS) == MONDAY
    assert next_working_day(SATURDAY, AS_WEEKDAYS) == MONDAY


def test_both_ends_are_counted_among_the_working_days() -> None:
    november = Period(2026, 11)
    first, last = november.first_day, november.last_day
    assert working_days_between(first, last, days_off=AS_WEEKDAYS) == 21
    assert working_days_between(first, last, days_off={HOLIDAY: False}) == 20
    assert working_days_between(MONDAY, MONDAY, days_off=AS_WEEKDAYS) == 1
    assert working_days_between(SATURDAY, SUNDAY, days_off=AS_WEEKDAYS) == 0


def test_no_working_days_are_left_after_the_last() -> None:
    assert working_days_between(MONDAY, SUNDAY, days_off=AS_WEEKDAYS) == 0
    assert working_days_between(MONDAY, date(2026, 11, 1), days_off=AS_WEEKDAYS) == 0


def test_every_number_of_the_law_has_limits_and_no_divisor_is_nothing() -> None:
    assert set(TERM_LIMITS) == set(Term)
    shares = [TERM_LIMITS[term] for term in Term if term.name.endswith("SHARE")]
    assert [limits.least for limits in shares] == [1, 1]


@pytest.mark.parametrize("term", Term)
def test_name_of_a_term_fits_its_column(term: Term) -> None:
    assert len(term.value) <= 20


days = st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31))
calendars = st.dictionaries(days, st.booleans(), max_size=20)


@given(days, calendars)
def test_next_working_day_skips_days_off_only(day: date, calendar: Mapping[date, bool]) -> None:
    found = next_working_day(day, calendar)
    skipped = [day + timedelta(days=number) for number in range((found - day).days)]
    assert is_working(found, calendar)
    assert not any(is_working(each, calendar) for each in skipped)


@given(days, st.integers(min_value=0, max_value=60), st.integers(min_value=1, max_value=60))
def test_working_days_of_two_spans_add_up(first: date, one: int, other: int) -> None:
    middle, last = first + timedelta(days=one), first + timedelta(days=one + other)
    whole = working_days_between(first, last, days_off={HOLIDAY: False})
    parts = working_days_between(first, middle, days_off={HOLIDAY: False})
    parts += working_days_between(middle + timedelta(days=1), last, days_off={HOLIDAY: False})
    assert whole == parts
