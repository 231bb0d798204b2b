"""The schema that migrations make is the models', to the letter; a failure leaves the old one."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.engines import Engine, disconnect, only_sqlite
from vodokanal.models import migrating
from vodokanal.models.configuration import install_token
from vodokanal.models.database import connect_to, is_sqlite, open_connection
from vodokanal.models.database import database as current
from vodokanal.models.fields import HundredthsField, MoneyField, PeriodField, VolumeField
from vodokanal.models.guards import INTEGER_COLUMNS, install_guards
from vodokanal.models.migrating import BrokenReferencesError, is_current, migrate
from vodokanal.models.schema import TABLES

FIRST = "0001_first_portal"
HALF_A_SCRIPT = """
def up(migrator, database):
    database.execute_sql("CREATE TABLE half (id INTEGER)")
    database.execute_sql("INSERT INTO district (name, telephone, duty_telephone) VALUES ('a', '', '')")
    raise RuntimeError("the power went off")
"""
ORPHAN_SCRIPT = """
def up(migrator, database):
    database.execute_sql(
        "INSERT INTO role_permission (role_id, permission) VALUES (77, 'accounts.read')")
"""
# What PostgreSQL itself says of a schema: columns, constraints, indexes, triggers, functions.
CATALOGUE = """
SELECT 'column', table_name || '.' || column_name,
       concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default)
  FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL
SELECT 'constraint', conrelid::regclass::text || '.' || conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT 'function', proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL
SELECT 'sequence', sequencename, data_type::text FROM pg_sequences WHERE schemaname = 'public'
"""
HISTORY = "schema_migration"


@pytest.fixture
def nothing(engine: Engine, tmp_path: Path) -> Iterator[Path]:
    """An empty database of the engine, and a folder for its scripts and locks."""
    disconnect()
    with empty_database(engine, tmp_path) as url:
        connect_to(url)
        open_connection()
        yield tmp_path
        disconnect()
    connect_to(engine.url)


@contextmanager
def empty_database(engine: Engine, folder: Path) -> Iterator[str]:
    """The address of a database beside the tests' own."""
    if engine.is_sqlite:
        yield f"sqlite:///{folder / 'new.db'}"
        return
    name = str(conninfo_to_dict(engine.url)["dbname"])
    beside = f"{name}_migrations"
    with psycopg.connect(engine.url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {beside}")
        yield engine.url.replace(name, beside)
        server.execute(f"DROP DATABASE {beside} WITH (FORCE)")


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of migrations with the real ones in it, to which a test adds one."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    for path in migrating.SCRIPTS.glob("0*"):
        (folder / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(migrating, "SCRIPTS", folder)
    return folder


def test_migrated_database_is_the_models_one_to_the_letter(nothing: Path) -> None:
    migrate(nothing)
    migrated = schema()
    forget_everything()
    current.create_tables(TABLES)
    install_guards()
    install_token()
    assert migrated == schema() != {}


def test_migrating_twice_changes_nothing(nothing: Path) -> None:
    assert migrate(nothing) == [FIRST]
    once = schema()
    assert migrate(nothing) == []
    assert schema() == once


def test_only_a_migrated_database_is_current(nothing: Path, scripts: Path) -> None:
    assert not is_current()
    migrate(nothing)
    assert is_current()
    (scripts / "0002_more.py").write_text("def up(migrator, database): pass\n")
    assert not is_current()


def test_failure_halfway_leaves_an_empty_database_empty(nothing: Path, scripts: Path) -> None:
    (scripts / "0002_half.py").write_text(HALF_A_SCRIPT)
    with pytest.raises(RuntimeError, match="power"):
        migrate(nothing)
    assert schema() == {}


def test_failure_halfway_leaves_the_old_schema(nothing: Path, scripts: Path) -> None:
    migrate(nothing)
    before = schema()
    (scripts / "0002_half.py").write_text(HALF_A_SCRIPT)
    with pytest.raises(RuntimeError, match="power"):
        migrate(nothing)
    assert schema() == before
    assert current.execute_sql("SELECT count(*) FROM district").fetchone() == (0,)


@only_sqlite
def test_migration_that_leaves_orphans_is_undone(nothing: Path, scripts: Path) -> None:
    migrate(nothing)
    (scripts / "0002_orphan.py").write_text(ORPHAN_SCRIPT)
    with pytest.raises(BrokenReferencesError):
        migrate(nothing)
    assert current.execute_sql("SELECT count(*) FROM role_permission").fetchone() == (0,)
    assert current.pragma("foreign_keys") == 1


@only_sqlite
def test_killed_after_any_statement_the_schema_is_old_or_new(
    nothing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies without a word: what is on the disk is then opened by another one."""
    seen = set()
    for last in range(1, 1000, 9):
        copy = nothing / f"killed{last}.db"
        if stopped_after(last, copy, monkeypatch):
            seen.add(tables_of(copy))
        else:
            break
    assert seen == {0}
    assert last > len(TABLES)


def test_every_exact_number_is_kept_as_an_integer() -> None:
    exact = {
        table._meta.table_name: tuple(
            field.column_name
            for field in table._meta.sorted_fields
            if isinstance(field, MoneyField | VolumeField | HundredthsField | PeriodField)
        )
        for table in TABLES
    }
    wanted = {name: sorted(columns) for name, columns in exact.items() if columns}
    assert wanted == {name: sorted(columns) for name, columns in INTEGER_COLUMNS.items()}


def schema() -> dict[tuple[str, str], str]:
    """Everything the engine knows of our tables, by kind and name."""
    sqlite = "SELECT type, name, sql FROM sqlite_master"
    rows = current.execute_sql(sqlite if is_sqlite() else CATALOGUE).fetchall()
    found = {(kind, name): folded(sql) for kind, name, sql in rows}
    return {key: sql for key, sql in found.items() if HISTORY not in key[1]}


def folded(sql: str | None) -> str:
    return re.sub(r"\s+", " ", sql or "")


def forget_everything() -> None:
    current.execute_sql("DROP TABLE schema_migration")
    for table in reversed(TABLES):
        table.drop_table(safe=False)


def stopped_after(last: int, copy: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Migrates until the statement of that number and takes what the disk then holds."""
    count = 0

    class Killed(BaseException):
        pass

    def counted(sql: str, *rest: object) -> object:
        nonlocal count
        count += 1
        if count == last:
            for suffix in ("", "-wal"):
                part = Path(f"{current.obj.database}{suffix}")
                if part.exists():
                    Path(f"{copy}{suffix}").write_bytes(part.read_bytes())
            raise Killed
        return execute(sql, *rest)

    execute = current.obj.execute_sql
    monkeypatch.setattr(current.obj, "execute_sql", counted)
    try:
        migrate(copy.parent)
    except Killed:
        return True
    else:
        return False
    finally:
        monkeypatch.undo()


def tables_of(path: Path) -> int:
    with sqlite3.connect(path) as connection:
        (count,) = connection.execute(
            "SELECT count(*) FROM sqlite_master WHERE name = 'account'"
        ).fetchone()
    connection.close()
    return int(count)
