"""Copies of all data that were made: which file, when, and whether it proved to be whole."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, Check, FloatField, IntegerField

from vodokanal.models.base import Table
from vodokanal.models.fields import MomentField


class DataCopy(Table):
    """A copy that was written and read back; `faults` is how much did not hold in it."""

    file_name = CharField(max_length=60, unique=True)
    # By the real clock: whether it is a day old does not depend on a demo.
    made_at = MomentField(index=True)
    size = BigIntegerField()
    seconds = FloatField()
    faults = IntegerField(default=0)
    # Why the second folder has none, in the words of the system; empty when it has, or none is set.
    second_refusal = CharField(max_length=300, default="")

    class Meta:
        constraints = [Check("size >= 0"), Check("faults >= 0")]

    def __str__(self) -> str:
        return str(self.file_name)


TABLES = (DataCopy,)
