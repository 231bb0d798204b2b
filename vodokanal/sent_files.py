"""What the worker does with files that were sent in: books, filled sheets, those nobody needs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from vodokanal.gateways.book_files import forgotten_folders, throw_away
from vodokanal.models.file_jobs import FileDeed, FileJob
from vodokanal.models.jobs import JobRun
from vodokanal.operations.book_intake import folders_named
from vodokanal.operations.file_jobs import Pace, actor_of_job
from vodokanal.operations.file_work import Deeds, do_next_file
from vodokanal.operations.housekeeping import forget_books
from vodokanal.operations.month_work import DONE, LEFT_OPEN
from vodokanal.operations.months import Run
from vodokanal.operations.reading_sheets import Moment
from vodokanal.operations.reading_sheets_files import UploadEnteredError, enter_upload, preview_of
from vodokanal.staff.reading_sheets_uploads import codes_understood, left_words
from vodokanal.web.book_runs import DEEDS as BOOK_DEEDS
from vodokanal.web.clock import now, real_now
from vodokanal.web.configuration import settings
from vodokanal.web.logs import log_event

# As long as a book that was looked through can be imported.
BOOKS_KEPT = timedelta(days=7)


def work_on_files(goes_on: Callable[[], bool]) -> None:
    """Does the jobs that wait, one after another, while it may go on."""
    while goes_on():
        run = Run(at=now(), zone=settings().zone, real_now=real_now, goes_on=goes_on)
        found = do_next_file(DEEDS, run)
        if found is None:
            return
        job, ended = found
        level = logging.INFO if ended in {DONE, LEFT_OPEN} else logging.WARNING
        log_event("file_job", level=level, job=job.id, deed=str(job.deed), ended=ended)
        if ended == LEFT_OPEN:
            return


def clear_books_away(night: JobRun) -> None:
    """Throws away the files of books that are decided on, and those that were never decided on."""
    place = settings().instance
    throw_away(place, forget_books(night, before=now() - BOOKS_KEPT))
    # What was sent and then never noted, since the portal died in between.
    left = forgotten_folders(place, folders_named(), before=real_now() - BOOKS_KEPT)
    throw_away(place, left)


def _enter_sheet(job: FileJob, run: Run) -> Sequence[str]:
    upload = job.upload
    if upload.entered_at is not None:
        return ()
    pace = Pace(job, run)
    seen = preview_of(upload, codes=codes_understood(), today=run.today)
    pace.renewed()
    try:
        done = enter_upload(
            actor_of_job(job),
            upload,
            preview=replace(seen, newest=job.mark),
            moment=Moment(run.today, run.at),
            told=pace.told,
        )
    except UploadEnteredError:
        return ()
    return list(left_words(done))


DEEDS: Deeds = {**BOOK_DEEDS, FileDeed.ENTER_SHEET: _enter_sheet}
