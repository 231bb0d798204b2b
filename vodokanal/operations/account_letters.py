"""Letters about an account's sums: who may read them, and what they are about when they are sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from peewee import Expression, Value

from vodokanal.models.accounts import Account
from vodokanal.models.base import Table
from vodokanal.models.letters import Letter, LetterKind, LetterState
from vodokanal.models.people import AccountAccess, Relation, Resident
from vodokanal.operations.queue import Kind, wake

COLUMNS = (
    *("kind", "resident", "language", "subject_table", "subject_id", "parameters"),
    *("state", "attempts", "last_error", "message_id", "created_at"),
)
# A trusted person sees no personal data, and hears only of what they have sent themselves.
MAY_READ = AccountAccess.revoked_at.is_null() & (AccountAccess.relation != Relation.TRUSTED)


def add_letters(kind: LetterKind, table: Any, *, where: Expression, at: datetime) -> int:
    """Adds a letter about each row for everybody who may read it, in the caller's transaction.

    For whoever owns or is registered at the row's account and has confirmed an address. How many
    were added; one statement, and one to wake the worker.
    """
    rows: Any = (
        table.select(
            Value(kind.value),
            Resident.id,
            Resident.language,
            Value(table._meta.table_name),
            table.id,
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
            where,
            MAY_READ,
            ~Resident.email_confirmed_at.is_null(),
            Resident.email != "",
            Resident.disabled_at.is_null(),
        )
    )
    added = int(Letter.insert_from(rows, list(COLUMNS)).as_rowcount().execute())
    if added:
        wake(Kind.LETTERS)
    return added


def find_subject(letter: Letter, table: Any) -> Table | None:
    """The row that the letter is about, its account loaded; None when it may be read no more."""
    found: Table | None = (
        table.select(table, Account)
        .join(Account)
        .join(AccountAccess, on=AccountAccess.account == Account.id)
        .where(table.id == letter.subject_id, AccountAccess.resident == letter.resident, MAY_READ)
        .first()
    )
    return found
