"""Months and moments of the town's history."""

from __future__ import annotations

from datetime import date, datetime
from random import Random

import pytest

from tests.clock import moment
from vodokanal.billing.periods import Period
from vodokanal.demo.calendar import Turn, some_moment, turns_until
from vodokanal.demo.utility import window_rules

GENERAL, LAKESIDE, FAR = 1, 3, 4


def turns(now: str, district_id: int = GENERAL, months: int = 2) -> list[Turn]:
    return turns_until(moment(now), months, rules=window_rules(), district_id=district_id)


def test_open_window_reaches_until_today() -> None:
    assert turns("2026-11-15T12:00") == [
        Turn(Period(2026, 9), 2, date(2026, 9, 10), date(2026, 9, 20), is_open=False),
        Turn(Period(2026, 10), 1, date(2026, 10, 10), date(2026, 10, 20), is_open=False),
        Turn(Period(2026, 11), 0, date(2026, 11, 10), date(2026, 11, 15), is_open=True),
    ]


def test_window_that_has_not_opened_is_left_out() -> None:
    assert [turn.months_back for turn in turns("2026-11-09T23:59")] == [2, 1]


def test_window_is_open_on_its_last_day() -> None:
    assert turns("2026-11-20T23:59")[-1].is_open
    assert not turns("2026-11-21T00:00")[-1].is_open


def test_window_across_the_months_end_stays_with_its_month() -> None:
    newest = turns("2026-11-02T12:00", FAR)[-1]
    assert newest == Turn(Period(2026, 10), 1, date(2026, 10, 25), date(2026, 11, 2), is_open=True)


def test_settlement_has_days_of_its_own() -> None:
    assert turns("2026-11-30T12:00", LAKESIDE)[-1].first_day == date(2026, 11, 15)


def moments(now: datetime, *, in_office: bool) -> list[datetime]:
    rng = Random(3)
    turn = turns_until(now, 0, rules=window_rules(), district_id=GENERAL)[-1]
    return [some_moment(turn, rng, now=now, in_office=in_office) for _ in range(300)]


@pytest.mark.parametrize("now", ["2026-11-10T00:05", "2026-11-12T08:00", "2026-11-25T12:00"])
@pytest.mark.parametrize("in_office", [True, False])
def test_moment_lies_in_the_window_and_in_the_past(now: str, in_office: bool) -> None:
    found = moments(moment(now), in_office=in_office)
    assert all(moment("2026-11-10T00:00") <= each <= moment(now) for each in found)
    assert all(each.date() <= date(2026, 11, 20) for each in found)


def test_office_is_closed_at_night() -> None:
    found = moments(moment("2026-11-25T12:00"), in_office=True)
    assert {each.hour for each in found} <= set(range(8, 17))


def test_residents_send_in_the_evening_too() -> None:
    found = moments(moment("2026-11-25T12:00"), in_office=False)
    assert max(each.hour for each in found) == 22
