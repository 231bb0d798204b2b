"""The connection to SQLite or PostgreSQL and `write_tx()`, the only way to write."""

from __future__ import annotations

import errno
import fcntl
import os
import select
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from peewee import (
    Database,
    DatabaseError,
    DatabaseProxy,
    InterfaceError,
    OperationalError,
    PostgresqlDatabase,
    SqliteDatabase,
)
from playhouse.db_url import parse as parse_url

WAIT_SECONDS = 4.0
POLL_SECONDS = 0.0005

PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": 1,
    "busy_timeout": int(WAIT_SECONDS * 1000),
    "trusted_schema": 0,
    "cell_size_check": 1,
    "journal_size_limit": 64 * 1024 * 1024,
    "wal_autocheckpoint": 8000,
    "cache_size": -2000,
}
# A lock file that cannot be opened means what SQLite says in these words of its own file.
REFUSED_FILES = {
    errno.EROFS: "attempt to write a readonly database",
    errno.EACCES: "attempt to write a readonly database",
    errno.EPERM: "attempt to write a readonly database",
    errno.ENOSPC: "database or disk is full",
    errno.EDQUOT: "database or disk is full",
}
# PostgreSQL: somebody has kept a row for too long.
LOCK_NOT_AVAILABLE = "55P03"
EXPECTED_PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}

database = DatabaseProxy()


class UnsafeDatabaseError(Exception):
    """The database does not keep what it acknowledges."""


class BusyDatabaseError(Exception):
    """Somebody else has been writing for too long; nothing was written."""


class OutcomeUnknownError(Exception):
    """The database failed at COMMIT: the change may or may not have been kept."""


class StrayWriteError(Exception):
    """A write was begun inside a transaction that had only been reading."""


class WriteQueue:
    """Lets the writers of all processes of one SQLite file in, one after another.

    SQLite's own waiting is a lottery. Threads queue on a lock; processes on two file
    locks: who waits holds the turnstile, so a process with many writers cannot
    overtake another one for ever.
    """

    def __init__(self, folder: Path) -> None:
        self._threads = threading.Lock()
        self._folder = folder
        self._files: dict[str, IO[bytes]] = {}
        self._pid = 0

    def close(self) -> None:
        """Gives the lock files back."""
        for file in self._files.values():
            file.close()
        self._files = {}

    @contextmanager
    def turn(self) -> Iterator[float]:
        """Waits for the turn; gives the moment (monotonic) until which waiting is allowed."""
        deadline = time.monotonic() + WAIT_SECONDS
        if not self._threads.acquire(timeout=WAIT_SECONDS):
            raise BusyDatabaseError
        try:
            turnstile, write_lock = self._file("turnstile"), self._file("write")
            with _held(turnstile, deadline):
                _take(write_lock, deadline)
            try:
                yield deadline
            finally:
                fcntl.flock(write_lock, fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def _file(self, name: str) -> IO[bytes]:
        # A forked child shares its parent's file descriptions, and so their locks.
        if self._pid != os.getpid():
            self._files, self._pid = {}, os.getpid()
        if name not in self._files:
            try:
                self._files[name] = (self._folder / f"{name}.lock").open("ab")
            except OSError as error:
                words = REFUSED_FILES.get(error.errno or 0, "unable to open the lock file")
                raise OperationalError(words) from error
        return self._files[name]


def _take(file: IO[bytes], deadline: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise BusyDatabaseError from None
            time.sleep(POLL_SECONDS)
        else:
            return


@contextmanager
def _held(file: IO[bytes], deadline: float) -> Iterator[None]:
    _take(file, deadline)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


class _State:
    """What belongs to the database that the proxy stands for at the moment."""

    queue: WriteQueue | None = None


_state = _State()
_thread = threading.local()


def connect_to(url: str) -> Database:
    """Points every table at the database that the address names; opens nothing yet."""
    if _state.queue is not None:
        _state.queue.close()
    if urlsplit(url).scheme == "sqlite":
        path = Path(url.removeprefix("sqlite:///"))
        engine: Database = SqliteDatabase(str(path), pragmas=PRAGMAS, autoconnect=False)
        _state.queue = WriteQueue(path.parent)
    else:
        options: dict[str, Any] = parse_url(url)
        # Half of it: a locked table is met twice, by the write and by the form shown again.
        options.setdefault("options", f"-c lock_timeout={int(WAIT_SECONDS * 500)}")
        engine = PostgresqlDatabase(
            **options,
            prefer_psycopg3=True,
            autoconnect=False,
            connect_timeout=int(WAIT_SECONDS),
        )
        _state.queue = None
    database.initialize(engine)
    return engine


def is_sqlite() -> bool:
    """Whether the tables live in SQLite."""
    return isinstance(database.obj, SqliteDatabase)


def open_connection() -> None:
    """Gives this thread a working connection, reopening one that the server closed."""
    if not database.is_closed() and (not database.is_connection_usable() or _was_hung_up()):
        database.close()
    # One that was opened while the disk was read-only would never write again.
    if not database.is_closed() and getattr(_thread, "only_reads", False) and _is_writable():
        database.close()
    if database.connect(reuse_if_open=True):
        _thread.only_reads = not _is_writable()


def leave_connection() -> None:
    """Gives back a connection that was opened while the disk was read-only; others stay open.

    Connections of one process share what SQLite knows of the file: as long as a single one of
    them goes back to that time, a new one cannot write either.
    """
    if not database.is_closed() and getattr(_thread, "only_reads", False):
        database.close()


def _is_writable() -> bool:
    return not is_sqlite() or os.access(database.obj.database, os.W_OK)


def _was_hung_up() -> bool:
    """Whether a PostgreSQL server has closed this idle connection: its last word waits unread."""
    if is_sqlite():
        return False
    line = select.poll()
    line.register(database.connection().fileno(), select.POLLIN)
    return bool(line.poll(0))


def assert_safe() -> None:
    """Refuses a SQLite connection that would lose acknowledged rows in a power cut."""
    if not is_sqlite():
        return
    for name, expected in EXPECTED_PRAGMAS.items():
        (found,) = database.execute_sql(f"PRAGMA {name}").fetchone()
        if found != expected:
            raise UnsafeDatabaseError(f"PRAGMA {name} is {found}, expected {expected}")


@contextmanager
def write_tx() -> Iterator[None]:
    """One transaction that may write; inside another one it joins.

    Raises:
        BusyDatabaseError: others were writing for four seconds; nothing was written.
        OutcomeUnknownError: COMMIT itself failed; nobody knows whether the rows are there.
        StrayWriteError: a transaction that only reads is open.
    """
    if database.in_transaction():
        if not getattr(_thread, "writing", False):
            raise StrayWriteError
        yield
        return
    with ExitStack() as stack:
        if _state.queue is not None:
            _wait_at_most(stack.enter_context(_state.queue.turn()))
        yield from _committed()


@contextmanager
def writers_turn() -> Iterator[None]:
    """Keeps the other writers of the SQLite file out without a transaction.

    Raises:
        BusyDatabaseError: others were writing for four seconds.
    """
    with ExitStack() as stack:
        if _state.queue is not None:
            stack.enter_context(_state.queue.turn())
        yield


def _wait_at_most(deadline: float) -> None:
    """Leaves SQLite only the rest of the patience that the queue has not used up."""
    left = max(int((deadline - time.monotonic()) * 1000), 1)
    if left < WAIT_SECONDS * 1000 * 0.9:
        database.execute_sql(f"PRAGMA busy_timeout={left}")
        _thread.impatient = True
    elif getattr(_thread, "impatient", False):
        database.execute_sql(f"PRAGMA busy_timeout={PRAGMAS['busy_timeout']}")
        _thread.impatient = False


def _committed() -> Iterator[None]:
    finished = False
    _thread.writing = True
    try:
        with database.atomic("IMMEDIATE") if is_sqlite() else database.atomic():
            yield
            finished = True
    except (InterfaceError, DatabaseError) as error:
        first = _first(error)
        if "readonly database" in str(first):
            _thread.only_reads = True
        if finished:
            raise OutcomeUnknownError from first
        if "database is locked" in str(first) or _state_code(first) == LOCK_NOT_AVAILABLE:
            raise BusyDatabaseError from first
        if first is not error:
            raise type(first)(*first.args) from first
        raise
    finally:
        _thread.writing = False


def _first(error: DatabaseError | InterfaceError) -> DatabaseError | InterfaceError:
    """What went wrong: SQLite has often rolled back itself, and a failing ROLLBACK hides why."""
    found: BaseException | None = error
    while found is not None and "cannot rollback" in str(found):
        found = found.__context__
    return found if isinstance(found, DatabaseError | InterfaceError) else error


def _state_code(error: BaseException) -> str | None:
    """PostgreSQL's own code of an error."""
    return getattr(error.__cause__ or error.__context__, "sqlstate", None)


def lock(table: Any, *ids: int) -> None:
    """Locks the owner rows in ascending order; SQLite has one writer anyway."""
    if not is_sqlite():
        rows = table.select(table.id).where(table.id.in_(ids)).order_by(table.id)
        list(rows.for_update().tuples())


def lock_table(table: Any) -> None:
    """Lets nobody else write to the table until this transaction ends; reading goes on."""
    if not is_sqlite():
        name = table._meta.table_name
        database.execute_sql(f'LOCK TABLE "{name}" IN SHARE ROW EXCLUSIVE MODE')
