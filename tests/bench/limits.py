"""What the machine itself can do: bare Flask, and durable one-row commits of one writer."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil

from tests.servers import Server, await_answer, free_port, stop
from tests.source import ROOT

SECONDS = 2.0


@contextmanager
def hello(folder: Path) -> Iterator[Server]:
    """Bare Flask on Granian with as many workers and threads as the portal."""
    port, log = free_port(), folder / "hello.log"
    with log.open("wb") as words:
        command = [sys.executable, "-m", "tests.bench.hello", str(port)]
        process = psutil.Popen(command, cwd=ROOT, stdout=words, stderr=subprocess.STDOUT)
    server = Server(port, process, log)
    try:
        await_answer(server)
        yield server
    finally:
        stop(server)


def durable_commits(folder: Path) -> float:
    """Commits a second of one row each, kept through a power cut, by one writer alone."""
    for each in folder.glob("commits.db*"):
        each.unlink()
    with closing(sqlite3.connect(folder / "commits.db", isolation_level=None)) as line:
        line.execute("PRAGMA journal_mode=wal")
        line.execute("PRAGMA synchronous=full")
        line.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, words TEXT)")
        done, until = 0, time.monotonic() + SECONDS
        while time.monotonic() < until:
            line.execute("BEGIN IMMEDIATE")
            line.execute("INSERT INTO row (words) VALUES (?)", ("x" * 300,))
            line.execute("COMMIT")
            done += 1
    return done / SECONDS
