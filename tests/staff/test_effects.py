"""What a change does to a bill, in words: the heading is the answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from tests.cast import Cast
from vodokanal.billing.periods import Period
from vodokanal.billing.services import Service
from vodokanal.operations.rehearsals import NO_RATE, Bill, Effect, Opened, ServiceSum
from vodokanal.staff.effects import Cell, EffectLine, effect_words

NOVEMBER, OCTOBER = Period(2026, 11), Period(2026, 10)
BILL = Bill({Service.COLD: ServiceSum(Decimal("3.250000"), Decimal("137.09"))})
HOT = Bill({Service.HOT: ServiceSum(Decimal(0), Decimal("137.09"))})
NOBODY = Bill({}, trouble=("nobody_known", {"day": "2026-11-01"}))
NO_PRICE = Bill({}, trouble=(NO_RATE, {"table": "tariff", "day": date(2026, 11, 1)}))


@pytest.fixture(autouse=True)
def _page(app: Flask, cast: Cast) -> Iterator[None]:
    with app.test_request_context("/staff/"):
        yield


def plain(words: str) -> str:
    return words.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("before", "after", "heading"),
    [
        (BILL, BILL, "Ноябрь: начисления не изменятся"),
        (BILL, HOT, "Ноябрь: строки другие, сумма та же"),
        (Bill({}), BILL, "Ноябрь: на 137,09 ₽ больше"),
        (BILL, Bill({}), "Ноябрь: на 137,09 ₽ меньше"),
        (BILL, NOBODY, "Ноябрь: сравнить нельзя"),
    ],
)
def test_heading_is_the_answer(before: Bill, after: Bill, heading: str) -> None:
    assert plain(effect_words(Effect(NOVEMBER, before, after)).heading) == heading


def test_lines_stand_side_by_side() -> None:
    after = Bill(BILL.services, corrected=Decimal("-7.09"))
    lines = effect_words(Effect(NOVEMBER, BILL, after)).lines
    cell = Cell("137,09 ₽", "3,250 м³")
    assert [EffectLine(*(_plain(each) for each in line)) for line in lines] == [
        EffectLine("холодная вода", cell, cell, "0,00 ₽"),
        EffectLine("перерасчёт прошлых месяцев", Cell("0,00 ₽"), Cell("−7,09 ₽"), "− 7,09 ₽"),
        EffectLine("Всего", Cell("137,09 ₽"), Cell("130,00 ₽"), "− 7,09 ₽", is_total=True),
    ]


def test_why_a_month_cannot_be_charged_is_said() -> None:
    shown = effect_words(Effect(NOVEMBER, NO_PRICE, NOBODY))
    now, then = map(plain, shown.warnings)
    assert now == "Сейчас: Цена или норматив не заданы с 1 ноября."
    assert "После изменения: На 1 ноября 2026 года не известны" in then
    assert shown.lines == []


def test_other_accounts_and_issued_months_are_named() -> None:
    opened, issued = (Opened("56-78", BILL),), ((OCTOBER, Decimal("-5.00")),)
    shown = effect_words(Effect(NOVEMBER, BILL, BILL, opened, issued))
    assert [plain(each) for each in shown.notes] == [
        "Новый счёт 56-78: 137,09 ₽ за ноябрь.",
        "Октябрь уже выпущен, а вышел бы иначе: − 5,00 ₽.",
    ]


def test_too_many_months_are_not_counted() -> None:
    shown = effect_words(Effect(NOVEMBER, BILL, BILL, is_counted=False))
    assert "больше года выпущенных месяцев" in shown.notes[0]
    # Nobody has signed in who could go there.
    assert shown.recalculation == ""


def _plain(value: Any) -> Any:
    if isinstance(value, Cell):
        return Cell(*map(plain, value))
    return plain(value) if isinstance(value, str) else value
