"""The ledger: one movement for one row that it comes from, and an account's movements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from peewee import JOIN

from vodokanal.billing.ledger import Movement as Moved
from vodokanal.billing.ledger import MovementKind, Side, sides_of
from vodokanal.billing.periods import Period
from vodokanal.models.ledger import Movement, SourceTable
from vodokanal.models.payments import PaymentReversal
from vodokanal.models.prepared import Prepared, slot
from vodokanal.operations.transactions import writes

# The tables whose rows become movements, by kind.
SOURCES = {
    MovementKind.OPENING: SourceTable.OPENING,
    MovementKind.CHARGE: SourceTable.CHARGE,
    MovementKind.CORRECTION: SourceTable.CORRECTION,
    MovementKind.PENALTY: SourceTable.PENALTY,
    MovementKind.PAYMENT: SourceTable.PAYMENT,
    MovementKind.REVERSAL: SourceTable.REVERSAL,
}
FIRST, LAST = Period(1, 1), Period(9999, 12)
COLUMNS = (
    Movement.kind,
    Movement.debit,
    Movement.credit,
    Movement.amount,
    Movement.on,
    Movement.posted_period,
    Movement.debt_period,
    Movement.id,
    Movement.source_id,
    PaymentReversal.payment,
)
# The payment that a movement takes back.
TAKEN_BACK = (Movement.source_table == SourceTable.REVERSAL) & (
    Movement.source_id == PaymentReversal.id
)
MOVEMENTS: Prepared[tuple[Any, ...]] = Prepared(
    lambda: (
        Movement.select(*COLUMNS)
        .join(
            PaymentReversal,
            JOIN.LEFT_OUTER,
            on=TAKEN_BACK,
        )
        .where(
            Movement.account == slot("account", Movement.account),
            Movement.posted_period >= slot("first", Movement.posted_period),
            Movement.posted_period <= slot("last", Movement.posted_period),
        )
        .order_by(Movement.posted_period, Movement.id)
        .tuples()
    )
)


@dataclass(frozen=True)
class Source:
    """A row that becomes a movement: its id and account, and what of the ledger it says itself.

    A negative `amount` (rubles) takes from the debt; `debt_period` is the month whose debt it
    makes or that is named; `on` the day from which it counts.
    """

    id: int
    account_id: int
    kind: MovementKind
    amount: Decimal
    on: date
    debt_period: Period | None = None
    side: Side = Side.PRINCIPAL


@writes
def post(source: Source, *, posted: Period, at: datetime) -> Movement:
    """Writes the movement of a source row; the month `posted` is the one whose receipt shows it.

    Raises:
        NoSuchMovementError: a movement of that kind cannot change that side.
        IntegrityError: the row has its movement already, or the month is issued.
    """
    return Movement.create(**movement_row(source, posted=posted, at=at))


def movement_row(source: Source, *, posted: Period, at: datetime) -> dict[str, Any]:
    """The movement of a source row by its columns, for many at once; `posted` as in `post`.

    Raises:
        NoSuchMovementError: a movement of that kind cannot change that side.
    """
    debit, credit = sides_of(source.kind, is_negative=source.amount < 0, side=source.side)
    return {
        "account": source.account_id,
        "kind": source.kind,
        "debit": debit,
        "credit": credit,
        "amount": abs(source.amount),
        "debt_period": source.debt_period,
        "posted_period": posted,
        "on": source.on,
        "posted_at": at,
        "source_table": SOURCES[source.kind],
        "source_id": source.id,
    }


def movements_of(account_id: int, *, first: Period = FIRST, last: Period = LAST) -> list[Moved]:
    """An account's movements posted in these months, both inclusive, as posted; one statement."""
    rows = MOVEMENTS.rows(account=account_id, first=first, last=last)
    return [moved_of(row) for row in rows]


def moved_of(row: Sequence[Any]) -> Moved:
    """A row of `COLUMNS` as the rules take it."""
    *values, source_id, taken_back = row
    payment = source_id if row[0] is MovementKind.PAYMENT else taken_back or 0
    return Moved._make([*values, payment])
