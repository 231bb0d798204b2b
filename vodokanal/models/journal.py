"""Who changed what, from what, to what, and when."""

from __future__ import annotations

from peewee import SQL, CharField, IntegerField, TextField

from vodokanal.models.base import Table
from vodokanal.models.fields import MomentField


class JournalEntry(Table):
    """One change; never changed or removed itself."""

    at = MomentField(index=True)
    actor_kind = CharField(max_length=20)
    actor_id = IntegerField(null=True)
    actor_name = CharField(max_length=200, default="")
    action = CharField(max_length=60)
    subject_table = CharField(max_length=60)
    subject_id = IntegerField(null=True)
    before = TextField(default="")
    after = TextField(default="")

    class Meta:
        indexes = ((("subject_table", "subject_id"), False),)


# Nearly all is done by residents who send readings; only the rest costs these a write.
JournalEntry.add_index(
    JournalEntry.actor_kind,
    JournalEntry.actor_id,
    JournalEntry.id,
    where=SQL("actor_kind <> 'resident'"),
    name="journal_entry_not_of_residents",
)
JournalEntry.add_index(
    JournalEntry.action,
    JournalEntry.id,
    where=SQL("action <> 'submit_readings'"),
    name="journal_entry_deeds",
)

TABLES = (JournalEntry,)
