"""What the utility decides about itself, one row a decision."""

from __future__ import annotations

from peewee import CharField, TextField

from vodokanal.models.base import Table


class Setting(Table):
    """A named value; the names and their defaults are in `operations.settings`."""

    name = CharField(max_length=60, unique=True)
    value = TextField(default="")

    def __str__(self) -> str:
        return str(self.name)


TABLES = (Setting,)
