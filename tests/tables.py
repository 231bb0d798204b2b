"""All rows of all tables, to be compared with what is there later."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from vodokanal.models.schema import TABLES


def everything(*, but: Collection[str] = ()) -> dict[str, list[Any]]:
    """Every table's rows by id, those of the named tables left out."""
    return {
        table._meta.table_name: list(table.select().order_by(table.id).tuples())
        for table in TABLES
        if table._meta.table_name not in but
    }
