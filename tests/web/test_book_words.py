"""What is to be mended in a workbook, in words: each code has its sentence."""

from __future__ import annotations

import pytest
from flask import Flask

from vodokanal.formats import book, book_rules
from vodokanal.formats.book import Place, Problem
from vodokanal.formats.book_cells import Flaw
from vodokanal.formats.workbooks import Fault, WorkbookError
from vodokanal.web.book_words import PROBLEMS, problem_words
from vodokanal.web.workbook_words import CELLS, WORDS, workbook_words

PLACE = Place(0, 2)


@pytest.fixture(autouse=True)
def _spoken(app: Flask) -> None:
    """Sentences need the catalogues."""


def test_every_flaw_has_a_sentence() -> None:
    rules = {value for name, value in vars(book_rules).items() if is_code(name, value)}
    codes = {*rules, book.NO_COLUMN, book.COLUMN_TWICE, book.EMPTY}
    assert codes - set(PROBLEMS) == {book_rules.OVERLAP}
    assert (set(CELLS), set(CELLS) & set(PROBLEMS)) == (set(Flaw), set())


def is_code(name: str, value: object) -> bool:
    return name.isupper() and isinstance(value, str)


def test_times_that_overlap_name_the_other_row(app: Flask) -> None:
    values: dict[str, str | int] = {"row": 3, "first": "01.01.2020"}
    with app.test_request_context():
        here = problem_words(Problem(PLACE, "С", book_rules.OVERLAP, values))
        there = problem_words(Problem(PLACE, "С", book_rules.OVERLAP, {**values, "row": 0}))
    assert here.startswith("С: на эти же дни действует строка 3, с 01.01.2020")
    assert there.startswith("С: на эти дни в портале уже есть запись с 01.01.2020")


def test_every_fault_of_a_file_has_a_sentence(app: Flask) -> None:
    assert set(WORDS) == set(Fault)
    with app.test_request_context():
        assert "акрос" in workbook_words(WorkbookError(Fault.MACROS))
