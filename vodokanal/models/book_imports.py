"""Workbooks that were sent in: what was found in them, and which rows came of each."""

from __future__ import annotations

from enum import StrEnum

from peewee import SQL, CharField, Check, ForeignKeyField, IntegerField, TextField

from vodokanal.models.base import Table, one_of
from vodokanal.models.database import database, is_sqlite
from vodokanal.models.fields import ChoiceField, MomentField, PeriodField
from vodokanal.models.people import Employee


class BookState(StrEnum):
    """What has become of a workbook; a dropped or refused one left nothing."""

    # Kept, not looked through yet.
    WAITING = "waiting"
    # It could not be read to its end.
    REFUSED = "refused"
    CHECKED = "checked"
    DROPPED = "dropped"
    DONE = "done"
    # Only inside the transaction that removes its rows: the triggers let them go.
    UNDOING = "undoing"
    UNDONE = "undone"


class BookImport(Table):
    """A workbook: checked, then imported as a whole or dropped."""

    # As the files were called where they came from.
    name = CharField(max_length=200)
    # Of its content; empty until it is looked through.
    digest = CharField(max_length=64, default="")
    state = ChoiceField(BookState, default=BookState.CHECKED)
    problems = IntegerField(default=0)
    # Counts, control sums and the oddest rows, as JSON.
    report = TextField(default="{}")
    # The folder below instance/ that keeps the files until it is decided; empty: none does.
    folder = CharField(max_length=40, default="")
    # The first month that could be issued with its rows.
    posted_period = PeriodField(null=True)
    employee = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    created_at = MomentField()
    decided_at = MomentField(null=True)
    undone_at = MomentField(null=True)

    class Meta:
        constraints = [
            one_of("state", BookState),
            Check("state NOT IN ('done', 'undoing') OR posted_period IS NOT NULL"),
        ]


# The same content counts once.
BookImport.add_index(
    BookImport.digest, unique=True, where=SQL("state = 'done'"), name="book_import_once"
)


class BookImportRange(Table):
    """Rows of one table that an import has added: from one id to another, both inclusive."""

    book = ForeignKeyField(BookImport, backref="ranges", on_delete="RESTRICT", index=False)
    table_name = CharField(max_length=60)
    first_row = IntegerField()
    last_row = IntegerField()

    class Meta:
        indexes = ((("table_name", "first_row"), False), (("book", "table_name"), False))
        constraints = [Check("first_row <= last_row")]


def reserve_ids(table: type[Table], count: int) -> list[int]:
    """So many ids for new rows, ascending, that nobody else will get; inside `write_tx()`."""
    name = table._meta.table_name
    if is_sqlite():
        last = max(_largest("id", name), _largest("seq", "sqlite_sequence", of=name))
        return list(range(last + 1, last + 1 + count))
    rows = database.execute_sql(
        f"SELECT nextval(pg_get_serial_sequence('{name}', 'id')) FROM generate_series(1, {count:d})"
    )
    return sorted(number for (number,) in rows.fetchall())


def _largest(column: str, table: str, *, of: str | None = None) -> int:
    """The largest value of a column; `sqlite_sequence` knows it of deleted rows too, by table."""
    query = f'SELECT coalesce(max("{column}"), 0) FROM "{table}"'
    where, given = ("", ()) if of is None else (" WHERE name = ?", (of,))
    ((found,),) = database.execute_sql(query + where, given).fetchall()
    return int(found)


TABLES = (BookImport, BookImportRange)
