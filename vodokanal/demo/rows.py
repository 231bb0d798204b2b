"""Rows as they are made, numbered and kept together until they are taken away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from vodokanal.models.base import Table
from vodokanal.operations.towns import Batch


class Rows:
    """Collects rows by table; numbers those that others point at."""

    def __init__(self) -> None:
        self._last: dict[type[Table], int] = defaultdict(int)
        self._rows: dict[type[Table], list[dict[str, Any]]] = defaultdict(list)

    def add(self, table: type[Table], **values: Any) -> int:
        """Keeps a row under the table's next number, which it gives."""
        self._last[table] = number = self._last[table] + 1
        values["id"] = number
        self._rows[table].append(values)
        return number

    def append(self, table: type[Table], **values: Any) -> None:
        """Keeps a row that nothing points at; the database numbers it."""
        self._rows[table].append(values)

    def extend(self, table: type[Table], rows: Iterable[dict[str, Any]]) -> None:
        """Keeps rows that nothing points at, as they are."""
        self._rows[table].extend(rows)

    def next_number(self, table: type[Table]) -> int:
        """The number that the table's next row will get."""
        return self._last[table] + 1

    def take(self) -> Batch:
        """Gives what has been kept, and starts with an empty batch."""
        # The numbers go on: later batches point at rows of earlier ones.
        taken, self._rows = dict(self._rows), defaultdict(list)
        return taken
