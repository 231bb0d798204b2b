"""`import-book`, `export-book`: a utility begins with its own data, and takes them away again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from openpyxl import load_workbook

from tests.books import AT, changed, rows_of_one, written
from vodokanal.formats.book import read_book
from vodokanal.formats.book_sources import SentFile
from vodokanal.models.accounts import Account
from vodokanal.models.book_imports import BookImport
from vodokanal.models.database import open_connection
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.book_undo import undo_import

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """Runs a command; the connection is there again afterwards."""

    def called(*words: object) -> Result:
        result = app.test_cli_runner().invoke(args=[str(word) for word in words])
        open_connection()
        return result

    return called


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A workbook that is right."""
    target = tmp_path / "book.xlsx"
    target.write_bytes(written(rows_of_one()))
    return target


def test_dry_run_tells_and_changes_nothing(run: Run, book: Path) -> None:
    result = run("import-book", book, "--dry-run")
    assert (result.exit_code, Account.select().count()) == (0, 0)
    assert "Лицевые счета: new 2, rows 2" in result.output
    assert "Счётчики, 4: счётчик без последнего показания" in result.output


def test_book_is_imported_once(run: Run, book: Path) -> None:
    assert "Imported as number" in run("import-book", book).output
    assert "nothing has changed" in run("import-book", book).output
    assert Account.select().count() == 2


def test_what_is_to_be_mended_is_written_beside(run: Run, tmp_path: Path) -> None:
    wrong, out = tmp_path / "wrong.xlsx", tmp_path / "out.xlsx"
    wrong.write_bytes(written(changed(residents={"account": "45"})))
    result = run("import-book", wrong, "--errors", out)
    assert (result.exit_code, Account.select().count()) == (1, 0)
    assert "1 rows are to be mended" in result.output
    assert "не потерялись ли нули" in load_workbook(out)["Жильцы"]["A2"].value
    assert run("import-book", wrong).exit_code == 1


def test_sheet_that_is_no_sheet_is_named_and_a_bad_file_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "заметки.csv").write_text("что;где\n1;2\n", encoding="utf-8")
    (tmp_path / "bad.xlsx").write_bytes(b"no")
    result = run("import-book", tmp_path / "заметки.csv")
    assert "Not read: заметки" in result.output
    assert "Это не книга" in run("import-book", tmp_path / "bad.xlsx").output
    assert run("import-book").exit_code == 2


def test_template_is_written(run: Run, tmp_path: Path) -> None:
    run("import-book", "--template", tmp_path / "t.xlsx")
    assert load_workbook(tmp_path / "t.xlsx").sheetnames[-1] == "Долги"


def test_what_is_exported_is_imported_the_same(run: Run, book: Path, tmp_path: Path) -> None:
    run("import-book", book)
    first, second = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    assert "Счётчики: 3" in run("export-book", first).output
    undo_import(SYSTEM, BookImport.get().id, at=AT)
    assert Account.select().count() == 0
    run("import-book", first)
    run("export-book", second)
    books = [read_book([SentFile(path.name, path.read_bytes())]) for path in (first, second)]
    assert books[0].digest == books[1].digest


def test_change_between_look_and_import_is_told(
    run: Run, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vodokanal.operations.book_import.has_changed", lambda _mark: True)
    monkeypatch.setattr(
        "vodokanal.operations.book_import.check_book",
        lambda book, **_: type("Wrong", (), {"is_right": False, "book": book})(),
    )
    result = run("import-book", book)
    assert (result.exit_code, "try once more" in result.output) == (1, True)
