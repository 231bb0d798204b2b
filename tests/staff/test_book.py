"""The desk of the workbook: sent, looked through, mended, loaded, undone, taken away."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from tests.books import changed, make_book_import, rows_of_one, typed, written
from tests.cast import Cast
from tests.month_factories import make_month, make_payment
from tests.page import Client, Page
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.gateways.book_files import FilesGoneError, mended_file
from vodokanal.models.accounts import Account
from vodokanal.models.book_imports import BookImport, BookState
from vodokanal.models.journal import JournalEntry
from vodokanal.settings import Settings

DESK = "/staff/book/"
WRONG = changed(residents={"account": "45"})


def send(client: Client, data: bytes, *, name: str = "книга.xlsx", status: int = 303) -> Page:
    """What the desk answers to a file, and the page that it leads to."""
    files = {"csrf_token": client.csrf_token(), "files": (BytesIO(data), name)}
    answer = client.post(DESK, files, status=status)
    return client.get(answer.location) if status == 303 else answer


def workbook(page: Page) -> Any:
    """The workbook that an answer is."""
    data = page.response.get_data()
    page.response.close()
    return load_workbook(BytesIO(data))


def loaded(client: Client) -> BookImport:
    send(client, written(rows_of_one())).form("Загрузить").submit()
    row: BookImport = BookImport.get(BookImport.state == BookState.DONE)
    return row


def test_book_is_looked_through_then_loaded(chief: Client) -> None:
    before = Account.select().count()
    page = send(chief, written(rows_of_one()))
    assert page.rows('.//article[@id="sheets"]//table')[2][:3] == ["Лицевые счета", "2", "2"]
    assert "счётчик без последнего показания" in page.text
    assert Account.select().count() == before
    page.form("Загрузить").submit()
    assert Account.select().count() == before + 2
    assert "загружена" in chief.get(DESK).text
    again = send(chief, written(rows_of_one()))
    assert "Эта самая книга уже загружена" in again.text
    again.form("Загрузить").submit()
    assert Account.select().count() == before + 2


def test_book_to_be_mended_comes_back_with_sentences(chief: Client) -> None:
    page = send(chief, written(WRONG))
    assert "нет счёта 45, но есть 0045: не потерялись ли нули?" in page.text
    assert "Загрузить" not in page.text
    mended = chief.get(f"{DESK}{BookImport.get().id}/mended.xlsx")
    row = workbook(mended)["Жильцы"][2]
    assert (row[0].value[:13], row[1].value) == ("Лицевой счёт:", "45")
    page.form("Не загружать").submit("Не загружать")
    assert BookImport.get().state == BookState.DROPPED


def test_more_problems_than_a_page_shows_are_counted(chief: Client) -> None:
    rows = [("", "долг", "09.2026", "1", "31.10.2026")] * 55
    page = send(chief, typed("balances", rows))
    assert "И ещё 5: они в файле." in page.text


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"%PDF", "a.pdf", "Это не книга"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "в старом формате"),
    ],
)
def test_file_that_is_no_book_is_refused_and_thrown_away(
    chief: Client, settings: Settings, data: bytes, name: str, sentence: str
) -> None:
    before = kept_folders(settings)
    assert sentence in send(chief, data, name=name, status=422).text
    assert (kept_folders(settings), BookImport.select().count()) == (before, 0)


def kept_folders(settings: Settings) -> set[Path]:
    return set((settings.instance / "books").glob("*"))


def test_nothing_sent_is_told(chief: Client) -> None:
    page = chief.post(DESK, {"csrf_token": chief.csrf_token()}, status=422)
    assert "Сначала выберите файл." in page.text


def test_large_file_is_taken_from_who_may_and_from_nobody_else(
    app: Flask, chief: Client, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 5_000)
    data = b"0" * 20_000
    assert "Это не книга" in send(chief, data, status=422).text
    form = {"csrf_token": office.csrf_token(), "files": (BytesIO(data), "a.xlsx")}
    assert office.browser.post(DESK, data=form).status_code == 413


def test_files_that_are_gone_are_asked_for_again(chief: Client) -> None:
    row = make_book_import()
    page = chief.get(f"{DESK}{row.id}/").form("Загрузить").submit(status=409)
    assert "Файла больше нет" in page.text
    assert chief.get(f"{DESK}{row.id}/mended.xlsx", status=303).location.endswith(f"/{row.id}/")
    BookImport.update(problems=2).execute()
    chief.get(f"{DESK}{row.id}/")


def test_what_changed_meanwhile_is_told(chief: Client) -> None:
    first = send(chief, written(changed()))
    send(chief, written(changed(accounts={"name": "Кто-то Другой"}))).form("Загрузить").submit()
    page = first.form("Загрузить").submit(status=409)
    assert "Что-то изменилось" in page.text or "что-то изменилось" in page.text
    assert "в портале «Кто-то Другой»" in page.text


def test_import_is_undone_once(chief: Client, cast: Cast) -> None:
    before = Account.select().count()
    row = loaded(chief)
    form = chief.get(f"{DESK}{row.id}/undo/").form("Отменить загрузку")
    form.submit()
    assert Account.select().count() == before
    assert "Это уже отменено." in form.submit(status=409).text
    assert "По этой книге уже решено." in chief.get(f"{DESK}{row.id}/").text


def test_import_that_was_built_upon_stays(chief: Client) -> None:
    row = loaded(chief)
    make_payment(account=Account.get(Account.number == "0046"))
    form = chief.get(f"{DESK}{row.id}/undo/").form("Отменить загрузку")
    page = form.submit(status=409)
    for words in ("Лицевой счёт: 0046", "Платёж остаётся в записях и после отмены"):
        assert words in page.plain
    make_month(period=Period(2026, 12), state=MonthState.ISSUED)
    assert "загрузку уже не отменить" in form.submit(status=409).text


def test_everything_is_taken_away_and_noted(chief: Client, cast: Cast) -> None:
    page = chief.post(f"{DESK}export/", {"csrf_token": chief.csrf_token()}, status=200)
    numbers = [row[0].value for row in workbook(page)["Лицевые счета"].iter_rows(min_row=2)]
    assert str(cast.account.number) in numbers
    entry = JournalEntry.get(JournalEntry.action == "download_list")
    assert '"book"' in entry.after


def test_template_is_offered(chief: Client) -> None:
    pages = workbook(chief.get(f"{DESK}files/template.xlsx"))
    assert pages.sheetnames[:2] == ["Как заполнять", "Дома"]


def test_no_other_folder_is_read(settings: Settings) -> None:
    for folder in ("", "../secret", "0" * 32):
        with pytest.raises(FilesGoneError):
            mended_file(settings.instance, folder)
