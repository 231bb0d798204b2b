"""The tables of the first portal, as they were on the day of its release."""

from __future__ import annotations

from pathlib import Path

from peewee import Database
from playhouse.migrate import SchemaMigrator

from vodokanal.migrations.frozen import run_frozen


def up(_migrator: SchemaMigrator, database: Database) -> None:
    """Creates them."""
    run_frozen(Path(__file__), database)
