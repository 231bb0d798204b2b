"""Letters that a dispute is answered: who gets one, and what is known when it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import Value

from vodokanal.models.accounts import Account
from vodokanal.models.disputes import Dispute
from vodokanal.models.letters import Letter, LetterKind, LetterState
from vodokanal.models.people import AccountAccess, Relation, Resident
from vodokanal.operations.letters import NO_ADDRESS, NOTHING_TO_TELL, has_address
from vodokanal.operations.queue import Kind, wake


@dataclass(frozen=True)
class DisputeNews:
    """What a letter about an answer tells: the dispute, and of which account."""

    dispute: Dispute
    account: Account


def tell_by_letter(dispute: Dispute, *, at: datetime) -> None:
    """Adds the letters that a dispute is answered, in the caller's transaction; one statement.

    For whoever owns or is registered at the account and has confirmed an address: a trusted person
    sees no personal data, and what is disputed is full of it.
    """
    rows: Any = (
        AccountAccess.select(
            Value(LetterKind.DISPUTE_ANSWERED.value),
            Resident.id,
            Resident.language,
            Value(Dispute._meta.table_name),
            Value(dispute.id),
            Value("{}"),
            Value(LetterState.WAITING.value),
            Value(0),
            Value(""),
            Value(""),
            Value(at, converter=Letter.created_at.db_value),
        )
        .join(Resident)
        .where(
            AccountAccess.account == dispute.account_id,
            AccountAccess.revoked_at.is_null(),
            AccountAccess.relation != Relation.TRUSTED,
            ~Resident.email_confirmed_at.is_null(),
            Resident.email != "",
            Resident.disabled_at.is_null(),
        )
    )
    columns = ["kind", "resident", "language", "subject_table", "subject_id", "parameters"]
    columns += ["state", "attempts", "last_error", "message_id", "created_at"]
    if int(Letter.insert_from(rows, columns).as_rowcount().execute()):
        wake(Kind.LETTERS)


def find_dispute_news(letter: Letter) -> DisputeNews | str:
    """What the letter tells, or the code of why it is not sent any more; one statement."""
    if not has_address(letter.resident):
        return NO_ADDRESS
    row = (
        Dispute.select(Dispute, Account)
        .join(Account)
        .join(AccountAccess, on=AccountAccess.account == Account.id)
        .where(
            Dispute.id == letter.subject_id,
            AccountAccess.resident == letter.resident,
            AccountAccess.revoked_at.is_null(),
            AccountAccess.relation != Relation.TRUSTED,
        )
        .first()
    )
    return NOTHING_TO_TELL if row is None else DisputeNews(row, row.account)
