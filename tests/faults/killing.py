"""Lives that end by SIGKILL while people send readings: of forked children, of whole servers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

from tests.cast import Cast
from tests.conftest import SECRET_KEY
from tests.engines import Engine
from tests.faults.ledger import Ledger
from tests.faults.senders import Crowd
from tests.servers import Server, free_port
from tests.source import ROOT

NOW = "2026-11-12T10:42"
# More would only wait for one another in lives as short as these.
FEW = 2


@dataclass(frozen=True)
class Lives:
    """What is killed how often, and the session with which people send to it."""

    database: Engine
    cookie: str
    token: str
    cycles: int


def killed_forks(lives: Lives, cast: Cast, *, ledger: Ledger) -> None:
    """Kills forked children of the imported application while people send."""
    with _forked(lives) as (server, process):
        await_word("ready", process)
        with Crowd([server], cast, ledger=ledger).sending(FEW):
            await_word("served", process)


def await_word(word: str, process: subprocess.Popen[str]) -> None:
    """Waits until the process says it; an error when it ends instead."""
    said = process.stdout.readline() if process.stdout else ""
    if said.strip() != word:
        raise ChildProcessError(f"said {said!r}, not {word!r}")


@contextmanager
def _forked(lives: Lives) -> Iterator[tuple[Server, subprocess.Popen[str]]]:
    port = free_port()
    clean = {name: value for name, value in os.environ.items() if "VODOKANAL" not in name}
    chosen = {
        "VODOKANAL_INSTANCE": str(lives.database.folder),
        "VODOKANAL_DATABASE": lives.database.url,
        "VODOKANAL_SECRET_KEY": SECRET_KEY,
        "VODOKANAL_DEMO": "1",
        "VODOKANAL_NOW": NOW,
        "VODOKANAL_PORT": str(port),
    }
    log = lives.database.folder / "forked.log"
    with log.open("wb") as words:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.forked", str(lives.cycles), lives.cookie],
            cwd=ROOT,
            env={**clean, **chosen},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=words,
            text=True,
        )
    with process:
        server = Server(port, psutil.Process(process.pid), log)
        server.cookies, server.form = {"session": lives.cookie}, {"csrf_token": lives.token}
        try:
            yield server, process
        finally:
            if process.stdin:
                process.stdin.close()
