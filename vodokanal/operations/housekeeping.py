"""What is cleared away at night: once a date, however many workers there are."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from peewee import Expression

from vodokanal.models.base import Table
from vodokanal.models.database import lock
from vodokanal.models.jobs import JobRun
from vodokanal.models.previews import MonthDifference, RecalculationPreview
from vodokanal.models.signins import SignIn
from vodokanal.models.submission_keys import SubmissionKey
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.book_intake import forget_files
from vodokanal.operations.job_runs import is_job_due, leave_job, take_job
from vodokanal.operations.journal import record
from vodokanal.operations.recalculation_batches import APPROVED_WITHIN
from vodokanal.operations.transactions import writes

JOB = "housekeeping"
NIGHT_HOUR = 3
# So many rows leave together: a few milliseconds, in which nobody else can write.
SLICE = 500
# A worker that has died leaves the rest to another one after that. Two at once do no harm.
LEASE = timedelta(minutes=15)
KEYS_KEPT = timedelta(days=90)
# A day longer than they may be approved: nobody corrects by a preview that is half gone.
PREVIEWS_KEPT = APPROVED_WITHIN + timedelta(days=1)


@dataclass(frozen=True)
class Night:
    """One night's work: its date, the real moment, and up to when rows have had their time."""

    on: date
    real_now: datetime
    # Keys and previews bear the moments of the utility's clock, sign-ins those of the real one.
    keys_before: datetime
    previews_before: datetime
    sign_ins_before: datetime


def night_of(local_now: datetime) -> date:
    """The date of the last night that has begun by this moment in the utility's zone."""
    return (local_now - timedelta(hours=NIGHT_HOUR)).date()


def is_night_due(on: date, real_now: datetime) -> bool:
    """Whether a date's work is still to be done, by nobody as far as one can see."""
    return is_job_due(JOB, on, real_now=real_now)


def take_night(night: Night) -> JobRun | None:
    """The row of the date's work, for this worker alone; None: another one has it or is done."""
    return take_job(JOB, night.on, real_now=night.real_now, lease=LEASE)


def clear_away(run: JobRun, night: Night, *, goes_on: Callable[[], bool]) -> bool:
    """Removes what has had its time, a slice a transaction; False: it was told to stop."""
    previews = _unused_previews(night.previews_before)
    of_previews = RecalculationPreview.select(RecalculationPreview.id).where(previews)
    for table, name, had_its_time in (
        (SubmissionKey, "keys", SubmissionKey.created_at < night.keys_before),
        # Nobody can come back with them: ended or not, their cookies are older than they live.
        (SignIn, "sign_ins", SignIn.last_seen_at < night.sign_ins_before),
        # The rows of a preview go before it.
        (MonthDifference, "differences", MonthDifference.preview.in_(of_previews)),
        (RecalculationPreview, "previews", previews),
    ):
        while remove_slice(run, table, name=name, had_its_time=had_its_time):
            if not goes_on():
                return False
    return True


def _unused_previews(before: datetime) -> Expression:
    """Previews that were made and came to nothing; one of which a batch was made is its proof."""
    found: Expression = (
        RecalculationPreview.batch.is_null()
        & ~RecalculationPreview.ended_at.is_null()
        & (RecalculationPreview.created_at < before)
    )
    return found


@writes
def remove_slice(run: JobRun, table: type[Table], *, name: str, had_its_time: Expression) -> int:
    """Removes some rows and notes how many; their number, 0 when none is left."""
    oldest = table.select(table.id).where(had_its_time).limit(SLICE)
    gone = int(table.delete().where(table.id.in_(oldest)).execute())
    _count(run, name, gone=gone)
    return gone


@writes
def forget_books(run: JobRun, *, before: datetime) -> list[str]:
    """Forgets the files of books that were decided on, or sent before a moment; their folders."""
    folders = forget_files(before)
    _count(run, "books", gone=len(folders))
    return folders


def _count(run: JobRun, name: str, *, gone: int) -> None:
    if gone:
        lock(JobRun, run.id)
        counts = counts_of(run)
        counts[name] = counts.get(name, 0) + gone
        JobRun.update(counts=json.dumps(counts)).where(JobRun.id == run.id).execute()


def leave_night(run: JobRun, *, real_now: datetime) -> None:
    """Leaves the rest of the work to whoever looks next."""
    leave_job(run, until=real_now)


@writes
def finish_night(run: JobRun, *, at: datetime, real_now: datetime) -> Mapping[str, int]:
    """Notes that the date's work is done; the journal tells of it when anything was removed."""
    unfinished = (JobRun.id == run.id) & JobRun.finished_at.is_null()
    counts = counts_of(run)
    if JobRun.update(finished_at=real_now).where(unfinished).execute() and counts:
        record(SYSTEM, "clear_away", subject=run, at=at, changes=({}, counts))
    return counts


def counts_of(run: JobRun) -> dict[str, int]:
    """How many rows of what have been removed so far, by whichever worker."""
    found: dict[str, int] = json.loads(JobRun.get_by_id(run.id).counts)
    return found
