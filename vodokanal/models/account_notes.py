"""The note on an account's card: what whoever takes the next call is to know."""

from __future__ import annotations

from peewee import SQL, CharField, Check, ForeignKeyField

from vodokanal.models.accounts import Account
from vodokanal.models.base import Table
from vodokanal.models.fields import MomentField
from vodokanal.models.people import Employee


class AccountNote(Table):
    """A note, until it is removed or another one is written instead."""

    account = ForeignKeyField(Account, backref="notes", on_delete="RESTRICT")
    words = CharField(max_length=500)
    employee = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    written_at = MomentField()
    removed_at = MomentField(null=True)

    class Meta:
        constraints = [Check("words <> ''")]


AccountNote.add_index(
    AccountNote.account,
    unique=True,
    where=SQL("removed_at IS NULL"),
    name="account_note_once",
)

TABLES = (AccountNote,)
