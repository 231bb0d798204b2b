"""Rows that employees add and edit in the tables: one transaction, one journal entry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from peewee import DataError, IntegrityError

from vodokanal.models.base import Table
from vodokanal.models.database import lock
from vodokanal.operations.actors import Actor
from vodokanal.operations.journal import as_text, record
from vodokanal.operations.submission_keys import claim_key, keep_answer
from vodokanal.operations.transactions import writes

Row = TypeVar("Row", bound=Table)

# Never in the journal, not even as a hash.
SECRET = frozenset({"password_hash", "token_hash"})


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
    claim = claim_key(actor, key, body=_body(table, values), at=at)
    if claim.answer is not None:
        return table.get_by_id(claim.answer["id"])
    row = table(**values)
    _save(row, new=True)
    record(actor, "create", subject=row, at=at, changes=({}, values_of(row)))
    keep_answer(claim, {"id": row.id})
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
    if row.ONE_A_DAY:
        _refuse_overlap(row)
    try:
        row.save(force_insert=new)
    except (IntegrityError, DataError) as error:
        raise RowRefusedError(str(error)) from error


def _refuse_overlap(row: Any) -> None:
    """Refuses a dated row beside another one that holds on some of its days."""
    table = type(row)
    owner, *_ = (table._meta.fields[name] for name in row.ONE_A_DAY)
    # Until this transaction ends nobody else adds a row for the same owner.
    lock(owner.rel_model, row.__data__[owner.name])
    same = [getattr(table, name) == row.__data__[name] for name in row.ONE_A_DAY]
    if row.ends_on is not None:
        same.append(table.starts_on <= row.ends_on)
    other = (
        table.select()
        .where(
            *same,
            table.id != (row.id or 0),
            table.ends_on.is_null() | (table.ends_on >= row.starts_on),
        )
        .first()
    )
    if other is not None:
        raise DaysOverlapError(other)


def _body(table: type[Table], values: Mapping[str, Any]) -> dict[str, str]:
    # Moments are not typed: they differ when the same form arrives again.
    typed = {name: each for name, each in values.items() if not isinstance(each, datetime)}
    return {"table": table._meta.table_name, "values": as_text(typed)}


def _id(value: Any) -> Any:
    return value.id if isinstance(value, Table) else value
