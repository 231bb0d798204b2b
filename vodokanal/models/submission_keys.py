"""The keys that make every form count once."""

from __future__ import annotations

from peewee import CharField, TextField

from vodokanal.models.base import Table
from vodokanal.models.fields import MomentField


class SubmissionKey(Table):
    """A form's key, the hash of what was sent with it and what was answered."""

    actor = CharField(max_length=40)
    key = CharField(max_length=64)
    body_hash = CharField(max_length=64)
    answer = TextField(default="")
    created_at = MomentField(index=True)

    class Meta:
        indexes = ((("actor", "key"), True),)


TABLES = (SubmissionKey,)
