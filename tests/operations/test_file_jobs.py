"""Jobs of files that were sent in: one a file, taken by one worker at a time, told how they ended."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.books import AT, make_book_import
from tests.cast import Cast, actor_of
from tests.engines import Engine
from tests.sheet_factories import make_sheet_upload
from vodokanal.formats.workbooks import Fault, WorkbookError
from vodokanal.gateways.book_files import FilesGoneError
from vodokanal.models.book_imports import BookImport, BookState
from vodokanal.models.file_jobs import FileDeed, FileJob
from vodokanal.models.jobs import WakeUp
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.book_checks import Checked
from vodokanal.operations.book_import import BookWrongError
from vodokanal.operations.file_jobs import (
    MOST_ATTEMPTS,
    FileOrder,
    Pace,
    actor_of_job,
    end_file_job,
    is_file_due,
    keep_pace,
    newest_job,
    order_file,
    take_file_job,
    told_of,
)
from vodokanal.operations.file_work import do_file_job, do_next_file
from vodokanal.operations.months import LEASE, Run, RunLostError, RunStoppedError
from vodokanal.operations.queue import open_queue

REAL = datetime(2026, 11, 12, 6, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _queue() -> None:
    """Jobs wake a worker: their calls are signed."""
    open_queue("any secret of the tests")


class Hands:
    """Whose clock runs on by itself, and who may be told to stop."""

    def __init__(self) -> None:
        self.now, self.goes_on = REAL, True

    @property
    def run(self) -> Run:
        """A run of these hands."""
        zone = ZoneInfo("Europe/Moscow")
        return Run(AT, zone, lambda: self.now, goes_on=lambda: self.goes_on)


@pytest.fixture
def hands() -> Hands:
    """Somebody at work."""
    return Hands()


def ordered(until: datetime | None = None) -> FileJob:
    book = make_book_import(state=BookState.WAITING)
    return order_file(SYSTEM, FileOrder(FileDeed.CHECK_BOOK, book.id, until=until), at=AT)


def taken(hands: Hands) -> FileJob:
    ordered()
    job = take_file_job(hands.run)
    assert job is not None
    return job


def fails_with(error: Exception) -> Callable[[FileJob, Run], list[str]]:
    def deed(_job: FileJob, _run: Run) -> list[str]:
        raise error

    return deed


def test_file_has_one_job_at_a_time(database: Engine) -> None:
    job = ordered()
    wanted = FileOrder(FileDeed.IMPORT_BOOK, job.book_id)
    assert (order_file(SYSTEM, wanted, at=AT), WakeUp.select().count()) == (job, 1)
    end_file_job(job, at=AT)
    later = order_file(SYSTEM, wanted, at=AT)
    assert (later != job, newest_job(book=job.book_id)) == (True, later)


def test_filled_sheet_is_a_file_too(cast: Cast) -> None:
    upload = make_sheet_upload()
    wanted = FileOrder(FileDeed.ENTER_SHEET, upload.id, total=7, mark=3)
    job = order_file(actor_of(cast.galina), wanted, at=AT)
    assert newest_job(upload=upload.id) == job
    assert (job.total, job.mark, actor_of_job(job)) == (7, 3, actor_of(cast.galina))
    assert actor_of_job(ordered()) == SYSTEM


def test_job_is_taken_by_one_worker_until_its_lease_is_over(database: Engine, hands: Hands) -> None:
    job = taken(hands)
    assert (job.attempts, job.leased_until, take_file_job(hands.run)) == (1, REAL + LEASE, None)
    assert (is_file_due(REAL), is_file_due(REAL + LEASE)) == (False, True)
    hands.now += LEASE
    again = take_file_job(hands.run)
    assert again is not None
    assert (again, again.attempts) == (job, 2)
    with pytest.raises(RunLostError):
        keep_pace(job, 5, until=hands.now)


def test_job_that_a_request_does_itself_wakes_nobody(database: Engine, hands: Hands) -> None:
    ordered(REAL + LEASE)
    assert (WakeUp.select().count(), take_file_job(hands.run)) == (0, None)


def test_job_that_kills_whoever_takes_it_is_given_up(database: Engine, hands: Hands) -> None:
    job = ordered()
    FileJob.update(attempts=MOST_ATTEMPTS).execute()
    assert take_file_job(hands.run) is None
    assert FileJob.get_by_id(job.id).refusal == "given_up"


def test_pace_is_told_now_and_then_and_stops_when_told(database: Engine, hands: Hands) -> None:
    job = taken(hands)
    pace = Pace(job, hands.run)
    pace.told(100)
    assert FileJob.get().done == 0
    hands.now += timedelta(seconds=3)
    pace.told(200)
    pace.renewed()
    assert (FileJob.get().done, FileJob.get().leased_until) == (200, hands.now + LEASE)
    hands.goes_on = False
    with pytest.raises(RunStoppedError):
        pace.told(300)


def test_done_job_keeps_what_there_is_to_tell(database: Engine, hands: Hands) -> None:
    ordered()
    found = do_next_file({FileDeed.CHECK_BOOK: lambda _job, _run: ["Строка 2"]}, hands.run)
    assert found is not None
    job = FileJob.get()
    assert (found[1], told_of(job), job.refusal, job.ended_at) == ("done", ["Строка 2"], "", AT)
    assert do_next_file({}, hands.run) is None


@pytest.mark.parametrize(
    ("error", "refusal", "bound"),
    [
        (WorkbookError(Fault.TOO_MANY_ROWS, limit=7), "too_many_rows", 7),
        (FilesGoneError("x"), "gone", 0),
    ],
)
def test_what_stood_in_the_way_is_kept_and_the_book_refused(
    database: Engine, hands: Hands, error: Exception, refusal: str, bound: int
) -> None:
    job = taken(hands)
    assert do_file_job({FileDeed.CHECK_BOOK: fails_with(error)}, job, run=hands.run) == refusal
    job = FileJob.get()
    assert (job.refusal, job.bound, BookImport.get().state) == (refusal, bound, BookState.REFUSED)


def test_book_that_is_to_be_mended_now_stays(database: Engine, hands: Hands) -> None:
    job = taken(hands)
    BookImport.update(state=BookState.CHECKED).execute()
    checked = type("Found", (Checked,), {"__init__": lambda _self: None})()
    object.__setattr__(checked, "book", type("Book", (), {"problems": [1]})())
    wrong = fails_with(BookWrongError(checked))
    assert do_file_job({FileDeed.CHECK_BOOK: wrong}, job, run=hands.run) == "changed"
    assert BookImport.get().state == BookState.CHECKED


def test_job_that_was_stopped_waits_for_the_next(database: Engine, hands: Hands) -> None:
    job = taken(hands)
    stopped = fails_with(RunStoppedError())
    assert do_file_job({FileDeed.CHECK_BOOK: stopped}, job, run=hands.run) == "left"
    assert (FileJob.get().ended_at, is_file_due(REAL)) == (None, True)


def test_error_of_the_program_ends_the_job_and_is_raised(database: Engine, hands: Hands) -> None:
    job = taken(hands)
    with pytest.raises(LookupError):
        do_file_job({FileDeed.CHECK_BOOK: fails_with(LookupError())}, job, run=hands.run)
    assert (FileJob.get().refusal, json.loads(FileJob.get().told)) == ("failed", [])


def test_order_names_the_column_of_its_row() -> None:
    order = FileOrder(FileDeed.CHECK_BOOK, 1)
    assert (order.field, replace(order, deed=FileDeed.ENTER_SHEET).field) == (
        FileJob.book,
        FileJob.upload,
    )
