"""What a column of the utility's workbook is: its name in the file, its kind, the accepted words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum, auto
from functools import cached_property

from vodokanal.billing.periods import Period
from vodokanal.formats.search_text import folded

Value = str | int | Decimal | date | Period | None
MOST_COUNTED = 1000


class Is(StrEnum):
    """What the cells of a column hold."""

    TEXT = auto()
    # A text in Russian: a Latin letter among Russian ones is a slip of the keyboard.
    RUSSIAN = auto()
    # The number of a house or flat, and its letter: every Latin letter is a slip.
    PLACE = auto()
    # Digits whose zeros count: never a quantity, however it looks.
    CODE = auto()
    ACCOUNT = auto()
    WORD = auto()
    DAY = auto()
    MONTH = auto()
    MONEY = auto()
    VOLUME = auto()
    COUNT = auto()


@dataclass(frozen=True)
class Column:
    """One column: `code` names it in our code and, in capitals, in a DBF file."""

    code: str
    title: str
    kind: Is
    example: Value = None
    is_required: bool = False
    longest: int = 0
    # The words of the file, and what each of them means.
    words: Mapping[str, str] = field(default_factory=dict)
    # What stands for an empty cell.
    empty: Value = None
    most: int = MOST_COUNTED
    hint: str = ""

    @cached_property
    def meanings(self) -> Mapping[str, str]:
        """What the words mean, however they are typed."""
        return {folded(word): value for word, value in self.words.items()}

    def word_of(self, meaning: Value) -> Value:
        """The word that the file has for a value; the value itself where there is none."""
        found = (word for word, value in self.words.items() if value == meaning)
        return next(found, meaning)


@dataclass(frozen=True)
class BookSheet:
    """One sheet: its columns in their order, and those that tell one row from another."""

    code: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    about: str

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The columns' codes in their order."""
        return tuple(column.code for column in self.columns)

    @cached_property
    def example(self) -> tuple[Value, ...]:
        """The row of the template that shows how it is meant."""
        return tuple(column.example for column in self.columns)

    def filled(self, values: Sequence[Value]) -> dict[str, Value]:
        """A row's values by their columns' codes, with what stands for empty cells."""
        return {
            column.code: column.empty if value is None else value
            for column, value in zip(self.columns, values, strict=True)
        }

    def find(self, head: str) -> Column | None:
        """The column that a heading names, by its title or its code; None for any other."""
        wanted = folded(head)
        names = ((column, (folded(column.title), column.code)) for column in self.columns)
        return next((column for column, known in names if wanted in known), None)
