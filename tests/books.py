"""Small workbooks as a utility would send them, and what is sent of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from vodokanal.billing.periods import Period
from vodokanal.formats.book import Book, read_book
from vodokanal.formats.book_columns import BookSheet
from vodokanal.formats.book_sheets import BY_CODE
from vodokanal.formats.book_sources import SentFile
from vodokanal.formats.book_writing import write_book
from vodokanal.models.book_imports import BookImport

AT = datetime(2026, 11, 12, 9, tzinfo=UTC)
TODAY = date(2026, 11, 12)
OPENED, HUNG, READ, LAST_DAY = (
    date(2020, 1, 1),
    date(2021, 5, 14),
    date(2026, 10, 25),
    date(2026, 10, 31),
)
SEPTEMBER = Period(2026, 9)
Rows = Mapping[str, Sequence[Mapping[str, Any]]]

HOUSE = {"street": "ул. Новая", "house": "7"}
OF_ONE: dict[str, dict[str, Any]] = {
    "houses": {"district": "Северный", **HOUSE},
    "accounts": {
        "account": "0045",
        **HOUSE,
        "flat": "3",
        "premises": "flat",
        "norm": "Дома с ванной",
        "opened": OPENED,
        "payer": "person",
        "name": "Кузнецова Нина Львовна",
        "phone": "+7 900 765-43-21",
    },
    "residents": {"account": "0045", "registered": 2, "owners": 1, "from": OPENED},
    "services": {"account": "0045", "service": "cold", "from": OPENED},
    "meters": {
        "account": "0045",
        "water": "cold",
        "serial": "00777",
        "installed": HUNG,
        "admitted": HUNG,
        "verified": HUNG,
        "verify_by": date(2027, 5, 13),
        "initial": Decimal("0.250"),
        "reading": Decimal("123.456"),
        "read": READ,
    },
    "balances": {
        "account": "0045",
        "what": "debt",
        "month": SEPTEMBER,
        "amount": Decimal("1234.50"),
        "on": LAST_DAY,
    },
}
# The entrance of the house, what is owed besides, and a second flat that pays ahead.
MORE: Rows = {
    "accounts": [{"account": "0046", "flat": "4", "name": "Орлов Павел Ильич", "phone": None}],
    "meters": [
        {"account": None, **HOUSE, "serial": "ОД-1", "reading": Decimal(900), "read": READ},
        {"account": "0046", "serial": "00778", "reading": None, "read": None},
    ],
    "balances": [
        {"what": "penalty", "amount": Decimal("15.07")},
        {"account": "0046", "what": "advance", "month": None, "amount": Decimal("300.00")},
    ],
}


def rows_of_one(more: Rows = MORE) -> dict[str, list[dict[str, Any]]]:
    """A row for each sheet, and others that differ from it in what is given."""
    return {
        code: [first, *({**first, **each} for each in more.get(code, ()))]
        for code, first in OF_ONE.items()
    }


def changed(**changes: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The one house with some values of its first rows changed, by sheet."""
    return {code: [{**first, **changes.get(code, {})}] for code, first in OF_ONE.items()}


def written(rows: Rows) -> bytes:
    """A workbook of these rows; what a row does not name is empty."""

    def lines(sheet: BookSheet) -> Iterable[list[Any]]:
        return ([each.get(code) for code in sheet.codes] for each in rows.get(sheet.code, ()))

    file = BytesIO()
    write_book(file, lines)
    return file.getvalue()


def book_of(rows: Rows) -> Book:
    """The book of these rows, as it is read."""
    return read_book([SentFile("book.xlsx", written(rows))])


def typed(code: str, cells: Sequence[Sequence[Any]], *, heads: Sequence[str] = ()) -> bytes:
    """A workbook of one sheet with cells as somebody typed them; the headings are its own."""
    file = BytesIO()
    book = Workbook(file, {"strings_to_numbers": False, "default_date_format": "dd.mm.yyyy"})
    sheet = BY_CODE[code]
    page = book.add_worksheet(sheet.title)
    page.write_row(0, 0, heads or [column.title for column in sheet.columns])
    for row, values in enumerate(cells, start=1):
        for at, value in enumerate(values):
            page.write(row, at, value)
    book.close()
    return file.getvalue()


def make_book_import(**given: Any) -> BookImport:
    """A workbook that was looked through and waits; its files are gone."""
    defaults = {"name": "книга.xlsx", "digest": "0" * 64, "created_at": AT}
    return BookImport.create(**(defaults | given))
