"""One cell of the workbook: exactly what stands there, or what is wrong with it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from vodokanal.billing.periods import Period
from vodokanal.formats.book_cells import CellError, Flaw, value_of, written
from vodokanal.formats.book_columns import Column, Is
from vodokanal.formats.workbooks import Odd

WATERS = {"холодная": "cold", "горячая": "hot"}


def column(kind: Is, *, is_required: bool = False) -> Column:
    return Column("x", "Столбец", kind, is_required=is_required, longest=20, words=WATERS, most=9)


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        (Is.TEXT, "  СВК\u00a0 15-3 ", "СВК 15-3"),
        (Is.TEXT, None, None),
        (Is.TEXT, "   ", None),
        (Is.RUSSIAN, "ул. III Мира", "ул. III Мира"),
        (Is.PLACE, Decimal(12), "12"),
        (Is.CODE, Decimal(4070000015), "4070000015"),
        (Is.CODE, "00-12", "00-12"),
        (Is.ACCOUNT, "00 12-А", "00 12-А"),
        (Is.WORD, "Холодная", "cold"),
        (Is.DAY, date(2026, 10, 25), date(2026, 10, 25)),
        (Is.DAY, "5.1.2026", date(2026, 1, 5)),
        (Is.DAY, "2026-01-05", date(2026, 1, 5)),
        (Is.MONTH, date(2026, 10, 1), Period(2026, 10)),
        (Is.MONTH, "10.2026", Period(2026, 10)),
        (Is.MONTH, "2026-10", Period(2026, 10)),
        (Is.MONEY, "1 234,5", Decimal("1234.50")),
        (Is.MONEY, Decimal("0.01"), Decimal("0.01")),
        (Is.VOLUME, "123.456", Decimal("123.456")),
        (Is.VOLUME, Decimal(0), Decimal("0.000")),
        (Is.COUNT, Decimal(9), 9),
    ],
)
def test_cell_says_what_stands_there(kind: Is, cell: Any, value: Any) -> None:
    assert value_of(column(kind), cell) == value


@pytest.mark.parametrize(
    ("kind", "cell", "flaw"),
    [
        (Is.TEXT, Odd.FORMULA, Flaw.FORMULA),
        (Is.TEXT, Odd.MERGED, Flaw.MERGED),
        (Is.TEXT, Odd.ERROR, Flaw.FAULT),
        (Is.TEXT, True, Flaw.NOT_TEXT),
        (Is.TEXT, "x" * 21, Flaw.TOO_LONG),
        (Is.TEXT, "а\u200bб", Flaw.UNREADABLE),
        (Is.RUSSIAN, "Cадовая", Flaw.LATIN),
        (Is.PLACE, "12A", Flaw.LATIN),
        (Is.PLACE, date(2026, 2, 5), Flaw.DAY_FOR_TEXT),
        (Is.CODE, Decimal("1.5"), Flaw.NOT_TEXT),
        (Is.CODE, Decimal(10) ** 15, Flaw.DIGITS_LOST),
        (Is.ACCOUNT, "12/5", Flaw.NOT_A_NUMBER),
        (Is.ACCOUNT, "аA-1", Flaw.LATIN),
        (Is.WORD, "тёплая", Flaw.NOT_A_WORD),
        (Is.WORD, "хoлодная", Flaw.LATIN),
        (Is.DAY, "31.02.2026", Flaw.NOT_A_DAY),
        (Is.DAY, "вчера", Flaw.NOT_A_DAY),
        (Is.DAY, "01.01.0202", Flaw.NOT_A_DAY),
        (Is.DAY, Decimal(45000), Flaw.DAY_AS_NUMBER),
        (Is.DAY, datetime(2026, 10, 25, 12), Flaw.HAS_AN_HOUR),
        (Is.MONTH, Decimal("10.2026"), Flaw.NOT_A_MONTH),
        (Is.MONTH, "13.2026", Flaw.NOT_A_MONTH),
        (Is.MONTH, "10.0026", Flaw.NOT_A_MONTH),
        (Is.MONEY, "много", Flaw.NOT_MONEY),
        (Is.MONEY, Decimal(10) ** 17, Flaw.NOT_MONEY),
        (Is.MONEY, "1,001", Flaw.KOPECKS_SPLIT),
        (Is.MONEY, "-5", Flaw.NOT_POSITIVE),
        (Is.MONEY, date(2026, 1, 1), Flaw.NOT_MONEY),
        (Is.VOLUME, "-1", Flaw.NOT_A_VOLUME),
        (Is.VOLUME, Decimal(10) ** 14, Flaw.NOT_A_VOLUME),
        (Is.VOLUME, Decimal(10) ** 40, Flaw.NOT_A_VOLUME),
        (Is.VOLUME, "1,2345", Flaw.TOO_EXACT),
        (Is.COUNT, "2,5", Flaw.NOT_A_COUNT),
        (Is.COUNT, Decimal(10), Flaw.NOT_A_COUNT),
    ],
)
def test_cell_that_is_wrong_says_why(kind: Is, cell: Any, flaw: Flaw) -> None:
    with pytest.raises(CellError) as refused:
        value_of(column(kind), cell)
    assert refused.value.flaw is flaw


def test_required_cell_is_not_left_empty() -> None:
    with pytest.raises(CellError) as refused:
        value_of(column(Is.TEXT, is_required=True), None)
    assert refused.value.flaw is Flaw.MISSING


def test_letter_on_the_wrong_keyboard_is_named() -> None:
    with pytest.raises(CellError) as refused:
        value_of(column(Is.RUSSIAN), "Иванoва Анна")
    assert refused.value.values == {"letter": "o", "word": "Иванoва"}


def test_values_are_written_as_people_do() -> None:
    values = (date(2026, 10, 5), Period(2026, 9), Decimal("1.50"), None, "а")
    assert [written(value) for value in values] == ["05.10.2026", "09.2026", "1,50", "", "а"]
