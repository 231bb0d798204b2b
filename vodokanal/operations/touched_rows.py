"""What an operation has changed and made, noted so that it can be put back exactly."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from peewee import DateField

from vodokanal.models.base import Table
from vodokanal.models.schema import TABLES
from vodokanal.operations.journal import as_text

BY_NAME: Mapping[str, type[Table]] = {table._meta.table_name: table for table in TABLES}

# Table, id, what was in its columns before, what is there since.
Change = tuple[str, int, dict[str, Any], dict[str, Any]]


class TouchedSinceError(Exception):
    """A row that was changed then was changed by somebody else since: it is kept in `row`."""

    def __init__(self, row: Table) -> None:
        super().__init__(row)
        self.row = row


class Touched:
    """The rows that one operation changes and makes, in order."""

    def __init__(self) -> None:
        """Begin with none."""
        self._changed: list[Change] = []
        self._made: list[tuple[str, int]] = []

    def change(self, row: Table, **values: Any) -> None:
        """Changes columns of a row, and notes what stood there."""
        before = {name: row.__data__[name] for name in values}
        table = type(row)
        table.update(values).where(table.id == row.id).execute()
        # As it is kept: a moment loses its zone on the way.
        fresh = table.get_by_id(row.id)
        after = {name: fresh.__data__[name] for name in values}
        self._changed.append((table._meta.table_name, row.id, before, after))

    def make(self, row: Table) -> None:
        """Adds a row, and notes that it is new."""
        row.derive()
        row.save(force_insert=True)
        self._made.append((row._meta.table_name, row.id))

    @property
    def changed(self) -> str:
        """What was changed, as JSON."""
        return json.dumps([[name, row, *map(as_text, both)] for name, row, *both in self._changed])

    @property
    def made(self) -> str:
        """What was made, as JSON."""
        return json.dumps(self._made)


def made_in(text: str) -> list[tuple[type[Table], int]]:
    """The rows that were made, in the order of making."""
    return [(BY_NAME[name], row_id) for name, row_id in json.loads(text)]


def put_back(text: str) -> None:
    """Gives every changed row back what stood there; in a transaction, the newest change first.

    Raises:
        TouchedSinceError: one of the columns says something else by now.
    """
    for name, row_id, before, after in reversed(json.loads(text)):
        table, expected = BY_NAME[name], json.loads(after)
        row = table.get_by_id(row_id)
        if json.loads(as_text({each: row.__data__[each] for each in expected})) != expected:
            raise TouchedSinceError(row)
        values = _read(table, json.loads(before))
        table.update(values).where(table.id == row_id).execute()


def delete_made(rows: Sequence[tuple[type[Table], int]]) -> None:
    """Takes the rows away again, the newest first."""
    for table, row_id in reversed(rows):
        table.delete().where(table.id == row_id).execute()


def _read(table: type[Table], values: Mapping[str, Any]) -> dict[str, Any]:
    fields = table._meta.fields
    return {
        name: date.fromisoformat(value) if value and isinstance(fields[name], DateField) else value
        for name, value in values.items()
    }
