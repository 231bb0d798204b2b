"""What is to be mended in a workbook, in words: each code has its sentence."""

from __future__ import annotations

import pytest
from flask import Flask

from vodokanal.formats import book, book_rules
from vodokanal.formats.book import Place, Problem
from vodokanal.formats.book_cells import Flaw
from vodokanal.formats.workbooks import Fault, WorkbookError
from vodokanal.web.book_words import PROBLEMS, fault_words, problem_words

PLACE = Place(0, 2)


@pytest.fixture(autouse=True)
def _spoken(app: Flask) -> None:
    """Sentences need the catalogues."""


def test_every_flaw_has_a_sentence() -> None:
    rules = {value for name, value in vars(book_rules).items() if is_code(name, value)}
    codes = {*Flaw, *rules, book.NO_COLUMN, book.COLUMN_TWICE, book.EMPTY}
    assert codes - set(PROBLEMS) == {book_rules.OVERLAP}


def is_code(name: str, value: object) -> bool:
    return name.isupper() and isinstance(value, str)


def test_times_that_overlap_name_the_other_row(app: Flask) -> None:
    values: dict[str, str | int] = {"row": 3, "first": "01.01.2020"}
    with app.test_request_context():
        here = problem_words(Problem(PLACE, "С", book_rules.OVERLAP, values))
        there = problem_words(Problem(PLACE, "С", book_rules.OVERLAP, {**values, "row": 0}))
    assert here.startswith("С: на эти же дни действует строка 3, с 01.01.2020")
    assert there.startswith("С: на эти дни в портале уже есть запись с 01.01.2020")


def test_file_that_is_no_book_says_what_may_be_sent(app: Flask) -> None:
    with app.test_request_context():
        assert "CSV" in fault_words(WorkbookError(Fault.NOT_A_WORKBOOK))
        assert "акрос" in fault_words(WorkbookError(Fault.MACROS))
