"""Sheets: what a cell becomes in XLSX and in CSV, and that no text becomes a formula."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from vodokanal.billing.periods import Period
from vodokanal.formats.sheets import Cell, Sheet, defused, write_csv, write_xlsx

FORMULAS = ["=1+1", "+1", "-1+1", "@A", "\tA", "\rA", "\n=A", "＝1", "＋1", "－1", "＠A"]
ROW: list[Cell] = [
    "4070000015",
    "007",
    7,
    Decimal("156.320"),
    Decimal("-0.50"),
    date(2026, 11, 12),
    datetime(2026, 11, 12, 10, 42),
    Period(2026, 11),
    None,
    'ООО "Вода"; и Ко',
]


def in_csv(*rows: Sequence[Cell], heads: Sequence[str] = ("Счёт",)) -> str:
    """The text of a CSV file, byte order mark included."""
    file = BytesIO()
    assert write_csv(file, Sheet("Счета", heads), rows=rows) == len(rows)
    return file.getvalue().decode()


def in_xlsx(*rows: Sequence[Cell], title: str = "Счета") -> Any:
    """The page of a workbook."""
    file = BytesIO()
    assert write_xlsx(file, Sheet(title, ["Счёт"]), rows=rows) == len(rows)
    return load_workbook(file).worksheets[0]


def test_csv_is_as_excel_opens_it_here() -> None:
    assert in_csv(ROW) == (
        "\ufeffСчёт\r\n"
        "4070000015;007;7;156,320;-0,50;12.11.2026;12.11.2026 10:42;11.2026;;"
        '"ООО ""Вода""; и Ко"\r\n'
    )


@pytest.mark.parametrize("text", FORMULAS)
def test_formula_in_csv_becomes_a_text(text: str) -> None:
    assert defused(text) == "'" + text
    assert in_csv([text]).count("'") == 1


def test_head_is_defused_too() -> None:
    assert in_csv(heads=["=A"]) == "\ufeff'=A\r\n"


@pytest.mark.parametrize("text", ["1=1", "a@b.example", "ул. Речная", " =1", ""])
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert defused(text) == text


def test_xlsx_keeps_numbers_days_and_texts_apart() -> None:
    cells = in_xlsx(ROW)[2]
    assert [each.value for each in cells] == [
        "4070000015",
        "007",
        7,
        156.32,
        -0.5,
        datetime(2026, 11, 12),
        datetime(2026, 11, 12, 10, 42),
        datetime(2026, 11, 1),
        None,
        'ООО "Вода"; и Ко',
    ]
    assert [each.number_format for each in cells[2:8]] == [
        "0",
        "0.000",
        "0.00",
        "dd.mm.yyyy",
        "dd.mm.yyyy hh:mm",
        "mm.yyyy",
    ]


@pytest.mark.parametrize("text", [*FORMULAS, "http://a.example", "1e5", "{=1}", "_x0041_", "<b>&"])
def test_text_in_xlsx_is_typed_as_text(text: str) -> None:
    cell = in_xlsx([text])["A2"]
    # What cannot stand in XML is written in Excel's own way, which this reader leaves as it is.
    written = text.replace("\r", "_x000D_").replace("_x0041_", "_x005F_x0041_")
    assert (cell.data_type, cell.value) == ("s", written)


def test_text_longer_than_a_cell_is_cut() -> None:
    value = in_xlsx(["я" * 40_000])["A2"].value
    assert (len(value), value[-2:]) == (32_767, "я…")


def test_number_that_excel_would_round_is_a_text() -> None:
    value = Decimal("12345678901234.567")
    assert in_xlsx([value])["A2"].value == "12345678901234,567"


def test_first_line_stays_while_the_rows_move() -> None:
    page = in_xlsx(title="Показания: [2026]/ноябрь, все дома и все квартиры")
    assert (page.freeze_panes, page["A1"].font.bold) == ("A2", True)
    assert page.title == "Показания 2026ноябрь, все дома "


def test_control_characters_break_no_workbook() -> None:
    assert in_xlsx(["a\x00b\x1fc"])["A2"].data_type == "s"
