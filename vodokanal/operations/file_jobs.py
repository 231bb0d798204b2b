"""Files that were sent in and take long: asked for by an employee, done by whoever takes the job.

A small one is taken by the request itself, everything else by a worker. Whoever dies leaves the
job to the next one when its lease is over; each job can be done from its beginning once more.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vodokanal.models.database import is_sqlite
from vodokanal.models.file_jobs import FileDeed, FileJob
from vodokanal.models.people import Employee
from vodokanal.operations.actors import SYSTEM, Actor, ActorKind
from vodokanal.operations.months import LEASE, Run, RunLostError, RunStoppedError
from vodokanal.operations.queue import Kind, wake
from vodokanal.operations.transactions import writes

# A job that is taken more often kills whoever takes it.
MOST_ATTEMPTS = 5
GIVEN_UP, FAILED, GONE, CHANGED = "given_up", "failed", "gone", "changed"
# So often the row tells how far the job is.
TOLD_EVERY = timedelta(seconds=2)
IS_OPEN = FileJob.ended_at.is_null()


@dataclass(frozen=True)
class FileOrder:
    """What is to be done with which row; `until` when the one who asks does it without a worker."""

    deed: FileDeed
    subject: int
    total: int = 0
    mark: int = 0
    until: datetime | None = None

    @property
    def field(self) -> Any:
        """The column that names the row."""
        return FileJob.upload if self.deed is FileDeed.ENTER_SHEET else FileJob.book


@writes
def order_file(actor: Actor, wanted: FileOrder, *, at: datetime) -> FileJob:
    """Adds the job; the one that the row has already is that job."""
    found: FileJob | None = FileJob.get_or_none(wanted.field == wanted.subject, IS_OPEN)
    if found is not None:
        return found
    job: FileJob = FileJob.create(
        deed=wanted.deed,
        **{wanted.field.name: wanted.subject},
        employee=actor.employee_id,
        mark=wanted.mark,
        total=wanted.total,
        created_at=at,
        leased_until=wanted.until,
        attempts=int(wanted.until is not None),
    )
    if wanted.until is None:
        wake(Kind.FILES)
    return job


def newest_job(*, book: int | None = None, upload: int | None = None) -> FileJob | None:
    """The last job of a book or of a filled sheet."""
    which = FileJob.book == book if upload is None else FileJob.upload == upload
    found: FileJob | None = FileJob.select().where(which).order_by(FileJob.id.desc()).first()
    return found


def is_file_due(real_now: datetime) -> bool:
    """Whether a job waits that nobody is at; one statement."""
    return bool(_due(real_now).exists())


@writes
def take_file_job(run: Run) -> FileJob | None:
    """The oldest job that waits, kept from other workers for a while."""
    now = run.real_now()
    due = _due(now).order_by(FileJob.id).limit(1)
    if not is_sqlite():
        due = due.for_update("FOR UPDATE SKIP LOCKED")
    job: FileJob | None = due.first()
    if job is None:
        return None
    if job.attempts >= MOST_ATTEMPTS:
        end_file_job(job, at=run.at, refusal=GIVEN_UP)
        return take_file_job(run)
    values = {"leased_until": now + LEASE, "attempts": job.attempts + 1, "done": 0}
    FileJob.update(values).where(FileJob.id == job.id).execute()
    found: FileJob = FileJob.get_by_id(job.id)
    return found


@writes
def keep_pace(job: FileJob, done: int, *, until: datetime) -> None:
    """Notes how far a job is, and that somebody is still at it.

    Raises:
        RunLostError: another worker has taken it.
    """
    values: dict[str, Any] = {"done": done, "leased_until": until}
    if not FileJob.update(values).where(_mine(job)).execute():
        raise RunLostError(job)
    for name, value in values.items():
        setattr(job, name, value)


@writes
def leave_file_job(job: FileJob) -> None:
    """Gives a job back unfinished: whoever comes next need not wait."""
    FileJob.update(leased_until=None).where(_mine(job)).execute()


@writes
def end_file_job(
    job: FileJob, *, at: datetime, refusal: str = "", bound: int = 0, told: Sequence[str] = ()
) -> None:
    """Notes that a job is done, or what stood in its way."""
    values = {
        "ended_at": at,
        "leased_until": None,
        "refusal": refusal,
        "bound": bound,
        "told": json.dumps(list(told), ensure_ascii=False),
    }
    FileJob.update(values).where(FileJob.id == job.id, IS_OPEN).execute()


def told_of(job: FileJob) -> list[str]:
    """What a job has left to be told."""
    found: list[str] = json.loads(str(job.told))
    return found


def actor_of_job(job: FileJob) -> Actor:
    """Who has asked for it."""
    if job.employee_id is None:
        return SYSTEM
    return Actor(ActorKind.EMPLOYEE, job.employee_id, str(Employee.get_by_id(job.employee_id).name))


class Pace:
    """Tells now and then how far a job is, and stops it when its run is told to stop."""

    def __init__(self, job: FileJob, run: Run) -> None:
        self._job, self._run, self._told_at = job, run, run.real_now()

    def told(self, done: int) -> None:
        """So many rows are dealt with.

        Raises:
            RunStoppedError: the run is to stop.
            RunLostError: another worker has taken the job.
        """
        if not self._run.goes_on():
            raise RunStoppedError
        now = self._run.real_now()
        if now - self._told_at >= TOLD_EVERY:
            self._told_at = now
            keep_pace(self._job, done, until=now + LEASE)

    def renewed(self) -> None:
        """Begins what takes long in one piece: the lease is whole again."""
        keep_pace(self._job, self._job.done, until=self._run.real_now() + LEASE)


def _mine(job: FileJob) -> Any:
    return (FileJob.id == job.id) & (FileJob.leased_until == job.leased_until) & IS_OPEN


def _due(real_now: datetime) -> Any:
    until = FileJob.leased_until
    return FileJob.select().where(IS_OPEN, until.is_null() | (until <= real_now))
