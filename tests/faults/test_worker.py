"""The worker killed at any step, beside a busy web, without its database, told to stop."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psutil
import psycopg
import pytest
from flask import Flask

from tests.cast import COLD_NEXT, HOT_NEXT, Cast
from tests.clock import Clock
from tests.conftest import SECRET_KEY
from tests.engines import Engine, disconnect, only_postgresql, only_sqlite
from tests.factories import make_email, make_letter
from tests.faults.conftest import cookie_of
from tests.faults.test_served import somebody_writing
from tests.mail_server import mail_server
from tests.servers import START_SECONDS, STOP_SECONDS, Server, await_answer, served, stop
from tests.source import ROOT
from vodokanal.models.database import WAIT_SECONDS, open_connection
from vodokanal.models.jobs import JobRun
from vodokanal.models.journal import JournalEntry
from vodokanal.models.letters import Letter
from vodokanal.models.submission_keys import SubmissionKey
from vodokanal.operations.housekeeping import KEYS_KEPT
from vodokanal.operations.queue import Kind, open_queue, wake
from vodokanal.operations.submission_keys import new_key
from vodokanal.web.clock import real_now
from vodokanal.worker import Worker

PATH = "/personal/12-34/readings/"
# One step after the other in `make bench`; a few dozen of them here.
STRIDE = os.environ.get("VODOKANAL_STRIDE", "11")
FEWEST_DEATHS = 100
PATIENCE = 10.0


def lives_of_workers(engine: Engine, job: str) -> int:
    """How many workers died, one some steps later than the other, before one lived."""
    disconnect()
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.workers", engine.url, engine.folder, job, STRIDE],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    open_connection()
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def next_worker(app: Flask, clock: Clock) -> None:
    """A worker that comes when the dead ones' time is over."""
    clock.really_at((real_now() + timedelta(hours=1)).isoformat())
    worker = Worker(app)
    worker.look_around()
    worker.send_letters()
    worker.keep_house()


@pytest.fixture
def outbox(app: Flask, database: Engine) -> Iterator[Path]:
    """Where this instance's letters go, empty before and after."""
    folder = database.folder / "outbox"
    for path in folder.glob("*"):
        path.unlink()
    yield folder
    for path in folder.glob("*"):
        path.unlink()


def test_killed_anywhere_no_letter_is_lost_or_doubled(
    app: Flask, clock: Clock, database: Engine, outbox: Path
) -> None:
    deaths = lives_of_workers(database, "letters")
    next_worker(app, clock)
    rows = list(Letter.select().order_by(Letter.id))
    assert (len(rows), deaths > FEWEST_DEATHS / int(STRIDE)) == (deaths + 2, True)
    assert {row.state for row in rows} == {"sent"}
    names = sorted(row.message_id.partition("@")[0] + ".eml" for row in rows)
    assert sorted(path.name for path in outbox.iterdir()) == names


def test_killed_anywhere_the_night_is_done_once(app: Flask, clock: Clock, database: Engine) -> None:
    old = [
        {"actor": "a", "key": str(number), "body_hash": "", "created_at": clock.now - 2 * KEYS_KEPT}
        for number in range(50)
    ]
    SubmissionKey.insert_many(old).execute()
    deaths = lives_of_workers(database, "night")
    next_worker(app, clock)
    run = JobRun.get()
    assert (deaths > FEWEST_DEATHS / int(STRIDE), run.counts) == (True, '{"keys": 50}')
    assert (run.finished_at is not None, SubmissionKey.select().count()) == (True, 0)
    told = JournalEntry.select().where(JournalEntry.action == "clear_away")
    assert told.count() == 1


Start = Callable[..., Server]


@pytest.fixture
def start(app: Flask, cast: Cast, database: Engine, outbox: Path) -> Iterator[Start]:
    """Starts web and worker on the cast's database, with Anna signed in and her e-mail known."""
    make_email(cast.anna)
    cookie, token = cookie_of(app, cast)
    running = []

    def begin(**environment: str) -> Server:
        chosen = {"VODOKANAL_SECRET_KEY": SECRET_KEY, **environment}
        context = served(database.folder, database.url, with_worker=True, **chosen)
        server = context.__enter__()
        running.append(context)
        server.cookies, server.form = {"session": cookie}, {"csrf_token": token}
        await_event(server, "worker_started")
        return server

    yield begin
    for context in running:
        context.__exit__(None, None, None)
    disconnect()


def await_event(server: Server, event: str, *, times: int = 1) -> None:
    """Waits until the log has told of the event so many times."""
    deadline = time.monotonic() + START_SECONDS
    while server.log.read_text(encoding="utf-8").count(f'"event": "{event}"') < times:
        assert time.monotonic() < deadline, server.log.read_text(encoding="utf-8")
        time.sleep(0.05)


def send(server: Server, cast: Cast, cold: str = COLD_NEXT) -> None:
    form = {f"meter-{cast.cold.id}": cold, f"meter-{cast.hot.id}": HOT_NEXT, "key": new_key()}
    assert server.post(PATH, form).status == 303


def background(server: Server) -> psutil.Process:
    """The worker's process: the only one that does not listen for requests."""
    return max(server.workers, key=lambda each: each.pid)


def test_letter_is_there_within_seconds_of_the_submission(
    start: Start, cast: Cast, outbox: Path
) -> None:
    server = start()
    began = time.monotonic()
    send(server, cast)
    await_event(server, "letter_sent")
    assert time.monotonic() - began < PATIENCE
    (path,) = outbox.glob("*.eml")
    # The demo's clock was handed on.
    assert "Date: Thu, 12 Nov 2026" in path.read_text(encoding="utf-8")


def test_killed_worker_is_started_again_and_the_web_serves_on(
    start: Start, cast: Cast, outbox: Path
) -> None:
    server = start()
    for lives in (2, 3):
        background(server).kill()
        assert server.get("/healthz").status == 200
        await_event(server, "worker_started", times=lives)
    send(server, cast)
    await_event(server, "letter_sent")


def test_order_to_stop_ends_web_and_worker(start: Start) -> None:
    server = start()
    everybody = server.workers
    began = time.monotonic()
    assert (stop(server), time.monotonic() - began < PATIENCE) == (0, True)
    await_event(server, "worker_stopped")
    assert not any(each.is_running() for each in everybody)


@only_sqlite
def test_worker_ends_with_its_parent(start: Start) -> None:
    server = start()
    worker = background(server)
    server.process.kill()
    psutil.wait_procs([worker], timeout=STOP_SECONDS)
    assert not worker.is_running()


@only_postgresql
def test_connections_that_the_server_ended_are_made_anew(
    start: Start, cast: Cast, database: Engine, outbox: Path
) -> None:
    server = start()
    await_event(server, "night_done")
    with psycopg.connect(database.url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    await_answer(server)
    send(server, cast)
    await_event(server, "letter_sent")


def test_outbox_that_cannot_be_written_to_is_told_and_waited_for(
    start: Start, cast: Cast, outbox: Path
) -> None:
    if outbox.exists():
        outbox.rmdir()
    outbox.write_text("in the way")
    server = start()
    send(server, cast)
    await_event(server, "mail_unavailable")
    outbox.unlink()
    disconnect()
    open_connection()
    row = Letter.get()
    assert (row.state, row.last_error, row.attempts) == ("waiting", "outbox", 0)


@only_sqlite
def test_database_that_others_keep_for_long_is_waited_for(
    start: Start, cast: Cast, database: Engine, outbox: Path
) -> None:
    make_letter()
    open_queue(SECRET_KEY)
    wake(Kind.LETTERS)
    disconnect()
    with somebody_writing(database):
        server = start()
        time.sleep(WAIT_SECONDS + 1)
        assert background(server).is_running()
    await_event(server, "letter_sent")
    assert server.log.read_text(encoding="utf-8").count('"event": "worker_started"') == 1


def test_letter_repeated_after_a_death_is_known_by_its_id(
    app: Flask, clock: Clock, cast: Cast, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server cannot be asked whether a letter came: this is the one repetition that is left."""
    make_letter()
    with mail_server() as server:
        state = app.extensions["mailman"]
        monkeypatch.setattr(state, "backend", "smtp")
        monkeypatch.setattr(state, "server", "127.0.0.1")
        monkeypatch.setattr(state, "port", server.port)
        with monkeypatch.context() as patch:
            patch.setattr("vodokanal.web.mailing._note_sent", lambda *_: sys.exit("killed"))
            with pytest.raises(SystemExit):
                Worker(app).send_letters()
        next_worker(app, clock)
    first, second = server.letters
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]
    assert Letter.get().state == "sent"


@only_sqlite
def test_worker_does_not_keep_the_writers_of_the_web_waiting(
    start: Start, cast: Cast, outbox: Path
) -> None:
    """While three hundred letters go out, nobody waits for long."""
    open_queue(SECRET_KEY)
    letter = make_letter()
    copied = letter.__data__ | {"created_at": letter.created_at}
    rows = [{name: copied[name] for name in copied if name != "id"} for _ in range(299)]
    Letter.insert_many(rows).execute()
    wake(Kind.LETTERS)
    disconnect()
    server = start()
    seconds = []
    for step in range(30):
        began = time.monotonic()
        send(server, cast, cold=f"161,{step:03d}")
        seconds.append(time.monotonic() - began)
    # Of the letters about readings that were corrected at once most are dropped.
    await_event(server, "letter_sent", times=301)
    assert sorted(seconds)[len(seconds) // 2] < 0.2
