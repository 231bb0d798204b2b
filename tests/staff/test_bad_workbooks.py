"""Workbooks as people send them: every row that cannot be taken says what to mend, none is entered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.books import rows_of_one, written
from tests.cast import Cast
from tests.formats.test_workbooks import changed as repacked
from tests.page import Client, Page
from tests.sheet_factories import make_reading_sheet
from tests.staff.test_book import DESK, send, workbook
from tests.staff.test_reading_sheet_files import given_out, readings
from tests.staff.test_reading_sheet_files import send as send_sheet
from tests.tables import everything
from vodokanal.formats import book_sources, reading_sheets
from vodokanal.models.book_imports import BookImport
from vodokanal.models.file_jobs import FileJob
from vodokanal.models.reading_sheets import ReadingSheet, SheetUpload

# Its own list of sizes says what it would unpack to; nothing of it is.
ZEROS, UNPACKED = b"\0" * 3_000_000, 2_000_000
FILES: dict[str, Callable[[bytes], bytes]] = {
    "макрос": lambda data: repacked(data, xl__vbaProject_dot_bin=b"x"),
    "бомба": lambda data: repacked(data, xl__media__image_dot_png=ZEROS),
    "старый": lambda _data: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "обрезан": lambda data: data[: len(data) // 2],
}
SENTENCES = {
    "макрос": "В файле есть макросы",
    "бомба": "В распакованном виде файл слишком велик.",
    "старый": "Файл в старом формате .xls или под паролем.",
    "обрезан": "Это не книга Excel.",
}


@pytest.fixture
def sheet(cast: Cast) -> ReadingSheet:
    """A sheet of Anna's house."""
    return make_reading_sheet(house=cast.account.premises.house)


def spoilt(data: bytes, spoil: Callable[[Any], None]) -> bytes:
    """The same workbook after somebody has worked on it."""
    book = load_workbook(BytesIO(data))
    spoil(book)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def in_the_book(book: Any) -> None:
    accounts, meters, balances = book["Лицевые счета"], book["Счётчики"], book["Долги"]
    heads = {cell.value: cell.column_letter for cell in accounts[1]}
    accounts[f"{heads['Плательщик']}2"] = "Кузнeцова Нина"
    opened = accounts[f"{heads['Открыт']}3"]
    opened.value, opened.number_format = 45000, "General"
    accounts["A3"] = 46
    of_meters = {cell.value: cell.column_letter for cell in meters[1]}
    meters[f"{of_meters['Заводской номер']}2"] = "=1+1"
    balances.merge_cells("A2:A3")
    balances["D2"], balances["E2"] = "1234,50", "31.10.2026"
    balances["C2"], balances["C4"] = 10.2026, date(2026, 9, 15)
    balances["C2"].number_format = "General"


def test_every_bad_row_of_a_book_says_what_to_mend(chief: Client) -> None:
    before = {table: rows for table, rows in everything().items() if table in TOUCHED}
    page = send(chief, spoilt(written(rows_of_one()), in_the_book))
    mended = workbook(chief.get(f"{DESK}{BookImport.get().id}/mended.xlsx"))
    for title, row, words in (
        ("Лицевые счета", 2, "Плательщик: буква «e» в «Кузнeцова» латинская"),
        ("Лицевые счета", 3, "Лицевой счёт: 46 записано числом"),
        ("Лицевые счета", 3, "дата записана числом 45000"),
        ("Счётчики", 2, "Заводской номер: здесь формула"),
        ("Долги", 2, "За месяц: «10,2026» – не месяц"),
        ("Долги", 3, "Лицевой счёт: ячейки объединены"),
    ):
        assert words in page.plain
        assert words in mended[title][row][0].value.replace("\u00a0", " ")
    # A day in a text's clothes, and money in a text's, are what they say.
    assert "Сумма, руб." not in page.plain
    after = {table: rows for table, rows in everything().items() if table in TOUCHED}
    assert after == before


TOUCHED = frozenset({"account", "house", "premises", "holder", "meter", "reading", "movement"})


def test_every_bad_row_of_a_sheet_says_what_to_mend(
    office: Client, sheet: ReadingSheet, cast: Cast
) -> None:
    def spoil(book: Any) -> None:
        page = book.active
        page["A2"], page["F2"] = "12-З4", "161,2"
        page["F3"] = date(2026, 5, 12)
        page["A4"], page["D4"], page["F4"] = 5678, 99999, 7.5
        page["A5"], page["F5"] = "12-34", 8
        page.merge_cells("D4:D5")

    data = spoilt(given_out(office, sheet), spoil)
    page: Page = office.get(send_sheet(office, sheet, data).location)
    for words in (
        "Показание, м³: Excel превратил запись в дату 12.05.2026: впишите её ещё раз текстом.",
        "Заводской номер: ячейки объединены: разъедините их и заполните каждую строку.",
        "Лицевого счёта 12-З4 в этой ведомости нет.",
        "1 строка в порядке",
        "3 строки надо исправить",
    ):
        assert words in page.plain
    assert readings() == []


@pytest.mark.parametrize("kind", FILES)
def test_file_that_would_do_harm_is_refused_at_both_desks(
    chief: Client, office: Client, sheet: ReadingSheet, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    for module in (book_sources, reading_sheets):
        monkeypatch.setattr(module, "LIMITS", replace(module.LIMITS, unpacked=UNPACKED))
    data = FILES[kind](written(rows_of_one()))
    assert SENTENCES[kind] in send(chief, data, name="книга.xlsm", status=422).plain
    assert SENTENCES[kind] in send_sheet(office, sheet, data, status=422).plain
    left = [table.select().count() for table in (BookImport, FileJob, SheetUpload)]
    assert left == [0, 0, 0]
