"""A workbook looked through and imported: by a worker, or at once by the request when it is small."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from vodokanal.formats.book import read_book
from vodokanal.formats.book_sources import raw_tables
from vodokanal.formats.book_writing import write_mended
from vodokanal.gateways.book_files import FilesGoneError, read_files, unpacked_size, write_beside
from vodokanal.models.book_imports import BookImport
from vodokanal.models.file_jobs import FileDeed, FileJob
from vodokanal.operations.book_checks import Checked, check_book
from vodokanal.operations.book_import import BookWrongError, Sent, import_book
from vodokanal.operations.book_intake import keep_dry_run
from vodokanal.operations.file_jobs import Pace, actor_of_job
from vodokanal.operations.file_work import Deeds, do_file_job
from vodokanal.operations.months import Run
from vodokanal.web.book_words import sentences_of
from vodokanal.web.clock import now, real_now, today
from vodokanal.web.configuration import settings

# Unpacked: some 500 accounts with all that belongs to them.
SMALL_BYTES = 1_500_000
NOTHING_TOLD: Sequence[str] = ()


def is_small(folder: str) -> bool:
    """Whether the files of a folder are looked through before anybody gets impatient."""
    try:
        return unpacked_size(settings().instance, folder) <= SMALL_BYTES
    except FilesGoneError:
        # That is said at once.
        return True


def do_at_once(job: FileJob) -> str:
    """Does a job that this request has taken; how it ended."""
    run = Run(at=now(), zone=settings().zone, real_now=real_now)
    return do_file_job(DEEDS, job, run=run)


def _look_through(job: FileJob, run: Run) -> Sequence[str]:
    _keep(job.book, _checked(job.book, Pace(job, run)))
    return NOTHING_TOLD


def _import(job: FileJob, run: Run) -> Sequence[str]:
    """Looks through once more, since what was found is in nobody's memory, then imports."""
    row: BookImport = job.book
    pace = Pace(job, run)
    found = _checked(row, pace)
    sent = Sent(str(row.name), str(row.folder))
    pace.renewed()
    try:
        import_book(actor_of_job(job), found, sent=sent, today=today(), at=run.at)
    except BookWrongError as error:
        _keep(row, error.checked)
        raise
    return NOTHING_TOLD


def _checked(row: BookImport, pace: Pace) -> Checked:
    book = read_book(read_files(settings().instance, str(row.folder)), told=pace.told)
    rows = sum(map(len, book.rows.values()))
    return check_book(book, today=today(), told=lambda _sheet: pace.told(rows))


def _keep(row: BookImport, checked: Checked) -> None:
    """Keeps what was found, with the workbook to be mended where there is anything to mend."""
    if checked.book.problems:
        place, folder = settings().instance, str(row.folder)
        tables = raw_tables(read_files(place, folder))
        sentences = sentences_of(checked.book.problems)
        write_beside(place, folder, write=partial(write_mended, tables=tables, sentences=sentences))
    keep_dry_run(row.id, checked)


DEEDS: Deeds = {FileDeed.CHECK_BOOK: _look_through, FileDeed.IMPORT_BOOK: _import}
