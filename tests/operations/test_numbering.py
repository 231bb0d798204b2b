"""Numbers of new accounts follow the utility's pattern."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engines import Engine
from tests.factories import make_account
from vodokanal.formats.account_numbers import luhn_digit
from vodokanal.operations.numbering import next_account_number
from vodokanal.operations.settings import HouseSettings

HOUSE = HouseSettings()


def test_first_number_has_serial_zero_and_its_check_digit(database: Engine) -> None:
    number = next_account_number(HOUSE)
    assert number == f"407000000{luhn_digit('407000000')}"


def test_next_number_follows_the_greatest_of_the_pattern(database: Engine) -> None:
    for number in ("4070000015", "4070000023", "4069999999", "40700009", "12-34"):
        make_account(number=number)
    assert next_account_number(HOUSE) == "4070000031"


def test_numbers_with_letters_are_passed_over(database: Engine) -> None:
    for number in ("4070000015", "407AB00015", "40709A0015"):
        make_account(number=number)
    assert next_account_number(HOUSE) == "4070000023"


def test_prefix_of_letters_and_dashes_is_found_by_its_key(database: Engine) -> None:
    house = replace(HOUSE, account_prefix="ЛС-", account_length="8", account_check_digit="none")
    assert next_account_number(house) == "ЛС-00000"
    make_account(number="ЛС-00041")
    assert next_account_number(house) == "ЛС-00042"


def test_numbers_without_a_prefix_begin_anywhere(database: Engine) -> None:
    house = replace(HOUSE, account_prefix="", account_length="5", account_check_digit="none")
    make_account(number="00017")
    assert next_account_number(house) == "00018"


@pytest.mark.parametrize(("prefix", "length"), [("407", "4"), ("4070", "4"), ("!", "5")])
def test_pattern_without_room_offers_nothing(database: Engine, prefix: str, length: str) -> None:
    house = replace(HOUSE, account_prefix=prefix, account_length=length)
    assert next_account_number(house) == ""


def test_full_pattern_offers_nothing(database: Engine) -> None:
    house = replace(HOUSE, account_length="5")
    make_account(number=f"4079{luhn_digit('4079')}")
    assert next_account_number(house) == ""
