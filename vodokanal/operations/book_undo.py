"""Undoing the import of a workbook: exactly its rows, as long as nothing has been built on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from peewee import Expression, ForeignKeyField

from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.billing.recalculation_reasons import AUTOMATIC
from vodokanal.models.account_notes import AccountNote
from vodokanal.models.accounts import Account
from vodokanal.models.base import Table
from vodokanal.models.book_imports import BookImport, BookImportRange, BookState
from vodokanal.models.database import lock_table
from vodokanal.models.months import BillingMonth, ChargeLine, MonthTrouble
from vodokanal.models.people import AccountAccess
from vodokanal.models.recalculations import Correction
from vodokanal.models.schema import TABLES
from vodokanal.operations.actors import Actor
from vodokanal.operations.book_import import table_rows
from vodokanal.operations.journal import record
from vodokanal.operations.transactions import writes

Ranges = Sequence[tuple[int, int]]

# What a month that is not issued has calculated is calculated again.
DRAFTS: Mapping[type[Table], Expression | None] = {
    ChargeLine: None,
    MonthTrouble: None,
    Correction: Correction.reason.in_(sorted(AUTOMATIC)),
}
# What was ended again stands on nothing; the journal tells of it.
OVER: Mapping[type[Table], Expression] = {
    AccountNote: ~AccountNote.removed_at.is_null(),
    AccountAccess: ~AccountAccess.revoked_at.is_null(),
}
THROWN_AWAY: Mapping[type[Table], Expression | None] = {**DRAFTS, **OVER}
# More alternatives than these make a statement too deep for SQLite.
MOST_RANGES = 200


class UndoRefusedError(Exception):
    """The import stays."""


class NotDoneError(UndoRefusedError):
    """There is nothing to undo: it was not imported, or is undone already."""


class MonthIssuedError(UndoRefusedError):
    """A month was issued with it: the first is `period`."""

    def __init__(self, period: Period) -> None:
        super().__init__(period)
        self.period = period


class BuiltUponError(UndoRefusedError):
    """Rows of `table` have come since and depend on it: `count` of them; `account` has one."""

    def __init__(self, table: str, count: int, *, account: str) -> None:
        super().__init__(table, count, account)
        self.table, self.count, self.account = table, count, account


@writes
def undo_import(actor: Actor, row_id: int, *, at: datetime) -> BookImport:
    """Removes exactly the rows that an import has added, however they were edited since.

    What an unissued month has calculated of them goes too: it is to be calculated again.

    Raises:
        UndoRefusedError: see its subclasses.
    """
    lock_table(BookImport)
    row: BookImport | None = BookImport.get_or_none(BookImport.id == row_id)
    if row is None or row.state != BookState.DONE:
        raise NotDoneError(row_id)
    _refuse_issued(row)
    found = ((table, table_rows(row, table)) for table in TABLES)
    own: dict[type[Table], Ranges] = {table: ranges for table, ranges in found if ranges}
    for child, field, ranges in _references(own):
        _refuse_dependents(child, field, ranges=ranges, own=own.get(child, ()))
    _set(row, state=BookState.UNDOING)
    counts = {table._meta.table_name: _remove(table, own[table]) for table in reversed(own)}
    BookImportRange.delete().where(BookImportRange.book == row).execute()
    _set(row, state=BookState.UNDONE, undone_at=at)
    record(actor, "undo_import", subject=row, at=at, changes=(counts, {}))
    undone: BookImport = BookImport.get_by_id(row.id)
    return undone


def _set(row: BookImport, **values: Any) -> None:
    BookImport.update(values).where(BookImport.id == row.id).execute()


def _refuse_issued(row: BookImport) -> None:
    issued = BillingMonth.select().where(
        BillingMonth.period >= row.posted_period,
        BillingMonth.state.in_([MonthState.ISSUING, MonthState.ISSUED]),
    )
    first = issued.order_by(BillingMonth.period).first()
    if first is not None:
        raise MonthIssuedError(first.period)


def _references(
    own: Mapping[type[Table], Ranges],
) -> Iterator[tuple[type[Table], ForeignKeyField, Ranges]]:
    """Every column of the portal that may name a row of the import."""
    for table in TABLES:
        for field, parent in table._meta.refs.items():
            # What empties itself or goes along with its row, such as a card's opening, stands on nothing.
            holds = field.on_delete == "RESTRICT"
            if holds and parent in own and table is not BookImportRange:
                yield table, field, own[parent]


def _refuse_dependents(
    table: type[Table], field: ForeignKeyField, *, ranges: Ranges, own: Ranges
) -> None:
    """Lets nothing stand upon the import but itself and what is thrown away."""
    for some in _some(ranges):
        built = _within(field, some)
        for mine in _some(own):
            built &= ~_within(table.id, mine)
        if table in THROWN_AWAY:
            only = THROWN_AWAY[table]
            table.delete().where(built if only is None else built & only).execute()
        count = table.select().where(built).count()
        if count:
            first = table.select().where(built).order_by(table.id).first()
            raise BuiltUponError(table._meta.table_name, count, account=_number_of(first))


def _within(field: Any, ranges: Ranges) -> Expression:
    parts = (field.between(first, last) for first, last in ranges)
    return reduce(or_, parts)


def _some(ranges: Ranges) -> Iterator[Ranges]:
    for at in range(0, len(ranges), MOST_RANGES):
        yield ranges[at : at + MOST_RANGES]


def _remove(table: type[Table], ranges: Ranges) -> int:
    """Removes the rows of the ranges; how many there were."""
    return sum(
        int(table.delete().where(_within(table.id, some)).execute()) for some in _some(ranges)
    )


def _number_of(row: Any) -> str:
    """The number of the account that a row is about, as far as its own columns say."""
    account = getattr(row, "account_id", None) if "account" in row._meta.fields else None
    if account is None and "meter" in row._meta.fields:
        account = row.meter.account_id
    if account is None:
        return ""
    return str(Account.get_by_id(account).number)
