"""What a PostgreSQL database of the tests holds at some moment, and the quick way back to it.

Emptying a hundred tables for every test costs more than the test: only those that hold rows are
touched, and what the foundations laid stays where it is as long as nobody has changed it.
"""

from __future__ import annotations

from typing import Any

from vodokanal.models.database import database
from vodokanal.models.schema import TABLES
from vodokanal.operations.foundations import lay_foundations

NAMES = tuple(table._meta.table_name for table in TABLES)
# Deleted rows stay in their pages; below ten, PostgreSQL plans as for an empty table.
ROOMY = 10 * 8192
ALONE = (
    "PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid();"
)
NEXT_IDS = (
    "PERFORM setval(id, coalesce(last, 1), last IS NOT NULL) FROM kept.sequence_{number}"
    " WHERE pg_sequence_last_value(id) IS DISTINCT FROM last;"
)
SEQUENCES = (
    "SELECT oid::regclass AS id, pg_sequence_last_value(oid) AS last FROM pg_class"
    " WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
)
# Without triggers and foreign keys: guards refuse to delete what is kept for good.
FUNCTION = """
CREATE FUNCTION kept.{name}(mark bigint) RETURNS text LANGUAGE plpgsql {options} AS $$
BEGIN
{body}
RETURN pg_current_xact_id()::text;
END $$
"""
UNGUARDED = "SET session_replication_role = replica"

Layer = tuple[str, ...]
Counts = dict[str, int]


class Snapshots:
    """The rows of the foundations and of what tests lay upon them, in a schema of their own."""

    def __init__(self) -> None:
        _run("DROP SCHEMA IF EXISTS kept CASCADE")
        _run("CREATE SCHEMA kept")
        ((power,),) = _rows("SELECT current_setting('is_superuser')")
        self._may_disarm = power == "on"
        self._numbers: dict[Layer, int] = {}
        self._counts: dict[Layer, Counts] = {}
        # Rows of a later transaction than `mark` are not the foundations'.
        self._mark = self._last = 0
        self._layer: Layer = ()
        _run(f"TRUNCATE {_listed(NAMES)} RESTART IDENTITY CASCADE")
        lay_foundations()
        self._counts[()] = _counts()
        self._save((), [name for name, count in self._counts[()].items() if count])
        self._define("empty", self._emptying())

    def empty(self) -> None:
        """Leaves the foundations alone, ends every other connection."""
        _run("RESET ALL")
        self._mark = self._last = self._call("empty")
        self._layer = ()

    def is_untouched(self) -> bool:
        """Whether nothing was written since `empty()`, `keep()` or `copy()`."""
        ((following,),) = _rows("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
        return int(following) == self._last + 1

    def keep(self, layer: Layer) -> None:
        """Remembers what was added since the last of the three."""
        before, now = self._counts[self._layer], _counts()
        changed = [each for each in NAMES if before[each] != now[each] or _is_new(each, self._last)]
        self._counts[layer] = now
        self._save(layer, changed)
        number = self._numbers[layer]
        body = [line for name in changed for line in _refilled(name, number)]
        self._define(f"copy_{number}", [*body, NEXT_IDS.format(number=number)])
        self._layer = layer
        self._last = self._call(f"copy_{number}")

    def copy(self, layer: Layer) -> None:
        """Adds the same again to what was there before it."""
        self._last = self._call(f"copy_{self._numbers[layer]}")
        self._layer = layer

    def _save(self, layer: Layer, names: list[str]) -> None:
        number = self._numbers[layer] = len(self._numbers)
        for name in names:
            _run(f'CREATE TABLE kept."{name}_{number}" AS TABLE "{name}"')
        _run(f"CREATE TABLE kept.sequence_{number} AS {SEQUENCES}")

    def _emptying(self) -> list[str]:
        sizes = ", ".join(f"pg_relation_size('{name}')" for name in NAMES)
        most = ROOMY if self._may_disarm else 0
        body = [ALONE, f"IF greatest({sizes}) > {most} THEN TRUNCATE {_listed(NAMES)}; END IF;"]
        for name, count in self._counts[()].items():
            if count == 0:
                body.append(f'DELETE FROM "{name}";')
                continue
            changed = f"count(*) <> {count} OR max(xmin::text::bigint) > mark"
            body += [f'IF (SELECT {changed} FROM "{name}") THEN', *_refilled(name, 0), "END IF;"]
        return [*body, NEXT_IDS.format(number=0)]

    def _define(self, name: str, body: list[str]) -> None:
        options = UNGUARDED if self._may_disarm else ""
        _run(FUNCTION.format(name=name, options=options, body="\n".join(body)))

    def _call(self, name: str) -> int:
        ((transaction,),) = _rows(f"SELECT kept.{name}({self._mark})")
        return int(transaction)


def _refilled(name: str, number: int) -> list[str]:
    return [f'DELETE FROM "{name}";', f'INSERT INTO "{name}" TABLE kept."{name}_{number}";']


def _is_new(name: str, mark: int) -> bool:
    ((is_new,),) = _rows(f'SELECT EXISTS (SELECT FROM "{name}" WHERE xmin::text::bigint > {mark})')
    return bool(is_new)


def _counts() -> Counts:
    return {name: _rows(f'SELECT count(*) FROM "{name}"')[0][0] for name in NAMES}


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _rows(sql: str) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = database.execute_sql(sql).fetchall()
    return found


def _run(sql: str) -> None:
    database.execute_sql(sql)
