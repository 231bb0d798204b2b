"""Towns that the portal makes up itself: into an empty database only, and known afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vodokanal.models.accounts import Account
from vodokanal.models.base import Table
from vodokanal.models.bulk import insert_whole, reset_sequence
from vodokanal.models.configuration import Configuration
from vodokanal.models.export_maps import ExportColumn
from vodokanal.models.indexes import indexed_afterwards
from vodokanal.models.jobs import JobRun, WakeUp
from vodokanal.models.journal import JournalEntry
from vodokanal.models.people import Role, RolePermission
from vodokanal.models.schema import TABLES
from vodokanal.models.windows import ReadingWindow
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.first_rates import first_rates
from vodokanal.operations.journal import record
from vodokanal.operations.transactions import writes

Row = Mapping[str, Any]
Batch = Mapping[type[Table], Sequence[Row]]

MARK = "load_town"
# What `lay_foundations` puts into every database, of windows a single row, of rates as many as
# the law has set; and what a worker leaves in an empty one.
FOUNDATIONS = (Role, RolePermission, Configuration, ExportColumn, JobRun, WakeUp)


class ForeignDatabaseError(Exception):
    """The database holds rows that were not made up here."""

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table


@dataclass(frozen=True)
class LoadedTown:
    """The town that a database holds."""

    name: str
    accounts: int


def find_town() -> LoadedTown | None:
    """The town that was loaded into this database, if one was."""
    entry = (
        JournalEntry.select()
        .where(JournalEntry.subject_table == Account._meta.table_name, JournalEntry.action == MARK)
        .first()
    )
    return None if entry is None else LoadedTown(**json.loads(entry.after))


def newest_moment() -> datetime | None:
    """When something was last done here; every deed leaves a line in the journal."""
    entry = JournalEntry.select().order_by(JournalEntry.at.desc()).first()
    return None if entry is None else entry.at


def role_ids() -> dict[str, int]:
    """The roles' rows by their codes."""
    return dict(Role.select(Role.code, Role.id).tuples())


@writes
def load_town(
    batches: Iterable[Batch], *, name: str, at: datetime, is_large: bool = False
) -> LoadedTown:
    """Keeps all batches in one transaction; rows get their defaults and derived columns here.

    Within a batch the tables' own order holds, so a row may point at others of its batch. A large
    town's indexes are made when all rows are there.

    Raises:
        ForeignDatabaseError: the database is not empty.
    """
    _refuse_foreign_rows()
    with indexed_afterwards(TABLES) if is_large else nullcontext():
        accounts = sum(_keep(batch) for batch in batches)
    for table in TABLES:
        reset_sequence(table)
    town = LoadedTown(name, accounts)
    record(SYSTEM, MARK, subject=Account, at=at, changes=({}, vars(town)))
    return town


def _keep(batch: Batch) -> int:
    for table in TABLES:
        if table in batch:
            insert_derived(table, batch[table])
    return len(batch.get(Account, ()))


def _refuse_foreign_rows() -> None:
    own = {ReadingWindow: 1} | {table: len(rows) for table, rows in first_rates().items()}
    for table in TABLES:
        if table not in FOUNDATIONS and table.select().count() > own.get(table, 0):
            raise ForeignDatabaseError(table._meta.table_name)


def insert_derived(table: type[Table], rows: Sequence[Row]) -> None:
    """Keeps the rows with all their columns: defaults, and those that follow from others."""
    derives = table.derive is not Table.derive or table.SEARCHED
    insert_whole(table, _derived(table, rows) if derives else rows)


def _derived(table: type[Table], rows: Sequence[Row]) -> Iterator[Row]:
    # One object for all: making a Peewee object takes longer than everything else here.
    instance = table()
    empty = instance.__data__
    for row in rows:
        instance.__data__ = {**empty, **row}
        instance.derive()
        yield instance.__data__
