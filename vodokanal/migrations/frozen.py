"""Runs the DDL that a numbered script keeps beside it, one file an engine."""

from __future__ import annotations

from pathlib import Path

from peewee import Database, SqliteDatabase

# Statements are kept apart by an empty line; a statement itself has none.
BETWEEN = "\n\n"


def frozen_path(script: Path, database: Database) -> Path:
    """The file with the script's DDL for this database's engine."""
    engine = "sqlite" if isinstance(database, SqliteDatabase) else "postgresql"
    return script.with_suffix(f".{engine}.sql")


def run_frozen(script: Path, database: Database) -> None:
    """Executes every statement of the script's DDL, in order."""
    text = frozen_path(script, database).read_text(encoding="utf-8")
    for statement in text.split(BETWEEN):
        database.execute_sql(statement.strip().rstrip(";"))
