"""What a text in the search of a list means to its table."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import Enum, auto
from functools import cached_property, reduce
from operator import and_, or_
from typing import Any

from peewee import SQL, Case, Expression, Field, ModelSelect, Select, Value, fn

from vodokanal.formats.search_text import folded, search_words
from vodokanal.models.base import Table
from vodokanal.models.database import database, is_sqlite
from vodokanal.models.people import Resident
from vodokanal.models.places import House, Premises
from vodokanal.models.texts import holds
from vodokanal.operations.addresses import MeantPlaces, places_meant
from vodokanal.operations.finding import (
    MOST_HOUSES,
    FoundBy,
    Way,
    residents_fit,
    ways_to_accounts,
)
from vodokanal.web.access import allows
from vodokanal.web.identity import signed_in

# Only whoever may see payers finds out by them who lives where.
BY_PEOPLE = frozenset({FoundBy.NAME, FoundBy.TELEPHONE})
# What fits into an address together with everything else that a list's address carries.
LONGEST_SEARCH = 60
# Of a text that means more rows than this, the first ones are met soon by going along the list's
# own order; of another all are fetched and sorted.
COMMON = 50_000


class Looking(Enum):
    """How the rows that are meant are looked for."""

    # How many there are, as far as that decides between the two others.
    COUNTED = auto()
    # All of them by the indexes, to be sorted then.
    FETCHED = auto()
    # Each row of the list in its order, asked whether it is one; PostgreSQL finds out itself when.
    ASKED = auto()


class Said:
    """A text in a search, and how its rows are best looked for."""

    def __init__(self, text: str) -> None:
        self.text = text[:LONGEST_SEARCH].strip()
        self.words = search_words(self.text)
        self.looking = Looking.COUNTED
        self._ways: dict[frozenset[FoundBy], list[Way]] = {}
        self._ids: dict[tuple[Field, ...], list[int]] = {}

    def among(self, column: Any, fits: Expression, *, key: Any) -> Expression:
        """Whether a column names a row whose `key` it is and that fits."""
        if column is key:
            return fits
        if self.looking is Looking.ASKED and is_sqlite():
            exists: Expression = fn.EXISTS(key.model.select(Value(1)).where(fits, key == column))
            return exists
        query = key.model.select(key).where(fits)
        found: Expression = column.in_(
            query.limit(COMMON) if self.looking is Looking.COUNTED else query
        )
        return found

    def accounts(
        self, column: Any, kinds: Collection[FoundBy] = tuple(FoundBy)
    ) -> list[Expression]:
        """The ways in which a column may name an account that is meant."""
        wanted = ways_open(kinds)
        if wanted not in self._ways:
            self._ways[wanted] = ways_to_accounts(self.text, kinds=wanted)
        return [self.among(column, way.fits, key=way.key) for way in self._ways[wanted]]

    def houses(self, column: Any) -> list[Expression]:
        """Whether a column names a house that is meant; there are not many houses."""
        words: list[Expression] = [holds(House.search_text, word) for word in self.words]
        if not words:
            return []
        return [self.among(column, reduce(and_, words), key=House.id)]

    def premises(self, column: Any) -> list[Expression]:
        """The ways in which a column may name premises that are meant."""
        if not self.places:
            return []
        return [self.among(column, self.places.fits(), key=Premises.id)]

    def residents(self, column: Any) -> list[Expression]:
        """The ways in which a column may name a resident who is meant."""
        ways = residents_fit(self.text)
        return [self.among(column, way, key=Resident.id) for way in ways]

    def ids(self, *columns: Field) -> list[int]:
        """The rows in whose columns every word stands, of a table so small that it is all read."""
        if columns not in self._ids:
            table = columns[0].model
            rows = table.select(table.id, *columns).tuples()
            self._ids[columns] = [key for key, *texts in rows if self._is_in(*texts)]
        return self._ids[columns]

    def folded(self, *columns: Field) -> list[Expression]:
        """Whether every word stands in the columns of such a table."""
        return [columns[0].model.id.in_(self.ids(*columns))]

    def count(self, table: type[Table], ways: Sequence[Expression]) -> None:
        """Decides how to look for rows that are meant in these ways; one statement."""
        found = _united([table.select(table.id).where(way).limit(COMMON) for way in ways])
        count = Select([found.alias("found")], [fn.COUNT(SQL("*"))]).bind(database)
        ((number,),) = count.tuples().execute()
        self.looking = Looking.ASKED if int(number) >= COMMON else Looking.FETCHED

    @cached_property
    def places(self) -> MeantPlaces:
        """The houses and flats that are meant; one statement at most."""
        return places_meant(self.text, most=MOST_HOUSES)

    def _is_in(self, *texts: str) -> bool:
        known = folded(" ".join(map(str, texts)))
        return bool(self.words) and all(word in known for word in self.words)


def ways_open(kinds: Collection[FoundBy] = tuple(FoundBy)) -> frozenset[FoundBy]:
    """Those of the ways to an account in which the employee may look for it."""
    closed = frozenset() if allows("holders.read", signed_in()) else BY_PEOPLE
    return frozenset(kinds) - closed


def asked_of_each(ways: Sequence[Expression]) -> Expression:
    """Whether a row is meant in one of the ways, as a question that no index is looked up for."""
    found: Expression = reduce(or_, ways)
    # SQLite would rather fetch and sort them all.
    return Case(None, [(found, 1)], 0) == 1 if is_sqlite() else found


def any_of(ways: Sequence[Expression], *, table: type[Table]) -> Expression:
    """Whether a row is meant in one of the ways, each of which is looked up by its own index."""
    # Joined by OR, they would make SQLite look at every row.
    found: Expression = table.id.in_(_united([table.select(table.id).where(way) for way in ways]))
    return found


def _united(queries: Sequence[ModelSelect]) -> Any:
    # SQLite takes no LIMIT in a part of a UNION, but in what the part selects from.
    parts = [query.alias("part") for query in queries]
    first, *others = [Select([part], [part.c.id]) for part in parts]
    for other in others:
        first = first.union_all(other)
    return first
