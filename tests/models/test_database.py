"""`write_tx()` on both engines: nothing lost, nothing half-written, nobody waits for ever."""

from __future__ import annotations

import resource
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Barrier, Event, Thread

import psycopg
import pytest
from peewee import DatabaseError, OperationalError

from tests.crowd import crowd
from tests.engines import Engine, only_postgresql, only_sqlite
from tests.factories import make_district, make_setting
from vodokanal.models.database import (
    BusyDatabaseError,
    OutcomeUnknownError,
    StrayWriteError,
    UnsafeDatabaseError,
    WriteQueue,
    assert_safe,
    connect_to,
    lock,
    open_connection,
    write_tx,
)
from vodokanal.models.database import database as current
from vodokanal.models.places import District
from vodokanal.models.settings import Setting
from vodokanal.operations.transactions import TRIES, writes

PATIENCE = 5.0


class DeadlockError(OperationalError):
    """What PostgreSQL says to one of two transactions that wait for each other."""

    sqlstate = "40P01"


def values() -> dict[str, str]:
    return dict(Setting.select(Setting.name, Setting.value).tuples())


def add_one(row_id: int) -> None:
    with write_tx():
        lock(Setting, row_id)
        row = Setting.get_by_id(row_id)
        row.value = str(int(row.value) + 1)
        row.save()


def fifty_times(row_id: int) -> int:
    for _ in range(50):
        add_one(row_id)
    return 50


@pytest.mark.slow("400 commits, each on the disk for good")
def test_eight_threads_lose_no_update(database: Engine) -> None:
    row = make_setting("counter", "0")
    assert crowd(8, lambda _: fifty_times(row.id)) == [50] * 8
    assert values() == {"counter": "400"}


def test_error_leaves_nothing_behind(database: Engine) -> None:
    with pytest.raises(ZeroDivisionError), write_tx():
        make_setting("half", "written")
        _ = 1 / 0
    assert values() == {}


def test_nested_transaction_joins_the_outer_one(database: Engine) -> None:
    with pytest.raises(ZeroDivisionError), write_tx():
        with write_tx():
            make_setting("inner", "done")
        _ = 1 / 0
    assert values() == {}


def test_inner_error_caught_outside_keeps_the_rest(database: Engine) -> None:
    with write_tx():
        make_setting("outer", "kept")
        with pytest.raises(ZeroDivisionError), write_tx():
            _ = 1 / 0
    assert values() == {"outer": "kept"}


def test_write_inside_a_reading_transaction_is_refused(database: Engine) -> None:
    with current.atomic(), pytest.raises(StrayWriteError), write_tx():
        pass


def test_writing_again_after_a_failure_works(database: Engine) -> None:
    with pytest.raises(OperationalError), write_tx():
        raise OperationalError("something")
    with write_tx():
        make_setting("after", "fine")
    assert values() == {"after": "fine"}


def test_deadlocked_operation_is_repeated(database: Engine) -> None:
    # Not settings: their writers wait for one another at the configuration's token.
    first, second = make_district(name="a0"), make_district(name="b0")
    meeting, calls = Barrier(2), []

    @writes
    def crossing(number: int) -> None:
        calls.append(number)
        # Both may have been chosen as the victim: they must not meet once more.
        time.sleep(0.3 if len(calls) > 2 and number == 1 else 0)
        mine, other = (first, second) if number == 0 else (second, first)
        bump(mine.id)
        if not database.is_sqlite and len(calls) <= 2:
            meeting.wait(PATIENCE)
        bump(other.id)

    def bump(row_id: int) -> None:
        District.update(name=District.name.concat("1")).where(District.id == row_id).execute()

    assert crowd(2, crossing) == [None, None]
    assert [row.name for row in District.select().order_by(District.id)] == ["a011", "b011"]
    assert len(calls) in ({2} if database.is_sqlite else {3, 4})


def test_operation_gives_up_after_three_tries(database: Engine) -> None:
    calls = []

    @writes
    def always_deadlocked() -> None:
        calls.append(1)
        raise DeadlockError

    with pytest.raises(DeadlockError):
        always_deadlocked()
    assert len(calls) == TRIES


def test_only_the_outermost_operation_is_repeated(database: Engine) -> None:
    calls: list[str] = []

    @writes
    def inner() -> None:
        calls.append("inner")
        raise DeadlockError

    @writes
    def outer() -> None:
        calls.append("outer")
        inner()

    with pytest.raises(DeadlockError):
        outer()
    assert calls == ["outer", "inner"] * TRIES


def test_other_errors_are_not_repeated(database: Engine) -> None:
    calls = []

    @writes
    def failing() -> None:
        calls.append(1)
        raise OperationalError("disk I/O error")

    with pytest.raises(OperationalError):
        failing()
    assert calls == [1]


@pytest.mark.slow("waits for as long as a person would have to")
def test_locked_database_is_busy_within_five_seconds(database: Engine) -> None:
    row = make_setting("kept", "by somebody")
    began = time.monotonic()
    with somebody_writing(database), pytest.raises(BusyDatabaseError), write_tx():
        Setting.update(value="mine").where(Setting.id == row.id).execute()
    assert time.monotonic() - began < PATIENCE
    with write_tx():
        Setting.update(value="mine").where(Setting.id == row.id).execute()
    assert values() == {"kept": "mine"}


@only_sqlite
@pytest.mark.slow("waits for as long as a person would have to")
def test_queue_behind_a_slow_writer_is_busy_within_five_seconds(database: Engine) -> None:
    row = make_setting("kept", "by somebody")
    done = Barrier(3)

    def writing(number: int) -> float:
        began = time.monotonic()
        if number == 0:
            with write_tx():
                Setting.update(value="slow").where(Setting.id == row.id).execute()
                done.wait(2 * PATIENCE)
        else:
            time.sleep(0.05)
            with pytest.raises(BusyDatabaseError), write_tx():
                Setting.update(value="late").where(Setting.id == row.id).execute()
            done.wait(2 * PATIENCE)
        return time.monotonic() - began

    waited = crowd(3, writing)
    assert all(isinstance(each, float) and each < PATIENCE for each in waited), waited
    assert values() == {"kept": "slow"}


@only_sqlite
def test_failure_before_commit_names_its_cause(database: Engine) -> None:
    """SQLite rolls back by itself when the disk is full, and Peewee's ROLLBACK then fails."""
    with no_room(), pytest.raises(OperationalError, match="disk is full"), write_tx():
        for number in range(30):
            make_setting(f"big {number}", "x" * 4000)
    assert values() == {}


@only_sqlite
def test_writers_of_other_processes_are_waited_for(database: Engine) -> None:
    """A lock file that is opened once more is locked like another process's."""
    other, begun = WriteQueue(database.folder), Event()

    def writing() -> None:
        with other.turn():
            begun.set()
            time.sleep(0.6)
        other.close()

    Thread(target=writing).start()
    assert begun.wait(PATIENCE)
    for name in ("first", "second"):
        with write_tx():
            make_setting(name, str(pragmas()["busy_timeout"]))
    assert (int(values()["first"]) < 3600, values()["second"]) == (True, "4000")


@only_sqlite
@pytest.mark.slow("waits for as long as a person would have to")
def test_writers_of_other_processes_are_not_waited_for_for_ever(database: Engine) -> None:
    began, other = time.monotonic(), WriteQueue(database.folder)
    with other.turn(), pytest.raises(BusyDatabaseError), write_tx():
        pass
    assert time.monotonic() - began < PATIENCE
    other.close()


def test_failure_at_commit_is_an_unknown_outcome(database: Engine) -> None:
    with pytest.raises(OutcomeUnknownError), write_tx():
        make_setting("perhaps", "kept")
        break_commit(database)
    mend()
    assert set(values()) <= {"perhaps"}
    with write_tx():
        make_setting("after", "fine")
    assert values()["after"] == "fine"


def test_read_only_database_refuses_and_recovers(database: Engine) -> None:
    with read_only(database), pytest.raises(DatabaseError, match=r"read-?only"), write_tx():
        make_setting("refused", "yes")
    with write_tx():
        make_setting("after", "fine")
    assert values() == {"after": "fine"}


@only_postgresql
def test_terminated_connection_is_opened_anew(database: Engine) -> None:
    hang_up(database)
    open_connection()
    assert values() == {}


@only_sqlite
def test_every_connection_keeps_the_promises(database: Engine) -> None:
    assert crowd(2, lambda _: pragmas()) == [PROMISES] * 2


@only_sqlite
def test_connection_that_may_lose_rows_is_refused(database: Engine) -> None:
    current.execute_sql("PRAGMA synchronous = normal")
    with pytest.raises(UnsafeDatabaseError, match="synchronous is 1, expected 2"):
        assert_safe()


def test_ordinary_connection_is_safe(database: Engine) -> None:
    assert_safe()


def test_postgresql_waits_for_a_lock_half_as_long_as_a_person_may() -> None:
    engine = connect_to("postgresql://someone@localhost/portal")
    assert engine.connect_params["options"] == "-c lock_timeout=2000"


@only_sqlite
def test_lock_file_that_cannot_be_opened_is_said_like_the_database(database: Engine) -> None:
    connect_to(f"sqlite:///{database.folder / 'missing' / 'portal.db'}")
    with pytest.raises(OperationalError, match="unable to open"), write_tx():
        pass


PROMISES = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "busy_timeout": 4000,
    "trusted_schema": 0,
    "cell_size_check": 1,
}


def pragmas() -> dict[str, object]:
    return {name: current.execute_sql(f"PRAGMA {name}").fetchone()[0] for name in PROMISES}


@contextmanager
def somebody_writing(engine: Engine) -> Iterator[None]:
    """Another program keeps the database, or the only row in it, to itself."""
    if engine.is_sqlite:
        with closing(sqlite3.connect(engine.url.removeprefix("sqlite:///"))) as other:
            other.execute("BEGIN EXCLUSIVE")
            yield
    else:
        with psycopg.connect(engine.url) as connection:
            connection.execute("SELECT * FROM setting FOR UPDATE")
            yield


@contextmanager
def no_room() -> Iterator[None]:
    """SQLite's file cannot grow."""
    (pages,) = current.execute_sql("PRAGMA page_count").fetchone()
    current.execute_sql(f"PRAGMA max_page_count = {pages + 8}")
    yield
    current.execute_sql("PRAGMA max_page_count = 1000000000")


@contextmanager
def read_only(engine: Engine) -> Iterator[None]:
    """The database can be read only."""
    if engine.is_sqlite:
        current.execute_sql("PRAGMA query_only = 1")
        yield
        current.execute_sql("PRAGMA query_only = 0")
    else:
        current.execute_sql("SET default_transaction_read_only = on")
        yield
        current.execute_sql("SET default_transaction_read_only = off")


def break_commit(engine: Engine) -> None:
    """From now on the disk refuses to grow a file, or the server is not there any more."""
    if engine.is_sqlite:
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, most))
    else:
        hang_up(engine)


def mend() -> None:
    """The disk takes files again, and this thread is connected."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    open_connection()


def hang_up(engine: Engine) -> None:
    """The server ends this thread's connection."""
    pid = current.connection().info.backend_pid
    with psycopg.connect(engine.url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (pid,))
    deadline = time.monotonic() + PATIENCE
    with psycopg.connect(engine.url, autocommit=True) as other:
        while other.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", (pid,)).fetchone():
            assert time.monotonic() < deadline
