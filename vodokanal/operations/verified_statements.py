"""The statements by which the verification reads, a range of account ids at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from peewee import fn

from vodokanal.billing.periods import Period
from vodokanal.models.ledger import Movement, SourceTable
from vodokanal.models.months import ChargeLine, PenaltyPosting
from vodokanal.models.payments import OpeningBalance, Payment, PaymentReversal
from vodokanal.models.prepared import Prepared, slot
from vodokanal.models.recalculations import Correction
from vodokanal.models.receipts import Receipt


def _raw(table: Any, *names: str) -> list[Any]:
    # What has another name is not converted: a value that cannot be is for the checks to find.
    return [table._meta.fields[name].alias(f"kept_{name}") for name in names]


def _in_range(account: Any) -> Any:
    return account.between(slot("first", account), slot("last", account))


def _of_months(table: Any, period: Any, *names: str) -> Callable[[Sequence[Period]], Any]:
    """The rows of a range of accounts that belong to some months."""
    # The months are few, and with them the index of (month, account) is used.
    return lambda months: (
        table.select(*_raw(table, *names))
        .where(period.in_(months), _in_range(table.account))
        .order_by(table.account, period, table.id)
        .tuples()
    )


MOVEMENT = (
    *("id", "account", "kind", "debit", "credit", "amount", "service", "debt_period", "on"),
    *("posted_period", "source_table", "source_id"),
)
LINE = ("id", "account", "period", "service", "volume", "amount", "excess", "inputs")
RECEIPT = (
    *("id", "account", "period", "opening", "charged", "corrected", "penalty", "paid"),
    *("closing", "pay_by", "debts"),
)
LINES = _of_months(ChargeLine, ChargeLine.period, *LINE)
CORRECTIONS = _of_months(
    Correction,
    Correction.posted_period,
    *("id", "account", "posted_period", "for_period", "side", "service", "amount"),
)
POSTINGS = _of_months(
    PenaltyPosting,
    PenaltyPosting.posted_period,
    *("id", "account", "posted_period", "debt_period", "amount"),
)
RECEIPTS = _of_months(Receipt, Receipt.period, *RECEIPT)
MOVEMENTS: Prepared[tuple[Any, ...]] = Prepared(
    lambda: (
        Movement.select(*_raw(Movement, *MOVEMENT))
        .where(
            _in_range(Movement.account),
            Movement.posted_period > slot("after", Movement.posted_period),
        )
        .order_by(Movement.account, Movement.posted_period, Movement.id)
        .tuples()
    )
)
MONEY = ("account", "amount", "received_on", "period")


def _is_later(table: Any, source: SourceTable) -> Any:
    """Whether no movement of a row was posted up to a month."""
    posted = Movement.select(Movement.id).where(
        Movement.source_table == source,
        Movement.source_id == table.id,
        Movement.posted_period <= slot("after", Movement.posted_period),
    )
    return ~fn.EXISTS(posted)


PAYMENTS: Prepared[tuple[Any, ...]] = Prepared(
    lambda: (
        Payment.select(*_raw(Payment, "id", *MONEY))
        .where(_in_range(Payment.account), _is_later(Payment, SourceTable.PAYMENT))
        .tuples()
    )
)
REVERSALS: Prepared[tuple[Any, ...]] = Prepared(
    lambda: (
        PaymentReversal.select(*_raw(PaymentReversal, "id", "payment"), *_raw(Payment, *MONEY))
        .join(Payment)
        .where(_in_range(Payment.account), _is_later(PaymentReversal, SourceTable.REVERSAL))
        .tuples()
    )
)
OPENINGS: Prepared[tuple[Any, ...]] = Prepared(
    lambda: (
        OpeningBalance.select(
            *_raw(OpeningBalance, "id", "account", "kind", "period", "amount", "on")
        )
        .where(_in_range(OpeningBalance.account), _is_later(OpeningBalance, SourceTable.OPENING))
        .tuples()
    )
)
