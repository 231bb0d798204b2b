"""Closing a month beside the floor: the same rows read and written with nothing in between."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.table import Row
from tests.bench.town import BenchTown, copied
from tests.source import ROOT

# What a run writes, and in which of its two passes.
FIRST_PASS = ("charge_line", "correction", "month_trouble")
SECOND_PASS = ("penalty_posting", "movement", "receipt")
SLICE = 500
MOST_OF_FLOOR, MOST_MEGABYTES, SPREAD = 4.0, 600, 0.15
PRAGMAS = ("journal_mode=wal", "synchronous=full", "foreign_keys=1", "cache_size=-2000")


@dataclass(frozen=True)
class Closed:
    """A month that was closed: seconds of either pass, megabytes, accounts, rows written."""

    accounts: int
    calculated: float
    issued: float
    megabytes: float
    floor: float
    rows: int

    @property
    def seconds(self) -> float:
        """Both passes together."""
        return self.calculated + self.issued

    @property
    def each(self) -> float:
        """Microseconds an account."""
        return self.seconds / self.accounts * 1_000_000


def rows_of_closing(small: BenchTown, large: BenchTown) -> Iterator[Row]:
    """What closing a month takes, in a small town and in a large one."""
    few, many = closed(small), closed(large)
    ratio = many.seconds / many.floor
    yield Row(
        f"closing a month, {many.accounts} accounts, {many.rows} rows",
        many.seconds,
        "s",
        limit=many.floor,
        limit_name="s floor",
        goal=f"≤ {MOST_OF_FLOOR:.0f} floors",
        reached=ratio <= MOST_OF_FLOOR,
        notes=[
            f"{ratio:.2f} floors; calculated {many.calculated:.1f} s, issued {many.issued:.1f} s"
        ],
    )
    yield Row(
        f"closing, each of {few.accounts} and of {many.accounts} accounts",
        many.each,
        "µs",
        limit=few.each,
        limit_name="µs",
        goal=f"± {SPREAD:.0%}",
        reached=abs(many.each / few.each - 1) <= SPREAD,
    )
    yield Row(
        "closing: memory",
        many.megabytes,
        "MB",
        goal=f"< {MOST_MEGABYTES} MB",
        reached=many.megabytes < MOST_MEGABYTES,
    )


def closed(town: BenchTown) -> Closed:
    """Closes a month of the town; then asks the same questions and writes the same rows again."""
    with tempfile.TemporaryDirectory() as folder:
        questions = Path(folder) / "questions.jsonl"
        with copied(town) as copy:
            run(copy.url, str(questions))
        with copied(town) as copy:
            told = run(copy.url)
            written = rows_written(copy.folder / "portal.db")
        with copied(town) as copy:
            floor = floor_of(copy.folder / "portal.db", questions, written)
    return Closed(
        accounts=told["accounts"],
        calculated=told["calculated"],
        issued=told["issued"],
        megabytes=told["megabytes"],
        floor=floor,
        rows=sum(len(rows) for rows in written.values()),
    )


def run(url: str, *more: str) -> dict[str, Any]:
    """What the process that closes the month tells."""
    command = [sys.executable, "-m", "tests.bench.closing_run", url, *more]
    found = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(found.stdout)
    return told


def rows_written(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that closing has left, by table."""
    with closing(connected(database)) as source:
        return {
            table: source.execute(f"SELECT * FROM {table}").fetchall()
            for table in (*FIRST_PASS, *SECOND_PASS)
        }


def floor_of(
    database: Path, questions: Path, written: Mapping[str, list[tuple[Any, ...]]]
) -> float:
    """Seconds to read and write just these rows, slice by slice, with bare `executemany`."""
    with closing(connected(database)) as target:
        without_guards(target)
        began = time.monotonic()
        with questions.open(encoding="utf-8") as lines:
            for line in lines:
                target.execute(json.loads(line)).fetchall()
        for tables in (FIRST_PASS, SECOND_PASS):
            write(target, {table: written[table] for table in tables})
        return time.monotonic() - began


def write(target: sqlite3.Connection, rows: Mapping[str, list[tuple[Any, ...]]]) -> None:
    """Writes the rows in as many transactions as there are slices."""
    slices = max(max(len(each) for each in rows.values()) // (SLICE * 3), 1)
    for number in range(slices):
        target.execute("BEGIN IMMEDIATE")
        for table, every in rows.items():
            part = every[len(every) * number // slices : len(every) * (number + 1) // slices]
            if part:
                marks = ", ".join("?" * len(part[0]))
                target.executemany(f"INSERT INTO {table} VALUES ({marks})", part)
        target.execute("COMMIT")


def without_guards(target: sqlite3.Connection) -> None:
    """Leaves the tables and their indexes alone."""
    names = target.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in names:
        target.execute(f'DROP TRIGGER "{name}"')


def connected(database: Path) -> sqlite3.Connection:
    """A connection as the portal's own, with nothing of ours between."""
    found = sqlite3.connect(database, isolation_level=None)
    for pragma in PRAGMAS:
        found.execute(f"PRAGMA {pragma}")
    return found
