"""Workbooks on their way in: kept, waiting, refused, dropped, their files forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.books import AT, TODAY, book_of, changed, make_book_import
from tests.engines import Engine
from vodokanal.models.accounts import Account
from vodokanal.models.book_imports import BookImport, BookState
from vodokanal.models.file_jobs import FileJob
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.book_checks import check_book
from vodokanal.operations.book_import import Sent, books, report_of
from vodokanal.operations.book_intake import (
    drop_book,
    folders_named,
    forget_files,
    keep_book,
    keep_dry_run,
    order_import,
    refuse_book,
)
from vodokanal.operations.queue import open_queue

WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def _queue() -> None:
    """Jobs wake a worker: their calls are signed."""
    open_queue("any secret of the tests")


def kept(folder: str = "abc") -> BookImport:
    return keep_book(SYSTEM, Sent("book.xlsx", folder), at=AT)


def state_of(row: BookImport) -> str:
    return str(BookImport.get_by_id(row.id).state)


def test_book_waits_with_its_job_and_changes_nothing(database: Engine) -> None:
    row = kept()
    assert (row.state, row.digest, books()) == (BookState.WAITING, "", [row])
    assert (FileJob.get().book_id, FileJob.get().deed) == (row.id, "check_book")
    assert (folders_named(), Account.select().count()) == (frozenset({"abc"}), 0)


def test_what_was_found_is_kept_with_its_first_problems(database: Engine) -> None:
    row = kept()
    keep_dry_run(row.id, check_book(book_of(changed(residents={"account": "45"})), today=TODAY))
    found = BookImport.get_by_id(row.id)
    (problem,) = report_of(found)["problems"]
    assert (found.state, found.problems, problem["code"]) == (
        BookState.CHECKED,
        1,
        "zeros_missing",
    )


def test_dry_run_of_a_dropped_book_is_kept_nowhere(database: Engine) -> None:
    row = kept()
    drop_book(row.id, at=AT)
    keep_dry_run(row.id, check_book(book_of(changed()), today=TODAY))
    assert (state_of(row), FileJob.get().ended_at, books()) == (BookState.DROPPED, AT, [])


def test_only_a_book_that_was_looked_through_is_imported(database: Engine) -> None:
    waiting, checked = kept(), make_book_import()
    assert order_import(SYSTEM, waiting.id, at=AT) is None
    job = order_import(SYSTEM, checked.id, at=AT)
    assert job is not None
    assert (job.deed, job.book_id) == ("import_book", checked.id)


def test_book_that_somebody_is_at_is_not_dropped(database: Engine) -> None:
    row = kept()
    FileJob.update(leased_until=AT).execute()
    assert (drop_book(row.id, at=AT), state_of(row)) == (False, BookState.WAITING)
    other = make_book_import()
    assert (drop_book(other.id, at=AT), state_of(other)) == (True, BookState.DROPPED)


def test_refused_book_is_not_refused_twice(database: Engine) -> None:
    row = kept()
    for later in (AT, AT + WEEK):
        refuse_book(row.id, at=later)
    assert BookImport.get().decided_at == AT


@pytest.mark.parametrize("state", [BookState.DROPPED, BookState.REFUSED])
def test_files_of_a_decided_book_are_forgotten_at_once(database: Engine, state: BookState) -> None:
    row = make_book_import(folder="a", state=state)
    assert (forget_files(AT - WEEK), forget_files(AT - WEEK), state_of(row)) == (["a"], [], state)


def test_files_that_nobody_has_decided_on_are_forgotten_after_a_while(database: Engine) -> None:
    checked, waiting = make_book_import(folder="a"), kept("b")
    assert forget_files(AT) == []
    # A job is under way, or will be once there is a worker.
    assert forget_files(AT + WEEK) == ["a"]
    assert (state_of(checked), state_of(waiting)) == (BookState.DROPPED, BookState.WAITING)
    FileJob.update(ended_at=AT).execute()
    assert (forget_files(AT + WEEK), state_of(waiting)) == (["b"], BookState.DROPPED)
