"""A posted penalty keeps what it was counted from, and adds up to it again."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.billing.penalty_rates import penalty_rates
from vodokanal.billing.money import rubles
from vodokanal.billing.month_ends import PenaltyDifference
from vodokanal.billing.penalties import MonthDebt, Part, penalty_of
from vodokanal.billing.penalty_inputs import penalty_from_json, penalty_to_json
from vodokanal.billing.periods import Period

RATES = penalty_rates()
DUE = date(2026, 4, 15)
DEBT = MonthDebt(Period(2026, 3), DUE, rubles(900), parts=(Part(date(2026, 6, 1), rubles(100)),))
AS_OF = date(2026, 10, 31)


def difference(debt: MonthDebt = DEBT) -> PenaltyDifference:
    return PenaltyDifference(debt, penalty_of(debt, AS_OF, rates=RATES))


def test_spans_of_days_are_kept_with_their_debts() -> None:
    kept = json.loads(penalty_to_json(difference(), AS_OF, rates=RATES))
    assert kept == {
        "whole": str(difference().whole),
        "posted": "0",
        "due_on": "2026-04-15",
        "first": "2026-05-16",
        "segments": [
            ["2026-05-16", "2026-06-01", 300, "9.5", "1000.00"],
            ["2026-06-02", "2026-07-14", 300, "9.5", "900.00"],
            ["2026-07-15", "2026-10-31", 130, "9.5", "900.00"],
        ],
    }


def test_what_is_read_back_adds_up_to_the_whole() -> None:
    found = penalty_from_json(penalty_to_json(difference(), AS_OF, rates=RATES))
    exact = sum((each.amount for each in found.segments), Fraction(0))
    assert round(float(exact), 2) == float(found.whole)
    assert (found.due_on, found.first) == (DUE, date(2026, 5, 16))
    assert [each.span.days for each in found.segments] == [17, 43, 109]


def test_first_segment_by_hand() -> None:
    found = penalty_from_json(penalty_to_json(difference(), AS_OF, rates=RATES))
    # 1 000 rubles, 17 days, a three-hundredth of 9.5 % each.
    assert found.segments[0].amount == Fraction(1000) * Fraction("0.095") / 300 * 17


@pytest.mark.parametrize("paid_on", [date(2026, 4, 15), date(2026, 5, 15)])
def test_debt_paid_in_time_keeps_no_span(paid_on: date) -> None:
    debt = MonthDebt(Period(2026, 3), DUE, rubles(0), parts=(Part(paid_on, rubles(1000)),))
    kept = penalty_to_json(PenaltyDifference(debt, Decimal("0.00")), AS_OF, rates=RATES)
    assert penalty_from_json(kept).segments == ()
