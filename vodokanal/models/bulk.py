"""Many rows at once: `executemany` on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from peewee import Field
from peewee import __exception_wrapper__ as peewee_errors

from vodokanal.models.base import Table
from vodokanal.models.database import database, is_sqlite

BATCH = 5000


def insert_rows(table: type[Table], rows: Iterable[Mapping[str, Any]]) -> int:
    """Inserts rows of equal keys (field names, `id` if the caller numbers them); the count.

    Must run inside `write_tx()`. Defaults of fields are not applied: give every column.
    """
    rows = list(rows)
    if not rows:
        return 0
    fields = [table._meta.fields[name] for name in rows[0]]
    values = [_stored(fields, row) for row in rows]
    columns = ", ".join(f'"{field.column_name}"' for field in fields)
    name = table._meta.table_name
    # The driver is asked directly, and its errors must be the same as everywhere.
    with peewee_errors:
        _insert(name, columns, values=values)
    return len(values)


def _insert(name: str, columns: str, *, values: Sequence[tuple[Any, ...]]) -> None:
    if is_sqlite():
        marks = ", ".join("?" * len(values[0]))
        statement = f'INSERT INTO "{name}" ({columns}) VALUES ({marks})'
        for start in range(0, len(values), BATCH):
            database.connection().executemany(statement, values[start : start + BATCH])
    else:
        with database.cursor().copy(f'COPY "{name}" ({columns}) FROM STDIN') as copy:
            for value in values:
                copy.write_row(value)


def reset_sequence(table: type[Table]) -> None:
    """Lets PostgreSQL number on after rows that brought their own ids."""
    if not is_sqlite():
        name = table._meta.table_name
        database.execute_sql(
            f"SELECT setval(pg_get_serial_sequence('{name}', 'id'),"
            f' (SELECT coalesce(max(id), 1) FROM "{name}"))'
        )


def _stored(fields: Sequence[Field], row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(field.db_value(row[field.name]) for field in fields)
