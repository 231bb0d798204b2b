"""The life of a dispute: a payer does not agree with a line of a receipt, and is answered.

ПП 354 п. 31 д: whoever comes is answered at once, with a paper of what is right; п. 31 к: whoever
writes, within some working days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum, auto

from vodokanal.billing.periods import Period
from vodokanal.billing.services import Service
from vodokanal.billing.terms import ONE_DAY, is_working

NOTHING = Decimal("0.00")


class DisputeState(StrEnum):
    """How far a dispute has come; only an open one waits for somebody."""

    OPEN = auto()
    EXPLAINED = auto()
    CORRECTED = auto()
    WITHDRAWN = auto()


class Heard(StrEnum):
    """How the utility came to know of it."""

    PORTAL = auto()
    TELEPHONE = auto()
    OFFICE = auto()
    PAPER = auto()


# An answer is never taken back: whoever still does not agree opens another one. But a correction
# that is withdrawn leaves its dispute without an answer: it waits again, by the same day.
MOVES: Mapping[DisputeState, frozenset[DisputeState]] = {
    DisputeState.OPEN: frozenset(DisputeState) - {DisputeState.OPEN},
    DisputeState.EXPLAINED: frozenset(),
    DisputeState.CORRECTED: frozenset({DisputeState.OPEN}),
    DisputeState.WITHDRAWN: frozenset(),
}


def may_become(state: DisputeState, other: DisputeState) -> bool:
    """Return whether a dispute in one state can come into another."""
    return other in MOVES[state]


def answer_day(received_on: date, working_days: int, *, days_off: Mapping[date, bool]) -> date:
    """Return the last day of the answer, inclusive: so many working days after it was received.

    The day of receipt itself is not counted (ГК ст. 191); `days_off` as `is_working` takes it.
    """
    day = received_on
    while working_days > 0:
        day += ONE_DAY
        working_days -= is_working(day, days_off)
    return day


def charge_code(service: Service, part: int) -> str:
    """Return the name of a receipt's charge line in addresses."""
    return f"{service.value}-{part}"


def correction_code(correction_id: int) -> str:
    """Return the name of a receipt's correction in addresses."""
    return f"correction-{correction_id}"


def penalty_code(debt_period: Period) -> str:
    """Return the name of a receipt's penalty on the debt of a month in addresses."""
    return f"penalty-{debt_period.as_int}"


def held_back(
    disputed: Iterable[tuple[Period, Decimal]], left: Mapping[Period, Decimal]
) -> Decimal:
    """Return how much of what is left to pay is disputed, in rubles.

    `disputed` are months of debt with the rubles disputed in them, `left` what each month still
    owes, penalty included. What is paid already is demanded from nobody and held back from nobody.
    """
    by_month: dict[Period, Decimal] = defaultdict(lambda: NOTHING)
    for period, amount in disputed:
        by_month[period] += amount
    return sum(
        (min(amount, left.get(period, NOTHING)) for period, amount in by_month.items()), NOTHING
    )
