"""Counters of attempts, exact across threads and workers, kept apart from what must last."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from limits.storage import Storage
from peewee import PeeweeException

from vodokanal.models.database import database, is_sqlite

WAIT_SECONDS = 2.0
PURGED_EVERY = 60.0
ADVISORY_LOCK = 354_02

COLUMNS = "(key TEXT PRIMARY KEY, amount INTEGER NOT NULL, expires_at DOUBLE PRECISION NOT NULL)"
CREATE_TABLE = f"CREATE{{unlogged}} TABLE IF NOT EXISTS attempt_counter {COLUMNS}"
CREATE_INDEX = (
    "CREATE INDEX IF NOT EXISTS attempt_counter_expires_at ON attempt_counter (expires_at)"
)
ADD = """
INSERT INTO attempt_counter AS kept (key, amount, expires_at) VALUES (?, ?, ?)
ON CONFLICT (key) DO UPDATE SET
  amount = CASE WHEN kept.expires_at <= ? THEN excluded.amount
                ELSE kept.amount + excluded.amount END,
  expires_at = CASE WHEN kept.expires_at <= ? THEN excluded.expires_at
                    ELSE kept.expires_at END
RETURNING amount
"""
READ = "SELECT amount, expires_at FROM attempt_counter WHERE key = ? AND expires_at > ?"
FORGET = "DELETE FROM attempt_counter WHERE key = ?"
PURGE = "DELETE FROM attempt_counter WHERE expires_at <= ?"
EMPTY = "DELETE FROM attempt_counter"

Rows = list[tuple[Any, ...]]


class SqliteCounters:
    """A file of its own, so that a flood at the sign-in never takes the writers' lock.

    Nothing in it is worth a wait for the disk: after a power cut counting begins anew.
    """

    errors = (sqlite3.Error,)

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()

    def run(self, statement: str, values: Sequence[Any] = ()) -> Rows:
        """The rows of one statement, committed at once."""
        try:
            return self._connection().execute(statement, values).fetchall()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            self._begin_anew()
            return self._connection().execute(statement, values).fetchall()

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None or self._local.pid != os.getpid():
            found = sqlite3.connect(self._path, timeout=WAIT_SECONDS, isolation_level=None)
            self._local.connection, self._local.pid = found, os.getpid()
            found.execute("PRAGMA journal_mode=wal")
            found.execute("PRAGMA synchronous=OFF")
            found.execute(CREATE_TABLE.format(unlogged=""))
            found.execute(CREATE_INDEX)
        return found

    def _begin_anew(self) -> None:
        self._local.connection = None
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)


class PostgresqlCounters:
    """An unlogged table beside the others, made when it is missed."""

    errors = (PeeweeException,)

    def __init__(self) -> None:
        self._there = False

    def run(self, statement: str, values: Sequence[Any] = ()) -> Rows:
        """The rows of one statement, committed at once."""
        if not self._there:
            self._make()
        cursor = database.execute_sql(statement.replace("?", "%s"), tuple(values))
        return list(cursor.fetchall()) if cursor.description else []

    def _make(self) -> None:
        with database.atomic():
            # Two workers that create one table at once would fail on its type's name.
            database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (ADVISORY_LOCK,))
            ((found,),) = database.execute_sql("SELECT to_regclass('attempt_counter')").fetchall()
            if found is None:
                database.execute_sql(CREATE_TABLE.format(unlogged=" UNLOGGED"))
                database.execute_sql(CREATE_INDEX)
        self._there = True


class CounterStorage(Storage):
    """What the `limits` library counts in."""

    STORAGE_SCHEME = ["vodokanal"]

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._tables: SqliteCounters | PostgresqlCounters = (
            SqliteCounters(folder / "counters.db") if is_sqlite() else PostgresqlCounters()
        )
        self._purged_at = time.time()

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        """What goes wrong when counting goes wrong."""
        return self._tables.errors

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """The count with this attempt; the first one of a window decides when it ends."""
        now = time.time()
        self._purge(now)
        ((count,),) = self._tables.run(ADD, (key, amount, now + expiry, now, now))
        return int(count)

    def get(self, key: str) -> int:
        """The count of the running window."""
        rows = self._tables.run(READ, (key, time.time()))
        return int(rows[0][0]) if rows else 0

    def get_expiry(self, key: str) -> float:
        """When the running window ends, in seconds since the epoch."""
        now = time.time()
        rows = self._tables.run(READ, (key, now))
        return float(rows[0][1]) if rows else now

    def check(self) -> bool:
        """Whether counting works."""
        self.get("")
        return True

    def reset(self) -> int | None:
        """Forgets everything."""
        self._tables.run(EMPTY)
        return None

    def clear(self, key: str) -> None:
        """Forgets one counter."""
        self._tables.run(FORGET, (key,))

    def forget_ended(self) -> None:
        """Forgets every window that is over."""
        self._tables.run(PURGE, (time.time(),))

    def _purge(self, now: float) -> None:
        if now - self._purged_at > PURGED_EVERY:
            self._purged_at = now
            self.forget_ended()
