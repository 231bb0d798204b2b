"""The seal of the rows that a month's slice of accounts was issued with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from peewee import JOIN

from vodokanal.billing.seals import seal_of
from vodokanal.models.accounts import Account
from vodokanal.models.ledger import Movement, SourceTable
from vodokanal.models.months import ChargeLine, PenaltyPosting
from vodokanal.models.payments import OpeningBalance, Payment, PaymentReversal
from vodokanal.models.prepared import Prepared, as_kept, slot
from vodokanal.models.recalculations import Correction
from vodokanal.models.receipts import Receipt
from vodokanal.operations.month_rows import Range

# What is sealed, in an order that is never changed: months sealed before would be found broken.
LINE = (
    *("id", "account", "period", "service", "part", "group", "method", "volume", "price"),
    *("multiplier", "amount", "excess", "vat", "inputs"),
)
CORRECTION = (
    *("id", "account", "posted_period", "for_period", "side", "service", "reason", "volume"),
    *("amount", "words", "inputs", "cause_table", "cause_id", "batch"),
)
POSTING = ("id", "account", "posted_period", "debt_period", "amount", "inputs")
MOVEMENT = (
    *("id", "account", "kind", "debit", "credit", "amount", "service", "debt_period"),
    *("posted_period", "on", "posted_at", "source_table", "source_id"),
)
RECEIPT = (
    *("account", "period", "opening", "charged", "corrected", "penalty", "paid", "closing"),
    *("pay_by", "debts", "details"),
)
PAYMENT = ("id", "account", "amount", "received_on", "period", "channel", "document")
REVERSAL = ("id", "payment", "reversed_on", "reason")
OPENING = ("id", "account", "kind", "period", "amount", "on")

Rows = Prepared[tuple[Any, ...]]


def _columns(table: Any, names: Sequence[str]) -> list[Any]:
    return as_kept(*(table._meta.fields[name] for name in names))


def _of_month(table: Any, period: Any, *, names: Sequence[str]) -> Rows:
    """The rows of a table that belong to a month, by account."""
    account = table.account
    return Prepared(
        lambda: (
            table.select(*_columns(table, names))
            .where(
                period == slot("period", period),
                account.between(slot("first", account), slot("last", account)),
            )
            .order_by(account, table.id)
            .tuples()
        )
    )


def _posted(table: Any, names: Sequence[str], *, source: SourceTable | None = None) -> Rows:
    """Movements posted in a month, or the rows that they come from, by account."""

    def make() -> Any:
        # Account by account along the index: a range of them would bring all their months.
        query = Account.select(*_columns(table, names)).join(
            Movement,
            JOIN.CROSS,
        )
        if source is not None:
            query = query.join_from(Movement, table, JOIN.CROSS)
            query = query.where(Movement.source_table == source, Movement.source_id == table.id)
        return (
            query.where(
                Movement.account == Account.id,
                Movement.posted_period == slot("period", Movement.posted_period),
                Account.id.between(slot("first", Account.id), slot("last", Account.id)),
            )
            .order_by(Account.id, Movement.id)
            .tuples()
        )

    return Prepared(make)


MOVED = _posted(Movement, MOVEMENT)
SOURCE = MOVEMENT.index("source_table")
# What is read only where a movement names it has the name of its table.
PARTS: Sequence[tuple[Rows, SourceTable | None]] = (
    (_of_month(ChargeLine, ChargeLine.period, names=LINE), None),
    (_of_month(Correction, Correction.posted_period, names=CORRECTION), None),
    (_of_month(PenaltyPosting, PenaltyPosting.posted_period, names=POSTING), None),
    (MOVED, None),
    (_posted(Payment, PAYMENT, source=SourceTable.PAYMENT), SourceTable.PAYMENT),
    (_posted(PaymentReversal, REVERSAL, source=SourceTable.REVERSAL), SourceTable.REVERSAL),
    (_posted(OpeningBalance, OPENING, source=SourceTable.OPENING), SourceTable.OPENING),
    (_of_month(Receipt, Receipt.period, names=RECEIPT), None),
)


def digest_of(accounts: Range) -> str:
    """The seal of everything that a month holds of these accounts; at most eight statements.

    Their lines, corrections and penalties, movements and what money came by, and receipts.
    """
    return seal_of(sealed_rows(accounts))


def sealed_rows(accounts: Range) -> Iterator[Sequence[object]]:
    """The rows that are sealed, table after table."""
    bounds = {"first": accounts.first, "last": accounts.last, "period": accounts.period}
    sources: set[object] = set()
    for place, (part, source) in enumerate(PARTS):
        # An empty table is not the same as none.
        yield ("table", place)
        rows = part.rows(**bounds) if source is None or source in sources else []
        yield from rows
        if part is MOVED:
            sources = {row[SOURCE] for row in rows}
