"""Which number a new account gets: the next one of the utility's pattern."""

from __future__ import annotations

from peewee import fn

from vodokanal.formats.account_numbers import (
    InvalidAccountNumberError,
    NoNumbersLeftError,
    NumberPattern,
    account_key,
    new_account_number,
)
from vodokanal.models.accounts import Account
from vodokanal.operations.settings import HouseSettings

# Numbers of the same length that were not made by the pattern, such as those with letters.
MOST_STRANGERS = 50


def next_account_number(house: HouseSettings) -> str:
    """The number after the greatest one that the pattern has made; empty when none is left."""
    pattern = NumberPattern(
        prefix=house.account_prefix,
        length=int(house.account_length),
        check_digit=house.account_check_digit == "luhn",
    )
    try:
        return new_account_number(_greatest_serial(pattern) + 1, pattern)
    except (NoNumbersLeftError, InvalidAccountNumberError):
        return ""


def _greatest_serial(pattern: NumberPattern) -> int:
    prefix = account_key(pattern.prefix) if pattern.prefix else ""
    length = pattern.length - len(pattern.prefix) + len(prefix)
    rows = (
        Account.select(Account.number_key)
        .where(
            # A range, so that the index on the keys answers it.
            Account.number_key >= prefix,
            Account.number_key < f"{prefix}\N{LATIN CAPITAL LETTER A}",
            fn.LENGTH(Account.number_key) == length,
        )
        .order_by(Account.number_key.desc())
        .limit(MOST_STRANGERS)
        .tuples()
    )
    for (key,) in rows:
        serial = key[len(prefix) : length - pattern.check_digit]
        if serial.isascii() and serial.isdigit():
            return int(serial)
    return -1
