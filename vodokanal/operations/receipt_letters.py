"""Letters that a receipt is ready: who gets one, and what is known when it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from vodokanal.billing.periods import Period
from vodokanal.models.accounts import Account, ReceiptDelivery
from vodokanal.models.letters import Letter, LetterKind
from vodokanal.models.receipts import Receipt
from vodokanal.operations.account_letters import add_letters, find_subject
from vodokanal.operations.letters import NO_ADDRESS, NOTHING_TO_TELL, has_address
from vodokanal.operations.month_rows import Range
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
    receipts = (
        (Receipt.period == accounts.period)
        & Receipt.account.between(accounts.first, accounts.last)
        & Account.receipt_delivery.in_(BY_EMAIL)
    )
    return add_letters(LetterKind.RECEIPT_READY, Receipt, where=receipts, at=at)


def find_receipt_news(letter: Letter) -> ReceiptNews | str:
    """What the letter tells, or the code of why it is not sent any more."""
    if not has_address(letter.resident):
        return NO_ADDRESS
    row: Any = find_subject(letter, Receipt)
    if row is None:
        return NOTHING_TO_TELL
    return ReceiptNews(row.account, row.period, row.closing, row.pay_by)
