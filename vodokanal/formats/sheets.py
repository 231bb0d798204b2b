"""Sheets for Excel and for everything else: typed cells in, XLSX or CSV out, row by row."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from vodokanal.billing.periods import Period

Cell = str | int | Decimal | date | datetime | Period | None
Row = Sequence[Cell]

# As much as a cell of Excel holds, and as many digits as its numbers keep.
LONGEST_TEXT = 32_767
MOST_DIGITS = 15
LONGEST_TITLE = 31
NOT_IN_TITLE = str.maketrans(dict.fromkeys("[]:*?/\\'"))
WIDEST, NARROWEST = 60, 10
CUT = "…"

# A text that begins with one of these would be calculated; their wide forms become them.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
HARMLESS = "'"
BYTE_ORDER_MARK = "\ufeff".encode()

DAY, MOMENT, MONTH = "%d.%m.%Y", "%d.%m.%Y %H:%M", "%m.%Y"
EXCEL_DAY, EXCEL_MOMENT, EXCEL_MONTH = "dd.mm.yyyy", "dd.mm.yyyy hh:mm", "mm.yyyy"


@dataclass(frozen=True)
class Sheet:
    """What a sheet is called, and its columns."""

    title: str
    heads: Sequence[str]


def write_xlsx(file: IO[bytes], sheet: Sheet, *, rows: Iterable[Row]) -> int:
    """Writes a workbook of one sheet; how many rows. Memory does not grow with them."""
    # A text stays a text, whatever it looks like: nothing in it is a formula, number or link.
    book = Workbook(file, {"constant_memory": True})
    page = book.add_worksheet(sheet.title.translate(NOT_IN_TITLE)[:LONGEST_TITLE])
    page.freeze_panes(1, 0)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for column, head in enumerate(sheet.heads):
        page.set_column(column, column, min(max(len(head) + 2, NARROWEST), WIDEST))
        page.write_string(0, column, head, bold)
    cells = Cells(page, book.add_format)
    count = 0
    for count, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            cells.write(count, column, value=value)
    book.close()
    return count


def write_csv(file: IO[bytes], sheet: Sheet, *, rows: Iterable[Row]) -> int:
    """Writes lines of `;` with a byte order mark, as Excel opens them here; how many rows."""
    file.write(BYTE_ORDER_MARK)
    lines = csv.writer(_Encoded(file), delimiter=";", lineterminator="\r\n")
    lines.writerow([defused(head) for head in sheet.heads])
    count = 0
    for row in rows:
        lines.writerow([_as_text(value) for value in row])
        count += 1
    return count


def defused(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return HARMLESS + text if text.startswith(FORMULA_SIGNS) else text


def _as_text(value: Cell) -> str:
    if isinstance(value, str):
        return defused(value)
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    if isinstance(value, Period):
        return value.first_day.strftime(MONTH)
    if isinstance(value, datetime):
        return value.strftime(MOMENT)
    if isinstance(value, date):
        return value.strftime(DAY)
    return "" if value is None else str(value)


@dataclass(frozen=True)
class _Encoded:
    """What a writer of lines writes to."""

    file: IO[bytes]

    def write(self, text: str) -> int:
        """Writes a line."""
        return self.file.write(text.encode())


@dataclass
class Cells:
    """Writes the cells of one page, with one format for each kind of value."""

    page: Worksheet
    make: Callable[[dict[str, Any]], Format]
    formats: dict[str, Format] = field(default_factory=dict)

    def write(self, row: int, column: int, *, value: Cell) -> None:
        """Writes one cell; nothing where there is no value."""
        if value is None or value == "":
            return
        if isinstance(value, str):
            self.page.write_string(row, column, _fitting(value))
        elif isinstance(value, Period):
            self.page.write_datetime(row, column, value.first_day, self._format(EXCEL_MONTH))
        elif isinstance(value, date):
            shown = EXCEL_MOMENT if isinstance(value, datetime) else EXCEL_DAY
            self.page.write_datetime(row, column, value, self._format(shown))
        else:
            self._write_number(row, column, value=Decimal(value))

    def _write_number(self, row: int, column: int, *, value: Decimal) -> None:
        digits, exponent = value.as_tuple().digits, int(value.as_tuple().exponent)
        if len(digits) > MOST_DIGITS:
            # Excel would round it.
            self.page.write_string(row, column, _as_text(value))
            return
        shown = "0." + "0" * -exponent if exponent < 0 else "0"
        self.page.write_number(row, column, float(value), self._format(shown))

    def _format(self, shown: str) -> Format:
        if shown not in self.formats:
            self.formats[shown] = self.make({"num_format": shown})
        return self.formats[shown]


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + CUT
