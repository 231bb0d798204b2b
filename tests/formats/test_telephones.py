"""Telephone numbers as people write them, and the digits that they are found by."""

from __future__ import annotations

import pytest

from vodokanal.formats.telephones import telephone_key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("+7 916 123-45-67", "9161234567"),
        ("8 (916) 123 45 67", "9161234567"),
        ("9161234567", "9161234567"),
        ("2-33-44", "23344"),
        ("8 916 123-45-67, 2-33-44 (сестра)", "9161234567"),
        ("71234", "71234"),
        ("+375 17 123-45-67", "375171234567"),
        ("1" * 40, "1" * 15),
        ("нет", ""),
        ("", ""),
    ],
)
def test_number_is_found_by_its_digits_alone(text: str, key: str) -> None:
    assert telephone_key(text) == key
