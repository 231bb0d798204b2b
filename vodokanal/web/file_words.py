"""How far the work on a file is that was sent in, and what stood in its way, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.formats.workbooks import Fault, WorkbookError
from vodokanal.models.file_jobs import FileDeed, FileJob
from vodokanal.operations.file_jobs import CHANGED, FAILED, GIVEN_UP, GONE
from vodokanal.web.numbers import numbers
from vodokanal.web.workbook_words import workbook_words

N_ = lazy_gettext

# A worker takes what waits within half a minute.
TAKEN_WITHIN = timedelta(minutes=1)
REFUSALS: Mapping[str, Any] = {
    CHANGED: N_("Something has changed meanwhile: rows are to be mended now."),
    GONE: N_("The file is gone: send it again."),
    FAILED: N_(
        "The portal has stumbled over this file and stopped. Tell those who look after the portal."
    ),
    GIVEN_UP: N_(
        "The work on this file has broken off several times and is given up. Divide the file and send the parts."
    ),
}
UNDER_WAY: Mapping[FileDeed, Callable[[str, str], str]] = {
    FileDeed.CHECK_BOOK: lambda done, _total: _(
        "The book is being looked through: %(done)s rows so far.", done=done
    ),
    FileDeed.IMPORT_BOOK: lambda done, _total: _(
        "The book is looked through once more and imported: %(done)s rows so far.", done=done
    ),
    FileDeed.ENTER_SHEET: lambda done, total: _(
        "The file is being entered: %(done)s of %(total)s accounts.", done=done, total=total
    ),
}


def job_progress(job: FileJob, *, at: datetime) -> str:
    """How far a job is; empty when it is over."""
    if job.ended_at is not None:
        return ""
    if job.leased_until is not None:
        return UNDER_WAY[FileDeed(job.deed)](_count(job.done), _count(job.total))
    created: Any = job.created_at
    if job.attempts == 0 and at - created > TAKEN_WITHIN:
        return _(
            "The file waits for the portal's worker, which does not seem to run: it begins by"
            " itself once the worker does. Nothing has to be sent again."
        )
    return _("The worker has been told and will begin within half a minute.")


def job_refusal(job: FileJob) -> str:
    """What stood in a job's way; empty when nothing did."""
    if not job.refusal:
        return ""
    if job.refusal in REFUSALS:
        return str(REFUSALS[job.refusal])
    return workbook_words(WorkbookError(Fault(job.refusal), limit=job.bound))


def _count(number: Any) -> str:
    return numbers().fixed(Decimal(number), 0)
