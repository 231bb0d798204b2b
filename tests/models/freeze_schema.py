"""Writes the DDL of the models beside the first migration: `python -m tests.models.freeze_schema`.

Only until the first release; afterwards a change of a table is a new migration.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from tests.postgres import postgres_database
from vodokanal.migrations.frozen import BETWEEN, frozen_path
from vodokanal.models.database import connect_to, database
from vodokanal.models.migrating import SCRIPTS
from vodokanal.models.schema import TABLES

# A table's columns and constraints each begin a line.
COLUMN = re.compile(r', ("[a-z_]+" [A-Z]|CHECK |FOREIGN KEY )')
SCRIPT = SCRIPTS / "0001_first_portal.py"


def statements() -> list[str]:
    """The statements that create every table and index of the models."""
    found = []
    for table in TABLES:
        schema = table._schema
        parts = [schema._create_table(safe=False), *schema._create_indexes(safe=False)]
        found += [_as_text(*part.query()) for part in parts]
    return found


def freeze(url: str) -> None:
    """Writes the file of the engine that the address names."""
    engine = connect_to(url)
    engine.connect()
    text = BETWEEN.join(f"{each};" for each in statements())
    frozen_path(SCRIPT, database.obj).write_text(f"{text}\n", encoding="utf-8")
    engine.close()


def _as_text(sql: str, parameters: tuple[object, ...]) -> str:
    if parameters:
        raise ValueError(f"DDL with parameters cannot be frozen: {sql} {parameters}")
    if not sql.startswith("CREATE TABLE"):
        return sql
    return COLUMN.sub(r",\n  \1", sql)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        freeze(f"sqlite:///{Path(folder) / 'freeze.db'}")
    with postgres_database() as address:
        freeze(address)
