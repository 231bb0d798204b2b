"""Account numbers are found however they are typed, and new ones carry a check digit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from vodokanal.formats.account_numbers import (
    InvalidAccountNumberError,
    NoNumbersLeftError,
    NumberPattern,
    account_key,
    grouped,
    luhn_digit,
    new_account_number,
)

DEMO = NumberPattern(prefix="407", length=10, check_digit=True)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("4070000015", "4070000015"),
        (" 4070 0000 15 ", "4070000015"),
        ("4070\u00a00000\u202f15", "4070000015"),
        ("12-34", "1234"),
        ("12\u201334", "1234"),
        ("а-17б", "А17Б"),
        ("ab12", "AB12"),
        ("Ёлка", "ЁЛКА"),
    ],
)
def test_number_is_found_however_it_is_typed(typed: str, key: str) -> None:
    assert account_key(typed) == key


@pytest.mark.parametrize(
    "typed",
    ["", "  ", "--", "12/34", "1.2", "1" * 21, "1-" * 11, "١٢", "１２", "1\x00", "\ud800", "ß"],
)
def test_what_no_book_can_hold_is_refused(typed: str) -> None:
    with pytest.raises(InvalidAccountNumberError) as refusal:
        account_key(typed)
    assert refusal.value.text == typed[:40]
    assert str(refusal.value) == "An account number has up to 20 letters, digits and dashes."


def test_twenty_characters_are_allowed() -> None:
    assert account_key("1" * 20) == "1" * 20


def test_demo_numbers_carry_their_check_digit() -> None:
    assert [new_account_number(serial, DEMO) for serial in (1, 2)] == ["4070000015", "4070000023"]


def test_pattern_may_do_without_a_check_digit() -> None:
    pattern = NumberPattern(prefix="А-", length=8, check_digit=False)
    assert new_account_number(42, pattern) == "А-000042"


def test_check_digit_of_a_pattern_with_letters_is_over_its_digits() -> None:
    pattern = NumberPattern(prefix="В-7", length=8, check_digit=True)
    assert new_account_number(5, pattern) == "В-70005" + luhn_digit("70005")


@pytest.mark.parametrize("serial", [1_000_000, -1])
def test_serial_that_does_not_fit_is_refused(serial: int) -> None:
    with pytest.raises(NoNumbersLeftError) as refusal:
        new_account_number(serial, DEMO)
    assert refusal.value.serial == serial
    assert str(refusal.value) == "No more account numbers fit the pattern."


@pytest.mark.parametrize("digits", ["", "12a", "١٢"])
def test_check_digit_of_anything_but_digits_is_refused(digits: str) -> None:
    with pytest.raises(InvalidAccountNumberError):
        luhn_digit(digits)


@given(st.integers(min_value=0, max_value=999_999))
def test_every_new_number_is_valid_and_of_full_length(serial: int) -> None:
    number = new_account_number(serial, DEMO)
    assert luhn.is_valid(number)
    assert len(number) == DEMO.length


@given(st.integers(min_value=0, max_value=999_999))
def test_printed_number_is_found_as_the_kept_one(serial: int) -> None:
    number = new_account_number(serial, DEMO)
    assert account_key(grouped(number)) == account_key(number)


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        ("4070000015", "4070\u00a00000\u00a015"),
        ("1234", "1234"),
        ("12345", "1234\u00a05"),
        ("А-17", "А-17"),
        ("", ""),
    ],
)
def test_number_is_printed_in_groups_of_four(number: str, printed: str) -> None:
    assert grouped(number) == printed
