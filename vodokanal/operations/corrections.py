"""Corrections that staff decide on: an amount with a reason, on the receipt of the open month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from vodokanal.billing.ledger import Side
from vodokanal.billing.periods import Period
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.services import Service
from vodokanal.models.recalculations import Correction
from vodokanal.operations.actors import Actor
from vodokanal.operations.dispute_reopenings import reopen_dispute
from vodokanal.operations.entries import (
    EntryRefusedError,
    locked_account,
    refuse_amount,
    refuse_month,
    said,
)
from vodokanal.operations.issued_months import posting_month
from vodokanal.operations.journal import record
from vodokanal.operations.records import values_of
from vodokanal.operations.submission_keys import claim_key, keep_answer
from vodokanal.operations.transactions import writes


class NoServiceError(EntryRefusedError):
    """What is corrected is the price of a service, or a penalty: never both, never neither."""


class PostedAlreadyError(Exception):
    """The correction stands on a receipt of the month `period`: only another one can undo it."""

    def __init__(self, period: Period) -> None:
        super().__init__(period)
        self.period = period


class NotByHandError(Exception):
    """The calculation has found the correction, and would find it again."""


@dataclass(frozen=True)
class NewCorrection:
    """An amount in rubles, less to pay is negative, of a service, or of the penalty without one.

    `words` are what the resident reads.
    """

    account_id: int
    for_period: Period
    amount: Decimal
    words: str
    service: Service | None = None
    side: Side = Side.PRINCIPAL


@writes
def enter_correction(
    actor: Actor, new: NewCorrection, *, key: str, today: date, at: datetime
) -> Correction:
    """Keeps a correction for the first month that is not being issued; with the same key, once.

    It becomes a movement when that month is issued; calculating the month anew leaves it alone.

    Raises:
        EntryRefusedError: amount, month, service or words cannot be right; see its subclasses.
        AccountNotFoundError: there is no such account.
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    claim = claim_key(actor, key, body=_body(new), at=at)
    if claim.answer is not None:
        return Correction.get_by_id(claim.answer["id"])
    words = said(new.words)
    refuse_amount(abs(new.amount))
    if (new.service is None) != (new.side is Side.PENALTY):
        raise NoServiceError
    account = locked_account(new.account_id)
    # An account that is opened later has no receipt of the open month.
    posted = max(posting_month(today), Period.of(account.opened_on))
    refuse_month(new.for_period, posted)
    correction = Correction.create(
        account=new.account_id,
        posted_period=posted,
        for_period=new.for_period,
        side=new.side,
        service=new.service,
        reason=RecalculationReason.MANUAL,
        amount=new.amount,
        words=words,
        employee=actor.employee_id,
        created_at=at,
    )
    record(
        actor, "enter_correction", subject=correction, at=at, changes=({}, values_of(correction))
    )
    keep_answer(claim, {"id": correction.id})
    return correction


@writes
def withdraw_correction(actor: Actor, correction: Correction, *, today: date, at: datetime) -> None:
    """Takes a correction by hand away while its month is open; one that is gone already stays so.

    A dispute that was answered with it waits for an answer again.

    Raises:
        DisputedAnewError: the line is disputed once more by now.
        NotByHandError: the calculation made it.
        PostedAlreadyError: its month is issued, or being issued.
    """
    if correction.reason is not RecalculationReason.MANUAL or correction.batch_id is not None:
        raise NotByHandError
    locked_account(correction.account_id)
    if correction.posted_period < posting_month(today):
        raise PostedAlreadyError(correction.posted_period)
    reopen_dispute(actor, correction.id, at=at)
    if Correction.delete().where(Correction.id == correction.id).execute():
        before = values_of(correction)
        record(actor, "withdraw_correction", subject=correction, at=at, changes=(before, {}))


def _body(new: NewCorrection) -> dict[str, object]:
    return {
        "account": new.account_id,
        "for_period": str(new.for_period),
        "amount": str(new.amount),
        "words": new.words,
        "service": str(new.service),
        "side": new.side.value,
    }
