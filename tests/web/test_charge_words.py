"""Every way to find a volume as a column that can be followed with a finger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from vodokanal.billing.line_inputs import LineInputs, MeterUse, NormUse, ShownValue
from vodokanal.billing.methods import Cause, Method
from vodokanal.billing.month_rates import Price
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind
from vodokanal.billing.services import Service
from vodokanal.web.charge_words import Column, column_of, days_words, method_word, service_word

PRICE = Price(Decimal("42.18"), date(2026, 7, 1), None)
WHOLE = ((1, 30),)
LAST, BEFORE = date(2026, 11, 14), date(2026, 10, 13)


@pytest.fixture(autouse=True)
def _asked_for(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def meter(volume: str | None = "4.120", method: Method = Method.METER, **given: Any) -> MeterUse:
    values = (shown("149.080", BEFORE), shown("153.200", LAST))
    defaults = {"values": values, **given}
    kind = defaults.pop("kind", Kind.COLD)
    return MeterUse(1, kind, "18", method, None if volume is None else Decimal(volume), **defaults)


def shown(value: str, on: date, source: str = "resident") -> ShownValue:
    return ShownValue(Decimal(value), on, source)


def norm(**given: Any) -> NormUse:
    values = {"units": Decimal(2), "norm": Decimal("5.016"), "days": 30, "what": "", **given}
    service, basis = values.pop("service", Service.COLD), values.pop("basis", NormBasis.PERSON)
    return NormUse(service, basis, **values)


def line(method: Method = Method.METER, **given: Any) -> LineInputs:
    values = {"days": WHOLE, "of": 30, "price": PRICE, **given}
    return LineInputs(method, **values)


def steps(inputs: LineInputs) -> list[tuple[str, str]]:
    return [
        (each.label.replace("\xa0", " "), each.value.replace("\xa0", " "))
        for each in column_of(inputs).steps
    ]


def notes(inputs: LineInputs) -> list[str]:
    return [each.replace("\xa0", " ") for each in column_of(inputs).notes]


def test_meter_is_reading_minus_reading_times_price() -> None:
    assert steps(line(meters=(meter(),))) == [
        ("14 ноября, от вас", "153,200"),
        ("13 октября, от вас", "− 149,080"),
        ("Израсходовано, м³", "4,120"),
        ("Цена за м³ с 1 июля", "× 42,18 ₽"),
        ("173,7816 — до копейки", "173,78 ₽"),
    ]


def test_result_stands_beneath_a_rule() -> None:
    column: Column = column_of(line(meters=(meter(),)))
    assert [each.kind for each in column.steps] == ["", "", "rule", "", "rule whole"]


def test_display_that_began_anew_is_said() -> None:
    values = (shown("99999.000", BEFORE), shown("2.000", LAST))
    assert steps(line(meters=(meter("3.000", values=values),)))[:4] == [
        ("14 ноября, от вас", "2,000"),
        ("Счётчик прошёл через ноль", "+ 100 000"),
        ("13 октября, от вас", "− 99 999,000"),
        ("Израсходовано, м³", "3,000"),
    ]


def test_shared_months_are_divided() -> None:
    use = meter("1.373333", shared_by=3)
    assert ("Поровну на 3 месяца", "÷ 3") in steps(line(meters=(use,)))


def test_months_shared_by_days_say_of_how_many() -> None:
    use = meter("6.2", shared_by=2, by_days=(31, 50))
    found = steps(line(meters=(use,)))
    assert ("По дням: на этот месяц 31 день", "× 31 / 50") in found


def test_new_meter_begins_with_its_first_value() -> None:
    first = shown("5.000", LAST, "initial")
    found = steps(line(meters=(meter("0.000", values=(first, first)),)))
    assert found[:2] == [("14 ноября, при установке", "5,000"), ("Израсходовано, м³", "0,000")]


def test_swapped_meters_are_added_up() -> None:
    old = meter("1.000", values=(shown("10", BEFORE), shown("11", LAST, "final")))
    found = steps(line(meters=(old, replace(meter("2.000"), id=2, serial="19"))))
    assert [each for each in found if "Счётчик" in each[0] or "всего" in each[0]] == [
        ("Счётчик № 18", ""),
        ("Счётчик № 19", ""),
        ("Израсходовано всего, м³", "3,000"),
    ]
    assert ("14 ноября, при снятии", "11,000") in found


def test_average_names_its_months_and_why() -> None:
    averaged = tuple((Period(2026, month), Decimal("3.1")) for month in range(5, 11))
    use = meter("3.1", Method.AVERAGE, averaged=averaged, silent=2, cause=Cause.NO_READING)
    inputs = line(Method.AVERAGE, meters=(use,))
    found = steps(inputs)
    assert found[0] == ("Май", "3,100")
    assert found[6:9] == [
        ("Всего за 6 месяцев", "18,600"),
        ("На один месяц", "÷ 6"),
        ("В среднем, м³", "3,100"),
    ]
    assert notes(inputs) == [
        "Показаний не было, поэтому посчитали по среднему за эти месяцы: месяц подряд — 2-й."
    ]


def test_average_of_a_removed_meter_says_that_it_is_gone() -> None:
    averaged = ((Period(2026, 5), Decimal("3.1")),)
    told = {"averaged": averaged, "silent": 1, "cause": Cause.METER_INVALID, "gone": True}
    (note,) = notes(line(Method.AVERAGE, meters=(meter("3.1", Method.AVERAGE, **told),)))
    assert note.startswith("Счётчик снят, а другой ещё не принят к учёту, поэтому посчитали")


def test_norm_is_people_times_norm_with_the_excess_apart() -> None:
    inputs = line(Method.NO_METER, norms=(norm(),), multiplier=Decimal(3))
    assert steps(inputs) == [
        ("Зарегистрировано, человек", "2"),
        ("Норматив на человека, м³", "× 5,016"),
        ("По нормативу, м³", "10,032"),
        ("Цена за м³ с 1 июля", "× 42,18 ₽"),
        ("Повышающий коэффициент", "× 3"),
        ("1 269,44928 — до копейки", "1 269,45 ₽"),
        ("в том числе из-за коэффициента", "846,30 ₽"),
    ]
    assert notes(inputs) == [
        "Счётчика нет, хотя его можно поставить: отсюда повышающий коэффициент."
    ]


@pytest.mark.parametrize(
    ("use", "label"),
    [
        (norm(registered=False), "Собственников (никто не зарегистрирован)"),
        (norm(basis=NormBasis.GARDEN), "Огород, м²"),
        (norm(basis=NormBasis.LIVESTOCK, what="корова"), "Голов скота (корова)"),
    ],
)
def test_norm_says_what_it_is_for(use: NormUse, label: str) -> None:
    assert steps(line(Method.NO_METER, norms=(use,)))[0][0] == label


def test_norm_of_some_days_says_of_how_many() -> None:
    assert ("Доля дней", "× 15 / 30") in steps(line(Method.NO_METER, norms=(norm(days=15),)))


@pytest.mark.parametrize(
    ("cause", "because"),
    [
        (Cause.NO_READING, "Показаний не было"),
        (Cause.METER_INVALID, "Счётчик неисправен или вовремя не поверен"),
        (Cause.NO_ACCESS, "Проверить счётчик не удалось: нас не пустили"),
        (Cause.TOO_YOUNG, "Счётчик работает слишком недолго, среднего ещё нет"),
    ],
)
def test_norm_for_a_silent_meter_says_why(cause: Cause, because: str) -> None:
    silent = meter(None, Method.NORM, silent=4, cause=cause, counts=False)
    inputs = line(Method.NORM, meters=(silent,), norms=(norm(stands_for_meters=True),))
    assert notes(inputs) == [f"{because}, поэтому посчитали по нормативу."]


def test_sewage_is_both_waters_each_as_it_was_found() -> None:
    hot = replace(meter("2.365", Method.AVERAGE, kind=Kind.HOT), id=2)
    found = steps(line(Method.SUM, meters=(meter(), hot), norms=(norm(service=Service.HOT),)))
    assert found[:3] == [
        ("Холодная вода, по счётчику", "4,120"),
        ("Горячая вода, по среднему", "2,365"),
        ("Горячая вода, по нормативу", ""),
    ]
    assert ("Израсходовано всего, м³", "16,517") in found


def test_price_that_changed_takes_its_share_of_the_days() -> None:
    inputs = line(days=((1, 15),), meters=(meter("4.000", spread=((0, 15),), of=30),))
    found = steps(inputs)
    assert ("Доля дней этой цены", "× 15 / 30") in found
    assert ("Израсходовано всего, м³", "2,000") in found
    assert days_words(inputs, Period(2026, 11)).replace("\xa0", " ") == "с 1 по 15 ноября"
    assert days_words(line(), Period(2026, 11)) == ""


def test_parts_of_two_meters_are_shown_for_their_days() -> None:
    one, other = (meter(each, spread=((0, 15),), of=30) for each in ("4.000", "2.000"))
    uses = (one, replace(other, id=2))
    assert ("За эти дни, м³", "1,000") in steps(line(days=((1, 15),), meters=uses))


def test_vat_on_top_is_a_step_of_its_own() -> None:
    price = Price(Decimal(100), date(2026, 1, 1), Decimal(22), includes_vat=False)
    found = steps(line(price=price, meters=(meter("1.000"),)))
    assert found[-2:] == [("НДС 22 %", "× 1,22"), ("Сумма", "122,00 ₽")]


def test_endless_product_is_said_to_be_about_so_much() -> None:
    found = steps(line(Method.NO_METER, of=31, norms=(norm(days=7),)))
    assert found[-1][0] == "≈ 95,549946 — до копейки"


@pytest.mark.parametrize("method", list(Method))
def test_every_method_and_service_has_words(method: Method) -> None:
    assert method_word(method)
    assert all(service_word(each) for each in Service)
