"""Which rows a list shows: in a certain order, a page at a time, however many there are.

The rule for tables of any size: a page is found along an index, by ids alone, and only its rows
are fetched with all that the list prints. So a head can be clicked only where an index begins with
its column, unless the table stays small; the default order begins with an index too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort
from peewee import Field, ForeignKeyField, ModelSelect, Ordering, TextField
from werkzeug.datastructures import MultiDict

from vodokanal.models.base import Table
from vodokanal.staff.lookups import ID
from vodokanal.staff.searches import LONGEST_SEARCH

PAGE = 50
# Nobody turns more pages than these; whoever wants those rows searches or takes the whole list.
LAST_PAGE = 4_000 - 1

Arguments = Mapping[str, str]


@dataclass(frozen=True)
class Asked:
    """What an address says of the page, the order and the search of a list."""

    page: int = 0
    # The place of the column that was clicked, and whether it falls.
    sort: int | None = None
    falls: bool = False
    search: str = ""

    @classmethod
    def of(cls, arguments: MultiDict[str, str]) -> Asked:
        """The address as far as it can be read; numbers have been looked at already."""
        return cls(
            arguments.get("page", 0, type=int),
            arguments.get("sort", None, type=int),
            bool(arguments.get("desc", 0, type=int)),
            arguments.get("search", "").strip()[:LONGEST_SEARCH],
        )

    @property
    def number(self) -> int:
        """The page as people count."""
        return self.page + 1

    @property
    def after(self) -> int:
        """The next page."""
        return self.page + 1

    @property
    def before(self) -> int | None:
        """The page before this one, if there is one."""
        return self.page - 1 if self.page else None

    def arguments(self) -> dict[str, Any]:
        """The same as an address; another order or search begins at its first page."""
        return {"sort": self.sort, "desc": 1 if self.falls else None, "search": self.search}


def owner_of(arguments: Arguments, owners: Sequence[str]) -> dict[str, int]:
    """The rows that the list is about: `?account=17`; refuses what is no id."""
    found = {}
    for name in owners:
        text = arguments.get(name)
        if text:
            # A list about a row that cannot exist is no list about everything.
            if not ID.fullmatch(text):
                abort(404)
            found[name] = int(text)
    return found


def page_of(query: ModelSelect, ids: ModelSelect, *, order: Sequence[Any]) -> list[Any]:
    """The rows whose ids these are, in the same order."""
    table = query.model
    return list(query.where(table.id.in_(ids)).order_by(*order))


def whole_order(order: Sequence[Any], table: type[Table]) -> list[Any]:
    """The order, with the id where two rows are alike: none changes places between two pages."""
    last = order[-1]
    falls = isinstance(last, Ordering) and last.direction == "DESC"
    # In the direction of the rest, or no index has it.
    return [*order, table.id.desc() if falls else table.id]


def sortable(
    table: type[Table], names: Iterable[str], *, columns: Mapping[str, Any], few: bool
) -> list[str]:
    """The columns of a list that a click on their head can order the rows by."""
    known = {name: columns.get(name, table._meta.fields.get(name)) for name in names}
    return [
        name
        for name, column in known.items()
        if isinstance(column, Field)
        and not isinstance(column, ForeignKeyField)
        and (begins_an_index(column) or (few and not isinstance(column, TextField)))
    ]


def begins_an_index(column: Any) -> bool:
    """Whether the rows of a table can be gone along in the order of a column."""
    field = column.node if isinstance(column, Ordering) else column
    if not isinstance(field, Field):
        return False
    return bool(field.primary_key) or any(
        # An index of some of the rows orders only those.
        index._where is None and index._expressions[0] is field
        for index in field.model._meta.fields_to_index()
    )
