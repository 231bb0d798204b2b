"""Doing the jobs of files that were sent in: each told how it ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vodokanal.formats.workbooks import WorkbookError
from vodokanal.gateways.book_files import FilesGoneError
from vodokanal.models.file_jobs import FileDeed, FileJob
from vodokanal.operations.book_import import BookWrongError
from vodokanal.operations.book_intake import refuse_book
from vodokanal.operations.file_jobs import (
    CHANGED,
    FAILED,
    GONE,
    end_file_job,
    leave_file_job,
    take_file_job,
)
from vodokanal.operations.month_work import DONE, LEFT_OPEN
from vodokanal.operations.months import Run, RunLostError, RunStoppedError

# Each gives the sentences about rows that were left out.
Deeds = Mapping[FileDeed, Callable[[FileJob, Run], Sequence[str]]]


def do_next_file(deeds: Deeds, run: Run) -> tuple[FileJob, str] | None:
    """Does the oldest job that waits: `done`, `left` to another worker, or what stood in its way.

    None when no job waits.
    """
    job = take_file_job(run)
    return None if job is None else (job, do_file_job(deeds, job, run=run))


def do_file_job(deeds: Deeds, job: FileJob, *, run: Run) -> str:
    """Does a job that is taken; how it ended. What nobody has foreseen ends it and is raised."""
    refusal, bound = "", 0
    told: Sequence[str] = ()
    try:
        told = deeds[FileDeed(job.deed)](job, run)
    except (RunLostError, RunStoppedError):
        leave_file_job(job)
        return LEFT_OPEN
    except WorkbookError as error:
        refusal, bound = error.fault.value, error.limit
    except FilesGoneError:
        refusal = GONE
    except BookWrongError:
        refusal = CHANGED
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        # The code is wrong for some row: trying again for ever would not mend it.
        _end(job, run, refusal=FAILED)
        raise
    _end(job, run, refusal=refusal, bound=bound, told=told)
    return refusal or DONE


def _end(job: FileJob, run: Run, *, refusal: str, **facts: Any) -> None:
    end_file_job(job, at=run.at, refusal=refusal, **facts)
    if refusal and job.book_id is not None:
        refuse_book(job.book_id, at=run.at)
