"""What changed an account's balance from one month to another, with the balance after each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from peewee import JOIN, Case

from vodokanal.billing.ledger import balance_of
from vodokanal.billing.payments import Channel
from vodokanal.billing.periods import Period
from vodokanal.billing.statements import StatementRow, statement_rows
from vodokanal.models.ledger import Movement, SourceTable
from vodokanal.models.payments import Payment, PaymentReversal
from vodokanal.models.prepared import Prepared, slot
from vodokanal.operations.balances import NEWEST_PAYMENTS, NOTHING, find_last_receipt
from vodokanal.operations.ledger import COLUMNS, FIRST, moved_of

# A payment's movement names the payment itself, that of a reversal what takes it back.
PAID = Case(
    Movement.source_table,
    (
        (SourceTable.PAYMENT.value, Movement.source_id),
        (SourceTable.REVERSAL.value, PaymentReversal.payment),
    ),
)
MOVEMENTS: Prepared[tuple[Any, ...]] = Prepared(
    lambda: (
        Movement.select(*COLUMNS, Payment.channel)
        .join(
            PaymentReversal,
            JOIN.LEFT_OUTER,
            on=(Movement.source_table == SourceTable.REVERSAL)
            & (Movement.source_id == PaymentReversal.id),
        )
        .join(Payment, JOIN.LEFT_OUTER, on=Payment.id == PAID)
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
class Statement:
    """Months of an account: what was owed before them, and what changed that, oldest first.

    Rubles, debt is positive. What a month brings at once (charges, corrections, penalties) is one
    row of each kind.
    """

    first: Period
    last: Period
    opening: Decimal
    rows: Sequence[StatementRow]

    @property
    def closing(self) -> Decimal:
        """What is owed after them."""
        return self.rows[-1].balance if self.rows else self.opening


def account_statement(account_id: int, first: Period, *, last: Period) -> Statement:
    """What was posted in the months from the first to the last, both included; two statements."""
    # The last receipt before them says what was owed: no sum grows with the years.
    before = None if first == FIRST else find_last_receipt(account_id, until=first.previous)
    since = FIRST if before is None else before.period.next
    movements = [
        (moved_of(row[:-1]), row[-1])
        for row in MOVEMENTS.rows(account=account_id, first=since, last=last)
    ]
    earlier = [moved for moved, _channel in movements if moved.posted_period < first]
    opening = balance_of(earlier, opening=NOTHING if before is None else before.closing)
    shown = [each for each in movements if each[0].posted_period >= first]
    return Statement(first, last, opening, statement_rows(shown, opening=opening))


def newest_payments() -> dict[Channel, date]:
    """The day of the utility's newest payment by channel; one statement."""
    rows = NEWEST_PAYMENTS.rows()
    return {Channel(channel): _day(found) for channel, found in rows if found is not None}


def _day(found: Any) -> date:
    return date.fromisoformat(found) if isinstance(found, str) else found
