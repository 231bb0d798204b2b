"""The worker: what it looks for, what it does at night, how it begins and ends."""

from __future__ import annotations

import json
import logging
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.clock import Clock, moment
from tests.engines import Engine, disconnect, only_sqlite
from tests.factories import make_letter, make_resident, make_sign_in
from vodokanal import worker as module
from vodokanal.models.database import (
    BusyDatabaseError,
    UnsafeDatabaseError,
    connect_to,
    open_connection,
)
from vodokanal.models.jobs import JobRun, WakeUp
from vodokanal.models.journal import JournalEntry
from vodokanal.models.letters import Letter
from vodokanal.models.signins import SignIn
from vodokanal.models.submission_keys import SubmissionKey
from vodokanal.models.upkeep import tidy_up
from vodokanal.operations.queue import listen
from vodokanal.settings import Settings
from vodokanal.web.clock import real_now
from vodokanal.web.configuration import KEY
from vodokanal.worker import Worker, work

DAY = timedelta(days=1)


@pytest.fixture
def outbox(app: Flask, tmp_path: Path) -> Path:
    """Where the letters of this test go."""
    app.extensions["mailman"].file_path = str(tmp_path / "outbox")
    return tmp_path / "outbox"


@pytest.fixture
def signals() -> Iterator[None]:
    """Gives the test's own handlers back."""
    kept = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    yield
    for each, handler in kept.items():
        signal.signal(each, handler)
    listen({})


def calls() -> int:
    return int(WakeUp.select().count())


def keep(days_ago: int, now: Any) -> None:
    SubmissionKey.create(
        actor="a", key=str(days_ago), body_hash="", created_at=now - days_ago * DAY
    )


def test_sweep_wakes_for_what_is_due(app: Flask) -> None:
    Worker(app).keep_house()
    Worker(app).tell_the_morning()
    Worker(app).look_around()
    assert calls() == 0
    letter = make_letter(due_at=real_now() + timedelta(minutes=1))
    Worker(app).look_around()
    assert calls() == 0
    Letter.update(due_at=real_now()).where(Letter.id == letter.id).execute()
    Worker(app).look_around()
    assert calls() == 1


def test_sweep_wakes_for_the_night_once_it_is_there(app: Flask, clock: Clock) -> None:
    clock.really_at("2026-11-20T02:59")
    Worker(app).keep_house()
    Worker(app).tell_the_morning()
    Worker(app).look_around()
    assert calls() == 0
    clock.really_at("2026-11-20T03:00")
    Worker(app).look_around()
    assert calls() == 1


def test_sweep_outlives_trouble_with_the_database(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def busy(_at: object) -> bool:
        raise BusyDatabaseError

    monkeypatch.setattr(module, "has_due_letter", busy)
    with caplog.at_level(logging.WARNING):
        Worker(app).look_around()
    assert [vars(each)["event"] for each in caplog.records] == ["sweep_failed"]


def test_night_follows_the_real_clock_and_keys_the_utilitys(app: Flask, clock: Clock) -> None:
    demo_now = clock.at("2031-05-17T10:00")
    clock.really_at("2026-11-20T04:00")
    keep(89, demo_now)
    keep(91, demo_now)
    resident = make_resident()
    make_sign_in(resident=resident, last_seen_at=real_now() - 100 * DAY)
    make_sign_in(resident=resident, last_seen_at=real_now() - 102 * DAY)
    Worker(app).keep_house()
    assert [row.key for row in SubmissionKey.select()] == ["89"]
    assert SignIn.select().count() == 1
    run, entry = JobRun.get(), JournalEntry.get()
    assert run.date.isoformat() == "2026-11-20"
    assert (entry.action, entry.at) == ("clear_away", demo_now)
    assert json.loads(entry.after) == {"keys": 1, "sign_ins": 1}


def test_night_is_done_once_however_often_it_is_called(app: Flask, clock: Clock) -> None:
    keep(91, clock.now)
    for _ in range(3):
        Worker(app).keep_house()
    assert (JobRun.select().count(), JournalEntry.select().count()) == (1, 1)


def test_night_that_is_told_to_stop_is_left_to_the_next_worker(app: Flask, clock: Clock) -> None:
    keep(91, clock.now)
    stopped = Worker(app)
    stopped.stopping.set()
    stopped.keep_house()
    assert JobRun.get().finished_at is None
    Worker(app).keep_house()
    assert JobRun.get().finished_at is not None


@only_sqlite
def test_night_empties_the_log_that_is_written_ahead(app: Flask, database: Engine) -> None:
    log = Path(f"{database.url.removeprefix('sqlite:///')}-wal")
    make_letter()
    assert log.stat().st_size > 0
    assert tidy_up()
    assert log.stat().st_size == 0


@only_sqlite
def test_reader_in_the_way_is_not_waited_for(app: Flask, database: Engine) -> None:
    with closing(sqlite3.connect(database.url.removeprefix("sqlite:///"))) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM letter").fetchall()
        make_letter()
        began = time.monotonic()
        assert not tidy_up()
        assert time.monotonic() - began < 1
    assert tidy_up()


@only_sqlite
def test_foreign_writer_in_the_way_is_not_waited_for(app: Flask, database: Engine) -> None:
    path = database.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        assert not tidy_up()
        assert time.monotonic() - began < 1


def test_woken_worker_sends_and_ends_when_told_to(
    app: Flask, outbox: Path, signals: None, caplog: pytest.LogCaptureFixture
) -> None:
    make_letter()
    disconnect()

    def stop_when_sent() -> None:
        deadline = time.monotonic() + 10
        while not list(outbox.glob("*.eml")) and time.monotonic() < deadline:
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=stop_when_sent).start()
    with caplog.at_level(logging.INFO, logger="vodokanal"):
        work(app)
    open_connection()
    events = [vars(each).get("event") for each in caplog.records]
    assert (events[0], events[-1]) == ("worker_started", "worker_stopped")
    assert {"letter_sent", "night_done"} <= set(events)
    assert Letter.get().state == "sent"


@only_sqlite
def test_worker_refuses_an_old_schema_with_one_sentence(app: Flask, tmp_path: Path) -> None:
    chosen: Settings = app.config[KEY]
    disconnect()
    app.config[KEY] = replace(chosen, database=f"sqlite:///{tmp_path / 'old.db'}")
    try:
        result = app.test_cli_runner().invoke(args=["worker"])
    finally:
        app.config[KEY] = chosen
        disconnect()
        connect_to(chosen.database)
    said = "The database is not of this version: run `flask --app app migrate`."
    assert (result.exit_code, result.output.strip()) == (1, f"Error: {said}")


def test_unsafe_database_is_refused_with_one_sentence(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsafe(_app: Flask) -> None:
        raise UnsafeDatabaseError("PRAGMA synchronous is 1, expected 2")

    monkeypatch.setattr(module, "work", unsafe)
    result = app.test_cli_runner().invoke(args=["worker"])
    assert result.output == "Error: PRAGMA synchronous is 1, expected 2\n"


@pytest.mark.parametrize("since", [None, 1_700_000_000.0])
def test_demo_clock_runs_on_from_where_it_was_started(app: Flask, since: float | None) -> None:
    chosen: Settings = app.config[KEY]
    start = moment("2026-11-15T12:00")
    app.config[KEY] = replace(chosen, demo=True, now_since=since)
    module._set_clock(app, start)
    found: Settings = app.config[KEY]
    app.config[KEY] = chosen
    assert (found.now, found.now_since is not None) == (start, True)
    if since is not None:
        assert found.now_since == since
    assert found.demo


def test_without_a_demo_the_clock_is_the_real_one(app: Flask) -> None:
    chosen = app.config[KEY]
    module._set_clock(app, None)
    assert app.config[KEY] is chosen
