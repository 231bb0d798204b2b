"""A process killed at any moment loses nothing that was acknowledged and leaves nothing half."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from peewee import JOIN, fn

from tests.cast import Cast
from tests.engines import Engine, disconnect
from tests.source import ROOT
from vodokanal.billing.periods import Period
from vodokanal.models.database import database as current
from vodokanal.models.database import is_sqlite, open_connection
from vodokanal.models.journal import JournalEntry
from vodokanal.models.readings import Reading, Submission
from vodokanal.models.submission_keys import SubmissionKey

CYCLES = int(os.environ.get("VODOKANAL_KILLS", "30"))
NOVEMBER = Period(2026, 11)


def killed(url: str) -> list[str]:
    """What was acknowledged by children that were all killed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.submitter", url, str(CYCLES)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # A line that was cut off was not heard by anybody.
    return [line for line in done.stdout.splitlines(keepends=True) if line.endswith("\n")]


def test_nothing_acknowledged_is_lost_and_nothing_is_half(cast: Cast, database: Engine) -> None:
    disconnect()
    heard = [line.strip() for line in killed(database.url)]
    open_connection()
    kept = list(Submission.select().where(Submission.period == NOVEMBER))
    assert len(heard) >= CYCLES
    assert set(heard) <= {submission.number for submission in kept}
    # Of each life at most the last submission was kept without being heard of.
    assert len(kept) - len(set(heard)) <= CYCLES
    assert counted() == 2
    assert halves() == []
    assert is_sound()


def counted() -> int:
    """Readings that count for November: one a meter."""
    counting = Reading.state.not_in(["replaced", "refused"])
    return int(Reading.select().where(Reading.period == NOVEMBER, counting).count())


def halves() -> list[str]:
    """Submissions without both readings, their journal entry or the answer of their key."""
    readings = (
        Submission.select(Submission, fn.COUNT(Reading.id).alias("readings"))
        .join(Reading, JOIN.LEFT_OUTER)
        .where(Submission.period == NOVEMBER)
        .group_by(Submission.id)
    )
    told = {entry.subject_id for entry in JournalEntry.select()}
    answers = {json.loads(key.answer)["number"] for key in SubmissionKey.select()}
    return [
        row.number
        for row in readings
        if row.readings != 2 or row.id not in told or row.number not in answers
    ]


def is_sound() -> bool:
    """What the engine says of its own files."""
    if not is_sqlite():
        return True
    (verdict,) = current.execute_sql("PRAGMA integrity_check").fetchone()
    return verdict == "ok" and not current.execute_sql("PRAGMA foreign_key_check").fetchall()
