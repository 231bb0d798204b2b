"""What an account brings along: debt by month of origin, penalty apart, money paid ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from vodokanal.billing.ledger import MovementKind, Side
from vodokanal.billing.payments import OpeningKind
from vodokanal.billing.periods import Period
from vodokanal.models.payments import OpeningBalance
from vodokanal.operations.actors import Actor
from vodokanal.operations.balances import find_last_receipt
from vodokanal.operations.entries import (
    EntryRefusedError,
    FutureMonthError,
    locked_account,
    refuse_amount,
    refuse_day,
    refuse_month,
)
from vodokanal.operations.issued_months import posting_month
from vodokanal.operations.journal import record
from vodokanal.operations.ledger import Source, post
from vodokanal.operations.records import values_of
from vodokanal.operations.submission_keys import claim_key, keep_answer
from vodokanal.operations.transactions import writes

# An account that nobody has paid for in twenty years.
MOST = Decimal(100_000_000)


class HasReceiptsError(EntryRefusedError):
    """The account has receipts already, the last of the month `period`."""

    def __init__(self, period: Period) -> None:
        super().__init__(period)
        self.period = period


class NoMonthError(EntryRefusedError):
    """A debt and its penalty are of some month."""


@dataclass(frozen=True)
class NewOpening:
    """What was owed, or paid ahead, on the day `on`, in rubles; `period` is the debt's month.

    Penalties that grew up to that day are entered apart: those of later days are counted here.
    """

    account_id: int
    kind: OpeningKind
    amount: Decimal
    on: date
    period: Period | None = None


@writes
def enter_opening(
    actor: Actor, new: NewOpening, *, key: str, today: date, at: datetime
) -> OpeningBalance:
    """Keeps an opening balance and posts it; with the same key, once.

    Raises:
        EntryRefusedError: amount, day or month cannot be right, the month is open, or the account
            has receipts; see its subclasses.
        AccountNotFoundError: there is no such account.
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    claim = claim_key(actor, key, body=_body(new), at=at)
    if claim.answer is not None:
        return OpeningBalance.get_by_id(claim.answer["id"])
    posted = _open_month(new, today)
    opening = OpeningBalance.create(
        account=new.account_id,
        kind=new.kind,
        period=new.period,
        amount=new.amount,
        on=new.on,
        employee=actor.employee_id,
        created_at=at,
    )
    post(source_of(opening), posted=posted, at=at)
    record(actor, "enter_opening", subject=opening, at=at, changes=({}, values_of(opening)))
    keep_answer(claim, {"id": opening.id})
    return opening


def source_of(opening: OpeningBalance) -> Source:
    """What the ledger says of an opening balance."""
    is_advance = opening.kind is OpeningKind.ADVANCE
    return Source(
        id=opening.id,
        account_id=opening.account_id,
        kind=MovementKind.OPENING,
        amount=-opening.amount if is_advance else opening.amount,
        on=opening.on,
        debt_period=None if is_advance else opening.period,
        side=Side.PENALTY if opening.kind is OpeningKind.PENALTY else Side.PRINCIPAL,
    )


def _open_month(new: NewOpening, today: date) -> Period:
    """The month that the opening balance is posted in, with its account locked."""
    refuse_amount(new.amount, largest=MOST)
    refuse_day(new.on, today)
    if new.period is None and new.kind is not OpeningKind.ADVANCE:
        raise NoMonthError
    posted = posting_month(today)
    refuse_month(new.period, posted.previous)
    if new.period is not None and new.period > Period.of(new.on):
        raise FutureMonthError(Period.of(new.on))
    locked_account(new.account_id)
    last = find_last_receipt(new.account_id)
    if last is not None:
        raise HasReceiptsError(last.period)
    return posted


def _body(new: NewOpening) -> dict[str, object]:
    return {
        "account": new.account_id,
        "kind": new.kind.value,
        "amount": str(new.amount),
        "on": str(new.on),
        "period": str(new.period),
    }
