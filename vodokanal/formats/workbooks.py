"""Workbooks that people send back: opened with care, their cells as plain values.

A file from outside is looked at as a zip first: its size, what it would unpack to, macros. Only
then is it read, row by row. Nothing is calculated: a formula is told as one, and so are a cell
that was merged with another and a fault such as `#N/A`.
"""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from typing import IO, Any

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet._reader import WorkSheetParser

OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CONTENTS, STRINGS = "[Content_Types].xml", "xl/sharedStrings.xml"
MACROS = re.compile(r"vbaproject|macrosheets/|activex/", re.IGNORECASE)
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Za-z0-9:$]{2,24})[\"']")
LONGEST_MERGED = 200
MOST_MERGED_ROWS = 200_000
BLOCK = 1 << 20
# What a zip that was made to break it may do to the reader.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
)
# Excel itself keeps no more digits; what is beyond them is dust of binary fractions.
DIGITS = 15


class Fault(StrEnum):
    """Why a whole file is refused."""

    TOO_LARGE = "too_large"  # `limit` bytes
    NOT_A_WORKBOOK = "not_a_workbook"
    OLD_OR_LOCKED = "old_or_locked"  # the format before .xlsx, or closed by a password
    MACROS = "macros"
    BOMB = "bomb"  # it would unpack to more than `limit` bytes
    DAMAGED = "damaged"
    TOO_MANY_ROWS = "too_many_rows"  # more than `limit` rows with something in them


class WorkbookError(ValueError):
    """This file cannot be read as a workbook."""

    def __init__(self, fault: Fault, *, limit: int = 0) -> None:
        """Keep what is wrong, and the limit it is beyond (0 when there is none)."""
        super().__init__(fault, limit)
        self.fault, self.limit = fault, limit


class Odd(StrEnum):
    """What a cell holds instead of a value that could be used."""

    FORMULA = "formula"
    MERGED = "merged"  # it belongs to a cell that begins further up or left
    ERROR = "error"  # #N/A, #VALUE!, a number or a date beyond all bounds


# A day of the calendar is a `date`, with an hour a `datetime`; an empty cell is `None`.
Value = str | Decimal | date | bool | Odd | None


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may hold: bytes as sent and unpacked, rows a page, columns looked at."""

    packed: int = 16 * BLOCK
    unpacked: int = 160 * BLOCK
    strings: int = 64 * BLOCK
    parts: int = 500
    rows: int = 100_000
    columns: int = 60


@dataclass(frozen=True, slots=True)
class PageRow:
    """One row that has something in it: its number as Excel shows it, and its values."""

    number: int
    values: tuple[Value, ...]

    def value(self, column: int) -> Value:
        """What stands in that column (from 0); nothing beyond the last."""
        return self.values[column] if column < len(self.values) else None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a workbook."""

    title: str
    _sheet: Any
    _limits: Limits

    def rows(self) -> Iterator[PageRow]:
        """Rows that are not empty, from the top; raises `WorkbookError` while it goes.

        Texts come without blanks at their ends; numbers as Decimal with at most 15 digits.
        """
        try:
            yield from self._rows()
        except WorkbookError:
            raise
        # Whatever a library meets in a file that was made to break it.
        except Exception as error:
            raise WorkbookError(Fault.DAMAGED) from error

    def _rows(self) -> Iterator[PageRow]:
        covered = _covered(self._sheet)
        count = 0
        for number, cells in _parsed(self._sheet):
            hidden = covered.get(number, ())
            values = _values(cells, hidden=hidden, columns=self._limits.columns)
            if all(value is None for value in values):
                continue
            count += 1
            if count > self._limits.rows:
                raise WorkbookError(Fault.TOO_MANY_ROWS, limit=self._limits.rows)
            yield PageRow(number, values)


@dataclass(frozen=True, slots=True)
class OpenedWorkbook:
    """A workbook that was found safe to read: its pages in their order, hidden ones too."""

    pages: tuple[Page, ...]

    def page(self, title: str) -> Page | None:
        """The page of that title, however it is written; None when there is none."""
        wanted = title.strip().casefold()
        return next((one for one in self.pages if one.title.strip().casefold() == wanted), None)


def open_workbook(data: bytes, *, limits: Limits | None = None) -> OpenedWorkbook:
    """Opens the bytes of an .xlsx; its rows are read when `Page.rows()` is walked.

    Nothing is unpacked before the zip's own list of sizes is within the limits, and no more than
    that list says is ever unpacked. Raises `WorkbookError` with a `Fault` (too large, not a
    workbook, the old format or locked, macros, a bomb, damaged); `Page.rows()` may still raise it
    (damaged, too many rows).
    """
    limits = limits or Limits()
    if len(data) > limits.packed:
        raise WorkbookError(Fault.TOO_LARGE, limit=limits.packed)
    if data.startswith(OLD_OR_LOCKED):
        raise WorkbookError(Fault.OLD_OR_LOCKED)
    _look_inside(data, limits=limits)
    try:
        with warnings.catch_warnings():
            # What the library leaves out (checks, colours) is nothing we read.
            warnings.simplefilter("ignore")
            book = load_workbook(BytesIO(data), read_only=True, keep_links=False)
    except Exception as error:
        raise WorkbookError(Fault.DAMAGED) from error
    return OpenedWorkbook(tuple(Page(one.title, one, limits) for one in book.worksheets))


def _look_inside(data: bytes, *, limits: Limits) -> None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            parts = packed.infolist()
            sizes = {part.filename: part.file_size for part in parts}
            if CONTENTS not in sizes or not any(name.startswith("xl/") for name in sizes):
                raise WorkbookError(Fault.NOT_A_WORKBOOK)
            if len(parts) > limits.parts or sizes[CONTENTS] > BLOCK:
                raise WorkbookError(Fault.BOMB, limit=limits.unpacked)
            kinds = packed.read(CONTENTS).decode("utf-8", "replace")
    except BROKEN as error:
        raise WorkbookError(Fault.NOT_A_WORKBOOK) from error
    if any(MACROS.search(name) for name in sizes) or "macroEnabled" in kinds:
        raise WorkbookError(Fault.MACROS)
    if sum(part.file_size for part in parts) > limits.unpacked:
        raise WorkbookError(Fault.BOMB, limit=limits.unpacked)
    if sizes.get(STRINGS, 0) > limits.strings:
        raise WorkbookError(Fault.BOMB, limit=limits.strings)


class _Parser(WorkSheetParser):  # type: ignore[misc]  # the library ships no types
    """Reads rows and leaves out everything else that a page may hold."""

    def parse_formula(self, element: Any) -> str:
        return ""

    def _leave_out(self, element: Any) -> None:
        """Colours, checks and protection are nothing we read."""

    parse_extensions = parse_formatting = parse_sheet_protection = _leave_out
    parse_row_breaks = parse_col_breaks = parse_custom_views = _leave_out
    parse_legacy = parse_column_dimensions = _leave_out


def _parsed(sheet: Any) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    book = sheet.parent
    with sheet._get_source() as source:
        parser = _Parser(
            source,
            sheet._shared_strings,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        yield from parser.parse()


def _values(
    cells: list[dict[str, Any]], *, hidden: tuple[tuple[int, int], ...], columns: int
) -> tuple[Value, ...]:
    found = {cell["column"] - 1: _value(cell) for cell in cells if 1 <= cell["column"] <= columns}
    for first, last in hidden:
        found |= dict.fromkeys(range(first - 1, min(last, columns)), Odd.MERGED)
    width = max((at for at, value in found.items() if value is not None), default=-1) + 1
    return tuple(found.get(at) for at in range(width))


def _value(cell: dict[str, Any]) -> Value:
    value, kind = cell["value"], cell["data_type"]
    if kind == "f":
        return Odd.FORMULA
    if kind == "e" or isinstance(value, (time, timedelta)):
        return Odd.ERROR
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, datetime):
        return value.date() if value.time() == time.min else value
    return str(value).strip() or None


def _number(value: float) -> Value:
    if isinstance(value, int):
        return Decimal(value)
    number = Decimal(f"{value:.{DIGITS}g}")
    return number if number.is_finite() else Odd.ERROR


def _covered(sheet: Any) -> dict[int, tuple[tuple[int, int], ...]]:
    """Which columns of which rows belong to a merged cell without being its beginning."""
    covered: dict[int, tuple[tuple[int, int], ...]] = {}
    total = 0
    with sheet._get_source() as source:
        for reference in _merged(source):
            left, top, right, bottom = range_boundaries(reference)
            total += bottom - top + 1
            if total > MOST_MERGED_ROWS:
                raise WorkbookError(Fault.DAMAGED)
            for row in range(top, bottom + 1):
                first = left + 1 if row == top else left
                if first <= right:
                    covered[row] = (*covered.get(row, ()), (first, right))
    return covered


def _merged(source: IO[bytes]) -> Iterator[str]:
    # They stand after the rows, where a reader row by row would learn of them too late.
    rest = b""
    while block := source.read(BLOCK):
        text = rest + block
        end = 0
        for match in MERGED.finditer(text):
            end = match.end()
            yield match[1].decode()
        rest = text[max(end, len(text) - LONGEST_MERGED) :]
