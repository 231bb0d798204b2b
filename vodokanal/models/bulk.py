"""Many rows at once: `executemany` on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from types import NoneType
from typing import Any

from peewee import CharField, Field, ForeignKeyField, IntegerField, TextField
from peewee import __exception_wrapper__ as peewee_errors

from vodokanal.models.base import Table
from vodokanal.models.database import database, is_sqlite

# What a driver takes as it is, where the field is one of Peewee's own.
PLAIN = ((IntegerField, int), (CharField, str), (TextField, str))


def insert_rows(
    table: type[Table],
    rows: Iterable[Mapping[str, Any]],
    *,
    defaults: Mapping[str, Any] | None = None,
) -> int:
    """Inserts rows of equal keys (field names, `id` if the caller numbers them); the count.

    Must run inside `write_tx()`. Columns of `defaults` may be missing in a row; those of fields
    are not applied.
    """
    rows, spare = list(rows), defaults or {}
    if not rows:
        return 0
    names = list({**spare, **rows[0]})
    fields = [table._meta.fields[name] for name in names]
    # Column by column: what has to be done to a value is found out once, not for each of them.
    values = zip(
        *(
            _stored(field, [row[name] for row in rows])
            if name not in spare
            else _stored(field, [row.get(name, spare[name]) for row in rows])
            for name, field in zip(names, fields, strict=True)
        ),
        strict=True,
    )
    columns = ", ".join(f'"{field.column_name}"' for field in fields)
    # The driver is asked directly, and its errors must be the same as everywhere.
    with peewee_errors:
        _insert(table._meta.table_name, columns, values=values)
    return len(rows)


def insert_whole(table: type[Table], rows: Iterable[Mapping[str, Any]]) -> int:
    """Inserts rows with all their columns: those that a row lacks get their fields' defaults."""
    defaults = table._meta.get_default_dict()
    empty = {name: defaults.get(name) for name in table._meta.fields if name != "id"}
    return insert_rows(table, rows, defaults=empty)


def insert_stored(
    table: type[Table], names: Sequence[str], *, rows: Iterable[Sequence[Any]]
) -> None:
    """Inserts rows of values as the database keeps them: whole kopecks, yyyymm, choices as text.

    For the few tables that grow by hundreds of thousands at a time; inside `write_tx()`.
    """
    columns = ", ".join(f'"{table._meta.fields[name].column_name}"' for name in names)
    with peewee_errors:
        _insert(table._meta.table_name, columns, values=rows)


def _insert(name: str, columns: str, *, values: Iterable[Sequence[Any]]) -> None:
    if is_sqlite():
        marks = ", ".join("?" * (columns.count(",") + 1))
        statement = f'INSERT INTO "{name}" ({columns}) VALUES ({marks})'
        database.connection().executemany(statement, values)
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


def _stored(field: Field, values: Sequence[Any]) -> Sequence[Any]:
    """A column's values as the driver takes them."""
    if _is_plain(field, set(map(type, values))):
        return values
    convert = _for_sqlite(field.db_value) if is_sqlite() else field.db_value
    # Rows share their moments, months and choices: each object is converted once.
    known = {id(value): value for value in values}
    stored = {key: convert(value) for key, value in known.items()}
    return [stored[id(value)] for value in values]


def _is_plain(field: Field, types: set[type]) -> bool:
    target = field.rel_field if isinstance(field, ForeignKeyField) else field
    if type(target).db_value is not Field.db_value:
        return False
    return any(isinstance(target, kind) and types <= {plain, NoneType} for kind, plain in PLAIN)


def _for_sqlite(db_value: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Spares the driver its slow search for what to do with a date."""

    def convert(value: Any) -> Any:
        stored = db_value(value)
        if isinstance(stored, datetime):
            return stored.isoformat(" ")
        return stored.isoformat() if isinstance(stored, date) else stored

    return convert
