"""What of an account's debt is open, month by month: the ledger folded in order of days.

ЖК ст. 155, ГК ст. 319, 319.1: what is paid covers the debt of the month that the payer named, then
the oldest; the debt itself before its penalty; what is left is an advance, and covers the next
charge on that charge's own day.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from vodokanal.billing.errors import BillingError
from vodokanal.billing.ledger import OWED, Movement, MovementKind, Side
from vodokanal.billing.money import from_kopecks, kopecks
from vodokanal.billing.open_months import NOTHING, OpenMonth
from vodokanal.billing.penalties import MonthDebt, Part
from vodokanal.billing.periods import Period

# Within a day: what is owed first, then what covers it, each from the oldest month on.
PRINCIPAL_RAISED, PENALTY_RAISED, PENALTY_LOWERED, PENALTY_FORGIVEN, COVERED = range(5)
Place = tuple[date, int, int]
DueOn = Callable[[Period], date]


class FoldAnewError(BillingError):
    """A movement lies before what has been folded: fold all of them anew."""


class NotDebtsError(BillingError, ValueError):
    """No debts are kept like this: {kept}."""

    def __init__(self, kept: object) -> None:
        """Keep what stands in the row."""
        super().__init__(kept)
        self.kept = kept


class Debts(NamedTuple):
    """What is open, oldest month first, and what was paid ahead, in rubles.

    A month that owes nothing stays as long as its penalty is not settled. `last` is the place of
    the last movement in it.
    """

    debts: tuple[MonthDebt, ...] = ()
    advance: Decimal = NOTHING
    last: Place | None = None

    @property
    def open(self) -> tuple[MonthDebt, ...]:
        """The months that something is left to pay of."""
        return tuple(each for each in self.debts if each.left)

    @property
    def balance(self) -> Decimal:
        """What is owed in rubles; an advance is negative."""
        return sum((each.left for each in self.debts), NOTHING) - self.advance


def fold(movements: Iterable[Movement], due_on: DueOn) -> Debts:
    """Return what is open after all movements of an account, given in any order.

    `due_on` gives the last day of payment of a month. Payments that were taken back never were.
    """
    return folded_on(Debts(), movements, due_on=due_on)


def must_fold_anew(
    state: Debts, movements: Iterable[Movement], *, until: date | None = None
) -> bool:
    """Say whether some of the movements lie before what is folded, or take back a part of it.

    With `until`, also whether what will be posted on that day does.
    """
    if until is not None and is_beyond(state, until):
        return True
    return _comes_late(state, _in_order(movements))


def is_beyond(state: Debts, day: date) -> bool:
    """Say whether something later than a day is folded already."""
    return state.last is not None and day < state.last[0]


def folded_on(state: Debts, movements: Iterable[Movement], *, due_on: DueOn) -> Debts:
    """Return what is open after further movements, given in any order; `state` stays as it is.

    Raises `FoldAnewError` where `must_fold_anew` says so.
    """
    ordered = _in_order(movements)
    if not ordered:
        return state
    if _comes_late(state, ordered):
        raise FoldAnewError
    folding = _Folding(state, due_on)
    for (_, kind, month), each in ordered:
        folding.add(each, kind, named=month)
    return folding.result(ordered[-1][0])


def place(movement: Movement) -> Place:
    """Return where a movement stands among an account's others: day, kind, month it names.

    Movements of one place may come in any order: together they do the same.
    """
    month = 0 if movement.debt_period is None else movement.debt_period.as_int
    return movement.on, _kind_of(movement), month


def settled(state: Debts, as_of: date) -> Debts:
    """Return the same without months that were paid by that day, penalty and all."""
    left = [
        each for each in state.debts if each.left or any(part.on > as_of for part in each.parts)
    ]
    if len(left) == len(state.debts):
        return state
    return Debts(tuple(left), state.advance, state.last)


def debts_to_json(state: Debts) -> str:
    """Return what is open as text for the database, in whole kopecks."""
    # Written for every account each month: the plain ones without the detour over lists.
    rows = ", ".join(map(_row_text, state.debts))
    last = (
        ""
        if state.last is None
        else f', "last": ["{state.last[0]}", {state.last[1]}, {state.last[2]}]'
    )
    advance = f', "advance": {kopecks(state.advance)}' if state.advance else ""
    return f'{{"debts": [{rows}]{advance}{last}}}'


def debts_from_json(text: str) -> Debts:
    """Return what `debts_to_json` has written; raises `NotDebtsError` for anything else."""
    try:
        kept = json.loads(text)
        last = kept.get("last")
        return Debts(
            tuple(_debt(*row) for row in kept.get("debts", ())),
            from_kopecks(kept.get("advance", 0)),
            None if last is None else (date.fromisoformat(last[0]), last[1], last[2]),
        )
    except (AttributeError, IndexError, TypeError, ValueError) as error:
        raise NotDebtsError(text) from error


def _row_text(debt: MonthDebt) -> str:
    """Return one month as a JSON list; what is usually empty is left out at the end."""
    head = f'{debt.period.as_int}, "{debt.due_on}", {kopecks(debt.principal)}'
    if not (debt.parts or debt.penalty or debt.posted or debt.since):
        return f"[{head}]"
    since = "null" if debt.since is None else f'"{debt.since}"'
    parts = ", ".join(f'["{part.on}", {kopecks(part.amount)}]' for part in debt.parts)
    return f"[{head}, {kopecks(debt.penalty)}, {kopecks(debt.posted)}, {since}, [{parts}]]"


def _debt(period: int, due_on: str, *more: Any) -> MonthDebt:
    """Return the month of one JSON list."""
    principal, (penalty, posted, since, parts) = more[0], more[1:] or (0, 0, None, ())
    return MonthDebt(
        _month(period),
        date.fromisoformat(due_on),
        from_kopecks(principal),
        tuple(Part(date.fromisoformat(on), from_kopecks(amount)) for on, amount in parts),
        from_kopecks(penalty),
        from_kopecks(posted),
        None if since is None else date.fromisoformat(since),
    )


# Accounts share their months.
_month = lru_cache(maxsize=1024)(Period.from_int)


def _in_order(movements: Iterable[Movement]) -> list[tuple[Place, Movement]]:
    """Return the movements with their places, without the payments taken back among them."""
    found = list(movements)
    taken_back = [each.payment for each in found if each.kind is MovementKind.REVERSAL]
    if taken_back:
        paid = {each.payment for each in found if each.kind is MovementKind.PAYMENT}
        undone = paid.intersection(taken_back) - {0}
        found = [each for each in found if each.payment not in undone]
    return sorted([(place(each), each) for each in found], key=itemgetter(0))


def _comes_late(state: Debts, ordered: list[tuple[Place, Movement]]) -> bool:
    """Say whether the first movement lies before the state, or a payment in it is taken back."""
    if state.last is not None and ordered and ordered[0][0] < state.last:
        return True
    return MovementKind.REVERSAL in [each.kind for _, each in ordered]


def _kind_of(movement: Movement) -> int:
    """Return what a movement does to the debt."""
    is_increase = movement.debit in OWED
    side = movement.debit if is_increase else movement.credit
    if side is Side.PRINCIPAL:
        return PRINCIPAL_RAISED if is_increase else COVERED
    if is_increase:
        return PENALTY_RAISED
    return PENALTY_LOWERED if movement.kind is MovementKind.PENALTY else PENALTY_FORGIVEN


class _Folding:
    """An account's debts while movements are being added in order."""

    def __init__(self, state: Debts, due_on: DueOn) -> None:
        self.advance = state.advance
        self.due_on = due_on
        # By yyyymm: numbers are found and put in order quicker than months are.
        self.months = {each.period.as_int: OpenMonth.of(each) for each in state.debts}

    def add(self, movement: Movement, kind: int, *, named: int) -> None:
        """Take in one movement of a kind, which may name a month: yyyymm, or nothing."""
        if kind == COVERED:
            self.credit(movement.amount, named, on=movement.on)
        elif kind == PENALTY_FORGIVEN:
            rest = self.credit_penalty(movement.amount, named)
            self.credit(rest, named, on=movement.on)
        else:
            month = self.month(movement.debt_period or Period.of(movement.on))
            self.change(month, kind, movement=movement)

    def change(self, month: OpenMonth, kind: int, *, movement: Movement) -> None:
        """Raise what a month owes, or lower its penalty; then what was paid ahead covers it."""
        amount, advance = movement.amount, self.advance
        if kind == PRINCIPAL_RAISED:
            month.principal += amount
            if movement.kind is MovementKind.OPENING:
                month.since = max(month.since or movement.on, movement.on)
        else:
            change = amount if kind == PENALTY_RAISED else -amount
            month.penalty += change
            if movement.kind is MovementKind.PENALTY:
                month.posted += change
            # What was paid of a penalty that never was is free again.
            advance += max(-month.penalty, NOTHING)
            month.penalty = max(month.penalty, NOTHING)
        if advance:
            self.advance = NOTHING
            self.credit(advance, 0, on=movement.on)

    def credit(self, amount: Decimal, named: int, *, on: date) -> None:
        """Cover with an amount: debts first, then penalties; keep the rest as an advance."""
        for each in self.in_turn(named):
            if not amount:
                return
            amount = each.cover(amount, on)
        self.advance += self.credit_penalty(amount, named)

    def credit_penalty(self, amount: Decimal, named: int) -> Decimal:
        """Cover penalties with an amount; return what is left of it."""
        for each in self.in_turn(named):
            amount = each.cover_penalty(amount)
        return amount

    def in_turn(self, named: int) -> list[OpenMonth]:
        """The months as they are covered: the named one, then the oldest."""
        ordered = sorted(self.months, key=lambda number: (number != named, number))
        return [self.months[number] for number in ordered]

    def month(self, period: Period) -> OpenMonth:
        """The month's debt, a new one if it has none yet."""
        found = self.months.get(period.as_int)
        if found is None:
            found = self.months[period.as_int] = OpenMonth(period, self.due_on(period))
        return found

    def result(self, last: Place | None) -> Debts:
        """What is open now."""
        return Debts(
            tuple([month.debt() for _, month in sorted(self.months.items())]),
            self.advance,
            last,
        )
