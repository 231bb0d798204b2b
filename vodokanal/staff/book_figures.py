"""What a workbook comes to, as the staff read it: sums by sheet, odd rows, rows to be mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.formats.book import Place, Problem
from vodokanal.formats.book_sheets import BY_CODE
from vodokanal.models.book_imports import BookImport, BookState
from vodokanal.models.people import Employee
from vodokanal.operations.book_import import report_of
from vodokanal.web.book_words import SUMS, oddity_words, problem_words
from vodokanal.web.dates import moment
from vodokanal.web.numbers import numbers

N_ = lazy_gettext

PLAIN = ("rows", "new")
STATES: Mapping[str, Any] = {
    BookState.WAITING: N_("waiting to be looked through"),
    BookState.REFUSED: N_("could not be read"),
    BookState.CHECKED: N_("looked through, not imported"),
    BookState.DONE: N_("book is imported"),
    BookState.UNDONE: N_("import is undone"),
}

OPENED = frozenset({BookState.WAITING, BookState.REFUSED, BookState.CHECKED})


@dataclass(frozen=True)
class SheetLine:
    """One sheet: its rows, those that are new, and its control sums in words."""

    title: str
    rows: str
    new: str
    sums: str


@dataclass(frozen=True)
class RowLine:
    """One row of the book: where it is, and what is said of it."""

    sheet: str
    row: int
    words: str


@dataclass(frozen=True)
class BookLine:
    """One import as the list shows it."""

    name: str
    when: str
    who: str
    state: str
    accounts: str
    url: str
    undo: str


def sheet_lines(row: BookImport) -> list[SheetLine]:
    """The sheets of a book that was looked through."""
    sheets = report_of(row).get("sheets", {})
    return [
        SheetLine(
            BY_CODE[code].title,
            _figure(sums["rows"]),
            _figure(str(sums["new"])),
            "; ".join(
                f"{SUMS[name]}: {_figure(value)}"
                for name, value in sums.items()
                if name not in PLAIN
            ),
        )
        for code, sums in sheets.items()
    ]


def odd_lines(row: BookImport) -> list[RowLine]:
    """The rows that look oddest."""
    return [
        RowLine(
            BY_CODE[odd["sheet"]].title, odd["place"][1], oddity_words(odd["code"], odd["values"])
        )
        for odd in report_of(row).get("oddest", ())
    ]


def problem_lines(row: BookImport) -> list[RowLine]:
    """The first rows that are to be mended."""
    report = report_of(row)
    tables = report.get("tables") or [""]
    found = (
        Problem(**each | {"place": Place(*each["place"])}) for each in report.get("problems", ())
    )
    return [
        RowLine(tables[each.place.table], each.place.row, problem_words(each)) for each in found
    ]


def book_lines(rows: Sequence[BookImport], *, urls: Any, undo: Any) -> list[BookLine]:
    """The imports, the newest first; `urls` and `undo` give the addresses of a row."""
    ids = {row.employee_id for row in rows}
    names = dict(Employee.select(Employee.id, Employee.name).where(Employee.id.in_(ids)).tuples())
    return [
        BookLine(
            str(row.name),
            moment(_when(row)),
            names.get(row.employee_id, _("by a command")),
            str(STATES.get(row.state, row.state)),
            _figure(report_of(row).get("sheets", {}).get("accounts", {}).get("rows", "0")),
            urls(row.id) if row.state in OPENED else "",
            undo(row.id) if row.state == BookState.DONE else "",
        )
        for row in rows
    ]


def _when(row: Any) -> datetime:
    """When it was decided on, or else when it came."""
    at: datetime = row.decided_at or row.created_at
    return at


def _figure(text: str) -> str:
    value = Decimal(text)
    return numbers().fixed(value, max(-int(value.as_tuple().exponent), 0))
