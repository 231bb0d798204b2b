"""The desk of tables for ГИС ЖКХ: which table, which month, a file; the columns are the staff's."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.cast import Cast
from tests.page import Client
from vodokanal.models.journal import JournalEntry
from vodokanal.models.meters import Meter
from vodokanal.staff.export_columns import letters_of

DESK = "/staff/gis-export/"


def test_table_of_a_month_is_a_file(chief: Client, cast: Cast) -> None:
    Meter.update(gis_number="77-1").execute()
    page = chief.get(DESK)
    assert page.links["Изменить столбцы"] == "/staff/export-columns/"
    assert "не примет" not in page.plain
    answer = (
        page.form("Скачать таблицу").fill(sheet="gis_readings", month="2026-10").submit(status=200)
    )
    book = load_workbook(BytesIO(answer.response.get_data()))
    answer.response.close()
    heads, first = list(book["Импорт показаний ИПУ"].values)[:2]
    assert (heads[0], first[0]) == ("Адрес дома", "ул. Речная, д. 5, кв. 12")
    assert JournalEntry.select().where(JournalEntry.action == "download_list").exists()


def test_rows_that_would_be_refused_are_told_before_the_file(chief: Client, cast: Cast) -> None:
    Meter.update(gis_number="77-1").where(Meter.id == cast.cold).execute()
    form = chief.get(DESK).form("Скачать таблицу")
    page = form.fill(sheet="gis_readings", month="2026-10").submit(status=422)
    words = "октябрь 2026: строк 2, из них без номера прибора в ГИС ЖКХ 1. ГИС ЖКХ не примет"
    assert words in page.plain
    assert page.form("Скачать таблицу").fields["month"] == ["2026-10"]
    assert not JournalEntry.select().exists()
    sure = page.form("Скачать всё равно")
    for answer in (sure, page.form("Скачать таблицу").fill(sheet="gis_meters")):
        response = answer.submit(status=200).response
        assert str(response.mimetype).endswith("sheet")
        response.close()


def test_answer_about_one_month_is_none_about_another(chief: Client, cast: Cast) -> None:
    form = chief.get(DESK).form("Скачать таблицу").fill(sheet="gis_readings", month="2026-10")
    form.fields["sure"] = ["gis_readings 2026-09"]
    page = form.submit(status=422)
    assert "не примет" in page.plain


@pytest.mark.parametrize("form", [{"sheet": "x", "month": "2026-10"}, {"sheet": "gis_meters"}])
def test_other_tables_and_months_are_not_offered(chief: Client, form: dict[str, str]) -> None:
    chief.post(f"{DESK}download/", {"csrf_token": chief.csrf_token(), **form}, status=400)
    assert chief.get(f"{DESK}download/", status=303).location == DESK


def test_office_takes_tables_and_changes_no_columns(office: Client) -> None:
    assert "Изменить столбцы" not in office.get(DESK).text


@pytest.mark.parametrize(("position", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (30, "AD")])
def test_columns_have_letters_as_in_the_sheet(position: int, letters: str) -> None:
    assert letters_of(position) == letters
