"""The life of a dispute: allowed moves, the day of the answer, what is held back."""

from __future__ import annotations

from datetime import date

import pytest

from vodokanal.billing.money import rubles
from vodokanal.billing.periods import Period
from vodokanal.billing.services import Service
from vodokanal.casework.disputes import (
    DisputeState,
    answer_day,
    charge_code,
    correction_code,
    held_back,
    may_become,
    penalty_code,
)

AUGUST, SEPTEMBER = Period(2026, 8), Period(2026, 9)
OPEN = DisputeState.OPEN


def test_open_dispute_can_be_answered_and_taken_back() -> None:
    assert [each for each in DisputeState if may_become(OPEN, each)] == [
        DisputeState.EXPLAINED,
        DisputeState.CORRECTED,
        DisputeState.WITHDRAWN,
    ]


def test_answered_dispute_stays_answered_unless_its_correction_is_withdrawn() -> None:
    answered = set(DisputeState) - {OPEN}
    moves = {
        (each, other) for each in answered for other in DisputeState if may_become(each, other)
    }
    assert moves == {(DisputeState.CORRECTED, OPEN)}


@pytest.mark.parametrize(
    ("received", "until"),
    [
        # A Thursday: Friday, Monday, Tuesday.
        (date(2026, 11, 12), date(2026, 11, 17)),
        # Received on a Saturday; the weekend is not counted.
        (date(2026, 11, 14), date(2026, 11, 18)),
        # The 4th is a holiday, and people work on the Saturday after it.
        (date(2026, 11, 3), date(2026, 11, 7)),
    ],
)
def test_answer_comes_within_three_working_days(received: date, until: date) -> None:
    days_off = {date(2026, 11, 4): False, date(2026, 11, 7): True}
    assert answer_day(received, 3, days_off=days_off) == until


def test_lines_have_names_for_addresses() -> None:
    names = (charge_code(Service.HOT, 1), correction_code(17), penalty_code(AUGUST))
    assert names == ("hot-1", "correction-17", "penalty-202608")


def test_held_back_is_no_more_than_what_is_left_of_the_month() -> None:
    disputed = [(AUGUST, rubles(100)), (AUGUST, rubles(50)), (SEPTEMBER, rubles(30))]
    assert held_back(disputed, {AUGUST: rubles("120.50")}) == rubles("120.50")
    assert held_back(disputed, {AUGUST: rubles(500), SEPTEMBER: rubles(30)}) == rubles(180)


def test_nothing_disputed_holds_nothing_back() -> None:
    assert held_back([], {AUGUST: rubles(100)}) == rubles(0)
