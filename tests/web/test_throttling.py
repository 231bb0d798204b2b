"""How often a sign-in may be tried, and that no stranger locks an owner out."""

from __future__ import annotations

import multiprocessing
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask, request

from tests.clock import Clock
from tests.crowd import crowd
from tests.engines import Engine
from vodokanal.models.database import database as tables
from vodokanal.settings import Settings
from vodokanal.web import counters
from vodokanal.web.counters import CounterStorage
from vodokanal.web.throttling import (
    TooManyAttemptsError,
    count_attempt,
    forgive_attempt,
    sign_in_buckets,
)


def tried(
    app: Flask, name: str = "anna", *, address: str = "203.0.113.7", device: str = ""
) -> bool:
    """Whether an attempt is let through."""
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        try:
            count_attempt(sign_in_buckets(name, device=device or None))
        except TooManyAttemptsError:
            return False
    return True


def succeeded(app: Flask, name: str, address: str) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        buckets = sign_in_buckets(name, device=None)
        count_attempt(buckets)
        forgive_attempt(buckets)


def test_eight_attempts_from_one_address_and_no_more(app: Flask) -> None:
    assert [tried(app) for _ in range(10)] == [True] * 8 + [False] * 2


def test_other_name_and_other_address_have_their_own_count(app: Flask) -> None:
    for _ in range(9):
        tried(app)
    assert tried(app, "boris")
    assert tried(app, address="203.0.113.8")


def test_one_address_tries_sixty_names_and_no_more(app: Flask) -> None:
    assert [tried(app, f"name {n}") for n in range(62)] == [True] * 60 + [False] * 2


def test_household_of_ipv6_is_one_address(app: Flask) -> None:
    for n in range(8):
        tried(app, address=f"2001:db8::{n}")
    assert not tried(app, address="2001:db8::ffff")
    assert tried(app, address="2001:db8:0:1::1")


def test_thousand_addresses_get_sixty_attempts_together(app: Flask) -> None:
    let_through = [tried(app, address=f"10.0.{n // 256}.{n % 256}") for n in range(70)]
    assert let_through == [True] * 60 + [False] * 10


def test_owner_on_a_known_device_gets_in_whatever_strangers_do(app: Flask) -> None:
    for n in range(70):
        tried(app, address=f"10.0.0.{n}")
    for _ in range(70):
        tried(app)
    assert tried(app, device="phone")


def test_known_device_has_ten_attempts(app: Flask) -> None:
    assert [tried(app, device="phone") for _ in range(11)] == [True] * 10 + [False]


def test_one_stranger_does_not_use_up_what_all_strangers_have(app: Flask) -> None:
    for _ in range(200):
        tried(app)
    assert tried(app, address="198.51.100.1")


def test_window_ends_and_its_end_is_told(app: Flask, clock: Clock) -> None:
    clock.really_at("2026-11-12T10:00")
    for _ in range(8):
        tried(app)
    clock.really_at("2026-11-12T10:10")
    with (
        app.test_request_context(environ_base={"REMOTE_ADDR": "203.0.113.7"}),
        pytest.raises(TooManyAttemptsError) as refused,
    ):
        count_attempt(sign_in_buckets("anna", device=None))
    assert refused.value.until.replace(second=0, microsecond=0) == datetime(
        2026, 11, 12, 7, 15, tzinfo=UTC
    )
    clock.really_at("2026-11-12T10:15:02")
    assert tried(app)


def test_success_is_not_counted_against_the_neighbours(app: Flask) -> None:
    for n in range(100):
        succeeded(app, f"name {n}", "203.0.113.7")
    assert tried(app)


def test_success_begins_the_own_count_anew(app: Flask) -> None:
    for _ in range(7):
        tried(app)
    succeeded(app, "anna", "203.0.113.7")
    assert [tried(app) for _ in range(9)] == [True] * 8 + [False]


def test_success_never_leaves_a_credit(app: Flask) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": "203.0.113.7"}):
        forgive_attempt(sign_in_buckets("anna", device=None))
        assert request.remote_addr == "203.0.113.7"
    assert [tried(app, f"name {n}") for n in range(61)] == [True] * 60 + [False]


def test_counting_is_exact_among_threads(app: Flask) -> None:
    assert crowd(20, lambda _n: tried(app)).count(True) == 8


def _count(folder: Path, times: int) -> None:
    storage = CounterStorage(folder)
    for _ in range(times):
        storage.incr("key", 60)


def test_counting_is_exact_among_workers(engine: Engine, tmp_path: Path) -> None:
    if not engine.is_sqlite:
        pytest.skip("PostgreSQL's own locks; among threads it is counted above")
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_count, args=(tmp_path, 50)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert CounterStorage(tmp_path).get("key") == 200


def test_file_holds_neither_names_nor_addresses(
    app: Flask, engine: Engine, settings: Settings
) -> None:
    tried(app, "anna-ivanova")
    if engine.is_sqlite:
        kept = sqlite3.connect(settings.instance / "counters.db")
        rows = kept.execute("SELECT * FROM attempt_counter").fetchall()
        kept.close()
    else:
        rows = tables.execute_sql("SELECT * FROM attempt_counter").fetchall()
    assert len(rows) == 3
    assert "anna" not in str(rows)
    assert "203.0.113.7" not in str(rows)


def test_damaged_file_is_begun_anew(engine: Engine, tmp_path: Path) -> None:
    if not engine.is_sqlite:
        pytest.skip("PostgreSQL empties an unlogged table itself")
    (tmp_path / "counters.db").write_bytes(b"not a database" * 1000)
    storage = CounterStorage(tmp_path)
    assert [storage.incr("key", 60), storage.incr("key", 60)] == [1, 2]
    assert storage.check()


def test_what_has_expired_is_removed(
    app: Flask, engine: Engine, tmp_path: Path, clock: Clock
) -> None:
    clock.really_at("2026-11-12T10:00")
    storage = CounterStorage(tmp_path)
    for n in range(5):
        storage.incr(f"key {n}", 60)
    clock.really_at("2026-11-12T10:05")
    storage.incr("new", 60)
    assert storage._tables.run("SELECT key FROM attempt_counter") == [("new",)]


def test_flood_does_not_take_the_writers_lock(
    app: Flask, engine: Engine, settings: Settings
) -> None:
    if not engine.is_sqlite:
        pytest.skip("PostgreSQL locks rows, not the database")
    writer = sqlite3.connect(settings.instance / "portal.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert tried(app)
    writer.close()


def test_missing_table_is_made(app: Flask, engine: Engine, tmp_path: Path) -> None:
    if engine.is_sqlite:
        assert not (tmp_path / "counters.db").exists()
    else:
        tables.execute_sql("DROP TABLE IF EXISTS attempt_counter")
    storage = CounterStorage(tmp_path)
    assert (storage.get("key"), storage.incr("key", 60), storage.get("key")) == (0, 1, 1)
    assert counters.CREATE_TABLE.count("attempt_counter") == 1
