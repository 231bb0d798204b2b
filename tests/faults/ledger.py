"""What clients were told, written down by themselves, and whether the portal still knows it."""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from peewee import JOIN, fn

from vodokanal.billing.periods import Period
from vodokanal.models.database import database as current
from vodokanal.models.database import is_sqlite
from vodokanal.models.journal import JournalEntry
from vodokanal.models.readings import Reading, Submission
from vodokanal.models.submission_keys import SubmissionKey

NOVEMBER = Period(2026, 11)


@dataclass
class Ledger:
    """A file outside the portal with a line for every acknowledgement, in order."""

    path: Path
    refused: Counter[int] = field(default_factory=Counter)
    # Answers that nobody may get, in words.
    strange: list[str] = field(default_factory=list)
    # How often an answer did not come and the same form was sent again.
    repeated: int = 0

    def __str__(self) -> str:
        heard, refused = len(self.heard()), sum(self.refused.values())
        return f"{heard} acknowledged, {refused} refused, {self.repeated} sent again"

    def hear(self, key: str, number: str) -> None:
        """Keeps that the form with this key was acknowledged with this number."""
        with self.path.open("ab") as file:
            # One write, so that lines of several threads do not mix.
            os.write(file.fileno(), f"{key} {number}\n".encode())

    def heard(self) -> list[tuple[str, str]]:
        """Every key with the number that was told for it."""
        if not self.path.exists():
            return []
        lines = self.path.read_text(encoding="utf-8").splitlines()
        return [(key, number) for key, _, number in (line.partition(" ") for line in lines)]

    def lost(self) -> list[str]:
        """Numbers that were told and that the database does not have."""
        return sorted({number for _, number in self.heard()} - kept_numbers())

    def doubled(self) -> list[str]:
        """Keys that led to several numbers, and numbers that several keys were told."""
        numbers, keys = defaultdict(set), defaultdict(set)
        for key, number in self.heard():
            numbers[key].add(number)
            keys[number].add(key)
        found = [f"key {key}: {sorted(told)}" for key, told in numbers.items() if len(told) > 1]
        return found + [
            f"number {one}: {sorted(sent)}" for one, sent in keys.items() if len(sent) > 1
        ]

    def faults(self) -> list[str]:
        """Everything that must not be, after the portal has come back."""
        found = [f"lost: {number}" for number in self.lost()]
        found += [f"doubled: {each}" for each in self.doubled()]
        found += [f"half: {number}" for number in halves()]
        found += [f"kept twice: {each}" for each in kept_twice()]
        if not is_sound():
            found.append("the database is damaged")
        return found + self.strange


def kept_numbers() -> set[str]:
    """Numbers of November's submissions."""
    return {row.number for row in Submission.select().where(Submission.period == NOVEMBER)}


def kept_twice() -> list[str]:
    """Values of one meter that are there more than once; every form brings its own."""
    rows = (
        Reading.select(Reading.meter, Reading.value, fn.COUNT(Reading.id).alias("times"))
        .where(Reading.period == NOVEMBER)
        .group_by(Reading.meter, Reading.value)
        .having(fn.COUNT(Reading.id) > 1)
        .tuples()
    )
    return [f"meter {meter}: {value}, {times} times" for meter, value, times in rows]


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
    told = {
        entry.subject_id
        for entry in JournalEntry.select().where(JournalEntry.subject_table == "submission")
    }
    answers = {json.loads(key.answer)["code"] for key in SubmissionKey.select() if key.answer}
    return [
        row.number
        for row in readings
        if row.readings != 2 or row.id not in told or row.code not in answers
    ]


def is_sound() -> bool:
    """What the engine says of its own files."""
    if not is_sqlite():
        return True
    (verdict,) = current.execute_sql("PRAGMA integrity_check").fetchone()
    return verdict == "ok" and not current.execute_sql("PRAGMA foreign_key_check").fetchall()
