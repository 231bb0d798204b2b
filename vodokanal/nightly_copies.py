"""The copy of every night: made by the command itself, in a process of its own."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta

from vodokanal.operations.copies import JOB, LEASE
from vodokanal.operations.housekeeping import night_of
from vodokanal.operations.job_runs import finish_job, is_job_due, leave_job, take_job
from vodokanal.settings import ROOT, Settings
from vodokanal.web.clock import real_now
from vodokanal.web.configuration import settings
from vodokanal.web.logs import log_event

COMMAND = (sys.executable, "-m", "flask", "--app", "app", "backup")
# A full disk or a server that is down may be in order again by then.
RETRY = timedelta(hours=1)
LOOK_SECONDS = 0.5
# The night in which everything is counted again: to Sunday.
RECOUNT_WEEKDAY = 6


def is_copy_due() -> bool:
    """Whether the copy of the last night is still to be made, by nobody as far as one can see."""
    at = real_now()
    return settings().nightly_copies and is_job_due(JOB, night_of(_local(at)), real_now=at)


def make_nightly_copy(goes_on: Callable[[], bool]) -> None:
    """Makes the copy of the last night unless it is made; what fails is tried again in an hour."""
    at = real_now()
    night = night_of(_local(at))
    run = take_job(JOB, night, real_now=at, lease=LEASE) if is_copy_due() else None
    if run is None:
        return
    recount = night.weekday() == RECOUNT_WEEKDAY
    code = run_backup(settings(), goes_on, recount=recount)
    if code == 0:
        finish_job(run, real_now=real_now())
        log_event("copy_made", date=night.isoformat())
        return
    leave_job(run, until=real_now() + (timedelta(0) if code is None else RETRY))
    log_event("copy_failed", level=logging.ERROR, date=night.isoformat(), code=code)


def run_backup(chosen: Settings, goes_on: Callable[[], bool], *, recount: bool) -> int | None:
    """Runs the command to its end: its exit code; None when it was broken off."""
    words = (*COMMAND, "--recount") if recount else COMMAND
    named = {"VODOKANAL_INSTANCE": str(chosen.instance), "VODOKANAL_DATABASE": chosen.database}
    # Its memory is given back when it ends, and its reading does not hold up our own threads.
    with subprocess.Popen(words, cwd=ROOT, env={**os.environ, **named}) as backup:  # noqa: S603 - our own command
        while goes_on():
            try:
                return backup.wait(LOOK_SECONDS)
            except subprocess.TimeoutExpired:
                continue
        backup.terminate()
    return None


def _local(at: datetime) -> datetime:
    return at.astimezone(settings().zone)
