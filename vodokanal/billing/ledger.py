"""The ledger of an account: what a movement is, and what the balance is. Positive is debt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum, auto

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


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement: a positive amount in rubles leaves `credit` and arrives at `debit`.

    `on` is the day from which it counts, `debt_period` the month whose debt it makes or names,
    `posted_period` the month whose receipt shows it.
    """

    kind: MovementKind
    debit: Side
    credit: Side
    amount: Decimal
    on: date
    posted_period: Period
    debt_period: Period | None = None
    id: int = 0

    @property
    def effect(self) -> Decimal:
        """What it adds to the balance in rubles: more debt is positive."""
        return self.amount if self.debit in OWED else -self.amount
