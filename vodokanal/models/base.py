"""What every table shares: the database, its naming, and how constraints are spelled."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

from peewee import Check, Model

from vodokanal.formats.search_text import folded
from vodokanal.models.database import database
from vodokanal.models.fields import NumberField


class Table(Model):
    """The base of every table."""

    id: Any = NumberField()
    # What a closing fills: nobody writes down these rows' numbers, and counting takes its time.
    REUSES_NUMBERS: ClassVar[bool] = False
    # Columns whose words are found by the search; a table that names some has `search_text`.
    SEARCHED: ClassVar[tuple[str, ...]] = ()
    # Of rows that agree in these columns one alone holds on a day: of all rows if it names none.
    ONE_A_DAY: ClassVar[tuple[str, ...] | None] = None

    class Meta:
        database = database
        legacy_table_names = False
        # A stale object must not overwrite columns that it did not touch.
        only_save_dirty = True

    def derive(self) -> None:
        """Fills the columns that follow from others; called by operations before saving."""
        if self.SEARCHED:
            words = (str(getattr(self, name) or "") for name in self.SEARCHED)
            self.search_text = folded(" ".join(words))


def one_of(column: str, choice: type[StrEnum]) -> Check:
    """The constraint that a column holds one of the choice's values."""
    values = ", ".join(f"'{member.value}'" for member in choice)
    return Check(f"{column} IN ({values})")


def not_before(column: str, earlier: str) -> Check:
    """The constraint that one date is not before another, where both are known."""
    return Check(f"{column} IS NULL OR {earlier} IS NULL OR {column} >= {earlier}")


def exactly_one(first: str, second: str) -> Check:
    """The constraint that just one of two columns is filled."""
    return Check(f"({first} IS NULL) <> ({second} IS NULL)")
