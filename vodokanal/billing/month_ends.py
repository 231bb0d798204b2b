"""The end of a month: what is open then, and which penalties are to be posted.

ЖК ст. 155 ч. 14: a penalty grows by the day; each month that is issued counts it afresh for every
debt and posts only by how much it differs from what was posted before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from vodokanal.billing.debts import Debts, DueOn, FoldAnewError, folded_on, is_beyond, settled
from vodokanal.billing.ledger import Movement, MovementKind, Side, sides_of
from vodokanal.billing.penalties import MonthDebt, PenaltyRates, penalty_of
from vodokanal.billing.periods import Period


class PenaltyDifference(NamedTuple):
    """By how much what was posted of a month's penalty differs from the `whole` of it, in rubles."""

    debt: MonthDebt
    whole: Decimal

    @property
    def period(self) -> Period:
        """The month whose debt it is."""
        return self.debt.period

    @property
    def posted(self) -> Decimal:
        """What was posted before."""
        return self.debt.posted

    @property
    def difference(self) -> Decimal:
        """What is to be posted, of either sign, never nothing."""
        return self.whole - self.debt.posted


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """The day on which a month's penalties are counted, and by what; without rates, by nothing."""

    period: Period
    due_on: DueOn
    rates: PenaltyRates | None


def penalty_differences(
    state: Debts, as_of: date, *, rates: PenaltyRates
) -> list[PenaltyDifference]:
    """Return what is to be posted so that every penalty is right up to a day inclusive.

    Of debts whose penalty is right already there is none. Raises `NoRateError` for a day that
    costs a penalty and has no rate.
    """
    counted = (
        PenaltyDifference(each, penalty_of(each, as_of, rates=rates)) for each in state.debts
    )
    return [each for each in counted if each.difference]


def penalty_movement(found: PenaltyDifference, posted: Period) -> Movement:
    """Return the movement that posts a difference in a month, on that month's last day."""
    debit, credit = sides_of(
        MovementKind.PENALTY, is_negative=found.difference < 0, side=Side.PENALTY
    )
    return Movement(
        MovementKind.PENALTY,
        debit,
        credit,
        abs(found.difference),
        posted.last_day,
        posted,
        debt_period=found.period,
    )


def month_end(
    state: Debts, movements: Sequence[Movement], *, end: MonthEnd
) -> tuple[Debts, list[PenaltyDifference]]:
    """Return what is open when a month is issued, and the penalties to be posted with it.

    `movements` are those since `state`, the month's own charges and corrections among them, its
    penalties not. What will never cost a penalty again is left out. Raises `FoldAnewError` where
    `must_fold_anew` says so, and `NoRateError`.
    """
    last_day = end.period.last_day
    if is_beyond(state, last_day):
        raise FoldAnewError
    after = folded_on(state, movements, due_on=end.due_on)
    if end.rates is None:
        return settled(after, last_day), []
    found = penalty_differences(after, last_day, rates=end.rates)
    if found:
        posted = [penalty_movement(each, end.period) for each in found]
        after = folded_on(state, [*movements, *posted], due_on=end.due_on)
    return settled(after, last_day), found
