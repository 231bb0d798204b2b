"""Statements that are put together once and then only given their values.

Peewee builds the text of a query anew each time and asks of every column of every row what it is;
on the pages that everybody opens on the 20th that took more time than the database did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Generic, TypeVar

from peewee import (
    ROW,
    Expression,
    Field,
    FieldAlias,
    Insert,
    ModelSelect,
    Query,
    Value,
)

from vodokanal.models.base import Table
from vodokanal.models.conversions import Convert, convert_of
from vodokanal.models.database import database

Row = TypeVar("Row")
Made = TypeVar("Made")
Build = Callable[[list[Any]], list[Any]]
# Which object is kept under which name of which other one; all by their places among the parts.
Link = tuple[int, str, int]
# So many ids a statement is given at once, and so many different values are remembered.
AT_ONCE, ALIKE = 100, 4096


@dataclass(frozen=True)
class _Slot:
    """Stands in a statement for a value that comes later."""

    name: str
    convert: Convert


def slot(name: str, field: Field) -> Value:
    """A place in a query for a value of the column's type, named when the query is run."""
    return Value(_Slot(name, field.db_value), converter=False)


def slots(table: type[Table], *names: str) -> dict[str, Value]:
    """What an INSERT is given: a place for each of the columns, by its name."""
    return {name: slot(name, table._meta.fields[name]) for name in names}


def as_kept(*columns: Field) -> list[Any]:
    """Columns whose values stay as the database keeps them: whole kopecks, yyyymm, text."""
    # What has another name is not converted.
    return [column.alias(f"kept_{column.name}") for column in columns]


def among(field: Field) -> Expression:
    """Whether a column's value is one of the ids that `Prepared.among` is given."""
    found: Expression = field.in_([slot(f"id{place}", field) for place in range(AT_ONCE)])
    return found


class Prepared(Generic[Row]):
    """A query by its making; the text is kept for each engine that it is run on."""

    def __init__(self, make: Callable[[], Query]) -> None:
        self._make = make
        self._texts: dict[type, tuple[str, Sequence[Any], Build]] = {}

    def rows(self, **values: Any) -> list[Row]:
        """Every row that the query finds."""
        text, params, build = self._text()
        cursor = database.execute_sql(text, _filled(params, values))
        return build(cursor.fetchall())

    def among(self, ids: Sequence[int], **values: Any) -> list[Row]:
        """Every row that belongs to one of the ids, however many there are."""
        found: list[Row] = []
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            # The last one again and again: so the statement's text stays the same.
            filled = [*some, *[some[-1]] * (AT_ONCE - len(some))]
            found += self.rows(
                **{f"id{place}": each for place, each in enumerate(filled)}, **values
            )
        return found

    def first(self, **values: Any) -> Row | None:
        """The first row, or None."""
        return next(iter(self.rows(**values)), None)

    def run(self, **values: Any) -> int:
        """Carries out an INSERT of one row, whose id it gives, or an UPDATE: how many rows."""
        text, params, _ = self._text()
        cursor = database.execute_sql(text, _filled(params, values))
        if cursor.description is None:
            return int(cursor.rowcount)
        # All of them: SQLite commits nothing while a statement still has rows to give.
        found = cursor.fetchall()
        return int(found[0][0]) if found else 0

    def _text(self) -> tuple[str, Sequence[Any], Build]:
        engine = type(database.obj)
        if engine not in self._texts:
            query = self._make()
            if isinstance(query, Insert):
                query = query.returning(query.table.id)
            text, params = query.sql()
            build = self._builder(query) if isinstance(query, ModelSelect) else list
            self._texts[engine] = (text, params, build)
        return self._texts[engine]

    def _builder(self, query: ModelSelect) -> Build:
        return _builder(query)


class Owned(Prepared[tuple[int, Made]]):
    """A query whose first column is the id of who owns the row; something is made of the others.

    Where thousands of rows are alike but for their owner, each is made once.
    """

    def __init__(
        self, query: Callable[[], Query], make: Callable[..., Made], *, alike: bool = True
    ) -> None:
        super().__init__(query)
        self._make_one, self._alike = make, alike

    def by_owner(self, **values: Any) -> dict[int, list[Made]]:
        """What is made of the rows of each owner, in their order."""
        return grouped(self.rows(**values))

    def _builder(self, query: ModelSelect) -> Build:
        converted, make = _converter(query._returning[1:]), self._make_one

        def made(row: Sequence[Any]) -> Made:
            return make(*converted(row))

        make_of = lru_cache(maxsize=ALIKE)(made) if self._alike else made
        return lambda rows: [(row[0], make_of(row[1:])) for row in rows]


def grouped(rows: Iterable[tuple[int, Made]]) -> dict[int, list[Made]]:
    """What belongs to each owner, in order."""
    found: dict[int, list[Made]] = {}
    for owner, each in rows:
        if owner in found:
            found[owner].append(each)
        else:
            found[owner] = [each]
    return found


def insert_together(table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts a few rows of the same columns with one statement."""
    names = tuple(rows[0])
    values = {f"{name}{place}": row[name] for place, row in enumerate(rows) for name in names}
    _inserting(table, names, count=len(rows)).run(**values)


@lru_cache(maxsize=256)
def _inserting(table: Any, names: tuple[str, ...], *, count: int) -> Prepared[int]:
    fields = table._meta.fields
    rows = [
        {name: slot(f"{name}{place}", fields[name]) for name in names} for place in range(count)
    ]
    return Prepared(lambda: table.insert_many(rows))


def _filled(params: Sequence[Any], values: dict[str, Any]) -> list[Any]:
    return [each.convert(values[each.name]) if isinstance(each, _Slot) else each for each in params]


def _builder(query: ModelSelect) -> Build:
    """What makes rows into objects with those that were joined to them, or into tuples."""
    if query._row_type == ROW.TUPLE:
        return _tuples(query._returning)
    parts = _parts(query._returning)
    if len(parts) == 1:
        return lambda rows: [parts[0].made(row) for row in rows]
    links = _links(query, [part.source for part in parts])
    return lambda rows: [_joined([part.made(row) for part in parts], links) for row in rows]


def _tuples(selected: Sequence[Any]) -> Build:
    """What makes the driver's rows into tuples of our own values, column by column."""
    converts = _converts(selected)

    def build(rows: list[Any]) -> list[Any]:
        # Rows as the database keeps them are passed on; they are read by the hundred thousand.
        if not (converts and rows):
            return rows
        columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
        for place, convert in converts:
            columns[place] = map(convert, columns[place])
        return list(zip(*columns, strict=True))

    return build


def _converter(columns: Sequence[Any]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """What makes one of the driver's rows into a tuple of our own values."""
    converts = _converts(columns)

    def converted(row: Sequence[Any]) -> tuple[Any, ...]:
        found = list(row)
        for place, convert in converts:
            found[place] = convert(found[place])
        return tuple(found)

    return converted


def _converts(columns: Sequence[Any]) -> list[tuple[int, Convert]]:
    """What has to be made of a row's values, by place; what is a value already is not named."""
    every = ((place, convert_of(each)) for place, each in enumerate(columns))
    return [(place, convert) for place, convert in every if convert is not None]


@dataclass
class _Part:
    """The columns of a row that make one object: a table's, all in a row."""

    table: type[Table]
    source: Any
    start: int
    names: list[str] = field(default_factory=list)
    converts: list[tuple[str, Convert]] = field(default_factory=list)

    def add(self, column: Field) -> None:
        """Takes in the next column."""
        self.names.append(column.name)
        convert = convert_of(column)
        if convert is not None:
            self.converts.append((column.name, convert))

    def made(self, row: Sequence[Any]) -> Any:
        """The object; what an outer join has not found is none."""
        if row[self.start] is None:
            return None
        found: Any = self.table.__new__(self.table)
        # A slice ends with the names: the row goes on with the next table's columns.
        data = dict(zip(self.names, row[self.start :], strict=False))
        for name, convert in self.converts:
            data[name] = convert(data[name])
        found.__data__, found.__rel__, found._dirty = data, {}, set()
        return found


def _parts(columns: Sequence[Any]) -> list[_Part]:
    parts: list[_Part] = []
    for place, column in enumerate(columns):
        is_alias = isinstance(column, FieldAlias)
        source = column.source if is_alias else column.model
        own = column.field if is_alias else column
        if not parts or parts[-1].source is not source:
            parts.append(_Part(own.model, source, place))
        parts[-1].add(own)
    return parts


def _links(query: ModelSelect, sources: Sequence[Any]) -> list[Link]:
    return [
        (sources.index(source), attribute, sources.index(joined))
        for source, joins in query._joins.items()
        for joined, attribute, _make, _kind in joins
        if source in sources and joined in sources
    ]


def _joined(made: Sequence[Any], links: Sequence[Link]) -> Any:
    for owner, name, joined in links:
        if made[owner] is not None:
            if name in made[owner]._meta.fields:
                made[owner].__rel__[name] = made[joined]
            else:
                setattr(made[owner], name, made[joined])
    return made[0]
