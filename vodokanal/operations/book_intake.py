"""Workbooks on their way in: kept, waiting to be looked through, decided on, forgotten."""

from __future__ import annotations

from datetime import datetime

from vodokanal.models.book_imports import BookImport, BookState
from vodokanal.models.database import lock_table
from vodokanal.models.file_jobs import FileDeed, FileJob
from vodokanal.operations.actors import Actor
from vodokanal.operations.book_checks import Checked, report_text
from vodokanal.operations.book_import import Sent
from vodokanal.operations.file_jobs import (
    IS_OPEN,
    FileOrder,
    end_file_job,
    newest_job,
    order_file,
)
from vodokanal.operations.transactions import writes

UNDECIDED = (BookState.WAITING, BookState.CHECKED)
IS_UNDECIDED = BookImport.state.in_(UNDECIDED)


@writes
def keep_book(
    actor: Actor, sent: Sent, *, at: datetime, until: datetime | None = None
) -> BookImport:
    """Keeps that files have come, and the job of looking them through; nothing else is touched.

    `until` is given by whoever looks through them at once: no worker takes the job before.
    """
    row: BookImport = BookImport.create(
        name=sent.name,
        folder=sent.folder,
        state=BookState.WAITING,
        employee=actor.employee_id,
        created_at=at,
    )
    order_file(actor, FileOrder(FileDeed.CHECK_BOOK, row.id, until=until), at=at)
    return row


@writes
def keep_dry_run(row_id: int, checked: Checked) -> None:
    """Keeps what was found in a book that nobody has decided on; nothing else is touched."""
    found = {
        "state": BookState.CHECKED,
        "digest": checked.book.digest,
        "problems": len(checked.book.problems),
        "report": report_text(checked),
    }
    BookImport.update(found).where(BookImport.id == row_id, IS_UNDECIDED).execute()


@writes
def refuse_book(row_id: int, *, at: datetime) -> None:
    """Notes that a book cannot be read; its files may go."""
    waits = (BookImport.id == row_id) & (BookImport.state == BookState.WAITING)
    BookImport.update(state=BookState.REFUSED, decided_at=at).where(waits).execute()


@writes
def order_import(
    actor: Actor, row_id: int, *, at: datetime, until: datetime | None = None
) -> FileJob | None:
    """The job of importing a book that was looked through; None when it is decided on already."""
    lock_table(BookImport)
    waits = (BookImport.id == row_id) & (BookImport.state == BookState.CHECKED)
    if not BookImport.select().where(waits).exists():
        return None
    return order_file(actor, FileOrder(FileDeed.IMPORT_BOOK, row_id, until=until), at=at)


@writes
def drop_book(row_id: int, *, at: datetime) -> bool:
    """Gives up a book that waits, with its job; its files may go. False: somebody is at it."""
    lock_table(BookImport)
    job = newest_job(book=row_id)
    if job is not None and job.ended_at is None:
        if job.leased_until is not None:
            return False
        end_file_job(job, at=at)
    row = BookImport.id == row_id
    BookImport.update(state=BookState.DROPPED, decided_at=at).where(row, IS_UNDECIDED).execute()
    return True


@writes
def forget_files(before: datetime) -> list[str]:
    """The folders whose books are decided or were sent before a moment; no row names them any more."""
    at_work = FileJob.select(FileJob.book).where(~FileJob.book.is_null(), IS_OPEN)
    over = ~IS_UNDECIDED | ((BookImport.created_at < before) & BookImport.id.not_in(at_work))
    rows = list(BookImport.select().where(BookImport.folder != "", over))
    for row in rows:
        state = BookState.DROPPED if row.state in UNDECIDED else row.state
        BookImport.update(folder="", state=state).where(BookImport.id == row.id).execute()
    return [str(row.folder) for row in rows]


def folders_named() -> frozenset[str]:
    """The folders that books still name."""
    query = BookImport.select(BookImport.folder).where(BookImport.folder != "")
    return frozenset(folder for (folder,) in query.tuples())
