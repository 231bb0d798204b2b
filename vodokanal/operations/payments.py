"""Payments entered by hand, and taken back: each posted to the ledger in the same transaction."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from vodokanal.billing.ledger import MovementKind
from vodokanal.billing.payments import Channel
from vodokanal.billing.periods import Period
from vodokanal.models.ledger import Movement, SourceTable
from vodokanal.models.payments import Payment, PaymentReversal
from vodokanal.operations.actors import Actor
from vodokanal.operations.entries import (
    locked_account,
    refuse_amount,
    refuse_day,
    refuse_month,
    said,
)
from vodokanal.operations.issued_months import posting_month
from vodokanal.operations.journal import record
from vodokanal.operations.ledger import Source, post
from vodokanal.operations.records import values_of
from vodokanal.operations.submission_keys import claim_key, keep_answer
from vodokanal.operations.transactions import writes


class TakenBackAlreadyError(Exception):
    """The payment has been taken back before: see `reversal`."""

    def __init__(self, reversal: PaymentReversal) -> None:
        super().__init__(reversal)
        self.reversal = reversal


@dataclass(frozen=True)
class NewPayment:
    """Money that came in rubles; `period` is the month that the payer named, if any."""

    account_id: int
    amount: Decimal
    received_on: date
    period: Period | None = None
    channel: Channel = Channel.DESK
    document: str = ""


@writes
def enter_payment(actor: Actor, new: NewPayment, *, key: str, today: date, at: datetime) -> Payment:
    """Keeps a payment and posts it into the first month that is not being issued.

    With the same key it is kept once.

    Raises:
        EntryRefusedError: amount, day or month cannot be right; see its subclasses.
        AccountNotFoundError: there is no such account.
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    claim = claim_key(actor, key, body=_body(new), at=at)
    if claim.answer is not None:
        return Payment.get_by_id(claim.answer["id"])
    posted = _open_month(new, today)
    payment = Payment.create(
        account=new.account_id,
        amount=new.amount,
        received_on=new.received_on,
        period=new.period,
        channel=new.channel,
        document=" ".join(new.document.split()),
        employee=actor.employee_id,
        created_at=at,
    )
    post(_source(payment, MovementKind.PAYMENT), posted=posted, at=at)
    record(actor, "enter_payment", subject=payment, at=at, changes=({}, values_of(payment)))
    keep_answer(claim, {"id": payment.id})
    return payment


@dataclass(frozen=True)
class NewReversal:
    """That a payment is to be taken back, and why."""

    payment_id: int
    reason: str


@writes
def reverse_payment(
    actor: Actor, new: NewReversal, *, key: str, today: date, at: datetime
) -> PaymentReversal:
    """Takes a payment back: the account is as if it had never come.

    With the same key it is taken back once.

    Raises:
        TakenBackAlreadyError: it was taken back before.
        NoWordsError: there is no reason.
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    claim = claim_key(actor, key, body=asdict(new), at=at)
    if claim.answer is not None:
        return PaymentReversal.get_by_id(claim.answer["id"])
    words = said(new.reason)
    payment = Payment.get_by_id(new.payment_id)
    locked_account(payment.account_id)
    before = find_reversal(payment.id)
    if before is not None:
        raise TakenBackAlreadyError(before)
    reversal = PaymentReversal.create(
        payment=payment.id,
        reversed_on=today,
        reason=words,
        employee=actor.employee_id,
        created_at=at,
    )
    source = _source(payment, MovementKind.REVERSAL, of=reversal)
    # Never before the payment: until a month is begun, money is posted in the calendar's own.
    post(source, posted=max(posting_month(today), _posted_month(payment)), at=at)
    record(actor, "reverse_payment", subject=payment, at=at, changes=({}, {"reason": words}))
    keep_answer(claim, {"id": reversal.id})
    return reversal


def find_reversal(payment_id: int) -> PaymentReversal | None:
    """How a payment was taken back, or None."""
    found: PaymentReversal | None = PaymentReversal.get_or_none(
        PaymentReversal.payment == payment_id
    )
    return found


def _open_month(new: NewPayment, today: date) -> Period:
    """The month that the payment is posted in, with its account locked."""
    refuse_amount(new.amount)
    refuse_day(new.received_on, today)
    # Whoever pays ahead may name the month that has begun, even while an earlier one is open.
    refuse_month(new.period, Period.of(today))
    locked_account(new.account_id)
    return posting_month(today)


def _posted_month(payment: Payment) -> Period:
    """The month whose receipt shows the payment."""
    mine = (Movement.source_table == SourceTable.PAYMENT) & (Movement.source_id == payment.id)
    found: Period = Movement.get(mine).posted_period
    return found


def _source(payment: Payment, kind: MovementKind, *, of: PaymentReversal | None = None) -> Source:
    is_back = of is not None
    return Source(
        id=of.id if of else payment.id,
        account_id=payment.account_id,
        kind=kind,
        amount=payment.amount if is_back else -payment.amount,
        on=payment.received_on,
        debt_period=payment.period,
    )


def _body(new: NewPayment) -> dict[str, object]:
    return {
        "account": new.account_id,
        "amount": str(new.amount),
        "received_on": str(new.received_on),
        "period": str(new.period),
        "channel": new.channel.value,
        "document": new.document,
    }
