"""Penalties when a month is issued: counted afresh, posted by the difference, once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.billing.penalty_rates import LONG_AGO, penalty_rates
from tests.billing.test_debts import (
    AUGUST,
    JULY,
    OCTOBER,
    SEPTEMBER,
    charge,
    due_on,
    payment,
    penalty,
    reversal,
)
from vodokanal.billing.debts import (
    Debts,
    FoldAnewError,
    debts_from_json,
    debts_to_json,
    fold,
    must_fold_anew,
)
from vodokanal.billing.ledger import Movement, MovementKind, Side
from vodokanal.billing.month_ends import (
    MonthEnd,
    PenaltyDifference,
    month_end,
    penalty_differences,
    penalty_movement,
)
from vodokanal.billing.penalties import penalty_of
from vodokanal.billing.periods import Period, months_between
from vodokanal.billing.rates import NoRateError

RATES = penalty_rates()
JUNE = Period(2026, 6)


def end_of(period: Period) -> MonthEnd:
    return MonthEnd(period, due_on, RATES)


def in_short(found: list[PenaltyDifference]) -> list[tuple[int, str, str, str]]:
    return [
        (each.period.month, str(each.whole), str(each.posted), str(each.difference))
        for each in found
    ]


def test_penalty_of_each_debt_is_counted_from_its_own_due_day() -> None:
    state = fold([charge(JUNE, "1000"), charge(JULY, "1000")], due_on)
    found = penalty_differences(state, date(2026, 9, 30), rates=RATES)
    assert in_short(found) == [
        (6, "14.88", "0.00", "14.88"),
        (7, "5.07", "0.00", "5.07"),
    ]


def test_only_the_difference_to_what_is_posted_is_posted() -> None:
    state = fold([charge(JUNE, "1000"), penalty(JUNE, "5.38", posted=AUGUST)], due_on)
    assert in_short(penalty_differences(state, AUGUST.last_day, rates=RATES)) == []
    found = penalty_differences(state, SEPTEMBER.last_day, rates=RATES)
    assert in_short(found) == [(6, "14.88", "5.38", "9.50")]


def test_late_news_of_an_early_payment_takes_a_penalty_back() -> None:
    paid = payment("1000", date(2026, 7, 10))
    state = fold([charge(JUNE, "1000"), penalty(JUNE, "5.38", posted=AUGUST), paid], due_on)
    (found,) = penalty_differences(state, OCTOBER.last_day, rates=RATES)
    assert found.difference == Decimal("-5.38")
    assert penalty_movement(found, OCTOBER) == Movement(
        MovementKind.PENALTY,
        Side.PENALTY_INCOME,
        Side.PENALTY,
        Decimal("5.38"),
        date(2026, 10, 31),
        OCTOBER,
        debt_period=JUNE,
    )


def test_month_end_posts_and_keeps_what_is_open() -> None:
    state, found = month_end(Debts(), [charge(JUNE, "1000")], end=end_of(AUGUST))
    assert in_short(found) == [(6, "5.38", "0.00", "5.38")]
    (debt,) = state.debts
    assert (debt.principal, debt.penalty, debt.posted) == (
        Decimal(1000),
        Decimal("5.38"),
        Decimal("5.38"),
    )
    again, nothing = month_end(state, [], end=end_of(AUGUST))
    assert (again, nothing) == (state, [])


def test_payment_after_the_last_day_counts_in_the_next_month() -> None:
    paid = payment("1000", date(2026, 9, 2))
    state, found = month_end(Debts(), [charge(JUNE, "1000"), paid], end=end_of(AUGUST))
    assert in_short(found) == [(6, "5.38", "0.00", "5.38")]
    assert [str(each.left) for each in state.debts] == ["5.38"]
    after, more = month_end(state, [], end=end_of(SEPTEMBER))
    assert in_short(more) == [(6, "6.02", "5.38", "0.64")]
    assert after.balance == sum((each.difference for each in [*found, *more]), Decimal(0))


def test_paid_month_is_let_go_when_its_penalty_is_paid() -> None:
    first, found = month_end(Debts(), [charge(JUNE, "1000")], end=end_of(AUGUST))
    paid = payment("1006.00", date(2026, 9, 1))
    after, more = month_end(first, [paid], end=end_of(SEPTEMBER))
    posted = sum((each.difference for each in [*found, *more]), Decimal(0))
    assert after.balance == posted - 6
    assert after.debts == ()


def test_nobody_s_penalties_are_counted_without_rates() -> None:
    end = MonthEnd(AUGUST, due_on, None)
    state, found = month_end(Debts(), [charge(JUNE, "1000")], end=end)
    assert (found, state.balance) == ([], Decimal(1000))


def test_month_end_needs_everything_when_a_payment_is_taken_back() -> None:
    paid = payment("1000", date(2026, 7, 10), number=1)
    state, _ = month_end(Debts(), [charge(JUNE, "1000"), paid], end=end_of(JULY))
    assert state.debts == ()
    with pytest.raises(FoldAnewError):
        month_end(state, [reversal(paid)], end=end_of(AUGUST))
    anew, found = month_end(
        Debts(), [charge(JUNE, "1000"), paid, reversal(paid)], end=end_of(AUGUST)
    )
    assert (in_short(found), anew.balance) == ([(6, "5.38", "0.00", "5.38")], Decimal("1005.38"))


def test_month_end_needs_everything_when_a_later_day_is_folded_already() -> None:
    early = payment("50", date(2026, 9, 3), number=1)
    state = fold([charge(JUNE, "1000"), early], due_on)
    assert state.last is not None
    assert state.last[0] > AUGUST.last_day
    with pytest.raises(FoldAnewError):
        month_end(state, [], end=end_of(AUGUST))
    after, _ = month_end(state, [], end=end_of(SEPTEMBER))
    assert [str(each.principal) for each in after.debts] == ["950.00"]


def test_missing_rate_stops_the_month() -> None:
    ended = MonthEnd(SEPTEMBER, due_on, penalty_rates([(LONG_AGO, date(2026, 8, 31), "8")]))
    with pytest.raises(NoRateError):
        month_end(Debts(), [charge(JUNE, "1000")], end=ended)


def test_months_one_after_another_post_what_a_single_count_gives() -> None:
    state, movements = Debts(), [charge(JUNE, "1000"), charge(JULY, "500")]
    posted = []
    for period in months_between(JULY, Period(2027, 6)):
        new = [each for each in movements if each.posted_period == period.previous]
        state, found = month_end(state, new, end=end_of(period))
        state = debts_from_json(debts_to_json(state))
        posted += [penalty_movement(each, period) for each in found]
    at_once = fold([*movements, *posted], due_on)
    assert at_once == state
    assert penalty_differences(at_once, date(2027, 6, 30), rates=RATES) == []


DAYS = st.dates(date(2026, 6, 1), date(2027, 3, 31))
RUBLES = st.integers(100, 200_000).map(lambda count: str(Decimal(count) / 100))
PAYMENTS = st.lists(st.tuples(RUBLES, DAYS), max_size=5)


def issued_one_by_one(paid: list[Movement], *, anew: bool) -> list[tuple[str, str, str]]:
    """The penalties posted when June to March are issued, by month, debt and amount."""
    charges = [charge(period, "1000") for period in months_between(JUNE, AUGUST)]
    posted: list[tuple[str, str, str]] = []
    penalties: list[Movement] = []
    state = Debts()
    for period in months_between(JUNE, Period(2027, 3)):
        known = [each for each in (*charges, *paid, *penalties) if each.posted_period <= period]
        new = [each for each in known if each.posted_period == period]
        if anew or must_fold_anew(state, new, until=period.last_day):
            state, new = Debts(), known
        state, found = month_end(state, new, end=end_of(period))
        penalties += [penalty_movement(each, period) for each in found]
        posted += [(str(period), str(each.period), str(each.difference)) for each in found]
    return posted


@given(PAYMENTS)
def test_going_on_posts_what_folding_anew_each_month_posts(paid: list[tuple[str, date]]) -> None:
    rows = [payment(amount, on) for amount, on in paid]
    assert issued_one_by_one(rows, anew=False) == issued_one_by_one(rows, anew=True)


@given(PAYMENTS)
def test_what_was_posted_is_the_whole_penalty_of_each_debt(paid: list[tuple[str, date]]) -> None:
    rows = [payment(amount, on) for amount, on in paid]
    sums: dict[str, Decimal] = {}
    for _, debt, amount in issued_one_by_one(rows, anew=False):
        sums[debt] = sums.get(debt, Decimal(0)) + Decimal(amount)
    charges = [charge(period, "1000") for period in months_between(JUNE, AUGUST)]
    whole = {
        str(each.period): penalty_of(each, date(2027, 3, 31), rates=RATES)
        for each in fold([*charges, *rows], due_on).debts
    }
    assert {debt: amount for debt, amount in whole.items() if amount} == {
        debt: amount for debt, amount in sums.items() if amount
    }
