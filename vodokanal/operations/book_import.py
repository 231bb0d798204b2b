"""Importing a workbook: looked through first, then added as a whole, undone as a whole.

One transaction: nobody sees half of a book, and a book that fails leaves nothing. 20 000 accounts
take some seconds, in which others who write wait (decision 018).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from vodokanal.models.base import Table
from vodokanal.models.book_imports import BookImport, BookImportRange, BookState
from vodokanal.models.bulk import insert_rows
from vodokanal.models.database import lock_table
from vodokanal.models.journal import JournalEntry
from vodokanal.models.readings import Submission
from vodokanal.operations.actors import Actor
from vodokanal.operations.book_added import Added
from vodokanal.operations.book_checks import Checked, check_book, report_text
from vodokanal.operations.book_inserts import insert_book
from vodokanal.operations.changes import newest_entry
from vodokanal.operations.journal import record
from vodokanal.operations.transactions import writes


class BookRefusedError(Exception):
    """The book cannot be imported."""


class BookWrongError(BookRefusedError):
    """Some of its rows are to be mended first; `checked` says which."""

    def __init__(self, checked: Checked) -> None:
        super().__init__(len(checked.book.problems))
        self.checked = checked


@dataclass(frozen=True)
class Sent:
    """Files as they were sent: what they were called, where they are kept until it is decided."""

    name: str
    folder: str = ""


def import_book(
    actor: Actor, checked: Checked, *, sent: Sent, today: date, at: datetime
) -> BookImport:
    """Adds everything that a book has and the portal lacks; the same content counts once.

    It is looked through once more inside the transaction if something has changed since, even if
    there was something to mend: what was seen may be half of an import that was under way.

    Raises:
        BookWrongError: rows are to be mended; nothing was added.
    """
    return _import(actor, checked, sent=sent, today=today, at=at)


@writes
def _import(actor: Actor, checked: Checked, *, sent: Sent, today: date, at: datetime) -> BookImport:
    lock_table(BookImport)
    digest = checked.book.digest
    done = find_done(digest)
    if done is not None:
        return done
    anew = check_book(checked.book, today=today) if has_changed(checked.mark) else checked
    if not anew.is_right:
        raise BookWrongError(anew)
    added = Added(anew.kept.open_month, at, actor.employee_id)
    insert_book(anew.fresh, added)
    row = _row(actor, anew, sent=sent, at=at)
    keep_ranges(row, added)
    counts = {table._meta.table_name: len(ids) for table, ids in added.ids.items() if ids}
    record(actor, "import_book", subject=row, at=at, changes=({}, {"name": sent.name, **counts}))
    return row


def find_done(digest: str) -> BookImport | None:
    """The import of the same content, if it was done and not undone since."""
    done = (BookImport.digest == digest) & (BookImport.state == BookState.DONE)
    found: BookImport | None = BookImport.get_or_none(done)
    return found


def has_changed(mark: int) -> bool:
    """Whether the journal tells of anything but readings after an entry; inside `write_tx()`."""
    newest_entry()
    readings = Submission._meta.table_name
    later = (JournalEntry.id > mark) & (JournalEntry.subject_table != readings)
    return bool(JournalEntry.select().where(later).exists())


def _row(actor: Actor, checked: Checked, *, sent: Sent, at: datetime) -> BookImport:
    """The import's row: the one of the dry run, or a new one."""
    values = {
        "state": BookState.DONE,
        "problems": 0,
        "report": report_text(checked),
        "posted_period": checked.kept.open_month,
        "decided_at": at,
    }
    waiting = BookImport.get_or_none(
        BookImport.folder == sent.folder, BookImport.state == BookState.CHECKED
    )
    if sent.folder and waiting is not None:
        BookImport.update(values).where(BookImport.id == waiting.id).execute()
        found: BookImport = BookImport.get_by_id(waiting.id)
        return found
    return BookImport.create(
        name=sent.name,
        digest=checked.book.digest,
        employee=actor.employee_id,
        created_at=at,
        **values,
    )


def keep_ranges(row: BookImport, added: Added) -> None:
    """Keeps which rows came of the book: what undoing it removes."""
    ranges = [
        {"book": row.id, "table_name": table._meta.table_name, "first_row": first, "last_row": last}
        for table, ids in added.ids.items()
        for first, last in ranges_of(ids)
    ]
    insert_rows(BookImportRange, ranges)


def ranges_of(ids: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Ascending ids as pairs of the first and the last of each unbroken run."""
    first = last = None
    for key in ids:
        if last is not None and key != last + 1:
            yield first or key, last
            first = None
        first, last = key if first is None else first, key
    if first is not None and last is not None:
        yield first, last


def books(most: int = 50) -> list[BookImport]:
    """The last imports, the newest first; what was dropped is not among them."""
    query = BookImport.select().where(BookImport.state != BookState.DROPPED)
    return list(query.order_by(BookImport.id.desc()).limit(most))


def report_of(row: BookImport) -> dict[str, Any]:
    """What was found in a book."""
    found: dict[str, Any] = json.loads(row.report)
    return found


def table_rows(row: BookImport, table: type[Table]) -> list[tuple[int, int]]:
    """The ranges of one table's rows that came of a book."""
    query = BookImportRange.select(BookImportRange.first_row, BookImportRange.last_row).where(
        BookImportRange.book == row, BookImportRange.table_name == table._meta.table_name
    )
    return list(query.order_by(BookImportRange.first_row).tuples())
