"""What was asked of the database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from vodokanal.models.database import database

# BEGIN, COMMIT and savepoints are not what is counted.
UNCOUNTED = re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|PRAGMA)\b", re.IGNORECASE)


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements of this thread's database while the block runs, in order."""
    seen: list[str] = []
    engine: Any = database.obj
    original = engine.execute_sql

    def execute_sql(sql: str, params: Any = None) -> Any:
        if not UNCOUNTED.match(sql):
            seen.append(sql)
        return original(sql, params)

    engine.execute_sql = execute_sql
    try:
        yield seen
    finally:
        del engine.execute_sql
