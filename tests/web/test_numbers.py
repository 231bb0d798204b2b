"""Readings and volumes as readers write and speak them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from flask import Flask

from vodokanal.models.meters import Meter
from vodokanal.web import numbers

METER = Meter(digits_before=5, digits_after=3)


@pytest.fixture(autouse=True)
def _asked_for(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("value", "said", "shown"),
    [
        ("156.320", "156,320", "00156,320"),
        ("0.005", "0,005", "00000,005"),
        ("99999.999", "99999,999", "99999,999"),
        ("153.2009", "153,200", "00153,200"),
        ("123456.7", "123456,700", "123456,700"),
    ],
)
def test_reading_is_written_as_the_display_shows_it(value: str, said: str, shown: str) -> None:
    assert numbers.reading(Decimal(value), meter=METER) == said
    assert numbers.display(Decimal(value), meter=METER) == shown


def test_display_without_litres_has_no_comma() -> None:
    whole = Meter(digits_before=4, digits_after=0)
    assert numbers.display(Decimal(156), meter=whole) == "0156"
    assert numbers.pattern(whole) == "0000"


def test_pattern_has_every_digit_of_the_display() -> None:
    assert numbers.pattern(METER) == "00000,000"
    assert numbers.pattern(METER, whole_only=True) == "00000"


def test_volume_keeps_its_litres() -> None:
    assert numbers.volume(Decimal("3.12")) == "3,120\xa0м³"
    assert numbers.volume(Decimal("12345.6")) == "12\xa0345,600\xa0м³"
    assert numbers.short_volume(Decimal("47.65")) == "47,7\xa0м³"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("156.320", "156 кубометров 320 литров"),
        ("3.121", "3 кубометра 121 литр"),
        ("1", "1 кубометр"),
        ("0.002", "2 литра"),
        ("0", "0 литров"),
        ("0.9996", "1 кубометр"),
        ("22.022", "22 кубометра 22 литра"),
    ],
)
def test_volume_is_spoken_in_two_units(value: str, words: str) -> None:
    assert numbers.volume_in_words(Decimal(value)).replace("\xa0", " ") == words


def test_formatter_is_built_once() -> None:
    assert numbers.numbers() is numbers.numbers()
