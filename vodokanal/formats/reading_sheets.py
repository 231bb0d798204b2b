"""A sheet of readings as a workbook: given out with an empty field a meter, read when it comes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import IO, Any

from xlsxwriter import Workbook

from vodokanal.billing.digits import without_spaces
from vodokanal.formats.book_cells import ODD, Flaw, shown
from vodokanal.formats.sheets import LONGEST_TITLE, NOT_IN_TITLE
from vodokanal.formats.workbooks import Limits, Odd, PageRow, Value, open_workbook

# The meters of the largest district; a whole town is not one sheet.
MOST_ROWS = 20_000
LIMITS = Limits(packed=4 << 20, unpacked=48 << 20, strings=24 << 20, rows=MOST_ROWS + 20)
# Above the heads there may be a title or somebody's note.
HEADS_WITHIN = 20
WIDTHS = {"account": 14, "address": 38, "meter": 24, "serial": 16, "previous": 12}
ORDINARY_WIDTH = 14
# Without these nobody knows whose value it is.
NEEDED = frozenset({"account", "serial"})
TEXT = "@"
POINT, COMMA = ".", ","


class NoHeadsError(ValueError):
    """The workbook has no row with the heads of a sheet; `missing` are those that were not found."""

    def __init__(self, missing: Sequence[str]) -> None:
        """Keep the heads that are missing in the row that comes nearest."""
        super().__init__(missing)
        self.missing = tuple(missing)


@dataclass(frozen=True, slots=True)
class SheetHeads:
    """What the columns are called, in their order."""

    account: str
    address: str
    meter: str
    serial: str
    previous: str
    value: str
    code: str

    @property
    def names(self) -> dict[str, str]:
        """The heads by their columns."""
        return {name: str(getattr(self, name)) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class MeterRow:
    """A meter of a sheet as it is given out; `previous` is what it showed last, in m³."""

    account: str
    address: str
    meter: str
    serial: str
    previous: Decimal


@dataclass(frozen=True, slots=True)
class FilledRow:
    """A row that came back with a value or a code, as texts.

    `fault` is why it cannot be used: what is wrong with the cell of which column, and what stands
    there.
    """

    number: int
    account: str
    serial: str
    value: str
    code: str
    fault: Flaw | None = None
    column: str = ""
    shown: str = ""


def write_sheet(
    file: IO[bytes],
    title: str,
    *,
    heads: SheetHeads,
    codes: Sequence[str],
    rows: Iterable[MeterRow],
) -> int:
    """Writes the workbook; how many rows. Account, serial, value and code are texts throughout.

    Excel would make a number of 0070, and a day of 12.05.
    """
    book = Workbook(file, {"constant_memory": True})
    page = book.add_worksheet(title.translate(NOT_IN_TITLE)[:LONGEST_TITLE])
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    text, typed = book.add_format({"num_format": TEXT}), book.add_format({"num_format": TEXT})
    typed.set_border(1)
    page.freeze_panes(1, 0)
    for column, (name, head) in enumerate(heads.names.items()):
        page.set_column(column, column, WIDTHS.get(name, ORDINARY_WIDTH), text)
        page.write_string(0, column, head, bold)
    count = 0
    for count, row in enumerate(rows, start=1):
        before = f"{row.previous:f}".replace(POINT, COMMA)
        cells = (row.account, row.address, row.meter, row.serial, before)
        for column, value in enumerate(cells):
            page.write_string(count, column, value, text)
        page.write_blank(count, len(cells), None, typed)
        page.write_blank(count, len(cells) + 1, None, typed)
    _offer_codes(page, codes, last=count)
    book.close()
    return count


def read_sheet(data: bytes, heads: SheetHeads) -> list[FilledRow]:
    """The rows with a value or a code in them, from the first page that has the heads.

    The columns are known by their heads, wherever they stand; empty rows are left out. Raises
    `WorkbookError` when the file cannot be read, and `NoHeadsError`.
    """
    missing: list[str] = list(heads.names.values())
    for page in open_workbook(data, limits=LIMITS).pages:
        rows = page.rows()
        found, lacking = _columns(rows, heads)
        if not lacking:
            return [
                row
                for row in (_filled(each, found, heads=heads) for each in rows)
                if row is not None
            ]
        missing = min(missing, lacking, key=len)
    raise NoHeadsError(missing)


def _columns(rows: Iterator[PageRow], heads: SheetHeads) -> tuple[dict[str, int], list[str]]:
    """Where each column stands, and the heads that are needed and were not found."""
    needed = {"account": heads.account, "serial": heads.serial, "value": heads.value}
    fewest = list(needed.values())
    for row in rows:
        if row.number > HEADS_WITHIN:
            break
        words = {_folded(value): at for at, value in enumerate(row.values) if value is not None}
        lacking = [head for head in needed.values() if _folded(head) not in words]
        if not lacking:
            places = {name: words.get(_folded(head)) for name, head in heads.names.items()}
            return {name: at for name, at in places.items() if at is not None}, []
        fewest = min(fewest, lacking, key=len)
    return {}, fewest


def _filled(row: PageRow, columns: dict[str, int], *, heads: SheetHeads) -> FilledRow | None:
    cells = {
        name: row.value(columns[name]) if name in columns else None
        for name in ("account", "serial", "value", "code")
    }
    if cells["value"] is None and cells["code"] is None:
        return None
    account, serial, value, code = map(_text, cells.values())
    found = FilledRow(row.number, account, serial, value, code)
    for name, cell in cells.items():
        fault = _fault(cell, is_needed=name in NEEDED)
        if fault is not None:
            seen = "" if cell is None else shown(cell)
            return replace(found, fault=fault, column=heads.names[name], shown=seen)
    return found


def _fault(cell: Value, *, is_needed: bool) -> Flaw | None:
    if isinstance(cell, Odd):
        return ODD[cell]
    if isinstance(cell, bool):
        return Flaw.NOT_TEXT
    if isinstance(cell, date):
        return Flaw.DAY_FOR_TEXT
    return Flaw.MISSING if is_needed and cell is None else None


def _text(value: Value) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}".replace(POINT, COMMA)
    return value if isinstance(value, str) and not isinstance(value, Odd) else ""


def _folded(value: Any) -> str:
    return without_spaces(str(value)).casefold()


def _offer_codes(page: Any, codes: Sequence[str], *, last: int) -> None:
    """Lets the codes be chosen from a list; what else is typed is told when it comes back."""
    if last:
        column = len(SheetHeads.__slots__) - 1
        rule = {"validate": "list", "source": list(codes), "error_type": "information"}
        page.data_validation(1, column, last, column, rule)
