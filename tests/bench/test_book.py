"""The bench of the workbook itself, on a small one."""

from __future__ import annotations

from tests.bench.book import GOALS, rows_of_book


def test_small_workbook_is_measured_and_right() -> None:
    rows = list(rows_of_book(60))
    assert [row.what.rpartition(": ")[2] for row in rows] == [*GOALS, "memory"]
    assert {row.wrong for row in rows} == {0}
