"""Closing a month while people send readings, and the same month closed on PostgreSQL."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from tests.bench.closing import run
from tests.bench.pages import (
    MOST_ASKING,
    Bench,
    send_corrections,
    send_first,
    served_town,
    unkept,
)
from tests.bench.table import Row
from tests.bench.town import BenchTown, copied, load
from tests.postgres import restartable_database
from tests.source import ROOT

# Not as many as the portal could answer: the run is to be disturbed, not stopped.
FEW = 4
SLOWEST_READING, LONGEST_TURN, MOST_OF_SQLITE = 1000, 200, 2.0
MILLISECONDS = 1000


def rows_of_busy_closing(town: BenchTown) -> Iterator[Row]:
    """How long readings take beside a run, how long others wait for a slice, what PostgreSQL adds."""
    with copied(town) as copy:
        alone = run(copy.url)
    longest = alone["longest"] * MILLISECONDS
    yield Row(
        f"closing {town.accounts} accounts: longest turn at writing",
        longest,
        "ms",
        goal=f"≤ {LONGEST_TURN} ms",
        reached=longest <= LONGEST_TURN,
        notes=[f"half of all turns are shorter than {alone['usual'] * MILLISECONDS:.0f} ms"],
    )
    yield _beside_people(town, _seconds(alone))
    yield _on_postgresql(town)


def _seconds(told: dict[str, Any]) -> float:
    found: float = told["calculated"] + told["issued"]
    return found


def _beside_people(town: BenchTown, alone: float) -> Row:
    with copied(town) as copy, served_town(copy) as bench:
        told = _closed_meanwhile(bench)
        lost, _ = unkept(bench)
    results = [each for runs in bench.results.values() for each in runs]
    slowest = max(each.p99 for each in results)
    wrong = sum(each.wrong for each in results) + len(lost)
    answers = sum(each.answers for each in results)
    words = (
        f"the worst of {len(results)} rounds, {answers} readings; the run took"
        f" {_seconds(told):.1f} s instead of {alone:.1f} s"
    )
    return Row(
        f"readings sent while {town.accounts} accounts are closed, {FEW} connections: p99",
        slowest,
        "ms",
        goal=f"< {SLOWEST_READING} ms",
        reached=answers > 0 and slowest < SLOWEST_READING,
        p50=max(each.p50 for each in results),
        p99=slowest,
        wrong=wrong,
        notes=[words, *[each.example[:300] for each in results if each.example][:1]],
    )


def _closed_meanwhile(bench: Bench) -> dict[str, Any]:
    """Sends readings, round after round, until the process that closes the month has ended."""
    command = [sys.executable, "-m", "tests.bench.closing_run", bench.town.url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as closer:
        while closer.poll() is None:
            is_fresh = bench.used < len(bench.flats) - MOST_ASKING
            (send_first if is_fresh else send_corrections)(bench, FEW)
        words, _ = closer.communicate()
    if closer.returncode:
        raise ChildProcessError(closer.returncode)
    told: dict[str, Any] = json.loads(words)
    return told


def _on_postgresql(town: BenchTown) -> Row:
    with tempfile.TemporaryDirectory() as folder, restartable_database() as (_, url):
        load(Path(folder), town.accounts, url)
        # Its autovacuum would do that within a minute.
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        told = run(url)
    # Again and at once: on a busy machine only neighbours can be compared.
    with copied(town) as copy:
        on_sqlite = _seconds(run(copy.url))
    seconds = _seconds(told)
    words = (
        f"calculated {told['calculated']:.1f} s, issued {told['issued']:.1f} s;"
        f" longest transaction {told['longest'] * MILLISECONDS:.0f} ms"
    )
    return Row(
        f"closing {town.accounts} accounts on PostgreSQL",
        seconds,
        "s",
        limit=on_sqlite,
        limit_name="s SQLite",
        goal=f"≤ {MOST_OF_SQLITE:.0f} times",
        reached=seconds <= on_sqlite * MOST_OF_SQLITE,
        notes=[words],
    )
