"""Form fields: texts read as our own types, and kept as typed when they cannot be."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form

from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind
from vodokanal.web.form_fields import (
    ChoiceField,
    CubicMetresField,
    DayField,
    Filled,
    LineField,
    MomentField,
    MonthField,
    QuantityField,
    RublesField,
    TicksField,
    WholeField,
    choices_of,
    mistakes_in,
)

KINDS = choices_of({Kind.COLD: "холодная", Kind.HOT: "<горячая>"})


class Sample(Form):
    """One field of every kind."""

    line = LineField("Строка", longest=5)
    maybe = LineField("Или ничего", longest=5, empty=None)
    whole = WholeField("Целое", least=1, most=31)
    rubles = RublesField("Рубли")
    volume = CubicMetresField("Кубометры")
    quantity = QuantityField("Количество")
    day = DayField("День")
    moment = MomentField("Время")
    month = MonthField("Месяц")
    kind = ChoiceField("Вода", offered=KINDS, blank=True)
    kinds = TicksField("Воды", offered=KINDS)
    needed = LineField("Нужное", longest=5, validators=[Filled()])
    one = ChoiceField("Одна из них", offered=KINDS)


def filled(**texts: str) -> Sample:
    return Sample(MultiDict({"needed": "да", **texts}))


def read(name: str, text: str) -> Any:
    form = filled(**{name: text})
    assert form.validate(), form.errors
    return form[name].data


@pytest.fixture(autouse=True)
def _words(app: Flask) -> Any:
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("line", "  е\u0308ж ", "ёж"),
        ("line", " ", ""),
        ("maybe", " ", None),
        ("whole", "1 0", 10),
        ("rubles", "1 234,5", Decimal("1234.50")),
        ("volume", "156,32", Decimal("156.320")),
        ("quantity", "12.5", Decimal("12.50")),
        ("day", "2026-11-12", date(2026, 11, 12)),
        ("day", "1.2.2026", date(2026, 2, 1)),
        ("month", "2026-11", Period(2026, 11)),
        ("month", "11.2026", Period(2026, 11)),
        ("kind", "hot", Kind.HOT),
        ("kind", "", None),
        ("one", "hot", Kind.HOT),
    ],
)
def test_text_is_read_as_its_value(name: str, text: str, value: object) -> None:
    assert read(name, text) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("line", "шестой"),
        ("line", "а\x00б"),
        ("whole", "32"),
        ("whole", "-1"),
        ("whole", "１２"),
        ("whole", "1_0"),
        ("rubles", "1,234"),
        ("rubles", "-1"),
        ("rubles", "NaN"),
        ("volume", "1,2345"),
        ("volume", "1e3"),
        ("quantity", "Infinity"),
        ("day", "20261112"),
        ("day", "2026-W46-4"),
        ("day", "29.02.2026"),
        ("day", "1899-12-31"),
        ("month", "13.2026"),
        ("month", "2026-00"),
        ("month", "0001-01"),
        ("kind", "boiling"),
        # Nobody can choose nothing there.
        ("one", ""),
    ],
)
def test_wrong_text_is_refused_and_shown_again(name: str, text: str) -> None:
    form = filled(**{name: text})
    assert not form.validate()
    assert list(form.errors) == [name]
    if name != "kind":
        assert form[name]._value() == text.replace("\x00", "")


@given(st.text())
def test_no_text_breaks_a_field(text: str) -> None:
    names = ("line", "whole", "rubles", "volume", "quantity", "day", "month", "kind", "kinds")
    form = filled(**dict.fromkeys(names, text))
    form.validate()
    for field in form:
        assert isinstance(str(field() if not isinstance(field, TicksField) else ""), str)


def test_field_that_must_be_filled_says_so() -> None:
    form = Sample(MultiDict({"needed": " "}))
    form.validate()
    assert form.errors == {"needed": ["Заполните это поле."]}
    assert mistakes_in(form, ["line", "needed"]) == [("needed", "Нужное: Заполните это поле.")]


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("volume", Decimal("156.320"), "156,320"),
        ("day", date(2026, 11, 12), "2026-11-12"),
        ("month", Period(2026, 11), "2026-11"),
        ("whole", 5, "5"),
        ("line", None, ""),
    ],
)
def test_value_is_written_as_it_is_read(name: str, value: object, text: str) -> None:
    field: Field = Sample(data={name: value})[name]
    assert field._value() == text


def test_native_list_marks_what_is_chosen_and_escapes_its_words() -> None:
    html = str(Sample(data={"kind": Kind.HOT}).kind())
    assert '<option value="hot" selected>&lt;горячая&gt;</option>' in html


def test_any_number_of_boxes_may_be_ticked() -> None:
    form = Sample(
        MultiDict([("kinds", "hot"), ("kinds", "cold"), ("kinds", "hot"), ("needed", "x")])
    )
    assert form.kinds.data == [Kind.HOT, Kind.COLD]
    assert form.kinds.boxes() == [("cold", "холодная", True), ("hot", "<горячая>", True)]
    assert filled().kinds.data == []
    assert filled(kinds="boiling").validate() is False


@pytest.mark.parametrize("text", ["2026-10-05T09:00", "05.10.2026 09:00", " 5.10.2026, 9:00 "])
def test_moment_is_read_by_the_utilitys_clock(app: Flask, text: str) -> None:
    with app.test_request_context():
        assert read("moment", text) == datetime(2026, 10, 5, 6, tzinfo=UTC)
        shown = Sample(data={"moment": datetime(2026, 10, 5, 6, tzinfo=UTC)}).moment
        assert shown._value() == "2026-10-05T09:00"


@pytest.mark.parametrize(
    "text",
    ["вчера", "05.10.2026", "9:00", "31.02.2026 09:00", "05.10.2026 24:00", "0026-10-05T09:00"],
)
def test_moment_that_is_none_is_said_so(app: Flask, text: str) -> None:
    with app.test_request_context():
        form = filled(moment=text)
        assert not form.validate()
        assert (form.moment.errors, form.moment._value()) == (
            ["День и время, например 12.11.2026 10:42."],
            text,
        )
