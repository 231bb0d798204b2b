"""An empty machine: the commands that README tells bring everything back, on both engines."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.cast import Cast
from tests.conftest import SECRET_KEY
from tests.engines import Engine, disconnect
from tests.faults.ledger import halves
from tests.months import closed, make_rates, settle
from tests.servers import Server
from tests.source import ROOT
from tests.tables import everything
from vodokanal.billing.periods import Period
from vodokanal.models.copying import create_database, drop_database
from vodokanal.models.database import open_connection
from vodokanal.models.signins import SignIn
from vodokanal.operations.queue import open_queue
from vodokanal.operations.submission_keys import new_key
from vodokanal.operations.verification import verify_ledger

PATH, PATIENCE, WRITERS = "/personal/12-34/readings/", 10.0, 2
SAID = ("Не принято", "Пока не знаем")
# What a restoring itself leaves behind.
OF_COPIES = {"data_copy", "journal_entry", "sign_in"}
OTHER = "portal_on_an_empty_machine"


def told_by_the_readme() -> list[str]:
    """The commands under the heading of copies, as they stand there."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    chapter = text.partition("### Copies")[2].partition("### ")[0]
    return [line.strip() for line in chapter.splitlines() if line.startswith("    .venv/bin/flask")]


def command(line: str, instance: Path, database: str) -> str:
    """Runs a command on a machine with that folder and database; what it said."""
    clean = {name: value for name, value in os.environ.items() if "VODOKANAL" not in name}
    named = {"VODOKANAL_INSTANCE": str(instance), "VODOKANAL_DATABASE": database}
    words = [sys.executable, "-m", "flask", *shlex.split(line)[1:]]
    ran = subprocess.run(
        words, cwd=ROOT, env={**clean, **named}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture
def empty(database: Engine, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A machine with nothing on it: its folder, and its database that is not there or empty."""
    folder = tmp_path / "empty"
    folder.mkdir()
    if database.is_sqlite:
        yield folder, f"sqlite:///{folder / 'portal.db'}"
        return
    create_database(OTHER)
    yield folder, urlunsplit(urlsplit(database.url)._replace(path=f"/{OTHER}"))
    drop_database(OTHER)


def test_documented_commands_restore_everything(
    cast: Cast, database: Engine, empty: tuple[Path, str], tmp_path: Path
) -> None:
    open_queue(SECRET_KEY)
    settle(cast.account, make_rates())
    closed(Period(2026, 10), "2026-11-02T10:00")
    own = tmp_path / "own"
    (own / "uploads").mkdir(parents=True)
    (own / "uploads" / "act.pdf").write_bytes(b"an act")
    command("flask --app app backup", own, database.url)
    (copy,) = (own / "copies").glob("*.zip")
    said = [
        command(line.replace(shlex.split(line)[-1], str(copy)) if ".zip" in line else line, *empty)
        for line in told_by_the_readme()
    ]
    assert len(said) == 4
    assert said[0].endswith("is whole: it can be restored.\n")
    assert said[-1] == "The ledger of 2 accounts is whole.\n"
    assert (empty[0] / "uploads" / "act.pdf").read_bytes() == b"an act"


class People:
    """Residents who look at their readings and send new ones, whatever happens meanwhile."""

    def __init__(self, server: Server, cast: Cast) -> None:
        self._server, self._stopped = server, Event()
        self._meters = f"meter-{cast.cold.id}", f"meter-{cast.hot.id}"
        self._steps = count(1)
        self.statuses: Counter[tuple[int, str]] = Counter()
        self.strange: list[str] = []

    @contextmanager
    def busy(self) -> Iterator[None]:
        """As long as the block runs; afterwards every request has been answered."""
        with ThreadPoolExecutor(2 * WRITERS) as pool:
            futures = [
                pool.submit(self._go_on, writes=each < WRITERS) for each in range(2 * WRITERS)
            ]
            try:
                yield
            finally:
                self._stopped.set()
            for each in futures:
                each.result()

    def await_signed_out(self) -> None:
        """Until the door is all that they see."""
        deadline = time.monotonic() + PATIENCE
        while self.statuses[303, "/login"] < 20 and time.monotonic() < deadline:
            time.sleep(0.05)

    def _go_on(self, *, writes: bool) -> None:
        while not self._stopped.is_set():
            answer = self._server.post(PATH, self._form()) if writes else self._server.get(PATH)
            door = answer.location.partition("?")[0]
            self.statuses[answer.status, door if door == "/login" else ""] += 1
            if answer.status not in (200, 303, 503):
                self.strange.append(f"{answer.status} {answer.body[:400]}")
            if answer.status == 503 and not any(each in answer.body for each in SAID):
                self.strange.append(answer.body[:2000])

    def _form(self) -> dict[str, str]:
        step = next(self._steps)
        shown = f"161,{step % 1000:03d}", f"105,{step % 1000:03d}"
        return dict(zip(self._meters, shown, strict=True)) | {"key": new_key()}


def test_portal_that_is_served_goes_on_with_the_restored_rows(
    server: Server, cast: Cast, database: Engine, tmp_path: Path
) -> None:
    open_queue(SECRET_KEY)
    settle(cast.account, make_rates())
    closed(Period(2026, 10), "2026-11-02T10:00")
    instance = database.folder
    command("flask --app app backup", instance, database.url)
    (copy,) = (instance / "copies").glob("*.zip")
    before = everything(but=OF_COPIES)
    disconnect()
    people = People(server, cast)
    with people.busy():
        time.sleep(0.5)
        command(f"flask --app app restore {copy} --replace", instance, database.url)
        people.await_signed_out()
    shutil.rmtree(instance / "copies")
    open_connection()
    assert people.strange == []
    assert people.statuses[303, ""] > 0
    assert people.statuses[303, "/login"] >= 20
    after = everything(but=OF_COPIES)
    assert {name: after[name][: len(rows)] for name, rows in before.items()} == before
    # Whoever pressed while the rows were put back was let in before: kept whole, and told so.
    assert (len(after["submission"]) - len(before["submission"]) <= WRITERS, halves()) == (True, [])
    assert not SignIn.select().where(SignIn.ended_at.is_null()).exists()
    assert verify_ledger() == []
