"""Rows that a workbook adds: each under an id that was reserved for it, all of them remembered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from vodokanal.billing.periods import Period
from vodokanal.formats.book import Key
from vodokanal.formats.book_columns import Value
from vodokanal.models.base import Table
from vodokanal.models.book_imports import reserve_ids
from vodokanal.operations.towns import insert_derived

# A row of a sheet by its columns' codes.
Given = Mapping[str, Any]
Rows = Iterable[Mapping[str, Any]]

# So many are made ready at a time: memory does not grow with the book.
CHUNK = 2000


@dataclass
class Added:
    """Adds rows under ids that are reserved for them, and remembers which."""

    open_month: Period
    at: datetime
    employee_id: int | None
    ids: dict[type[Table], list[int]] = field(default_factory=dict)

    def number(self, table: type[Table], count: int) -> list[int]:
        """Ids for so many rows of a table."""
        numbers = reserve_ids(table, count) if count else []
        self.ids.setdefault(table, []).extend(numbers)
        return numbers

    def keep(self, table: type[Table], rows: Rows) -> None:
        """Inserts rows that have their ids, some at a time."""
        waiting = iter(rows)
        while chunk := list(islice(waiting, CHUNK)):
            insert_derived(table, chunk)

    def keep_all(self, table: type[Table], rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """Numbers rows and inserts them; their ids."""
        numbers = self.number(table, len(rows))
        self.keep(table, ({"id": key, **row} for key, row in zip(numbers, rows, strict=True)))
        return numbers


@dataclass(frozen=True)
class Owners:
    """Whose a meter can be: the ids of accounts and houses by what they are known by."""

    accounts: Mapping[Value, int]
    houses: Mapping[Key, int]
