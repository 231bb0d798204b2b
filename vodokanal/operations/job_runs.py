"""Jobs that are done once a date, however many workers there are."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from vodokanal.models.jobs import JobRun
from vodokanal.operations.transactions import writes


def is_job_due(job: str, on: date, *, real_now: datetime) -> bool:
    """Whether a date's job is still to be done, by nobody as far as one can see; one statement."""
    settled = ~JobRun.finished_at.is_null() | (JobRun.leased_until > real_now)
    return not JobRun.select().where(JobRun.job == job, JobRun.date == on, settled).exists()


@writes
def take_job(job: str, on: date, *, real_now: datetime, lease: timedelta) -> JobRun | None:
    """The row of the date's job, for this worker alone; None: another one has it or is done."""
    row = {"job": job, "date": on, "leased_until": real_now + lease}
    taken = (
        JobRun.insert(row)
        .on_conflict(
            conflict_target=[JobRun.job, JobRun.date],
            preserve=[JobRun.leased_until],
            where=JobRun.finished_at.is_null() & (JobRun.leased_until <= real_now),
        )
        .returning(JobRun)
    )
    return next(iter(taken.execute()), None)


@writes
def leave_job(run: JobRun, *, until: datetime) -> None:
    """Leaves the job to whoever looks after that moment."""
    JobRun.update(leased_until=until).where(JobRun.id == run.id).execute()


@writes
def finish_job(run: JobRun, *, real_now: datetime) -> None:
    """Notes that the date's job is done; doing it twice changes nothing."""
    unfinished = (JobRun.id == run.id) & JobRun.finished_at.is_null()
    JobRun.update(finished_at=real_now).where(unfinished).execute()
