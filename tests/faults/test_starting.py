"""How the portal starts and stops: what it refuses, and that nothing of it is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

import app
from tests.clock import moment
from tests.engines import Engine, disconnect, only_sqlite
from tests.factories import make_journal_entry
from tests.servers import Server, await_answer, served
from tests.source import ENTRY, ROOT

# What a busy machine may need, and what takes 30 s when it goes wrong.
LATEST = 15.0


def refusal(instance: Path, **environment: str) -> str:
    """What `python app.py` says before it ends with an error."""
    clean = {name: value for name, value in os.environ.items() if "VODOKANAL" not in name}
    chosen = {"VODOKANAL_INSTANCE": str(instance), **environment}
    ended = subprocess.run(
        [sys.executable, str(ENTRY)],
        cwd=ROOT,
        env={**clean, **chosen},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    return ended.stderr


def test_database_without_tables_is_not_served(tmp_path: Path) -> None:
    said = "The database is not of this version: run `flask --app app migrate`.\n"
    assert refusal(tmp_path) == said


def test_open_address_without_https_is_not_served(tmp_path: Path) -> None:
    said = refusal(tmp_path, VODOKANAL_SITE_URL="http://portal.example")
    assert (said.count("\n"), "https" in said) == (1, True)


@only_sqlite
def test_taken_port_is_not_shared(server: Server, database: Engine) -> None:
    said = refusal(
        database.folder, VODOKANAL_DATABASE=database.url, VODOKANAL_PORT=str(server.port)
    )
    assert said == f"127.0.0.1:{server.port} is taken: set VODOKANAL_PORT to another.\n"


@only_sqlite
def test_interrupt_from_the_keyboard_ends_everything_at_once(server: Server) -> None:
    workers = server.workers
    began = time.monotonic()
    os.killpg(server.process.pid, signal.SIGINT)
    assert server.process.wait(LATEST) == 0
    assert time.monotonic() - began < LATEST
    assert [each for each in workers if is_serving(each)] == []


class HardOfHearing:
    """A worker that stops at the third order."""

    orders = 0

    def is_alive(self) -> bool:
        return self.orders < 3

    def terminate(self) -> None:
        self.orders += 1


def test_worker_that_does_not_hear_an_order_to_stop_is_told_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(app, "LISTEN_SECONDS", 0.01)
    told = [HardOfHearing(), HardOfHearing()]
    app.remind(told)
    assert [each.orders for each in told] == [3, 3]


def test_nobody_waits_for_an_order_longer_than_a_second() -> None:
    began = time.monotonic()
    assert (app.Alarm().wait(), time.monotonic() - began < LATEST) == (False, True)


@only_sqlite
def test_workers_end_with_their_parent(server: Server) -> None:
    workers = server.workers
    server.process.kill()
    deadline = time.monotonic() + LATEST
    while any(is_serving(each) for each in workers):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_serving(worker: psutil.Process) -> bool:
    """Whether a process lives; one that nobody has buried yet does not."""
    try:
        return bool(worker.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@only_sqlite
def test_worker_that_dies_again_and_again_is_started_again(server: Server) -> None:
    for _ in range(3):
        known = {each.pid for each in server.workers}
        server.workers[0].kill()
        deadline = time.monotonic() + LATEST
        while not {each.pid for each in server.workers} - known:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    await_answer(server)
    assert server.process.is_running()


@only_sqlite
def test_demo_greets_and_keeps_its_clock_in_new_workers(database: Engine) -> None:
    make_journal_entry(at=moment("2031-05-17T09:00"))
    disconnect()
    with served(database.folder, database.url, now="") as server:
        assert "17 мая" in server.get("/").body.replace("\u00a0", " ")
        for each in server.workers:
            each.kill()
        time.sleep(0.5)
        await_answer(server)
        assert "17 мая" in server.get("/").body.replace("\u00a0", " ")
        assert "voda-demo-2026" in server.log.read_text(encoding="utf-8")
