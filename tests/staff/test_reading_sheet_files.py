"""The files of a sheet: a blank to print, a workbook that goes out, comes back, is looked at first."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from pypdf import PdfReader

from tests.cast import Cast
from tests.factories import make_house, make_meter, make_reading
from tests.page import Client, Page
from tests.sheet_factories import make_reading_sheet, make_row_of_flats
from vodokanal import sent_files
from vodokanal.billing.periods import Period
from vodokanal.formats import reading_sheets
from vodokanal.formats.reading_sheets import MeterRow, SheetHeads, write_sheet
from vodokanal.models.file_jobs import FileJob
from vodokanal.models.journal import JournalEntry
from vodokanal.models.meters import Meter
from vodokanal.models.reading_sheets import ReadingSheet, SheetEntry, SheetScope, SheetUpload
from vodokanal.models.readings import Reading
from vodokanal.operations.reading_sheets_files import UploadEnteredError
from vodokanal.staff import reading_sheets_files
from vodokanal.web.clock import real_now
from vodokanal.worker import Worker

DESK, NOVEMBER = "/staff/reading-sheets/files/", Period(2026, 11)
RUSSIAN = SheetHeads(
    "Лицевой счёт", "Адрес", "Счётчик", "Заводской номер", "Было", "Показание, м³", "Отметка"
)
HEADS = ["Лицевой счёт", "Заводской номер", "Показание, м³", "Отметка"]


@pytest.fixture
def sheet(cast: Cast) -> ReadingSheet:
    """A sheet of Anna's house."""
    return make_reading_sheet(house=cast.account.premises.house)


def given_out(client: Client, sheet: ReadingSheet) -> bytes:
    """The workbook that the page gives out."""
    path = f"{DESK}{sheet.id}/sheet.xlsx"
    response = client.post(path, {}, status=200).response
    data: bytes = response.get_data()
    response.close()
    return data


def workbook(*rows: list[Any]) -> bytes:
    """A filled workbook: account, serial, value and code a row."""
    book = Workbook()
    for row in (HEADS, *rows):
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def send(client: Client, sheet: ReadingSheet, data: bytes, *, status: int = 303) -> Page:
    form = client.get(f"{DESK}{sheet.id}/").form("Посмотреть, что в нём")
    fields = {**form.fields, "file": (BytesIO(data), "дом 5.xlsx")}
    return client.post(
        f"{DESK}{sheet.id}/", fields, status=status, csrf=False, content_type="multipart/form-data"
    )


def sent(client: Client, sheet: ReadingSheet, *rows: list[Any]) -> Page:
    return client.get(send(client, sheet, workbook(*rows)).location)


def readings() -> list[str]:
    rows = Reading.select().where(Reading.period == NOVEMBER).order_by(Reading.id)
    return [f"{row.value:f}" for row in rows]


def test_workbook_goes_out_and_comes_back(office: Client, sheet: ReadingSheet, cast: Cast) -> None:
    book = load_workbook(BytesIO(given_out(office, sheet)))
    page = book.active
    rows = [[cell.value for cell in row] for row in page.rows]
    assert rows[1][:5] == [
        "12-34",
        "ул. Речная, д.\u00a05, кв.\u00a012",
        "Холодная · кухня",
        "00012345",
        "158,000",
    ]
    assert len(rows) == 4
    page["F2"], page["F4"] = "161,2", "7"
    file = BytesIO()
    book.save(file)
    preview = office.get(send(office, sheet, file.getvalue()).location)
    assert "2 строки в порядке" in preview.plain
    assert readings() == []
    done = office.get(preview.form("Внести строки, которые в порядке").submit().location)
    assert "Внесены 2 лицевых счёта." in done.plain
    assert readings() == ["161.200", "7.000"]
    assert JournalEntry.select().where(JournalEntry.action == "download_list").count() == 1


def test_every_refused_row_says_what_to_mend(
    office: Client, sheet: ReadingSheet, cast: Cast
) -> None:
    page = sent(
        office,
        sheet,
        ["12-34", "00012345", 161.2, None],
        ["12-34", "777", 5, None],
        ["99-99", "00012345", 5, None],
        ["12-34", "00054321", "=1+1", None],
        [5678, 99999, "abc", None],
        ["56-78", "00099999", None, "потерян"],
        [None, "1", 1, None],
    )
    assert "1 строка в порядке" in page.plain
    assert "6 строк надо исправить" in page.plain
    for sentence in (
        "У лицевого счёта 12-34 нет счётчика 777.",
        "Лицевого счёта 99-99 в этой ведомости нет.",
        "Показание, м³: здесь формула: впишите вместо неё само значение.",
        "Это не число",
        "Отметки «потерян» нет. Есть такие: 1 нет доступа, 2 сломан, 3 нет пломбы.",
        "Лицевой счёт: заполните.",
    ):
        assert sentence in page.plain


def test_doubtful_and_replacing_rows_are_shown_before(
    office: Client, sheet: ReadingSheet, cast: Cast
) -> None:
    sent(office, sheet, ["12-34", "00012345", 160, None]).form("Внести строки").submit()
    page = sent(office, sheet, ["12-34", "00012345", 15, None])
    assert "из них сомнительна 1" in page.plain
    assert (
        "Это меньше, чем было раньше: 158,000. Сейчас записано 160,000: файл это заменит."
        in page.plain
    )


def test_file_is_entered_once(office: Client, sheet: ReadingSheet, cast: Cast) -> None:
    page = sent(office, sheet, ["12-34", "00012345", 161, None])
    form = page.form("Внести строки")
    form.submit()
    assert "Этот файл внесён 12 ноября в 10:42" in form.submit(status=200).plain
    assert readings() == ["161.000"]


def test_shifted_file_asks_first(office: Client, cast: Cast) -> None:
    house = make_house()
    meters = make_row_of_flats(7, house=house)
    sheet = make_reading_sheet(house=house)
    rows = [
        [meter.account.number, meter.serial, 100 * flat + 18, None]
        for flat, meter in enumerate(meters[1:], start=1)
    ]
    page = sent(office, sheet, *rows)
    assert "значения подошли бы строке выше (таких 6)" in page.plain
    form = page.form("Нет, всё верно: внести")
    assert form.without("answer").submit(status=409).status == 409
    assert readings() == []
    page.form("Нет, всё верно: внести").submit()
    assert len(readings()) == 6


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"account;value", "Это не книга Excel."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Файл в старом формате .xls или под паролем."),
        (workbook()[:200], "Это не книга Excel."),
        (b"", "Это не книга Excel."),
    ],
)
def test_file_that_is_no_workbook_is_refused(
    office: Client, sheet: ReadingSheet, data: bytes, sentence: str
) -> None:
    assert sentence in send(office, sheet, data, status=422).plain
    assert SheetUpload.select().count() == 0


def test_workbook_without_the_heads_is_refused(office: Client, sheet: ReadingSheet) -> None:
    other = Workbook()
    other.active.append(["Лицевой счёт", "Показание, м³"])
    file = BytesIO()
    other.save(file)
    page = send(office, sheet, file.getvalue(), status=422)
    assert "В файле не найдены столбцы ведомости: Заводской номер." in page.plain
    empty = office.post(f"{DESK}{sheet.id}/", {}, status=422)
    assert "Выберите заполненный файл." in empty.plain


def test_workbook_of_a_whole_town_is_refused(
    office: Client, sheet: ReadingSheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_sheets, "LIMITS", replace(reading_sheets.LIMITS, rows=30))
    file = BytesIO()
    row = MeterRow("12-34", "", "", "00012345", Decimal(1))
    rows = (row for _ in range(30))
    write_sheet(file, "город", heads=RUSSIAN, codes=["1"], rows=rows)
    page = send(office, sheet, file.getvalue(), status=422)
    assert "В файле больше 30 строк. Разделите его" in page.plain


def test_blank_has_seals_fields_and_codes_in_walking_order(
    office: Client, sheet: ReadingSheet, cast: Cast
) -> None:
    answer = office.get(f"{DESK}{sheet.id}/blank.pdf").response
    words = PdfReader(BytesIO(answer.get_data())).pages[0].extract_text()
    assert answer.mimetype == "application/pdf"
    for part in ("Пломба", "Отметки:", "нет пломбы", "00012345", "158,000", "кто снял"):
        assert part in words.replace("\u00a0", " ")
    assert words.index("00012345") < words.index("00099999")


def test_slips_have_no_blank_and_get_changes_nothing(office: Client, cast: Cast) -> None:
    sheet = make_reading_sheet(scope=SheetScope.SLIPS)
    assert "бланка для них нет" in office.get(f"{DESK}{sheet.id}/").plain
    for path in ("", f"{sheet.id}/sheet.xlsx"):
        office.get(f"{DESK}{path}", status=303)
    office.get(f"{DESK}uploads/77/", status=404)


def test_stale_form_is_shown_again(office: Client, sheet: ReadingSheet, cast: Cast) -> None:
    upload = send(office, sheet, workbook(["12-34", "00012345", 161, None])).location
    page = office.post(upload, {}, csrf=False, status=400)
    assert "1 строка в порядке" in page.plain
    assert office.post(f"{DESK}{sheet.id}/", {}, csrf=False, status=400).status == 400


def test_file_of_the_wrong_month_or_shifted_up_is_asked_about(office: Client, cast: Cast) -> None:
    house = make_house()
    meters = make_row_of_flats(7, house=house)
    sheet = make_reading_sheet(house=house)

    def filled(step: int) -> Page:
        rows = [
            [meter.account.number, meter.serial, max(100 * (flat + step) + 18, 1), None]
            for flat, meter in enumerate(meters[:-1], start=1)
        ]
        return sent(office, sheet, *rows)

    assert "значения подошли бы строке ниже (таких 6)" in filled(1).plain
    assert "Тот ли это месяц?" in filled(-100).plain


def test_row_that_changed_after_the_preview_is_told(
    office: Client, sheet: ReadingSheet, cast: Cast
) -> None:
    removed = "2026-11-02"
    gone = make_meter(account=cast.account, serial="555")
    page = sent(office, sheet, ["12-34", "00012345", 161, None], ["12-34", "555", 3, None])
    form = page.form("Внести строки")
    make_reading(cast.cold, period=NOVEMBER, value="160", resident=cast.anna)
    done = office.get(form.submit().location)
    assert "Строка 2: Уже записано другое значение: 160,000" in done.plain
    Meter.update(removed_on=removed).where(Meter.id == gone.id).execute()
    late = sent(office, sheet, ["12-34", "555", 3, None])
    assert "Счётчик 555 снят 2 ноября" in late.plain


def test_file_that_a_colleague_is_entering_is_shown_as_entered(
    office: Client, sheet: ReadingSheet, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = sent(office, sheet, ["12-34", "00012345", 161, None]).form("Внести строки")

    def too_late(*_args: Any, **_options: Any) -> None:
        raise UploadEnteredError(1)

    monkeypatch.setattr(reading_sheets_files, "enter_upload", too_late)
    assert form.submit(status=409).status == 409


def test_long_file_is_entered_by_the_worker_and_only_once(
    app: Flask, office: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_sheets_files, "MOST_AT_ONCE", 2)
    house = make_house()
    meters = make_row_of_flats(4, house=house)
    sheet = make_reading_sheet(house=house)
    rows = [
        [meter.account.number, meter.serial, 100 * flat + 18, None]
        for flat, meter in enumerate(meters)
    ]
    form = sent(office, sheet, *rows).form("Внести строки")
    waits = office.get(form.submit().location)
    assert "работа начнётся в течение полминуты. Обновить" in waits.plain
    assert form.submit(status=409).status == 409
    stopped = Worker(app)
    goes_on = iter([True, True, True])
    monkeypatch.setattr(stopped, "goes_on", lambda: next(goes_on, False))
    stopped.work_on_files()
    assert len(readings()) == 2
    FileJob.update(leased_until=real_now()).execute()
    assert "лицевых счетов внесено: 0 из 4" in office.get(waits.path).plain
    Worker(app).work_on_files()
    assert "Этот файл внесён" in office.get(waits.path).plain
    assert (len(readings()), SheetEntry.select().count()) == (4, 4)


def test_row_that_a_worker_could_not_enter_is_told(
    app: Flask, office: Client, sheet: ReadingSheet, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_sheets_files, "MOST_AT_ONCE", 0)
    page = sent(office, sheet, ["12-34", "00012345", 161, None])
    page.form("Внести строки").submit()
    make_reading(cast.cold, period=NOVEMBER, value="160", resident=cast.anna)
    Worker(app).work_on_files()
    after = office.get(page.path)
    assert "Строка 2: Уже записано другое значение: 160,000" in after.plain
    FileJob.update(ended_at=None).execute()
    Worker(app).work_on_files()
    assert FileJob.get().refusal == ""


def test_file_that_a_colleague_has_entered_first_ends_the_job(
    app: Flask, office: Client, sheet: ReadingSheet, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(*_args: Any, **_options: Any) -> None:
        raise UploadEnteredError(1)

    monkeypatch.setattr(reading_sheets_files, "MOST_AT_ONCE", 0)
    monkeypatch.setattr(sent_files, "enter_upload", too_late)
    sent(office, sheet, ["12-34", "00012345", 161, None]).form("Внести строки").submit()
    Worker(app).work_on_files()
    assert (FileJob.get().refusal, readings()) == ("", [])
