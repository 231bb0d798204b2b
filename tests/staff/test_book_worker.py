"""A large book: kept by the page, looked through and imported by the worker, whoever dies of it."""

from __future__ import annotations

import os
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask

from tests.books import AT, changed, make_book_import, rows_of_one, written
from tests.formats.test_workbooks import PAGE
from tests.formats.test_workbooks import changed as repacked
from tests.page import Client, Page
from tests.staff.test_book import DESK, WRONG, kept_folders, send
from vodokanal.models.accounts import Account
from vodokanal.models.book_imports import BookImport, BookState
from vodokanal.models.file_jobs import FileJob
from vodokanal.models.journal import JournalEntry
from vodokanal.operations import book_import
from vodokanal.operations.months import LEASE
from vodokanal.settings import Settings
from vodokanal.web import book_runs
from vodokanal.web.clock import real_now
from vodokanal.worker import Worker

ENTRIES = JournalEntry.action == "import_book"


@pytest.fixture(autouse=True)
def _no_book_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book_runs, "SMALL_BYTES", 0)


@pytest.fixture
def worker(app: Flask) -> Worker:
    """Who does what waits."""
    return Worker(app)


def page_of(client: Client) -> Page:
    return client.get(f"{DESK}{BookImport.select().order_by(BookImport.id.desc()).get().id}/")


def test_large_book_is_looked_through_and_imported_by_the_worker(
    chief: Client, worker: Worker
) -> None:
    before = Account.select().count()
    waiting = send(chief, written(rows_of_one()))
    assert "работа начнётся в течение полминуты. Обновить" in waiting.plain
    assert "ждёт проверки" in chief.get(DESK).plain
    worker.work_on_files()
    seen = page_of(chief)
    assert seen.rows('.//article[@id="sheets"]//table')[2][:3] == ["Лицевые счета", "2", "2"]
    importing = chief.get(seen.form("Загрузить").submit().location)
    assert "эта страница покажет, как идёт работа" in importing.plain
    assert ("Загрузить" in importing.plain, Account.select().count()) == (False, before)
    worker.work_on_files()
    assert "Книга загружена." in page_of(chief).plain
    assert (Account.select().count(), JournalEntry.select().where(ENTRIES).count()) == (
        before + 2,
        1,
    )


def test_same_book_twice_changes_nothing(chief: Client, worker: Worker) -> None:
    for _ in range(2):
        send(chief, written(rows_of_one()))
        worker.work_on_files()
        page_of(chief).form("Загрузить").submit()
        worker.work_on_files()
    states = [row.state for row in BookImport.select().order_by(BookImport.id)]
    assert states == [BookState.DONE, BookState.CHECKED]
    assert "Эта самая книга уже загружена" in page_of(chief).plain
    assert JournalEntry.select().where(ENTRIES).count() == 1


def test_import_asked_for_twice_is_one_job(chief: Client, worker: Worker) -> None:
    send(chief, written(changed()))
    worker.work_on_files()
    form = page_of(chief).form("Загрузить")
    form.submit()
    form.submit()
    assert [job.deed for job in FileJob.select().order_by(FileJob.id)] == [
        "check_book",
        "import_book",
    ]


def test_worker_that_dies_in_the_middle_leaves_nothing_half_entered(
    chief: Client, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Account.select().count()
    send(chief, written(rows_of_one()))
    worker.work_on_files()
    page_of(chief).form("Загрузить").submit()

    def die(*_arguments: object) -> None:
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(book_import, "keep_ranges", die)
        with pytest.raises(SystemExit):
            worker.work_on_files()
    assert Account.select().count() == before
    worker.work_on_files()
    assert "Книга проверяется ещё раз и загружается" in page_of(chief).plain
    FileJob.update(leased_until=real_now() - LEASE).where(FileJob.ended_at.is_null()).execute()
    worker.work_on_files()
    assert Account.select().count() == before + 2


def test_worker_that_is_stopped_leaves_the_book_to_the_next(chief: Client, app: Flask) -> None:
    send(chief, written(changed()))
    stopped = Worker(app)
    goes_on = iter([True])
    stopped.goes_on = lambda: next(goes_on, False)  # type: ignore[method-assign]
    stopped.work_on_files()
    assert (FileJob.get().ended_at, FileJob.get().leased_until) == (None, None)
    Worker(app).work_on_files()
    assert BookImport.get().state == BookState.CHECKED


def test_portal_without_a_worker_says_that_it_waits(chief: Client) -> None:
    send(chief, written(changed()))
    FileJob.update(created_at=AT - timedelta(days=1)).execute()
    page = page_of(chief)
    assert "Файл ждёт фоновую службу портала, а она, похоже, не запущена." in page.plain
    FileJob.update(leased_until=real_now()).execute()
    assert "Книга проверяется: прочитано строк: 0." in page_of(chief).plain
    page.form("Не загружать").submit("Не загружать", status=409)
    FileJob.update(leased_until=None).execute()
    page.form("Не загружать").submit("Не загружать")
    assert BookImport.get().state == BookState.DROPPED


def test_book_to_be_mended_comes_back_from_the_worker(chief: Client, worker: Worker) -> None:
    send(chief, written(WRONG))
    worker.work_on_files()
    assert "нет счёта 45, но есть 0045: не потерялись ли нули?" in page_of(chief).text
    chief.get(f"{DESK}{BookImport.get().id}/mended.xlsx").response.close()


def test_book_that_breaks_off_in_the_middle_is_refused(chief: Client, worker: Worker) -> None:
    page = PAGE % (b'<c r="A1" t="s"><v>90000</v></c>', b"")
    torn = repacked(written(rows_of_one()), xl__worksheets__sheet3_dot_xml=page)
    before = Account.select().count()
    send(chief, torn)
    worker.work_on_files()
    assert "Файл повреждён." in page_of(chief).plain
    assert "не удалось прочитать" in chief.get(DESK).plain
    assert (Account.select().count(), BookImport.get().state) == (before, BookState.REFUSED)


def test_files_gone_and_works_given_up_are_told(chief: Client, worker: Worker) -> None:
    row = make_book_import(folder="0" * 32)
    page = chief.get(f"{DESK}{row.id}/")
    page.form("Загрузить").submit(status=409)
    assert "Файла больше нет" in page_of(chief).plain
    FileJob.update(refusal="given_up").execute()
    assert "несколько раз обрывалась" in page_of(chief).plain


def test_files_are_thrown_away_at_night(chief: Client, worker: Worker, settings: Settings) -> None:
    send(chief, written(changed()))
    worker.work_on_files()
    orphan = settings.instance / "books" / ("a" * 32)
    orphan.mkdir()
    old = (real_now() - timedelta(days=8)).timestamp()
    os.utime(orphan, (old, old))
    BookImport.update(created_at=AT - timedelta(days=8)).execute()
    first = BookImport.get()
    send(chief, written(WRONG))
    second = BookImport.get(BookImport.id > first.id)
    worker.keep_house()
    left = {each.name for each in kept_folders(settings)}
    assert {orphan.name, first.folder, second.folder} & left == {second.folder}
    assert '"books": 1' in JournalEntry.get(JournalEntry.action == "clear_away").after


def test_stale_form_is_shown_again(chief: Client) -> None:
    send(chief, written(changed()))
    for path in ("", f"{BookImport.get().id}/", f"{BookImport.get().id}/undo/"):
        fields = {"files": (BytesIO(b""), "")}
        assert chief.post(f"{DESK}{path}", fields, csrf=False, status=400).status == 400
