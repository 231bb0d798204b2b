"""Conditions on folded texts and keys, as each database answers them quickest."""

from __future__ import annotations

from typing import Any

from peewee import Expression, Value, fn

from vodokanal.models.database import is_sqlite

# After every text that begins with the same letters, in each database's own order.
LAST_LETTERS = "я" * 20


def begins(column: Any, prefix: str) -> Expression:
    """Whether a text begins so; by the column's index, which LIKE would not use."""
    is_near = (column >= prefix) & (column <= prefix + LAST_LETTERS)
    # PostgreSQL takes a bare comparison for rare, and then sorts thousands where some are wanted.
    is_so = fn.COALESCE(fn.SUBSTR(column, 1, len(prefix)) == prefix, Value(value=False))
    found: Expression = is_near & is_so
    return found


def holds(column: Any, part: str) -> Expression:
    """Whether a folded text holds another; several times faster than LIKE without case."""
    place = fn.INSTR if is_sqlite() else fn.STRPOS
    found: Expression = place(column, part) > 0
    return found
