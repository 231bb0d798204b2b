"""An empty machine: the commands that README tells bring everything back, on both engines."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.cast import Cast
from tests.conftest import SECRET_KEY
from tests.engines import Engine
from tests.months import closed, make_rates, settle
from tests.source import ROOT
from vodokanal.billing.periods import Period
from vodokanal.models.copying import create_database, drop_database
from vodokanal.operations.queue import open_queue

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
