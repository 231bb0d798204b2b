"""The utility's workbook as a file: template, reading, the same rows back, what is to be mended."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from xlsxwriter import Workbook

from tests.books import MORE, OF_ONE, book_of, changed, rows_of_one, typed, written
from tests.formats.test_dbf import CP866, dbf
from vodokanal.formats import book_sources
from vodokanal.formats.book import EMPTY, NO_COLUMN, Book, Place, Problem, read_book
from vodokanal.formats.book_cells import Flaw
from vodokanal.formats.book_sheets import BY_CODE, SHEETS
from vodokanal.formats.book_sources import SentFile, raw_tables
from vodokanal.formats.book_writing import write_mended, write_template
from vodokanal.formats.workbooks import Fault, WorkbookError

DEBTS = ("0045", "долг", "09.2026", "1234,50", "31.10.2026")


def sent(data: bytes, name: str = "book.xlsx") -> list[SentFile]:
    return [SentFile(name, data)]


def wrong(book: Book) -> list[tuple[int, str, str]]:
    """Row, column and code of what is to be mended."""
    return [(each.place.row, each.column, each.code) for each in book.problems]


def csv_of(code: str, *rows: Sequence[str], sign: str = ";") -> str:
    heads = [column.title for column in BY_CODE[code].columns]
    return "\n".join(sign.join(row) for row in [heads, *rows])


def test_template_has_nothing_but_examples_and_offers_the_words() -> None:
    file = BytesIO()
    write_template(file)
    book = read_book(sent(file.getvalue()))
    assert (book.examples, wrong(book)) == (len(SHEETS), [(1, "", EMPTY)])
    pages = load_workbook(file)
    assert pages.sheetnames == ["Как заполнять", *(sheet.title for sheet in SHEETS)]
    offered = {rule.formula1 for rule in pages["Услуги"].data_validations.dataValidation}
    assert '"холодная вода,горячая вода,водоотведение"' in offered


def test_what_is_written_is_read_back() -> None:
    rows = rows_of_one(MORE)
    book = book_of(rows)
    assert book.problems == []
    for code, lines in rows.items():
        codes = BY_CODE[code].codes
        assert [row.values for row in book.rows[code]] == [
            tuple(line.get(each) for each in codes) for line in lines
        ]


def test_same_content_has_one_digest_however_it_was_sent() -> None:
    heads = [column.title for column in BY_CODE["balances"].columns]
    one = read_book(sent(typed("balances", [DEBTS])))
    other = read_book(
        sent(";".join(heads).encode() + b"\n" + ";".join(DEBTS).encode(), "долги.csv")
    )
    assert one.digest == other.digest != book_of(changed()).digest


@pytest.mark.parametrize("sign", [";", ",", "\t"])
@pytest.mark.parametrize("charset", ["utf-8-sig", "cp1251", "cp866"])
def test_csv_is_read_whatever_its_signs(sign: str, charset: str) -> None:
    text = csv_of("services", ("0045", "холодная вода", "", "01.01.2020", ""), sign=sign)
    book = read_book(sent(text.encode(charset), "Услуги.csv"))
    assert (book.problems, book.rows["services"][0].values[1]) == ([], "cold")


def test_table_of_another_name_is_known_by_its_headings() -> None:
    book = read_book(
        sent(csv_of("residents", ("0045", "2", "1", "1.1.2020", "")).encode(), "x.csv")
    )
    assert [row.values[:3] for row in book.rows["residents"]] == [("0045", 2, 1)]


def test_csv_lines_keep_their_numbers_and_texts_their_signs() -> None:
    text = csv_of("meters", ()) + "\r\n\r\n" + ";".join(["0045", *[""] * 6, "'-7", '"кухня'])
    text += '\nу окна"\r\n'
    book = read_book(sent(text.encode(), "Счётчики.csv"))
    (row,) = book.rows["meters"]
    assert (row.place.row, row.values[7]) == (4, "-7")


def test_csv_of_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    few = replace(book_sources.LIMITS, rows=1)
    monkeypatch.setattr(book_sources, "LIMITS", few)
    with pytest.raises(WorkbookError) as refused:
        read_book(sent(csv_of("services", ()).encode() + b"\n1\n2", "Услуги.csv"))
    assert refused.value.fault is Fault.TOO_MANY_ROWS


def test_dbf_that_lost_its_end_is_refused() -> None:
    fields = [("ACCOUNT", "C", 10), ("REGISTERED", "N", 2), ("OWNERS", "N", 2), ("FROM", "D", 8)]
    table = dbf(fields, [(" ", "0045", "2", "1", "20200101")], charset="cp866", driver=CP866)
    with pytest.raises(WorkbookError) as refused:
        read_book(sent(table[:-2], "residents.dbf"))
    assert refused.value.fault is Fault.DAMAGED


def test_row_with_nothing_in_the_known_columns_is_passed_over() -> None:
    heads = [*(column.title for column in BY_CODE["balances"].columns), "Заметка"]
    cells = [DEBTS, ("", "", "", "", "", "проверить")]
    book = read_book(sent(typed("balances", cells, heads=heads)))
    assert (book.problems, len(book.rows["balances"])) == ([], 1)


def test_zip_of_tables_is_read_and_a_stranger_in_it_refused() -> None:
    fields = [("ACCOUNT", "C", 10), ("WHAT", "C", 10), ("MONTH", "C", 7)]
    fields += [("AMOUNT", "N", 10), ("ON", "D", 8)]
    record = (" ", "0045", "долг", "09.2026", "1234.50", "20261031")
    table = dbf(fields, [record], charset="cp866", driver=CP866)
    book = read_book(sent(packed({"dir/DEBTS.DBF": table}), "all.zip"))
    assert [row.values[3] for row in book.rows["balances"]] == [Decimal("1234.50")]
    with pytest.raises(WorkbookError) as refused:
        read_book(sent(packed({"a.exe": b"MZ"}), "all.zip"))
    assert refused.value.fault is Fault.NOT_A_WORKBOOK


def packed(files: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "fault"),
    [
        ("a.zip", packed({f"{n}.csv": b"" for n in range(21)}), Fault.BOMB),
        ("a.zip", packed({"a.csv": b"0" * (65 << 20)}), Fault.BOMB),
        ("a.zip", b"PK\x03\x04broken", Fault.DAMAGED),
        ("a.dbf", b"\x03" + b"\0" * 40, Fault.DAMAGED),
        ("a.csv", b'a;"b\n', Fault.DAMAGED),
        ("a.xlsx", packed({"a.csv": b""}), Fault.NOT_A_WORKBOOK),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Fault.OLD_OR_LOCKED),
        ("a.csv", b"0" * (64 << 20) + b"1", Fault.TOO_LARGE),
    ],
)
def test_file_that_is_no_book_is_refused(name: str, data: bytes, fault: Fault) -> None:
    with pytest.raises(WorkbookError) as refused:
        read_book(sent(data, name))
    assert refused.value.fault is fault


def test_workbook_under_the_name_of_a_zip_is_read() -> None:
    assert read_book(sent(written(OF_ONE_ROWS), "book.zip")).problems == []


OF_ONE_ROWS = {code: [row] for code, row in OF_ONE.items()}


def test_row_that_is_wrong_keeps_the_others() -> None:
    rows: list[Sequence[Any]] = [DEBTS, ("", "доолг", "09.2026", "12", "31.10.2026"), ()]
    book = read_book(sent(typed("balances", rows)))
    assert wrong(book) == [(3, "Лицевой счёт", Flaw.MISSING), (3, "Что", Flaw.NOT_A_WORD)]
    assert len(book.rows["balances"]) == 2


def test_number_that_lost_its_zeros_is_asked_about_and_not_guessed() -> None:
    rows = [DEBTS, (45, *DEBTS[1:])]
    assert wrong(read_book(sent(typed("balances", rows)))) == [(3, "Лицевой счёт", Flaw.ZEROS_LOST)]
    # Where no other has zeros, a number is as good as its text.
    assert wrong(read_book(sent(typed("balances", [rows[1]])))) == []


def test_formula_and_merged_cells_are_told_and_not_calculated() -> None:
    file = BytesIO()
    book = Workbook(file)
    page = book.add_worksheet("Долги")
    page.write_row(0, 0, [column.title for column in BY_CODE["balances"].columns])
    page.write_row(1, 0, DEBTS)
    page.write_formula(1, 3, "=1+1", value=2)
    page.merge_range(2, 0, 3, 0, "0045")
    page.write_row(2, 1, DEBTS[1:])
    page.write_row(3, 1, DEBTS[1:])
    book.close()
    assert wrong(read_book(sent(file.getvalue()))) == [
        (2, "Сумма, руб.", Flaw.FORMULA),
        (4, "Лицевой счёт", Flaw.MERGED),
    ]


def test_headings_that_lack_or_repeat_are_told_once() -> None:
    heads = ["Лицевой счёт", "лицевой  СЧЁТ", "Что"]
    book = read_book(sent(typed("balances", [DEBTS], heads=heads)))
    assert {(row, column) for row, column, code in wrong(book) if code == NO_COLUMN} == {
        (1, "Сумма, руб."),
        (1, "На какой день"),
    }
    assert (1, "Лицевой счёт", "column_twice") in wrong(book)
    assert book.rows["balances"] == []


def test_sheet_that_is_none_of_the_book_is_left_out_and_named() -> None:
    file = BytesIO()
    book = Workbook(file)
    book.add_worksheet("Заметки").write_row(0, 0, ["что", "купить"])
    book.add_worksheet("Пусто")
    book.close()
    found = read_book(sent(file.getvalue()))
    assert (found.ignored, wrong(found)) == (["Заметки"], [(1, "", EMPTY)])


def test_what_is_to_be_mended_stands_before_its_row() -> None:
    files = sent(typed("balances", [("", *DEBTS[1:]), DEBTS]))
    for _ in range(2):
        file = BytesIO()
        write_mended(file, raw_tables(files), sentences={Place(0, 2): ["Заполните.", "Ещё."]})
        page = load_workbook(file)["Долги"]
        rows = [[cell.value for cell in row][:3] for row in page.iter_rows()]
        assert rows == [
            ["что исправить", "Лицевой счёт", "Что"],
            ["Заполните. Ещё.", None, "долг"],
            [None, "0045", "долг"],
        ]
        # What comes back has the column already, and it is no other one.
        files = sent(file.getvalue())
        assert wrong(read_book(files)) == [(2, "Лицевой счёт", Flaw.MISSING)]


def test_mended_file_says_which_cells_were_not_read_and_keeps_titles_apart() -> None:
    file = BytesIO()
    book = Workbook(file)
    page = book.add_worksheet("Долги")
    page.write_row(0, 0, ["Лицевой счёт", "Что"])
    page.write_formula(1, 0, "=1")
    page.write(1, 1, True)
    book.close()
    out = BytesIO()
    write_mended(out, raw_tables(sent(file.getvalue()) * 2), sentences={})
    found = load_workbook(out)
    assert found.sheetnames == ["Долги", "Долги 2"]
    assert [cell.value for cell in found["Долги"][2]] == [None, "(формула)", "True"]


def test_problem_is_a_value() -> None:
    assert Problem(Place(0, 1), "x", EMPTY) == Problem(Place(0, 1), "x", EMPTY, {})
