"""Rows that employees add and edit in the tables: one transaction, one journal entry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from peewee import DataError, ForeignKeyField, IntegrityError, ModelSelect

from vodokanal.models.base import Table
from vodokanal.models.database import lock, lock_table
from vodokanal.operations.actors import Actor
from vodokanal.operations.journal import as_text, record
from vodokanal.operations.submission_keys import claim_key, keep_answer
from vodokanal.operations.transactions import writes

Row = TypeVar("Row", bound=Table)

# Never in the journal, not even as a hash.
SECRET = frozenset({"password_hash", "token_hash"})
# When a row was added, by the clock.
STAMPS = frozenset({"created_at", "granted_at"})


class RowChangedError(Exception):
    """Somebody else has changed the row since it was opened."""

    def __init__(self, row: Table) -> None:
        super().__init__(row)
        self.row = row


class RowRefusedError(Exception):
    """The database refuses the row: a value that must be unique, or one out of range."""


def values_of(row: Table) -> dict[str, Any]:
    """A row's columns by field name, references as ids, without secrets."""
    return {name: value for name, value in row.__data__.items() if name not in SECRET}


class DaysOverlapError(RowRefusedError):
    """Another row holds on some of these days; it is kept in `other`."""

    def __init__(self, other: Any) -> None:
        super().__init__(other)
        self.other = other


@writes
def create_record(
    actor: Actor, table: type[Row], *, values: Mapping[str, Any], at: datetime, key: str
) -> Row:
    """Adds a row; with the same key it is added once.

    Raises:
        RowRefusedError: a constraint of the table does not allow it.
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    claim = claim_key(actor, key, body=body_of(table, values), at=at)
    if claim.answer is not None:
        return table.get_by_id(claim.answer["id"])
    row = insert_record(actor, table(**values), at=at)
    keep_answer(claim, {"id": row.id})
    return row


def insert_record(actor: Actor, row: Row, *, at: datetime) -> Row:
    """Adds a row and its journal entry, in the transaction of an operation that has its key.

    Raises:
        RowRefusedError: a constraint of the table does not allow it.
    """
    _save(row, new=True)
    record(actor, "create", subject=row, at=at, changes=({}, values_of(row)))
    return row


@writes
def update_record(
    actor: Actor, row: Row, *, values: Mapping[str, Any], seen: Mapping[str, Any], at: datetime
) -> Row:
    """Changes the columns named in `values`; `seen` is what the employee had before them.

    Raises:
        RowChangedError: one of the columns to change is no longer what was seen.
        RowRefusedError: a constraint of the table does not allow it.
    """
    table = type(row)
    lock(table, row.id)
    fresh = table.get_by_id(row.id)
    before = values_of(fresh)
    changed = {name: value for name, value in values.items() if _id(value) != before.get(name)}
    if any(before.get(name) != _id(seen[name]) for name in changed if name in seen):
        raise RowChangedError(fresh)
    if not changed:
        return fresh
    for name, value in changed.items():
        setattr(fresh, name, value)
    _save(fresh, new=False)
    after = {name: value for name, value in values_of(fresh).items() if before.get(name) != value}
    was = {name: before.get(name) for name in after}
    record(actor, "update", subject=fresh, at=at, changes=(was, after))
    return fresh


def _save(row: Table, *, new: bool) -> None:
    row.derive()
    if row.ONE_A_DAY is not None:
        _refuse_overlap(row)
    try:
        row.save(force_insert=new)
    except (IntegrityError, DataError) as error:
        raise RowRefusedError(str(error)) from error


def rows_alike(row: Any) -> ModelSelect:
    """The rows of which one alone holds on a day, this one among them once it is kept."""
    table = type(row)
    rows = table.select()
    for name in row.ONE_A_DAY:
        rows = rows.where(getattr(table, name) == row.__data__.get(name))
    return rows


def rows_beside(row: Any) -> ModelSelect:
    """The others of them."""
    return rows_alike(row).where(type(row).id != (row.id or 0))


def _refuse_overlap(row: Any) -> None:
    """Refuses a dated row beside another one that holds on some of its days."""
    table = type(row)
    _lock_days(row)
    others = rows_beside(row).where(table.ends_on.is_null() | (table.ends_on >= row.starts_on))
    if row.ends_on is not None:
        others = others.where(table.starts_on <= row.ends_on)
    other = others.first()
    if other is not None:
        raise DaysOverlapError(other)


def _lock_days(row: Any) -> None:
    """Until this transaction ends nobody else adds a row that could hold on the same days."""
    table = type(row)
    owner = table._meta.fields[row.ONE_A_DAY[0]] if row.ONE_A_DAY else None
    if isinstance(owner, ForeignKeyField) and row.__data__.get(owner.name) is not None:
        lock(owner.rel_model, row.__data__[owner.name])
    else:
        lock_table(table)


def body_of(table: type[Table], values: Mapping[str, Any]) -> dict[str, str]:
    """What a form is known by when it arrives again."""
    # When it is added is not typed: it differs when the same form arrives again.
    typed = {name: each for name, each in values.items() if name not in STAMPS}
    return {"table": table._meta.table_name, "values": as_text(typed)}


def _id(value: Any) -> Any:
    return value.id if isinstance(value, Table) else value
