"""What an account was charged and what was paid for it, month after month; and that it owes nothing.

Amounts are rubles, positive is debt.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby

from vodokanal.billing.errors import BillingError
from vodokanal.billing.ledger import Movement, MovementKind
from vodokanal.billing.money import rubles
from vodokanal.billing.payments import Channel
from vodokanal.billing.periods import Period
from vodokanal.billing.receipts import LastPayment, Requisites

NOTHING = rubles(0)
# What a month brings at once is one line, as on its receipt; money has a line each time.
OF_A_MONTH = frozenset({MovementKind.CHARGE, MovementKind.CORRECTION, MovementKind.PENALTY})
MONEY = frozenset({MovementKind.PAYMENT, MovementKind.REVERSAL})
_ORDER = (
    MovementKind.OPENING,
    MovementKind.PAYMENT,
    MovementKind.REVERSAL,
    MovementKind.CHARGE,
    MovementKind.CORRECTION,
    MovementKind.PENALTY,
)


class NotDebtFreeError(BillingError):
    """Something is owed, so that no certificate of the opposite can be given."""

    def __init__(self, balance: Decimal) -> None:
        """Keep what is owed in rubles."""
        super().__init__(balance)
        self.balance = balance


@dataclass(frozen=True, slots=True)
class StatementRow:
    """What changed the balance on a day, by how much, and the balance after it."""

    on: date
    kind: MovementKind
    period: Period
    amount: Decimal
    balance: Decimal
    channel: Channel | None = None


@dataclass(frozen=True, slots=True)
class Whose:
    """The account that a paper is about, and the utility that gives it."""

    number: str
    holder: str
    address: str
    requisites: Requisites = field(default_factory=Requisites)


@dataclass(frozen=True, slots=True)
class StatementPaper:
    """Everything that a statement from the first month to the last, both included, shows."""

    whose: Whose
    first: Period
    last: Period
    opening: Decimal
    rows: tuple[StatementRow, ...] = ()

    @property
    def closing(self) -> Decimal:
        """The balance after the last row in rubles."""
        return self.rows[-1].balance if self.rows else self.opening

    @property
    def charged(self) -> Decimal:
        """What was charged, corrected and added as penalty in rubles."""
        return sum((row.amount for row in self.rows if row.kind not in MONEY), NOTHING)

    @property
    def paid(self) -> Decimal:
        """What was paid in rubles, without what was taken back."""
        return -sum((row.amount for row in self.rows if row.kind in MONEY), NOTHING)


@dataclass(frozen=True, slots=True)
class NoDebtCertificate:
    """That nothing is owed on a day; `paid_ahead` is what is left over in rubles.

    `waiting` are the rubles of corrections that stand on no receipt yet; less to pay is negative.
    """

    whose: Whose
    on: date
    paid_ahead: Decimal = NOTHING
    last_payment: LastPayment | None = None
    waiting: Decimal = NOTHING


def statement_rows(
    movements: Iterable[tuple[Movement, Channel | None]], *, opening: Decimal
) -> tuple[StatementRow, ...]:
    """Return the rows of a statement in order of months, with the balance after each.

    Movements come in any order, payments with how they came. Charges, corrections and penalties of
    a month are one row each; those that cancel each other are none.
    """
    rows: list[StatementRow] = []
    balance = opening
    for parts in _together(movements):
        first, channel = parts[0]
        amount = sum((each.effect for each, _ in parts), NOTHING)
        if amount:
            balance += amount
            row = StatementRow(first.on, first.kind, first.posted_period, amount, balance, channel)
            rows.append(row)
    return tuple(rows)


def assert_debt_free(balance: Decimal) -> None:
    """Refuse a certificate while something is owed, with `NotDebtFreeError`."""
    if balance > NOTHING:
        raise NotDebtFreeError(balance)


def _together(
    movements: Iterable[tuple[Movement, Channel | None]],
) -> Iterable[Sequence[tuple[Movement, Channel | None]]]:
    """Yield the movements of each row."""
    ordered = sorted(movements, key=lambda each: (*_place(each[0]), each[0].id))
    for place, parts in groupby(ordered, key=lambda each: _place(each[0])):
        if place[-1] in OF_A_MONTH:
            yield list(parts)
        else:
            yield from ([each] for each in parts)


def _place(movement: Movement) -> tuple[Period, date, int, MovementKind]:
    kind = movement.kind
    return movement.posted_period, movement.on, _ORDER.index(kind), kind
