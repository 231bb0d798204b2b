"""The days on which readings are taken."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vodokanal.billing.periods import Period
from vodokanal.billing.windows import (
    NotADayOfTheMonthError,
    NoWindowRuleError,
    Window,
    WindowExtension,
    WindowRule,
    next_window,
    open_window,
    window_of,
)

NOVEMBER = Period(2026, 11)
LONG_AGO = date(2020, 1, 1)
TENTH_TO_TWENTIETH = WindowRule(10, 20, LONG_AGO)
OVER_THE_MONTHS_END = WindowRule(25, 3, LONG_AGO)
UNTIL_THE_25TH = WindowRule(1, 25, LONG_AGO)
LATER = WindowExtension(NOVEMBER, date(2026, 11, 24), "The site was down on the 20th.")

NORTH, SOUTH = 1, 2


def the_window(
    period: Period,
    *rules: WindowRule,
    extensions: tuple[WindowExtension, ...] = (),
    district_id: int | None = None,
) -> tuple[str, str]:
    window = window_of(period, rules, extensions=extensions, district_id=district_id)
    return window.first_day.isoformat(), window.last_day.isoformat()


def open_on(
    today: date, *rules: WindowRule, extensions: tuple[WindowExtension, ...] = ()
) -> Window | None:
    return open_window(today, rules, extensions=extensions, district_id=None)


def opening_after(today: date, *rules: WindowRule) -> Window:
    return next_window(today, rules, extensions=(), district_id=None)


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        (TENTH_TO_TWENTIETH, ("2026-11-10", "2026-11-20")),
        (UNTIL_THE_25TH, ("2026-11-01", "2026-11-25")),
        (OVER_THE_MONTHS_END, ("2026-11-25", "2026-12-03")),
        (WindowRule(20, 31, LONG_AGO), ("2026-11-20", "2026-11-30")),
        (WindowRule(31, 5, LONG_AGO), ("2026-11-30", "2026-12-05")),
        (WindowRule(15, 15, LONG_AGO), ("2026-11-15", "2026-11-15")),
    ],
)
def test_rule_says_the_days_of_november(rule: WindowRule, days: tuple[str, str]) -> None:
    assert the_window(NOVEMBER, rule) == days


def test_days_that_february_lacks_are_its_last() -> None:
    assert the_window(Period(2027, 2), WindowRule(29, 31, LONG_AGO)) == ("2027-02-28",) * 2
    assert the_window(Period(2028, 2), WindowRule(29, 31, LONG_AGO)) == ("2028-02-29",) * 2


def test_crossing_window_of_december_ends_next_year() -> None:
    assert the_window(Period(2026, 12), OVER_THE_MONTHS_END) == ("2026-12-25", "2027-01-03")


@pytest.mark.parametrize("days", [(0, 20), (10, 32), (-1, 5)])
def test_rule_with_an_impossible_day_is_refused(days: tuple[int, int]) -> None:
    with pytest.raises(NotADayOfTheMonthError, match="from 1 to 31"):
        WindowRule(*days, LONG_AGO)


def test_both_ends_of_the_window_are_open() -> None:
    window = Window(NOVEMBER, date(2026, 11, 10), date(2026, 11, 20))
    days = [date(2026, 11, day) for day in (9, 10, 20, 21)]
    assert [window.is_open_on(day) for day in days] == [False, True, True, False]


def test_new_rule_holds_from_the_first_window_it_begins_before() -> None:
    old = WindowRule(10, 20, LONG_AGO, date(2026, 10, 31))
    new = WindowRule(15, 25, date(2026, 11, 1))
    assert the_window(Period(2026, 10), old, new) == ("2026-10-10", "2026-10-20")
    assert the_window(NOVEMBER, old, new) == ("2026-11-15", "2026-11-25")


def test_window_begun_under_a_rule_ends_by_it() -> None:
    ending = WindowRule(25, 3, LONG_AGO, date(2026, 11, 25))
    assert the_window(NOVEMBER, ending) == ("2026-11-25", "2026-12-03")


@pytest.mark.parametrize(
    "rule",
    [
        WindowRule(10, 20, date(2026, 11, 11)),
        WindowRule(10, 20, LONG_AGO, date(2026, 11, 9)),
        WindowRule(10, 20, LONG_AGO, None, SOUTH),
    ],
)
def test_month_without_a_rule_is_a_loud_error(rule: WindowRule) -> None:
    with pytest.raises(NoWindowRuleError) as error:
        the_window(NOVEMBER, rule, district_id=NORTH)
    assert (error.value.period, error.value.district_id) == (NOVEMBER, NORTH)
    assert str(error.value) == "No rule says on which days readings are taken for 2026-11."


def test_own_rule_of_a_district_goes_before_the_rule_for_all() -> None:
    own = WindowRule(1, 5, LONG_AGO, None, NORTH)
    newer_for_all = WindowRule(10, 20, date(2026, 1, 1))
    assert the_window(NOVEMBER, own, newer_for_all, district_id=NORTH)[0] == "2026-11-01"
    assert the_window(NOVEMBER, own, newer_for_all, district_id=SOUTH)[0] == "2026-11-10"
    assert the_window(NOVEMBER, own, newer_for_all)[0] == "2026-11-10"


def test_of_two_open_rules_the_later_begun_holds() -> None:
    newer = WindowRule(12, 22, date(2026, 1, 1))
    assert the_window(NOVEMBER, newer, TENTH_TO_TWENTIETH) == ("2026-11-12", "2026-11-22")


def test_extension_moves_the_last_day_and_says_why() -> None:
    window = window_of(NOVEMBER, [TENTH_TO_TWENTIETH], extensions=[LATER], district_id=None)
    assert window == Window(NOVEMBER, date(2026, 11, 10), date(2026, 11, 24), LATER.sentence)


def test_extension_never_shortens_a_window() -> None:
    earlier = WindowExtension(NOVEMBER, date(2026, 11, 15), "A slip of the chief.")
    window = window_of(NOVEMBER, [TENTH_TO_TWENTIETH], extensions=[earlier], district_id=None)
    assert window == Window(NOVEMBER, date(2026, 11, 10), date(2026, 11, 20))


def test_extension_concerns_its_own_month_only() -> None:
    days = the_window(Period(2026, 12), TENTH_TO_TWENTIETH, extensions=(LATER,))
    assert days == ("2026-12-10", "2026-12-20")


def test_extension_of_the_district_goes_before_the_one_for_all() -> None:
    own = WindowExtension(NOVEMBER, date(2026, 11, 22), "Only the north.", NORTH)
    both = (LATER, own)
    for district_id, last_day in [(NORTH, "2026-11-22"), (SOUTH, "2026-11-24")]:
        days = the_window(NOVEMBER, TENTH_TO_TWENTIETH, extensions=both, district_id=district_id)
        assert days[1] == last_day


def test_of_two_extensions_the_longer_holds() -> None:
    longer = WindowExtension(NOVEMBER, date(2026, 11, 27), "And again.")
    days = the_window(NOVEMBER, TENTH_TO_TWENTIETH, extensions=(longer, LATER))
    assert days == ("2026-11-10", "2026-11-27")


@pytest.mark.parametrize(
    ("today", "period"),
    [
        (date(2026, 11, 24), None),
        (date(2026, 11, 25), NOVEMBER),
        (date(2026, 11, 30), NOVEMBER),
        (date(2026, 12, 1), NOVEMBER),
        (date(2026, 12, 3), NOVEMBER),
        (date(2026, 12, 4), None),
        (date(2027, 1, 2), Period(2026, 12)),
    ],
)
def test_crossing_window_takes_readings_for_the_month_it_began_in(
    today: date, period: Period | None
) -> None:
    window = open_on(today, OVER_THE_MONTHS_END)
    assert (window.period if window else None) == period


def test_extended_window_is_open_longer() -> None:
    assert open_on(date(2026, 11, 24), TENTH_TO_TWENTIETH) is None
    window = open_on(date(2026, 11, 24), TENTH_TO_TWENTIETH, extensions=(LATER,))
    assert window is not None
    assert window.sentence == LATER.sentence


def test_window_extended_by_months_is_still_open() -> None:
    long = WindowExtension(Period(2026, 8), date(2026, 11, 5), "The flood.")
    window = open_on(date(2026, 11, 5), TENTH_TO_TWENTIETH, extensions=(long,))
    assert window is not None
    assert window.period == Period(2026, 8)


def test_of_two_open_windows_the_promised_earlier_one_is_taken() -> None:
    long = WindowExtension(Period(2026, 10), date(2026, 11, 12), "The flood.")
    for today, period in [(12, Period(2026, 10)), (13, NOVEMBER)]:
        window = open_on(date(2026, 11, today), TENTH_TO_TWENTIETH, extensions=(long,))
        assert window is not None
        assert window.period == period


def test_first_month_of_the_first_rule_needs_no_earlier_one() -> None:
    first = WindowRule(10, 20, date(2026, 11, 1))
    window = open_on(date(2026, 11, 12), first)
    assert window is not None
    assert window.period == NOVEMBER


def test_day_that_no_rule_covers_is_a_loud_error() -> None:
    with pytest.raises(NoWindowRuleError):
        open_on(date(2026, 11, 12), WindowRule(10, 20, date(2026, 12, 1)))


@pytest.mark.parametrize(
    ("today", "opens"),
    [
        (date(2026, 11, 9), date(2026, 11, 10)),
        (date(2026, 11, 10), date(2026, 12, 10)),
        (date(2026, 11, 21), date(2026, 12, 10)),
        (date(2026, 12, 31), date(2027, 1, 10)),
    ],
)
def test_closed_page_can_say_when_the_next_window_opens(today: date, opens: date) -> None:
    assert opening_after(today, TENTH_TO_TWENTIETH).first_day == opens


def test_next_window_may_be_the_first_of_a_new_rule() -> None:
    assert opening_after(
        date(2026, 11, 12), WindowRule(10, 20, date(2026, 12, 1))
    ).first_day == date(2026, 12, 10)


def test_no_next_window_is_a_loud_error() -> None:
    with pytest.raises(NoWindowRuleError):
        opening_after(date(2026, 11, 12), WindowRule(10, 20, LONG_AGO, date(2026, 11, 30)))


def test_order_of_rules_and_extensions_does_not_matter() -> None:
    rules = (TENTH_TO_TWENTIETH, WindowRule(1, 5, LONG_AGO, None, NORTH), UNTIL_THE_25TH)
    found = {the_window(NOVEMBER, *order, district_id=NORTH) for order in permutations(rules)}
    assert found == {("2026-11-01", "2026-11-05")}


days_of_month = st.integers(min_value=1, max_value=31)
rules = st.builds(WindowRule, days_of_month, days_of_month, st.just(LONG_AGO))
todays = st.dates(min_value=date(2021, 1, 1), max_value=date(2035, 12, 31))


@given(rules, todays)
def test_open_window_holds_today(rule: WindowRule, today: date) -> None:
    window = open_on(today, rule)
    assert window is None or window.first_day <= today <= window.last_day


@given(rules, todays)
def test_every_day_is_open_or_waits_for_a_later_window(rule: WindowRule, today: date) -> None:
    following = opening_after(today, rule)
    assert today < following.first_day <= today + timedelta(days=62)
    assert open_on(following.first_day, rule) is not None


@given(rules, todays)
def test_window_of_a_month_begins_in_it(rule: WindowRule, today: date) -> None:
    period = Period.of(today)
    window = window_of(period, [rule], extensions=(), district_id=None)
    assert Period.of(window.first_day) == period
    assert window.first_day <= window.last_day < window.first_day + timedelta(days=62)
