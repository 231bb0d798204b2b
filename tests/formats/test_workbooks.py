"""Workbooks from outside: what is no workbook is refused, and every cell is told as what it is."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook

from vodokanal.formats.workbooks import (
    Fault,
    Limits,
    Odd,
    WorkbookError,
    open_workbook,
)

XLSX_XML = "application/vnd.openxmlformats-officedocument.spreadsheetml"

PAGE = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1">%s</row></sheetData>%s</worksheet>'
)


def saved(book: Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def written(*rows: list[Any], merged: str = "") -> bytes:
    """A workbook of one page with these rows."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if merged:
        book.active.merge_cells(merged)
    return saved(book)


def read(data: bytes, **limits: int) -> list[tuple[int, tuple[Any, ...]]]:
    (page,) = open_workbook(data, limits=Limits(**limits)).pages
    return [(row.number, row.values) for row in page.rows()]


def changed(data: bytes, **parts: bytes) -> bytes:
    """The same archive with other parts; a name is written with __ for / and _ for a point."""
    names = {name.replace("__", "/").replace("_dot_", "."): new for name, new in parts.items()}
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for part in old.namelist():
            if part not in names:
                new.writestr(part, old.read(part))
        for name, content in names.items():
            new.writestr(name, content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def fault_of(data: bytes, **limits: int) -> tuple[Fault, int]:
    with pytest.raises(WorkbookError) as refused:
        read(data, **limits)
    return refused.value.fault, refused.value.limit


def test_cells_are_texts_numbers_days_and_nothing() -> None:
    row = [" 0070 ", 153.2, 4070000015, date(2026, 5, 12), datetime(2026, 5, 12, 7, 30), None, True]
    ((number, values),) = read(written([], row))
    assert number == 2
    assert values == (
        "0070",
        Decimal("153.2"),
        Decimal(4070000015),
        date(2026, 5, 12),
        datetime(2026, 5, 12, 7, 30),
        None,
        True,
    )


def test_dust_of_binary_fractions_is_not_read() -> None:
    assert read(written([0.1 + 0.2])) == [(1, (Decimal("0.3"),))]


def test_formula_error_and_merged_cells_are_told() -> None:
    data = written(["a", "=1+1", "#N/A"], ["b", 1, 2], merged="A1:A2")
    assert read(data) == [
        (1, ("a", Odd.FORMULA, Odd.ERROR)),
        (2, (Odd.MERGED, Decimal(1), Decimal(2))),
    ]
    wide = written(["a", None, None, 4], merged="A1:C1")
    assert read(wide) == [(1, ("a", Odd.MERGED, Odd.MERGED, Decimal(4)))]
    column = written(["a"], [None], merged="A1:A2")
    assert read(column) == [(1, ("a",)), (2, (Odd.MERGED,))]


def test_empty_rows_and_columns_beyond_are_left_out() -> None:
    assert read(written([], ["a"], [None], ["b", None, "c"]), columns=2) == [
        (2, ("a",)),
        (4, ("b",)),
    ]
    (page,) = open_workbook(written(["a"])).pages
    (row,) = page.rows()
    assert (row.value(0), row.value(7)) == ("a", None)


def test_pages_are_found_by_their_titles() -> None:
    book = Workbook()
    book.create_sheet("Счётчики")
    opened = open_workbook(saved(book))
    page = opened.page(" счётчики ")
    assert page is not None
    assert page.title == "Счётчики"
    assert opened.page("Дома") is None


def test_what_is_no_workbook_is_refused() -> None:
    assert fault_of(b"account;value\n1;2\n") == (Fault.NOT_A_WORKBOOK, 0)
    assert fault_of(b"PK\x03\x04broken") == (Fault.NOT_A_WORKBOOK, 0)
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as other:
        other.writestr("word/document.xml", "<a/>")
    assert fault_of(file.getvalue()) == (Fault.NOT_A_WORKBOOK, 0)
    assert fault_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on") == (Fault.OLD_OR_LOCKED, 0)


def test_macros_are_not_opened() -> None:
    data = written(["a"])
    assert fault_of(changed(data, xl__vbaProject_dot_bin=b"x")) == (Fault.MACROS, 0)
    kinds = zipfile.ZipFile(BytesIO(data)).read("[Content_Types].xml")
    enabled = kinds.replace(
        f"{XLSX_XML}.sheet.main+xml".encode(),
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for part in old.namelist():
            new.writestr(part, enabled if part == "[Content_Types].xml" else old.read(part))
    assert fault_of(file.getvalue()) == (Fault.MACROS, 0)


def test_bomb_is_not_unpacked() -> None:
    data = written(["a"])
    bomb = changed(data, xl__media__image_dot_png=b"\0" * 3_000_000)
    assert len(bomb) < 30_000
    assert fault_of(bomb, unpacked=2_000_000) == (Fault.BOMB, 2_000_000)
    strings = changed(data, xl__sharedStrings_dot_xml=b" " * 200_000)
    assert fault_of(strings, strings=100_000) == (Fault.BOMB, 100_000)
    assert fault_of(data, parts=3)[0] is Fault.BOMB
    assert fault_of(data, packed=1000) == (Fault.TOO_LARGE, 1000)


def test_rows_are_counted_while_they_are_read() -> None:
    data = written(*([each] for each in range(6)))
    assert fault_of(data, rows=5) == (Fault.TOO_MANY_ROWS, 5)
    assert len(read(data, rows=6)) == 6


@pytest.mark.parametrize(
    "page",
    [
        b"<worksheet><sheetData><row",
        b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>',
        PAGE % (b'<c r="A1" t="s"><v>900</v></c>', b""),
        PAGE
        % (b'<c r="A1"><v>1</v></c>', b'<mergeCells><mergeCell ref="A1:A999999"/></mergeCells>'),
    ],
    ids=["cut off", "entities", "no such text", "merged for ever"],
)
def test_damaged_page_is_refused_whatever_is_wrong_with_it(page: bytes) -> None:
    data = changed(written(["a"]), xl__worksheets__sheet1_dot_xml=page)
    assert fault_of(data) == (Fault.DAMAGED, 0)


def test_number_beyond_all_bounds_is_an_error() -> None:
    page = PAGE % (b'<c r="A1"><v>1e999</v></c><c r="B1"><f>1</f></c>', b"")
    data = changed(written(["a"]), xl__worksheets__sheet1_dot_xml=page)
    assert read(data) == [(1, (Odd.ERROR, Odd.FORMULA))]


def test_workbook_without_its_list_of_pages_is_damaged() -> None:
    assert fault_of(changed(written(["a"]), xl__workbook_dot_xml=b"<no")) == (Fault.DAMAGED, 0)
