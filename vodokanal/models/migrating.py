"""Brings the schema up to date, and says whether it is."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playhouse.migrations import Runner

from vodokanal.models.configuration import install_token
from vodokanal.models.database import database, is_sqlite
from vodokanal.models.guards import install_guards

SCRIPTS = Path(__file__).parent.parent / "migrations"
ADVISORY_LOCK = 354_01


class OldSchemaError(Exception):
    """The database's tables are not those of this version: run `flask --app app migrate`."""


class BrokenReferencesError(Exception):
    """After a migration some rows point at rows that do not exist."""


def is_current() -> bool:
    """Whether every numbered script has been applied."""
    runner = Runner(database.obj, str(SCRIPTS))
    return {migration.name for migration in runner.migrations()} <= set(runner.applied())


def migrate(instance: Path) -> list[str]:
    """Applies what is missing, guards included, in one transaction; gives the names applied.

    Raises:
        BrokenReferencesError: some rows would point nowhere; everything is as it was.
    """
    with _alone(instance):
        runner = Runner(database.obj, str(SCRIPTS))
        missing = [each for each in runner.status() if not each.applied]
        with runner.migrator.migration_context():
            runner.History.create_table()
            for migration in missing:
                migration.load().up(runner.migrator, database.obj)
                runner.History.create(name=migration.name)
            install_guards()
            install_token()
            _check_references()
    return [migration.name for migration in missing]


@contextmanager
def _alone(instance: Path) -> Iterator[None]:
    if is_sqlite():
        with (instance / "migrate.lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        return
    database.execute_sql("SELECT pg_advisory_lock(%s)", (ADVISORY_LOCK,))
    try:
        yield
    finally:
        database.execute_sql("SELECT pg_advisory_unlock(%s)", (ADVISORY_LOCK,))


def _check_references() -> None:
    if is_sqlite():
        broken = database.execute_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise BrokenReferencesError(broken[:10])
