"""The whole database as files in a folder, and back: one consistent moment, nobody kept waiting."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from peewee import ProgrammingError
from peewee import __exception_wrapper__ as peewee_errors
from playhouse.migrations import Runner

from vodokanal.models.base import Table
from vodokanal.models.bulk import reset_sequence
from vodokanal.models.database import database, is_sqlite, write_tx, writers_turn
from vodokanal.models.migrating import SCRIPTS
from vodokanal.models.schema import TABLES

SQLITE, POSTGRESQL = "sqlite", "postgresql"
FILE = "portal.db"
TABLE_SUFFIX = ".copy"
CHUNK = 1024 * 1024
# As much as SQLite allows.
LARGEST_MAP = 0x7FFF0000
# PostgreSQL: insufficient privilege.
NOT_ALLOWED = "42501"


class OtherEngineError(Exception):
    """The files are of another engine, `engine`, than the database."""

    def __init__(self, engine: str) -> None:
        super().__init__(engine)
        self.engine = engine


class NotAllowedError(Exception):
    """The server does not let this user create a database."""


def engine_name() -> str:
    """The engine of the database in use."""
    return SQLITE if is_sqlite() else POSTGRESQL


def applied_migrations() -> tuple[str, ...]:
    """The scripts that have made the tables, in their order; none in an empty database."""
    runner = Runner(database.obj, str(SCRIPTS))
    return tuple(sorted(runner.applied()))


def known_migrations() -> tuple[str, ...]:
    """The scripts that this version has."""
    runner = Runner(database.obj, str(SCRIPTS))
    return tuple(sorted(each.name for each in runner.migrations()))


def database_size() -> int:
    """How many bytes the database takes."""
    if is_sqlite():
        return Path(database.obj.database).stat().st_size
    (size,) = database.execute_sql("SELECT pg_database_size(current_database())").fetchone()
    return int(size)


def row_counts() -> dict[str, int]:
    """How many rows each table has."""
    return {table._meta.table_name: int(table.select().count()) for table in TABLES}


def copy_database(folder: Path) -> None:
    """Writes the database as it is at one moment; whoever writes goes on beside.

    SQLite becomes one file, PostgreSQL a file a table.
    """
    if is_sqlite():
        # One step is one reading transaction: what is committed meanwhile is not seen.
        _copy_file(Path(database.obj.database), folder / FILE)
    else:
        with database.atomic("REPEATABLE READ"):
            for table in TABLES:
                _unload(table, folder)


def read_as_memory() -> None:
    """Lets this connection read SQLite's file as if it were memory: one that nobody writes to."""
    if is_sqlite():
        database.execute_sql(f"PRAGMA mmap_size={LARGEST_MAP}")


def write_over(folder: Path) -> None:
    """Puts a copy in the place of everything in the database, in one transaction.

    SQLite needs no tables before; on PostgreSQL they must be those of the copy.

    Raises:
        OtherEngineError: the copy is of the other engine.
    """
    engine = SQLITE if (folder / FILE).exists() else POSTGRESQL
    if engine != engine_name():
        raise OtherEngineError(engine)
    if engine == SQLITE:
        # Into the file that servers may have open: they see it change as by any other writer.
        with writers_turn():
            _copy_file(folder / FILE, Path(database.obj.database))
        return
    with write_tx():
        _load_tables(folder)


def create_database(name: str) -> None:
    """Makes an empty PostgreSQL database beside this one.

    Raises:
        NotAllowedError: the server does not let this user make one.
    """
    try:
        database.execute_sql(f'CREATE DATABASE "{name}" TEMPLATE template0')
    except ProgrammingError as error:
        if getattr(error.__cause__ or error.__context__, "sqlstate", None) != NOT_ALLOWED:
            raise
        raise NotAllowedError from error


def drop_database(name: str) -> None:
    """Removes a PostgreSQL database beside this one, whoever is connected to it."""
    database.execute_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _copy_file(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written)


def _unload(table: type[Table], folder: Path) -> None:
    path = folder / f"{table._meta.table_name}{TABLE_SUFFIX}"
    statement = f"COPY (SELECT {_columns(table)} FROM {_name(table)} ORDER BY id) TO STDOUT"
    with peewee_errors, path.open("wb") as file, database.cursor().copy(statement) as rows:
        for part in rows:
            file.write(part)


def _load_tables(folder: Path) -> None:
    names = ", ".join(_name(table) for table in TABLES)
    for table in TABLES:
        # What guards a month against change would refuse the month itself.
        database.execute_sql(f"ALTER TABLE {_name(table)} DISABLE TRIGGER USER")
    database.execute_sql(f"TRUNCATE {names} CASCADE")
    for table in TABLES:
        _load(table, folder)
        reset_sequence(table)
    for table in TABLES:
        database.execute_sql(f"ALTER TABLE {_name(table)} ENABLE TRIGGER USER")


def _load(table: type[Table], folder: Path) -> None:
    path = folder / f"{table._meta.table_name}{TABLE_SUFFIX}"
    statement = f"COPY {_name(table)} ({_columns(table)}) FROM STDIN"
    with peewee_errors, path.open("rb") as file, database.cursor().copy(statement) as rows:
        while part := file.read(CHUNK):
            rows.write(part)


def _columns(table: type[Table]) -> str:
    fields: Any = table._meta.sorted_fields
    return ", ".join(f'"{field.column_name}"' for field in fields)


def _name(table: type[Table]) -> str:
    return f'"{table._meta.table_name}"'
