"""Indexes that are made when all rows are there are the same as before, and hold the same."""

from __future__ import annotations

import pytest
from peewee import IntegrityError

from tests.engines import Engine
from tests.factories import make_account, make_premises
from vodokanal.models.accounts import Account
from vodokanal.models.database import database as current
from vodokanal.models.database import is_sqlite, write_tx
from vodokanal.models.indexes import indexed_afterwards
from vodokanal.models.places import House
from vodokanal.models.schema import TABLES

SQLITE = "SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name"
POSTGRES = """
SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()
UNION ALL
SELECT conname, conrelid::regclass || pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' ORDER BY 1
"""


def indexes() -> list[tuple[str, str]]:
    """Every index, and on PostgreSQL every reference."""
    return list(current.execute_sql(SQLITE if is_sqlite() else POSTGRES).fetchall())


def test_indexes_are_gone_inside_and_the_same_afterwards(database: Engine) -> None:
    before = indexes()
    with write_tx(), indexed_afterwards(TABLES):
        inside = indexes()
    assert len(before) > 40
    assert len(inside) < len(before) / 2
    assert indexes() == before


def test_failure_leaves_the_indexes_as_they_were(database: Engine) -> None:
    before = indexes()
    with pytest.raises(ZeroDivisionError), write_tx(), indexed_afterwards(TABLES):
        raise ZeroDivisionError
    assert indexes() == before


def test_two_rows_that_must_differ_are_found_at_the_end(database: Engine) -> None:
    premises = make_premises()
    with pytest.raises(IntegrityError), write_tx(), indexed_afterwards([Account]):
        make_account(number="12-34", premises=premises)
        make_account(number="12-34", premises=premises)
    assert Account.select().count() == 0


def test_row_that_points_nowhere_is_found(database: Engine) -> None:
    with pytest.raises(IntegrityError), write_tx(), indexed_afterwards([House]):
        House.create(district=999, street="Ничья ул.", number="1")
    assert House.select().count() == 0
