"""Letters that a receipt is ready: who gets one, and what is known when it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from peewee import Value

from vodokanal.billing.periods import Period
from vodokanal.models.accounts import Account, ReceiptDelivery
from vodokanal.models.letters import Letter, LetterKind, LetterState
from vodokanal.models.people import AccountAccess, Relation, Resident
from vodokanal.models.receipts import Receipt
from vodokanal.operations.letters import NO_ADDRESS, NOTHING_TO_TELL, has_address
from vodokanal.operations.month_rows import Range
from vodokanal.operations.queue import Kind, wake
from vodokanal.operations.transactions import writes

BY_EMAIL = (ReceiptDelivery.EMAIL, ReceiptDelivery.BOTH)


@dataclass(frozen=True)
class ReceiptNews:
    """What a letter about a receipt tells: of which account and month, how much, by which day."""

    account: Account
    period: Period
    closing: Decimal
    pay_by: date


@writes
def write_receipt_letters(accounts: Range, *, at: datetime) -> int:
    """Adds the letters that accounts' receipts of a month are ready; how many. Two statements.

    For whoever owns or is registered at an account that is delivered by e-mail, and has confirmed
    an address; a trusted person hears of what they have sent themselves only.
    """
    rows: Any = (
        Receipt.select(
            Value(LetterKind.RECEIPT_READY.value),
            Resident.id,
            Resident.language,
            Value(Receipt._meta.table_name),
            Receipt.id,
            Value("{}"),
            Value(LetterState.WAITING.value),
            Value(0),
            Value(""),
            Value(""),
            Value(at, converter=Letter.created_at.db_value),
        )
        .join(Account)
        .join(AccountAccess, on=AccountAccess.account == Account.id)
        .join(Resident)
        .where(
            Receipt.period == accounts.period,
            Receipt.account.between(accounts.first, accounts.last),
            Account.receipt_delivery.in_(BY_EMAIL),
            AccountAccess.revoked_at.is_null(),
            AccountAccess.relation != Relation.TRUSTED,
            ~Resident.email_confirmed_at.is_null(),
            Resident.email != "",
            Resident.disabled_at.is_null(),
        )
    )
    columns = ["kind", "resident", "language", "subject_table", "subject_id", "parameters"]
    columns += ["state", "attempts", "last_error", "message_id", "created_at"]
    added = int(Letter.insert_from(rows, columns).as_rowcount().execute())
    if added:
        wake(Kind.LETTERS)
    return added


def find_receipt_news(letter: Letter) -> ReceiptNews | str:
    """What the letter tells, or the code of why it is not sent any more."""
    if not has_address(letter.resident):
        return NO_ADDRESS
    row = (
        Receipt.select(Receipt, Account)
        .join(Account)
        .join(AccountAccess, on=AccountAccess.account == Account.id)
        .where(
            Receipt.id == letter.subject_id,
            AccountAccess.resident == letter.resident,
            AccountAccess.revoked_at.is_null(),
            AccountAccess.relation != Relation.TRUSTED,
        )
        .first()
    )
    if row is None:
        return NOTHING_TO_TELL
    return ReceiptNews(row.account, row.period, row.closing, row.pay_by)
