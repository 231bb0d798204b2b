"""The ledger of an account: what a movement is, and what the balance is. Positive is debt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum, auto
from typing import NamedTuple

from vodokanal.billing.errors import BillingError
from vodokanal.billing.periods import Period


class Side(StrEnum):
    """Where an amount comes from or goes to; the first two are what the account owes."""

    PRINCIPAL = auto()
    PENALTY = auto()
    REVENUE = auto()
    PENALTY_INCOME = auto()
    MONEY = auto()
    OPENING = auto()


class MovementKind(StrEnum):
    """What a movement records."""

    OPENING = auto()
    CHARGE = auto()
    CORRECTION = auto()
    PENALTY = auto()
    PAYMENT = auto()
    REVERSAL = auto()


OWED = frozenset({Side.PRINCIPAL, Side.PENALTY})
# Debit and credit of what adds to the debt, by the side that is owed.
INCREASES: Mapping[MovementKind, Mapping[Side, Side]] = {
    MovementKind.OPENING: {Side.PRINCIPAL: Side.OPENING, Side.PENALTY: Side.OPENING},
    MovementKind.CHARGE: {Side.PRINCIPAL: Side.REVENUE},
    MovementKind.CORRECTION: {Side.PRINCIPAL: Side.REVENUE, Side.PENALTY: Side.PENALTY_INCOME},
    MovementKind.PENALTY: {Side.PENALTY: Side.PENALTY_INCOME},
    MovementKind.REVERSAL: {Side.PRINCIPAL: Side.MONEY},
}
# The same of what takes from it. An opening that does is an advance.
DECREASES: Mapping[MovementKind, Mapping[Side, Side]] = {
    MovementKind.OPENING: {Side.PRINCIPAL: Side.OPENING},
    MovementKind.CORRECTION: INCREASES[MovementKind.CORRECTION],
    MovementKind.PENALTY: INCREASES[MovementKind.PENALTY],
    MovementKind.PAYMENT: {Side.PRINCIPAL: Side.MONEY},
}


class NoSuchMovementError(BillingError):
    """No {kind} changes {side} in this direction."""

    def __init__(self, kind: MovementKind, side: Side) -> None:
        """Keep what was asked for."""
        super().__init__(kind, side)
        self.kind = kind
        self.side = side


def sides_of(
    kind: MovementKind, *, is_negative: bool = False, side: Side = Side.PRINCIPAL
) -> tuple[Side, Side]:
    """Return the debit and the credit of a movement of that kind: what arrives where, from where.

    `side` is what of the account's debt it changes; `is_negative`: it is owed less afterwards. A
    payment always is negative, a charge or a reversal never. Raises `NoSuchMovementError` for
    what a kind cannot do.
    """
    table = DECREASES if is_negative else INCREASES
    other = table.get(kind, {}).get(side)
    if other is None:
        raise NoSuchMovementError(kind, side)
    return (other, side) if is_negative else (side, other)


class Movement(NamedTuple):
    """One movement: a positive amount in rubles leaves `credit` and arrives at `debit`.

    `on` is the day from which it counts, `debt_period` the month whose debt it makes or names,
    `posted_period` the month whose receipt shows it. `payment` names the payment that a movement
    records or takes back.
    """

    kind: MovementKind
    debit: Side
    credit: Side
    amount: Decimal
    on: date
    posted_period: Period
    debt_period: Period | None = None
    id: int = 0
    payment: int = 0

    @property
    def side(self) -> Side:
        """What of the account's debt it changes."""
        return self.debit if self.debit in OWED else self.credit

    @property
    def effect(self) -> Decimal:
        """What it adds to the balance in rubles: more debt is positive."""
        return self.amount if self.debit in OWED else -self.amount


def balance_of(movements: Iterable[Movement], *, opening: Decimal = Decimal("0.00")) -> Decimal:
    """Return what is owed after all of them in rubles; an advance is negative."""
    return sum((each.effect for each in movements), opening)
