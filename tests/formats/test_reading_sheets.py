"""A sheet as a workbook: what goes out keeps its noughts, what comes back is known by its heads."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from vodokanal.formats.book_cells import Flaw
from vodokanal.formats.reading_sheets import (
    FilledRow,
    MeterRow,
    NoHeadsError,
    SheetHeads,
    read_sheet,
    write_sheet,
)

HEADS = SheetHeads("Счёт", "Адрес", "Счётчик", "Номер", "Было", "Показание", "Отметка")
ROW = MeterRow("0070-15", "Речная ул., д. 5", "Холодная", "00012345", Decimal("153.2"))


def given_out(*rows: MeterRow) -> bytes:
    file = BytesIO()
    assert write_sheet(file, "Речная/5", heads=HEADS, codes=["1 нет"], rows=rows) == len(rows)
    return file.getvalue()


def filled(*rows: list[Any], heads: list[str] | None = None) -> bytes:
    """A workbook with an account, a serial, a value and a code a row, other columns among them."""
    book = Workbook()
    book.active.append(["Ведомость"])
    book.active.append(heads or ["Показание", "счёт", "Что-то", " НОМЕР", "отметка"])
    for account, serial, value, *code in rows:
        book.active.append([value, account, None, serial, *code])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def test_workbook_goes_out_as_texts_and_comes_back_filled() -> None:
    book = load_workbook(BytesIO(given_out(ROW, ROW)))
    page = book.active
    assert [cell.value for cell in page[2]][:5] == [
        "0070-15",
        "Речная ул., д. 5",
        "Холодная",
        "00012345",
        "153,2",
    ]
    assert page["F2"].number_format == "@"
    page["F2"], page["G3"] = "156", "2"
    file = BytesIO()
    book.save(file)
    assert read_sheet(file.getvalue(), HEADS) == [
        FilledRow(2, "0070-15", "00012345", "156", ""),
        FilledRow(3, "0070-15", "00012345", "", "2"),
    ]


def test_empty_sheet_goes_out_too() -> None:
    assert read_sheet(given_out(), HEADS) == []


def test_columns_are_known_by_their_heads_and_numbers_read_as_texts() -> None:
    rows = read_sheet(
        filled([4070000015, 12345, 156.25], ["a", "b", None], ["c", "d", None, 2]), HEADS
    )
    assert rows == [
        FilledRow(3, "4070000015", "12345", "156,25", ""),
        FilledRow(5, "c", "d", "", "2"),
    ]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (["a", "b", "=1+2"], (Flaw.FORMULA, "Показание", "formula")),
        (["a", "b", date(2026, 5, 12)], (Flaw.DAY_FOR_TEXT, "Показание", "12.05.2026")),
        (["a", "b", True], (Flaw.NOT_TEXT, "Показание", "True")),
        (["a", "#N/A", 5], (Flaw.FAULT, "Номер", "error")),
        ([None, "b", 5], (Flaw.MISSING, "Счёт", "")),
        (["a", None, 5], (Flaw.MISSING, "Номер", "")),
    ],
)
def test_cell_that_cannot_be_used_is_told(row: list[Any], told: tuple[Flaw, str, str]) -> None:
    (found,) = read_sheet(filled(row), HEADS)
    assert (found.fault, found.column, found.shown) == told


def test_merged_account_is_told() -> None:
    book = load_workbook(BytesIO(filled(["a", "b", 1], [None, "c", 2])))
    book.active.merge_cells("B3:B4")
    file = BytesIO()
    book.save(file)
    rows = read_sheet(file.getvalue(), HEADS)
    assert [row.fault for row in rows] == [None, Flaw.MERGED]


def test_table_without_the_heads_is_refused_with_those_missing() -> None:
    with pytest.raises(NoHeadsError) as refused:
        read_sheet(filled(["a", "b", 1], heads=["Показание", "Счёт"]), HEADS)
    assert refused.value.missing == ("Номер",)
    late = Workbook()
    late.active["A25"] = "Показание"
    file = BytesIO()
    late.save(file)
    with pytest.raises(NoHeadsError):
        read_sheet(file.getvalue(), HEADS)
