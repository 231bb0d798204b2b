"""Empty tables without their indexes and references while very many rows are let in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from vodokanal.models.base import Table
from vodokanal.models.database import database, is_sqlite

SQLITE = """
SELECT 'DROP INDEX "' || name || '"', sql FROM sqlite_master
WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?
"""
# An index that a constraint brings along goes and comes with it; the words of a condition change
# each time they are read back, so an index with one stays.
POSTGRES = """
SELECT 'DROP INDEX "' || indexname || '"', indexdef FROM pg_indexes
WHERE schemaname = current_schema() AND tablename = %s
AND indexname NOT IN (SELECT conname FROM pg_constraint) AND indexdef NOT LIKE '%%WHERE%%'
UNION ALL
SELECT 'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT "' || conname || '"',
'ALTER TABLE ' || conrelid::regclass || ' ADD CONSTRAINT "' || conname || '" '
|| pg_get_constraintdef(oid)
FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass
"""


@contextmanager
def indexed_afterwards(tables: Sequence[type[Table]]) -> Iterator[None]:
    """Takes the tables' indexes away and makes them again from all rows at once.

    Must be inside `write_tx()`: whatever fails, the indexes are as they were. On PostgreSQL the
    references too are checked at the end, by one join instead of a look-up for every row.
    """
    found = [each for table in tables for each in _definitions(table._meta.table_name)]
    for drop, _ in found:
        database.execute_sql(drop)
    yield
    for _, create in found:
        database.execute_sql(create)


def _definitions(name: str) -> list[tuple[str, str]]:
    if is_sqlite():
        return list(database.execute_sql(SQLITE, (name,)).fetchall())
    return list(database.execute_sql(POSTGRES, (name, name)).fetchall())
