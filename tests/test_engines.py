"""What every test begins with: nothing of the test before, whatever that left."""

from __future__ import annotations

from functools import partial
from itertools import count
from typing import Any

import psycopg
import pytest

from tests import factories, month_factories
from tests.cast import make_cast
from tests.engines import Engine, only_postgresql
from tests.snapshots import NAMES
from tests.staff.rows import populate
from vodokanal.models.configuration import Configuration
from vodokanal.models.database import database as current
from vodokanal.models.database import is_sqlite
from vodokanal.models.people import RolePermission
from vodokanal.models.places import District
from vodokanal.operations.foundations import lay_foundations

NEXT_IDS = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"


def everything() -> dict[str, list[Any]]:
    """Every row of every table, and what the next ids will be."""
    found = {name: current.execute_sql(f'SELECT * FROM "{name}"').fetchall() for name in NAMES}
    # The same from then on, but random: renewed with every setting.
    found["configuration"] = list(Configuration.select(Configuration.id).tuples())
    if not is_sqlite():
        found["next ids"] = sorted(current.execute_sql(NEXT_IDS).fetchall())
    return found


@only_postgresql
def test_fresh_tables_are_the_truncated_ones_with_the_foundations(database: Engine) -> None:
    names = ", ".join(f'"{name}"' for name in NAMES)
    current.execute_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
    lay_foundations()
    expected = everything()
    populate(make_cast())
    RolePermission.delete().where(RolePermission.permission.contains("read")).execute()
    assert everything() != expected
    database.fresh()
    assert everything() == expected


def test_what_is_laid_is_what_is_made(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    same_numbers(monkeypatch)
    populate(make_cast())
    expected = everything()
    for _ in ("made", "copied", "copied again"):
        database.fresh()
        same_numbers(monkeypatch)
        cast = database.laid("numbered cast", make_cast)
        database.laid("numbered rows", partial(populate, cast))
        assert everything() == expected
        assert [each.account for each in cast.anna.accesses] == [cast.account]


def same_numbers(patch: pytest.MonkeyPatch) -> None:
    """The factories count from the same number again."""
    numbers = count(1000)
    for factory in (factories, month_factories):
        patch.setattr(factory, "_numbers", numbers)


def test_what_is_laid_first_is_laid_once(database: Engine) -> None:
    for _ in range(2):
        database.fresh("a district")
        made = database.laid("a district", factories.make_district)
        assert [each.name for each in District.select()] == [made.name]


def test_upon_what_a_test_wrote_it_is_made_anew(database: Engine) -> None:
    for number in (1, 2):
        database.fresh()
        mine = factories.make_district()
        other = database.laid("another district", factories.make_district)
        assert {each.id for each in District.select()} == {mine.id, other.id}, number


def test_open_transaction_is_rolled_back(database: Engine) -> None:
    current.begin()
    current.push_transaction(object())
    factories.make_district()
    database.fresh()
    assert not current.in_transaction()
    assert District.select().count() == 0


@only_postgresql
def test_stranger_cannot_hold_up_the_next_test(database: Engine) -> None:
    factories.make_district()
    with psycopg.connect(database.url) as stranger:
        stranger.execute("LOCK TABLE district IN ACCESS EXCLUSIVE MODE")
        database.fresh()
        assert District.select().count() == 0
        with pytest.raises(psycopg.OperationalError):
            stranger.execute("SELECT 1")


@only_postgresql
def test_lost_connection_is_replaced(database: Engine) -> None:
    factories.make_district()
    pid = current.connection().info.backend_pid
    with psycopg.connect(database.url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
    database.fresh()
    assert District.select().count() == 0
