"""Movements, corrections and penalties in words, each with what it was counted from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from tests.billing.penalty_rates import penalty_rates
from vodokanal.billing.ledger import MovementKind
from vodokanal.billing.money import rubles
from vodokanal.billing.month_ends import PenaltyDifference
from vodokanal.billing.payments import Channel
from vodokanal.billing.penalties import MonthDebt, penalty_of
from vodokanal.billing.penalty_inputs import PenaltyInputs, penalty_from_json, penalty_to_json
from vodokanal.billing.periods import Period
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.services import Service
from vodokanal.billing.statements import StatementRow
from vodokanal.web.charge_words import Column
from vodokanal.web.correction_words import REASONS, correction_column, correction_title
from vodokanal.web.ledger_words import ARRIVED, HOW, YOU_PAID, balance_after, movement_words
from vodokanal.web.penalty_words import penalty_column, penalty_title

SEPTEMBER, OCTOBER = Period(2026, 9), Period(2026, 10)


@pytest.fixture(autouse=True)
def _asked_for(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def plain(column: Column) -> list[tuple[str, str]]:
    return [
        (each.label.replace("\xa0", " "), each.value.replace("\xa0", " ")) for each in column.steps
    ]


def correction(reason: RecalculationReason, amount: str, **given: Any) -> SimpleNamespace:
    """A row of corrections, as pages are given it."""
    kept = given.pop("kept", {})
    row = {"for_period": SEPTEMBER, "service": Service.COLD, "volume": None, "words": ""}
    values = {"reason": reason, "amount": rubles(amount), "inputs": json.dumps(kept)}
    return SimpleNamespace(**{**row, "batch": None, **values, **given})


@pytest.mark.parametrize(
    ("kind", "amount", "words"),
    [
        (MovementKind.CHARGE, "10", "Начислено за октябрь"),
        (MovementKind.CORRECTION, "-10", "Перерасчёт в октябре"),
        (MovementKind.PENALTY, "10", "Пени по 31 октября"),
        (MovementKind.PENALTY, "-10", "Пени уменьшены"),
        (MovementKind.OPENING, "10", "Долг на начало учёта"),
        (MovementKind.OPENING, "-10", "Переплата на начало учёта"),
        (MovementKind.REVERSAL, "10", "Отмена платежа"),
        (MovementKind.PAYMENT, "-10", "Вы оплатили"),
    ],
)
def test_movement_says_what_happened(kind: MovementKind, amount: str, words: str) -> None:
    row = StatementRow(date(2026, 10, 31), kind, OCTOBER, rubles(amount), rubles(0))
    assert movement_words(row).replace("\xa0", " ") == words


def test_every_channel_and_reason_has_words() -> None:
    assert set(YOU_PAID) == set(ARRIVED) == set(HOW) == set(Channel)
    assert set(REASONS) == set(RecalculationReason)


def test_balance_after_says_when_it_is_paid_ahead() -> None:
    assert balance_after(rubles("-20")).replace("\xa0", " ") == "переплата 20,00 ₽"


def test_manual_correction_is_told_in_the_employees_words() -> None:
    row = correction(RecalculationReason.MANUAL, "-50", words="По заявлению", volume=Decimal(-1))
    column = correction_column(row)
    assert correction_title(row).replace("\xa0", " ") == "Холодная вода за сентябрь"
    assert column.notes == ["По заявлению"]
    assert plain(column) == [
        ("Объём меняется на", "− 1,000 м³"),
        ("Сумма меняется на", "− 50,00 ₽"),
    ]


def test_correction_of_no_service_names_its_month() -> None:
    row = correction(RecalculationReason.MANUAL, "-50", service=None)
    assert correction_title(row) == "Перерасчёт за сентябрь"


def test_batch_gives_its_sentence() -> None:
    batch = SimpleNamespace(sentence="Цена исправлена по решению регулятора")
    row = correction(RecalculationReason.RATES, "5", batch=batch, kept={"is": "15", "was": "10"})
    column = correction_column(row)
    assert column.notes == ["Исправлены цены или нормативы. Цена исправлена по решению регулятора"]
    assert plain(column) == [
        ("Должно быть", "15,00 ₽"),
        ("Начислено раньше", "− 10,00 ₽"),
        ("Сумма меняется на", "+ 5,00 ₽"),
    ]


def test_late_reading_shows_what_its_month_was_and_is() -> None:
    meters = [
        {"id": 1, "kind": "cold", "serial": "18", "by": "average", "was": "3.100", "is": "4.100"},
        {"id": 2, "kind": "cold", "serial": "19", "by": "norm", "was": None, "is": "1.000"},
    ]
    kept = {"is": "215.12", "was": "-1", "meters": meters, "lines": []}
    assert plain(
        correction_column(correction(RecalculationReason.TRUE_UP, "216.12", kept=kept))
    ) == [
        ("Счётчик № 18, по показаниям", "4,100 м³"),
        ("Было начислено по среднему", "3,100 м³"),
        ("Счётчик № 19, по показаниям", "1,000 м³"),
        ("Должно быть", "215,12 ₽"),
        ("Начислено раньше", "+ 1,00 ₽"),
        ("Сумма меняется на", "+ 216,12 ₽"),
    ]


def test_break_in_supply_shows_its_hours() -> None:
    times = {"from": "2026-09-05T06:00:00+03:00", "to": "2026-09-05T20:00:00+03:00"}
    kept = {"breaks": [{"id": 1, **times}], "hours": 6, "percent": "0.15", "charge": "100.00"}
    row = correction(
        RecalculationReason.INTERRUPTION, "-0.9", kept={**kept, "is": "-0.90", "was": "0"}
    )
    assert plain(correction_column(row))[:4] == [
        ("Не было с 5 сентября в 06:00", "до 5 сентября в 20:00"),
        ("Сверх допустимого", "6 часов"),
        ("За каждый час меньше на", "× 0,15 %"),
        ("Начисление за месяц", "× 100,00 ₽"),
    ]


def test_absence_shows_its_days() -> None:
    part = {"norm": "5.016", "person_days": 18, "of": 30, "price": "42.18", "product": "126.94493"}
    kept = {"left_on": "2026-09-01", "came_back_on": "2026-09-20", "people": 1, "parts": [part]}
    row = correction(
        RecalculationReason.ABSENCE, "-126.94", kept={**kept, "is": "-126.94", "was": "0"}
    )
    found = plain(correction_column(row))
    assert found[0][0] == "Отсутствовали, человек: 1"
    assert found[1] == ("18 дней из 30 × 5,016 м³ × 42,18 ₽", "126,9449")


def test_absence_taken_back_shows_the_sums_alone() -> None:
    kept = {"parts": [], "is": "0", "was": "-126.94"}
    row = correction(RecalculationReason.ABSENCE, "126.94", kept=kept)
    assert plain(correction_column(row))[0] == ("Должно быть", "0,00 ₽")


def test_check_shows_what_it_found() -> None:
    kept = {
        "found": ["110.000", "2026-09-20", "check"],
        "previous": ["100.000", "2026-07-15", "resident"],
        "charged": [["2026-08", "3.000"]],
        "price": "42.18",
    }
    row = correction(RecalculationReason.CHECK, "295.26", kept={**kept, "is": "295.26", "was": "0"})
    assert plain(correction_column(row))[:4] == [
        ("При проверке, 20 сентября", "110,000"),
        ("Было известно, 15 июля", "− 100,000"),
        ("Начислено за август", "− 3,000"),
        ("Цена за м³", "× 42,18 ₽"),
    ]


def kept_penalty() -> PenaltyInputs:
    """A penalty on 1 000 rubles that were to be paid by the 17th of August."""
    rates, last_day = penalty_rates(), OCTOBER.last_day
    debt = MonthDebt(Period(2026, 7), date(2026, 8, 17), rubles(1000))
    found = PenaltyDifference(debt, penalty_of(debt, last_day, rates=rates))
    return penalty_from_json(penalty_to_json(found, last_day, rates=rates))


def test_penalty_is_days_and_rates_less_what_was_posted() -> None:
    column = penalty_column(rubles("14.25"), kept_penalty(), posted=OCTOBER)
    assert penalty_title(Period(2026, 7)).replace("\xa0", " ") == "Пени за июль"
    assert plain(column) == [
        ("С 17 сентября по 31 октября, 45 дней: 1 000,00 ₽ × 9,5 % ÷ 300", "14,25"),
        ("Всего пени по 31 октября", "14,25 ₽"),
        ("Добавлено сейчас", "14,25 ₽"),
    ]
    (since,) = column.notes
    assert since.replace("\xa0", " ") == "Срок оплаты был 17 августа, пени считают с 17 сентября."


def test_penalty_posted_before_is_taken_off() -> None:
    column = penalty_column(rubles("9.50"), kept_penalty(), posted=OCTOBER)
    assert ("Начислено раньше", "− 4,75 ₽") in plain(column)


def test_penalty_of_a_debt_that_is_gone_shows_its_sum() -> None:
    nothing = replace(kept_penalty(), segments=())
    column = penalty_column(rubles("-9.50"), nothing, posted=OCTOBER)
    assert plain(column) == [("Начислено 31 октября", "− 9,50 ₽")]
