"""Copying a utility of some years while people send readings, and proving the copy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.bench.client import WARM_UP
from tests.bench.pages import (
    MOST_ASKING,
    SECONDS,
    Bench,
    send_corrections,
    send_first,
    served_town,
    unkept,
)
from tests.bench.table import Row
from tests.bench.town import BenchTown, copied, loaded_town
from tests.source import ROOT

MONTHS = 36
# A little more than what is wanted: the time between two rounds is lost.
FEW, WANTED_A_SECOND, PACE = 4, 100, 115.0
MOST_SECONDS, SLOWEST_READING = 30, 1000
MEBIBYTE = 1024 * 1024


def rows_of_copies(accounts: int) -> Iterator[Row]:
    """How long a copy takes beside people who send, how they fare, and how long the check takes."""
    with copied(town_of_years(accounts)) as town, served_town(town) as bench:
        size = (town.folder / "portal.db").stat().st_size // MEBIBYTE
        seconds = _beside_people(bench)
        lost, _ = unkept(bench)
    results = [each for runs in bench.results.values() for each in runs]
    answers, rounds = sum(each.answers for each in results), len(results) * (SECONDS + WARM_UP)
    slowest = max(each.p99 for each in results)
    yield Row(
        f"copy of {accounts} accounts with {MONTHS} closed months, {size} MB, proven",
        seconds,
        "s",
        goal=f"< {MOST_SECONDS} s",
        reached=seconds < MOST_SECONDS,
        notes=[f"{answers} readings sent meanwhile, {answers / rounds:.0f} a second"],
    )
    yield Row(
        f"readings sent while the copy is made, {FEW} connections: p99",
        slowest,
        "ms",
        goal=f"< {SLOWEST_READING} ms, {WANTED_A_SECOND} a second",
        reached=slowest < SLOWEST_READING and answers / rounds >= WANTED_A_SECOND,
        wrong=sum(each.wrong for each in results) + len(lost),
    )


def town_of_years(accounts: int) -> BenchTown:
    """The town with closed years, kept below instance/ until the portal's schema changes."""
    plain = loaded_town(accounts)
    folder = plain.folder.with_name(f"{plain.folder.name}-years")
    made_of = (plain.folder / "loaded.json").read_text(encoding="utf-8")
    note = folder / "made_of.json"
    if not note.exists() or note.read_text(encoding="utf-8") != made_of:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _run(folder, "load-town", "--accounts", str(accounts), "--months", str(MONTHS + 1))
        command = [sys.executable, "-m", "tests.bench.closed_years", str(MONTHS)]
        subprocess.run(command, cwd=ROOT, env=_environment(folder), check=True)
        note.write_text(made_of, encoding="utf-8")
    return BenchTown(folder, accounts, plain.loaded_at, plain.megabytes)


def _beside_people(bench: Bench) -> float:
    """Seconds that `backup` took while readings were sent, round after round."""
    began = time.monotonic()
    environment = {**os.environ, **bench.town.environment()}
    command = [sys.executable, "-m", "flask", "--app", "app", "backup"]
    with (
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as backup,
        ThreadPoolExecutor() as pool,
    ):
        # It ends in the middle of a round.
        ended = pool.submit(lambda: (backup.wait(), time.monotonic()))
        while not ended.done():
            is_fresh = bench.used < len(bench.flats) - MOST_ASKING
            (send_first if is_fresh else send_corrections)(bench, FEW, pace=PACE)
        code, end = ended.result()
    if code:
        raise ChildProcessError(code)
    return end - began


def _run(folder: Path, *words: str) -> None:
    command = [sys.executable, "-m", "flask", "--app", "app", *words]
    subprocess.run(
        command, cwd=ROOT, env=_environment(folder), check=True, stdout=subprocess.DEVNULL
    )


def _environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "VODOKANAL_INSTANCE": str(folder),
        "VODOKANAL_DATABASE": f"sqlite:///{folder / 'portal.db'}",
        "VODOKANAL_DEMO": "1",
        "VODOKANAL_NOW": "2026-11-09T12:00",
    }
