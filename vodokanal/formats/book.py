"""The utility's workbook as values: every row of every sheet, and what is wrong in which row."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from vodokanal.formats.account_numbers import account_key
from vodokanal.formats.book_cells import CellError, Flaw, shown, value_of
from vodokanal.formats.book_columns import BookSheet, Column, Is, Value
from vodokanal.formats.book_sheets import SHEETS
from vodokanal.formats.book_sources import Cells, RawTable, SentFile, raw_tables
from vodokanal.formats.search_text import folded

GUIDE = "Как заполнять"
TO_MEND = "что исправить"
NO_COLUMN, COLUMN_TWICE, EMPTY = "no_column", "column_twice", "empty"
WITH_ZEROS = frozenset({Is.CODE, Is.ACCOUNT})
Key = tuple[Value, ...]
Told = Callable[[int], None]
TOLD_ROWS = 500


def nobody_is_told(_rows: int) -> None:
    """Tells nobody how far the reading is."""


class Place(NamedTuple):
    """Where something stands: which table of the files (from 0), and the row as it shows it."""

    table: int
    row: int


class BookRow(NamedTuple):
    """One row: its place, and its values in the order of its sheet's columns."""

    place: Place
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Problem:
    """What is to be mended in a row, as a code with its values; `column` is a title or empty."""

    place: Place
    column: str
    code: str
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass
class Book:
    """What was read: rows by sheet, what is wrong, what was left out."""

    rows: dict[str, list[BookRow]] = field(default_factory=lambda: {s.code: [] for s in SHEETS})
    problems: list[Problem] = field(default_factory=list)
    # Titles of the tables by their numbers; of those that are no sheet of the book, again.
    tables: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    examples: int = 0

    @property
    def digest(self) -> str:
        """A hash of the content: the same values in the same rows, however they were sent."""
        whole = hashlib.sha256()
        for sheet in SHEETS:
            lines = sorted(repr(row.values) for row in self.rows[sheet.code])
            whole.update(f"{sheet.code}\n{len(lines)}\n".encode())
            for line in lines:
                whole.update(line.encode())
                whole.update(b"\n")
        return whole.hexdigest()

    @property
    def wrong_places(self) -> frozenset[Place]:
        """The rows in which something is to be mended."""
        return frozenset(problem.place for problem in self.problems)


def read_book(files: Sequence[SentFile], *, told: Told = nobody_is_told) -> Book:
    """Return the book of these files: one workbook, or tables; raises `WorkbookError`.

    `told` is called now and then with the number of rows that are read.
    """
    book = Book()
    for number, table in enumerate(raw_tables(files)):
        book.tables.append(table.title)
        _read_table(book, number, table=table, told=told)
    if not any(book.rows.values()) and not book.problems:
        book.problems.append(Problem(Place(0, 1), "", EMPTY))
    return book


def _read_table(book: Book, number: int, *, table: RawTable, told: Told) -> None:
    rows = iter(table.walk())
    head_row, heads = next(rows, (1, ()))
    sheet = sheet_of(table.title, heads)
    if sheet is None:
        if folded(table.title) != folded(GUIDE) and heads:
            book.ignored.append(table.title)
        return
    place = Place(number, head_row)
    columns, problems = _columns(sheet, heads, place=place)
    if problems:
        book.problems += problems
        return
    reading = _Reading(book, sheet, number=number, columns=columns)
    for row, cells in rows:
        reading.add(row, cells)
        if row % TOLD_ROWS == 0:
            told(sum(map(len, book.rows.values())))
    reading.end()


def sheet_of(title: str, heads: Cells) -> BookSheet | None:
    """Return the sheet that a table is: by its title, else by its headings."""
    wanted = folded(title)
    for sheet in SHEETS:
        if wanted in (folded(sheet.title), sheet.code):
            return sheet
    names = [str(head) for head in heads if head]
    found = [
        sheet
        for sheet in SHEETS
        if {column.code for column in sheet.columns if column.is_required}
        <= {column.code for column in map(sheet.find, names) if column}
    ]
    return max(found, key=lambda sheet: len(sheet.columns), default=None)


def _columns(
    sheet: BookSheet, heads: Cells, *, place: Place
) -> tuple[dict[str, int], list[Problem]]:
    """Where each column of the sheet stands, and what of the headings is wrong."""
    found: dict[str, int] = {}
    problems = []
    for at, head in enumerate(heads):
        column = sheet.find(str(head)) if head else None
        if column is not None and column.code in found:
            problems.append(Problem(place, column.title, COLUMN_TWICE))
        elif column is not None:
            found[column.code] = at
    problems += [
        Problem(place, column.title, NO_COLUMN)
        for column in sheet.columns
        if column.is_required and column.code not in found
    ]
    return found, problems


class _Reading:
    """Takes the rows of one table; what a column says as a whole is known at its end."""

    def __init__(
        self, book: Book, sheet: BookSheet, *, number: int, columns: Mapping[str, int]
    ) -> None:
        self._book, self._number = book, number
        self._sheet = sheet
        self._columns = [(column, columns.get(column.code, -1)) for column in sheet.columns]
        self._given = [at for at in columns.values() if at >= 0]
        self._rows = book.rows[sheet.code]
        # Texts and days repeat from row to row: each is kept once.
        self._known: dict[Value, Value] = {}
        self._numbers: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self._zeros: dict[str, str] = {}

    def add(self, row: int, cells: Cells) -> None:
        """Takes one row."""
        width = len(cells)
        if all(at >= width or cells[at] is None for at in self._given):
            return
        place = Place(self._number, row)
        problems: list[Problem] = []
        values = []
        for column, at in self._columns:
            cell = cells[at] if 0 <= at < width else None
            try:
                value = value_of(column, cell)
            except CellError as error:
                problems.append(Problem(place, column.title, error.flaw.value, error.values))
                value = None
            if column.kind in WITH_ZEROS:
                self._note(column, row, cell=cell, value=value)
            values.append(self._known.setdefault(value, value) if type(value) is str else value)
        if tuple(values) == self._sheet.example:
            self._book.examples += 1
            return
        self._book.problems += problems
        self._rows.append(BookRow(place, tuple(values)))

    def _note(self, column: Column, row: int, *, cell: object, value: Value) -> None:
        if isinstance(cell, Decimal):
            self._numbers[column.code].append((row, shown(cell)))
        elif isinstance(value, str) and value.startswith("0") and column.code not in self._zeros:
            self._zeros[column.code] = value

    def end(self) -> None:
        """Says which numbers have most likely lost the zeros that others of their column have."""
        for column, _ in self._columns:
            other = self._zeros.get(column.code)
            for row, text in self._numbers[column.code] if other else ():
                values = {"shown": text, "other": str(other)}
                place = Place(self._number, row)
                flaw = Flaw.ZEROS_LOST.value
                self._book.problems.append(Problem(place, column.title, flaw, values))


def repeated(sheet: BookSheet, rows: Iterable[BookRow]) -> Iterator[tuple[BookRow, BookRow]]:
    """Yield the rows that say what an earlier one does, each with that one."""
    key_of = keys_of(sheet, sheet.key)
    seen: dict[Key, BookRow] = {}
    for row in rows:
        first = seen.setdefault(key_of(row.values), row)
        if first is not row:
            yield row, first


def keys_of(sheet: BookSheet, codes: Sequence[str]) -> Callable[[Sequence[Value]], Key]:
    """Return what makes a key of a row: some of its values, alike however they are typed."""
    parts = [(at, sheet.columns[at].kind is Is.ACCOUNT) for at in map(sheet.codes.index, codes)]

    def key_of(values: Sequence[Value]) -> Key:
        return tuple(_alike(values[at], is_account=is_account) for at, is_account in parts)

    return key_of


def _alike(value: Value, *, is_account: bool) -> Value:
    if not isinstance(value, str):
        return "" if value is None else value
    return _as_compared(value) if is_account and value else folded(value)


# The same number stands on every sheet, and is compared several times on each.
@lru_cache(maxsize=1 << 16)
def _as_compared(number: str) -> str:
    return account_key(number)
