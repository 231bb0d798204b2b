"""The two engines that every test with a database runs on, emptied before each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from vodokanal.models.database import connect_to, database, open_connection
from vodokanal.models.migrating import migrate
from vodokanal.models.schema import TABLES
from vodokanal.operations.foundations import lay_foundations

SUFFIXES = ("", "-wal", "-shm")
# For what only one engine has.
only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
only_postgresql = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)


class Engine:
    """A database of one engine, made by the migrations."""

    name: str

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self._build()

    @property
    def is_sqlite(self) -> bool:
        """Whether the tests run on SQLite now."""
        return self.name == "sqlite"

    def fresh(self) -> None:
        """Only the foundations are left, and this thread is connected."""
        raise NotImplementedError

    def _build(self) -> None:
        connect_to(self.url)
        open_connection()
        migrate(self.folder)


class SqliteEngine(Engine):
    """A file that is copied anew for every test."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.path = folder / "portal.db"
        self.template = folder / "template.db"
        super().__init__(f"sqlite:///{self.path}", folder)

    def fresh(self) -> None:
        disconnect()
        for suffix in SUFFIXES:
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self.template, self.path)
        connect_to(self.url)
        open_connection()

    def _build(self) -> None:
        super()._build()
        lay_foundations()
        # Closing the last connection moves everything out of the write-ahead log.
        database.close()
        self.path.replace(self.template)


class PostgresEngine(Engine):
    """A database whose tables are emptied for every test."""

    name = "postgresql"

    def fresh(self) -> None:
        disconnect()
        connect_to(self.url)
        open_connection()
        # A thread that a failed test left behind must not hold up the emptying.
        database.execute_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        names = ", ".join(f'"{table._meta.table_name}"' for table in TABLES)
        database.execute_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        lay_foundations()


def disconnect() -> None:
    """Closes this thread's connection, whatever state a test left it in."""
    if database.obj is None or database.is_closed():
        return
    while database.in_transaction():
        database.pop_transaction()
    database.close()
