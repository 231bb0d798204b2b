"""What SQLite wants to have done now and then, without keeping the writers waiting."""

from __future__ import annotations

from contextlib import suppress

from peewee import OperationalError

from vodokanal.models.database import PRAGMAS, database, is_sqlite, writers_turn

PATIENCE_MS = 100
ROWS_LOOKED_AT = 400


def tidy_up() -> bool:
    """Moves the write-ahead log into the file and looks how the tables have grown.

    False: a reader stood in the way of emptying the log, and the next night will do.
    """
    if not is_sqlite():
        return True
    # The long part keeps nobody waiting; what is left for the turn is what was written meanwhile.
    database.execute_sql("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    with writers_turn():
        database.execute_sql(f"PRAGMA busy_timeout={PATIENCE_MS}")
        try:
            return _emptied()
        finally:
            database.execute_sql(f"PRAGMA busy_timeout={PRAGMAS['busy_timeout']}")


def _emptied() -> bool:
    # Another program may be writing beside our queue.
    with suppress(OperationalError):
        database.execute_sql(f"PRAGMA analysis_limit={ROWS_LOOKED_AT}")
        database.execute_sql("PRAGMA optimize")
    (busy, _pages, _moved) = database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
