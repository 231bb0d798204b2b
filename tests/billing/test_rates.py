"""What was set, by day: every day has one value, or the calculation stops."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vodokanal.billing.rates import ONLY, Dated, NoRateError, Timetable, bare_days
from vodokanal.billing.services import Service

OLD = Dated(date(2017, 1, 1), date(2025, 12, 5), Decimal("1.5"))
NEW = Dated(date(2025, 12, 6), None, Decimal(3))
FIRST, LAST = date(2025, 12, 1), date(2025, 12, 31)


def multipliers(*rows: Dated[Decimal]) -> Timetable[Service, Decimal]:
    return Timetable("multiplier", [(Service.COLD, row) for row in rows])


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2016, 12, 31), False),
        (date(2017, 1, 1), True),
        (date(2025, 12, 5), True),
        (date(2025, 12, 6), False),
    ],
)
def test_value_holds_on_both_its_days(day: date, holds: bool) -> None:
    assert OLD.holds_on(day) is holds


def test_value_without_a_last_day_goes_on() -> None:
    assert NEW.holds_on(date(2099, 1, 1))
    assert (NEW.last_day, OLD.last_day) == (date.max, date(2025, 12, 5))


@pytest.mark.parametrize(("day", "value"), [(5, "1.5"), (6, "3")])
def test_value_of_a_day_is_found_in_rows_of_any_order(day: int, value: str) -> None:
    for rows in ((OLD, NEW), (NEW, OLD)):
        assert multipliers(*rows).on(Service.COLD, date(2025, 12, day)) == Decimal(value)


def test_day_that_no_row_covers_is_a_loud_error() -> None:
    with pytest.raises(NoRateError) as error:
        multipliers(OLD).on(Service.COLD, date(2025, 12, 6))
    assert (error.value.table, error.value.day) == ("multiplier", date(2025, 12, 6))
    assert str(error.value) == "No row of multiplier covers 2025-12-06 for cold."


def test_key_without_rows_is_a_loud_error_too() -> None:
    with pytest.raises(NoRateError, match="No row of multiplier covers 2025-12-01 for sewage"):
        multipliers(OLD).on(Service.SEWAGE, FIRST)
    with pytest.raises(NoRateError):
        list(multipliers(OLD).spans(Service.SEWAGE, first=FIRST, last=LAST))


def test_timetable_knows_for_what_anything_was_set() -> None:
    assert Service.COLD in multipliers(OLD)
    assert Service.SEWAGE not in multipliers(OLD)


def test_month_with_a_step_has_two_spans_cut_to_its_days() -> None:
    spans = list(multipliers(OLD, NEW).spans(Service.COLD, first=FIRST, last=LAST))
    assert spans == [
        Dated(FIRST, date(2025, 12, 5), Decimal("1.5")),
        Dated(date(2025, 12, 6), LAST, Decimal(3)),
    ]


def test_rows_before_and_after_the_days_asked_for_are_left_out() -> None:
    table = multipliers(OLD, NEW)
    assert list(table.spans(Service.COLD, first=LAST, last=LAST)) == [Dated(LAST, LAST, Decimal(3))]
    november = list(table.spans(Service.COLD, first=date(2025, 11, 1), last=date(2025, 11, 30)))
    assert november == [Dated(date(2025, 11, 1), date(2025, 11, 30), Decimal("1.5"))]


@pytest.mark.parametrize(
    ("rows", "bare"),
    [
        ((OLD,), date(2025, 12, 6)),
        ((NEW,), date(2025, 12, 1)),
        ((OLD, Dated(date(2025, 12, 10), None, Decimal(3))), date(2025, 12, 6)),
    ],
)
def test_spans_stop_at_the_first_bare_day(rows: tuple[Dated[Decimal], ...], bare: date) -> None:
    with pytest.raises(NoRateError) as error:
        list(multipliers(*rows).spans(Service.COLD, first=FIRST, last=LAST))
    assert error.value.day == bare


def test_parts_leave_bare_days_out() -> None:
    later = Dated(date(2025, 12, 10), date(2025, 12, 20), Decimal(3))
    parts = list(multipliers(OLD, later).parts(Service.COLD, first=FIRST, last=LAST))
    assert parts == [Dated(FIRST, date(2025, 12, 5), Decimal("1.5")), later]


def test_no_days_have_no_spans() -> None:
    assert list(multipliers(OLD).spans(Service.COLD, first=LAST, last=FIRST)) == []


def test_rows_one_after_another_leave_no_bare_days() -> None:
    assert bare_days([NEW, OLD]) == []
    assert bare_days([OLD]) == bare_days([]) == []


def test_days_between_rows_are_bare() -> None:
    later = Dated(date(2025, 12, 10), None, Decimal(3))
    earlier = Dated(date(2016, 7, 1), date(2016, 12, 30), Decimal("1.4"))
    assert bare_days([later, earlier, OLD]) == [
        (date(2016, 12, 31), date(2016, 12, 31)),
        (date(2025, 12, 6), date(2025, 12, 9)),
    ]


def test_row_inside_another_bares_nothing() -> None:
    inside = Dated(date(2018, 1, 1), date(2018, 1, 31), Decimal(2))
    assert bare_days([OLD, inside, NEW]) == []


starts = st.lists(st.integers(min_value=1, max_value=60), min_size=1, max_size=6, unique=True)
LONG_AGO = date(2026, 1, 1)


def series(offsets: list[int]) -> list[Dated[int]]:
    """Rows one after another, each named by the day on which it begins."""
    days = [LONG_AGO + timedelta(days=each) for each in sorted({0, *offsets})]
    ends = [day - timedelta(days=1) for day in days[1:]]
    return [
        Dated(day, end, number)
        for number, (day, end) in enumerate(zip(days, [*ends, None], strict=True))
    ]


@given(starts, st.integers(min_value=0, max_value=80), st.integers(min_value=0, max_value=40))
def test_spans_say_of_every_day_what_the_day_says(
    offsets: list[int], after: int, more: int
) -> None:
    table = Timetable("key_rate", [(ONLY, row) for row in series(offsets)])
    first = LONG_AGO + timedelta(days=after)
    last = first + timedelta(days=more)
    spans = list(table.spans(ONLY, first=first, last=last))
    days = [first + timedelta(days=number) for number in range(more + 1)]
    found = [span.value for day in days for span in spans if span.holds_on(day)]
    assert found == [table.on(ONLY, day) for day in days]
