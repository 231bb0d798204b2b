"""An account's statement: what its receipts of some months show, with the balance after each row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from peewee import JOIN

from vodokanal.billing.ledger import OWED, MovementKind, Side, balance_of
from vodokanal.billing.payments import Channel
from vodokanal.billing.periods import Period
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.services import Service
from vodokanal.models.ledger import Movement, SourceTable
from vodokanal.models.payments import Payment, PaymentReversal
from vodokanal.models.prepared import Prepared, slot
from vodokanal.models.recalculations import Correction
from vodokanal.operations.balances import NOTHING, find_last_receipt
from vodokanal.operations.ledger import FIRST, movements_of

# What comes on the same day: in the order in which it follows from one another.
ORDER = {kind: place for place, kind in enumerate(MovementKind)}


def _is(table: Any, source: SourceTable) -> Any:
    return (Movement.source_table == source) & (Movement.source_id == table.id)


ROWS: Prepared[tuple[Any, ...]] = Prepared(
    lambda: (
        Movement.select(
            *(Movement.id, Movement.kind, Movement.debit, Movement.amount, Movement.on),
            *(Movement.posted_period, Movement.debt_period, Movement.service, Movement.source_id),
            *(Payment.channel, Payment.document, PaymentReversal.payment, PaymentReversal.reason),
            *(Correction.reason, Correction.words, Correction.for_period),
        )
        .join(Payment, JOIN.LEFT_OUTER, on=_is(Payment, SourceTable.PAYMENT))
        .switch(Movement)
        .join(PaymentReversal, JOIN.LEFT_OUTER, on=_is(PaymentReversal, SourceTable.REVERSAL))
        .switch(Movement)
        .join(Correction, JOIN.LEFT_OUTER, on=_is(Correction, SourceTable.CORRECTION))
        .where(
            Movement.account == slot("account", Movement.account),
            Movement.posted_period >= slot("first", Movement.posted_period),
            Movement.posted_period <= slot("last", Movement.posted_period),
        )
        .order_by(Movement.posted_period, Movement.id)
        .tuples()
    )
)


class _Posted(NamedTuple):
    """A movement with what its source row says besides."""

    id: int
    kind: MovementKind
    debit: Side
    amount: Decimal
    on: date
    posted: Period
    period: Period | None
    service: Service | None
    source: int
    channel: Channel | None
    document: str | None
    reversed_payment: int | None
    reversal_reason: str | None
    reason: RecalculationReason | None
    words: str | None
    for_period: Period | None

    @property
    def payment(self) -> int | None:
        """The payment that it records or takes back."""
        return self.source if self.kind is MovementKind.PAYMENT else self.reversed_payment

    @property
    def effect(self) -> Decimal:
        """What it adds to the balance."""
        return self.amount if self.debit in OWED else -self.amount


@dataclass(frozen=True)
class StatementLine:
    """What one service added to a row in rubles; `charge_line` is the id of its line."""

    service: Service | None
    amount: Decimal
    charge_line: int


@dataclass(frozen=True)
class StatementRow:
    """One thing that changed the balance, or all charges of a month; amounts in rubles.

    `amount` adds to the debt when it is positive, `balance` is what was owed after it. `period`
    is the month that it is about, `posted` the one whose receipt shows it.
    """

    on: date
    kind: MovementKind
    amount: Decimal
    balance: Decimal
    posted: Period
    period: Period | None = None
    lines: tuple[StatementLine, ...] = ()
    payment: int | None = None
    channel: Channel | None = None
    document: str = ""
    is_taken_back: bool = False
    reason: RecalculationReason | None = None
    words: str = ""


@dataclass(frozen=True)
class Statement:
    """An account's months from the first to the last, both inclusive; debt is positive."""

    first: Period
    last: Period
    opening: Decimal
    rows: tuple[StatementRow, ...]

    @property
    def closing(self) -> Decimal:
        """What was owed at the end in rubles."""
        return self.rows[-1].balance if self.rows else self.opening


def statement_of(account_id: int, first: date, *, last: date) -> Statement:
    """What the receipts of the months from one day's to another's show; three statements.

    Whole months, so that the sums are those of the receipts: a payment stands in the month that
    was open when it was entered.
    """
    begin, end = Period.of(first), Period.of(last)
    opening = balance_before(account_id, begin)
    rows = [_Posted(*row) for row in ROWS.rows(account=account_id, first=begin, last=end)]
    rows.sort(key=lambda row: (row.posted, row.on, ORDER[row.kind], row.id))
    return Statement(begin, end, opening, tuple(_rows(rows, opening)))


def balance_before(account_id: int, period: Period) -> Decimal:
    """What was owed in rubles before a month began; two statements."""
    receipt = find_last_receipt(account_id, until=period.previous)
    since = FIRST if receipt is None else receipt.period.next
    return balance_of(
        movements_of(account_id, first=since, last=period.previous),
        opening=NOTHING if receipt is None else receipt.closing,
    )


def _rows(rows: list[_Posted], balance: Decimal) -> Iterator[StatementRow]:
    taken_back = {row.payment for row in rows if row.kind is MovementKind.REVERSAL}
    for (kind, _), group in groupby(rows, key=lambda row: (row.kind, row.posted)):
        if kind is MovementKind.CHARGE:
            row = _charges(list(group), balance)
            balance = row.balance
            yield row
            continue
        for each in group:
            balance += each.effect
            yield _row(each, balance, is_taken_back=each.payment in taken_back)


def _charges(parts: list[_Posted], balance: Decimal) -> StatementRow:
    """All charges of a month as one row."""
    lines = tuple(StatementLine(each.service, each.effect, each.source) for each in parts)
    amount = sum((each.amount for each in lines), NOTHING)
    first = parts[0]
    return StatementRow(
        first.on,
        first.kind,
        amount,
        balance + amount,
        first.posted,
        period=first.period,
        lines=lines,
    )


def _row(row: _Posted, balance: Decimal, *, is_taken_back: bool) -> StatementRow:
    """A movement that has a row of its own."""
    return StatementRow(
        row.on,
        row.kind,
        row.effect,
        balance,
        row.posted,
        period=row.for_period or row.period,
        payment=row.payment,
        channel=row.channel,
        document=row.document or "",
        is_taken_back=is_taken_back,
        reason=row.reason,
        words=row.words or row.reversal_reason or "",
    )
