"""The filters of the templates."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask, render_template_string

from vodokanal.web.filters import tel


@pytest.mark.parametrize(
    ("number", "address"),
    [
        ("+7 (000) 211-04-04", "tel:+70002110404"),
        ("8\xa0800 100 20 30", "tel:88001002030"),
        ("112", "tel:112"),
        ('"><script>', "tel:"),
    ],
)
def test_telephone_can_be_rung_however_it_is_written(number: str, address: str) -> None:
    assert tel(number) == address


def test_templates_print_values_in_words(app: Flask) -> None:
    with app.test_request_context():
        text = render_template_string(
            "{{ day|day }}, {{ day|weekday }}, {{ '4070000015'|account_number }}",
            day=date(2026, 11, 20),
        )
    assert text == "20\xa0ноября, пятница, 4070\xa00000\xa015"
