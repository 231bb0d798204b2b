"""Tables for ГИС ЖКХ: columns as the staff have them, rows of meters and readings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.cast import Cast
from tests.engines import Engine
from tests.factories import make_house, make_meter, make_reading
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.formats.sheets import Cell
from vodokanal.models.export_maps import ExportColumn, ExportSheet, ExportSource
from vodokanal.models.meters import Meter
from vodokanal.operations.gis_exports import columns_of, count_numbered, export_sheet

OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)
ALL = dict(enumerate(ExportSource, start=1))


def rows_of(sheet: ExportSheet, period: Period = OCTOBER) -> list[list[Cell]]:
    return list(export_sheet(sheet, columns_of(sheet), period=period)[1])


def only(sheet: ExportSheet, columns: dict[int, ExportSource]) -> None:
    """Leaves these columns of a table."""
    ExportColumn.delete().where(ExportColumn.sheet == sheet).execute()
    for position, source in columns.items():
        ExportColumn.create(sheet=sheet, position=position, title=source.value, source=source)


def test_readings_stand_in_the_order_of_the_form(cast: Cast) -> None:
    Meter.update(gis_number="77-1").where(Meter.id == cast.cold.id).execute()
    make_reading(cast.cold, period=NOVEMBER, value="1.5", taken_on=date(2026, 11, 15))
    make_reading(cast.hot, period=NOVEMBER, state=ReadingState.HELD)
    sheet, rows = export_sheet(
        ExportSheet.READINGS, columns_of(ExportSheet.READINGS), period=NOVEMBER
    )
    assert (sheet.title, len(sheet.heads)) == ("Импорт показаний ИПУ", 8)
    address = "ул. Речная, д. 5, кв. 12"
    value = Decimal("1.5000000")
    assert list(rows) == [
        [address, "77-1", "Холодная вода", "11.2026", value, "", "", "15.11.2026"]
    ]


def test_meters_fill_thirty_one_columns(cast: Cast) -> None:
    make_meter(house=cast.account.premises.house, serial="ОД-1", verify_by=None)
    rows = rows_of(ExportSheet.METERS)
    assert {len(row) for row in rows} == {31}
    common = next(row for row in rows if row[0] == "ОД-1")
    assert (common[1], common[4], common[8], common[24]) == (
        "Коллективный (общедомовой)",
        "ул. Речная, д. 5",
        "",
        "",
    )


@pytest.mark.parametrize("sheet", list(ExportSheet))
def test_rows_are_counted_as_they_are_given(cast: Cast, sheet: ExportSheet) -> None:
    Meter.update(gis_number="77-1").where(Meter.id == cast.cold.id).execute()
    Meter.update(gis_number="").where(Meter.id == cast.hot.id).execute()
    make_meter(house=make_house(), serial="ОД-1")
    make_reading(cast.vera_meter, period=OCTOBER, state=ReadingState.HELD)
    counted = count_numbered(sheet, period=OCTOBER)
    assert (counted.rows, counted.rows - counted.without) == (len(rows_of(sheet)), 1)


def test_removed_meter_is_left_out(cast: Cast) -> None:
    before = len(rows_of(ExportSheet.METERS))
    Meter.update(removed_on=date(2026, 10, 1)).where(Meter.id == cast.cold.id).execute()
    assert len(rows_of(ExportSheet.METERS)) == before - 1


@pytest.mark.parametrize("sheet", list(ExportSheet))
def test_every_source_fills_a_column_of_either_table(cast: Cast, sheet: ExportSheet) -> None:
    make_meter(house=make_house(), serial="ОД-1")
    only(sheet, ALL)
    rows = rows_of(sheet)
    assert rows
    assert {len(row) for row in rows} == {len(ALL)}


def test_column_that_was_left_out_keeps_its_place(cast: Cast) -> None:
    only(ExportSheet.METERS, {3: ExportSource.SERIAL})
    sheet, rows = export_sheet(ExportSheet.METERS, columns_of(ExportSheet.METERS), period=OCTOBER)
    assert sheet.heads == ["", "", "serial"]
    assert next(rows)[:2] == ["", ""]


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (date(2027, 2, 28), "6 лет"),
        (date(2025, 3, 1), "4 года"),
        (date(2042, 2, 28), "21 год"),
        (date(2032, 2, 28), "11 лет"),
    ],
)
def test_interval_is_worded_as_the_form_wants_it(database: Engine, until: date, words: str) -> None:
    make_meter(verified_on=date(2021, 3, 1), verify_by=until)
    only(ExportSheet.METERS, {1: ExportSource.INTERVAL})
    assert rows_of(ExportSheet.METERS) == [[words]]
