"""What the worker lives by: wake-up calls, and one row a day for each scheduled job."""

from __future__ import annotations

from peewee import BlobField, CharField, DateField, FloatField, TextField

from vodokanal.models.base import Table
from vodokanal.models.fields import MomentField


class BytesField(BlobField):
    """Bytes on both engines."""

    def python_value(self, value: bytes | memoryview | None) -> bytes | None:
        return None if value is None else bytes(value)


class WakeUp(Table):
    """Huey's table of tasks: each only wakes a worker, the work is in rows of its own."""

    queue = CharField(max_length=40)
    data = BytesField()
    priority = FloatField(default=0.0)


class JobRun(Table):
    """That a scheduled job was begun for a date, by whom nobody asks, and when it ended."""

    job = CharField(max_length=40)
    date = DateField()
    # By the real clock; a worker that dies leaves the job to another one after that.
    leased_until = MomentField()
    # How many of what were dealt with so far, as JSON.
    counts = TextField(default="{}")
    finished_at = MomentField(null=True)

    class Meta:
        indexes = ((("job", "date"), True),)


TABLES = (WakeUp, JobRun)
