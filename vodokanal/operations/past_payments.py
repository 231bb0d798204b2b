"""Many payments at once, as a register brings them: kept and posted together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from vodokanal.billing.ledger import MovementKind, sides_of
from vodokanal.billing.periods import Period
from vodokanal.models.ledger import Movement, SourceTable
from vodokanal.models.payments import Payment
from vodokanal.operations.actors import Actor
from vodokanal.operations.issued_months import posting_month
from vodokanal.operations.journal import record
from vodokanal.operations.payments import NewPayment
from vodokanal.operations.transactions import writes

SLICE = 100


@writes
def keep_payments(
    actor: Actor, payments: Sequence[NewPayment], *, today: date, at: datetime
) -> int:
    """Keeps the payments and posts them into the first month that is not being issued; how many.

    They are taken as they are: whoever calls has made sure of accounts, amounts and days.
    """
    posted = posting_month(today)
    for some in _slices(payments):
        rows = [_row(each, actor, at=at) for each in some]
        kept = Payment.insert_many(rows).returning(Payment).execute()
        Movement.insert_many([_movement(each, posted, at=at) for each in kept]).execute()
    if payments:
        counted = {"count": len(payments)}
        record(actor, "enter_payments", subject=Payment, at=at, changes=({}, counted))
    return len(payments)


def _row(new: NewPayment, actor: Actor, *, at: datetime) -> dict[str, Any]:
    return {
        "account": new.account_id,
        "amount": new.amount,
        "received_on": new.received_on,
        "period": new.period,
        "channel": new.channel,
        "document": new.document,
        "employee": actor.employee_id,
        "created_at": at,
    }


def _movement(payment: Payment, posted: Period, *, at: datetime) -> dict[str, Any]:
    debit, credit = sides_of(MovementKind.PAYMENT, is_negative=True)
    return {
        "account": payment.account_id,
        "kind": MovementKind.PAYMENT,
        "debit": debit,
        "credit": credit,
        "amount": payment.amount,
        "debt_period": payment.period,
        "posted_period": posted,
        "on": payment.received_on,
        "posted_at": at,
        "source_table": SourceTable.PAYMENT,
        "source_id": payment.id,
    }


def _slices(payments: Sequence[NewPayment]) -> Iterator[Sequence[NewPayment]]:
    for place in range(0, len(payments), SLICE):
        yield payments[place : place + SLICE]
