"""The served portal under duplicates, locks, killed workers, a full disk and an order to stop."""

from __future__ import annotations

import re
import resource
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPException

import psycopg

from tests.cast import COLD_NEXT, HOT_NEXT, Cast
from tests.engines import Engine, only_sqlite
from tests.faults.scale import PRESSES, TOGETHER
from tests.servers import Answer, Server, await_answer, served, stop
from vodokanal.billing.periods import Period
from vodokanal.models.readings import Reading, Submission
from vodokanal.operations.submission_keys import new_key

PATH = "/personal/12-34/readings/"
NOVEMBER = Period(2026, 11)
BACK_WITHIN = 6.0
PATIENCE = 5.0
MEBIBYTE = 1024 * 1024
BLANKS = re.compile(r"\s+|\u00a0")


def typed(cast: Cast, key: str, cold: str = COLD_NEXT) -> dict[str, str]:
    """What the form of the readings page sends."""
    return {f"meter-{cast.cold.id}": cold, f"meter-{cast.hot.id}": HOT_NEXT, "key": key}


def kept() -> list[str]:
    """Numbers of November's submissions."""
    rows = Submission.select().where(Submission.period == NOVEMBER).order_by(Submission.id)
    return [row.number for row in rows]


def counting() -> int:
    """November's readings that count."""
    live = Reading.state.not_in(["replaced", "refused"])
    return int(Reading.select().where(Reading.period == NOVEMBER, live).count())


def words(answer: Answer) -> str:
    return BLANKS.sub(" ", re.sub(r"<[^>]+>", " ", answer.body))


def number_in(answer: Answer) -> str:
    """The number of the proof that an answer leads to."""
    return answer.location.rstrip("/").rpartition("/")[2]


def test_many_presses_at_once_make_one_submission(server: Server, cast: Cast) -> None:
    form = typed(cast, new_key())
    with ThreadPoolExecutor(TOGETHER) as crowd:
        answers = list(crowd.map(lambda _: server.post(PATH, form), range(PRESSES)))
    assert [answer.status for answer in answers] == [303] * PRESSES
    assert {number_in(answer) for answer in answers} == set(kept())
    assert (len(kept()), counting()) == (1, 2)


def test_used_key_with_other_figures_is_a_conflict(server: Server, cast: Cast) -> None:
    key = new_key()
    assert server.post(PATH, typed(cast, key)).status == 303
    assert server.post(PATH, typed(cast, key, cold="161,9")).status == 409
    assert (len(kept()), counting()) == (1, 2)


def test_locked_database_says_so_in_time_and_recovers(
    server: Server, cast: Cast, database: Engine
) -> None:
    form = typed(cast, new_key())
    with somebody_writing(database):
        refused = server.post(PATH, form)
        page = server.get(PATH)
    assert (refused.status, refused.seconds < PATIENCE) == (503, True)
    assert "Не принято" in words(refused)
    assert f'value="{COLD_NEXT}"' in refused.body
    assert (page.status, kept()) == (200, [])
    assert server.post(PATH, form).status == 303
    assert (len(kept()), counting()) == (1, 2)


@only_sqlite
def test_disk_that_fails_at_commit_is_not_known_and_then_counts_once(
    server: Server, cast: Cast
) -> None:
    form = typed(cast, new_key())
    with files_cannot_grow(server):
        answer = server.post(PATH, form)
        page = server.get(PATH)
    assert (answer.status, answer.seconds < PATIENCE) == (503, True)
    assert "Пока не знаем" in words(answer)
    assert page.status == 200
    assert server.post(PATH, form).status == 303
    assert (len(kept()), counting()) == (1, 2)


def test_killed_worker_loses_nothing_that_was_acknowledged(server: Server, cast: Cast) -> None:
    heard: list[str] = []
    unsure: list[dict[str, str]] = []
    with ThreadPoolExecutor(4) as crowd:
        futures = [crowd.submit(keep_sending, server, cast, each) for each in range(4)]
        for _ in range(3):
            time.sleep(0.3)
            kill_a_worker(server)
        for future in futures:
            acknowledged, lost = future.result()
            heard += acknowledged
            unsure += lost
    assert len(heard) > 10
    assert set(heard) <= set(kept())
    assert counting() == 2
    await_answer(server)
    again = [server.post(PATH, form) for form in unsure]
    assert {answer.status for answer in again} <= {303}
    assert {number_in(answer) for answer in again} <= set(kept())


def keep_sending(server: Server, cast: Cast, number: int) -> tuple[list[str], list[dict[str, str]]]:
    """Numbers that were acknowledged, and forms whose answer never came."""
    heard, unsure = [], []
    deadline = time.monotonic() + 1.5
    step = 0
    while time.monotonic() < deadline:
        step += 1
        form = typed(cast, new_key(), cold=f"161,{number}{step % 100:02d}")
        try:
            answer = server.post(PATH, form)
        except (OSError, HTTPException):
            unsure.append(form)
            time.sleep(0.05)
        else:
            assert (answer.status, answer.location.startswith(PATH)) == (303, True), answer
            heard.append(number_in(answer))
    return heard, unsure


def kill_a_worker(server: Server) -> None:
    workers = server.workers
    if len(workers) > 1:
        workers[0].send_signal(signal.SIGKILL)


def test_dead_workers_are_started_again(
    server: Server, record_property: Callable[[str, object], None]
) -> None:
    before = {each.pid for each in server.workers}
    died_at = time.monotonic()
    for each in server.workers:
        each.send_signal(signal.SIGKILL)
    while len({each.pid for each in server.workers} - before) < len(before):
        assert time.monotonic() - died_at < BACK_WITHIN
        time.sleep(0.05)
    await_answer(server)
    seconds = time.monotonic() - died_at
    record_property("told", f"answered {seconds:.2f} s after both had been killed")
    assert seconds < BACK_WITHIN
    assert server.get(PATH).status == 200
    began = time.monotonic()
    assert stop(server) == 0
    assert time.monotonic() - began < PATIENCE


def test_order_to_stop_lets_running_requests_end(
    server: Server, cast: Cast, database: Engine
) -> None:
    answers: list[Answer] = []
    form = typed(cast, new_key())
    with somebody_writing(database):
        sender = threading.Thread(target=lambda: answers.append(server.post(PATH, form)))
        sender.start()
        time.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
    sender.join(PATIENCE * 2)
    assert [answer.status for answer in answers] == [303]
    assert (len(kept()), stop(server)) == (1, 0)


def test_order_to_stop_is_heard_while_workers_still_load(server: Server) -> None:
    server.workers[0].send_signal(signal.SIGKILL)
    time.sleep(0.7)
    began = time.monotonic()
    assert (stop(server), time.monotonic() - began < PATIENCE) == (0, True)


def test_first_answer_comes_within_two_seconds(cast: Cast, database: Engine) -> None:
    """The best of a few starts: a busy machine is not the portal's fault."""
    seconds: list[float] = []
    while not seconds or (min(seconds) >= 2 and len(seconds) < 5):
        with served(database.folder, database.url) as started:
            seconds.append(started.began_in)
    assert min(seconds) < 2, seconds


def test_worker_stays_small(server: Server, cast: Cast) -> None:
    for _ in range(20):
        server.get(PATH)
    sizes = [each.memory_info().rss / MEBIBYTE for each in server.workers]
    assert len(sizes) == 2
    assert max(sizes) < 120


@contextmanager
def somebody_writing(engine: Engine) -> Iterator[None]:
    """Another program keeps the database, or the account, to itself."""
    if engine.is_sqlite:
        with closing(sqlite3.connect(engine.url.removeprefix("sqlite:///"))) as other:
            other.execute("BEGIN EXCLUSIVE")
            yield
    else:
        with psycopg.connect(engine.url) as connection:
            connection.execute("SELECT * FROM account FOR UPDATE")
            yield


@contextmanager
def files_cannot_grow(server: Server) -> Iterator[None]:
    """No worker may write past the first bytes of a file."""
    limits = {each: each.rlimit(resource.RLIMIT_FSIZE) for each in server.workers}
    for each, (_, most) in limits.items():
        each.rlimit(resource.RLIMIT_FSIZE, (1, most))
    yield
    for each, limit in limits.items():
        each.rlimit(resource.RLIMIT_FSIZE, limit)
