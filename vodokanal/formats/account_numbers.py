"""Account numbers: kept as the utility's books have them, found however they are typed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stdnum import luhn

from vodokanal.billing.digits import without_spaces

LONGEST = 20
SHOWN = 40
NO_BREAK = "\N{NO-BREAK SPACE}"

_DASHES = dict.fromkeys(map(ord, "-\u2010\u2011\u2012\u2013\u2014\u2212"))
_KEY = re.compile(r"[0-9A-Za-zА-Яа-яЁё]+")
_DIGITS = re.compile(r"[0-9]+")
_GROUP = re.compile(r"[0-9]{1,4}")


class AccountNumberError(ValueError):
    """This account number cannot be used."""

    def __str__(self) -> str:
        """Return the docstring alone: what was typed may be anything."""
        return type(self).__doc__ or ""


class InvalidAccountNumberError(AccountNumberError):
    """An account number has up to 20 letters, digits and dashes."""

    def __init__(self, text: str) -> None:
        """Keep what was typed, cut to what a message can show."""
        super().__init__(text[:SHOWN])
        self.text = text[:SHOWN]


class NoNumbersLeftError(AccountNumberError):
    """No more account numbers fit the pattern."""

    def __init__(self, serial: int) -> None:
        """Keep the serial that does not fit."""
        super().__init__(serial)
        self.serial = serial


@dataclass(frozen=True, slots=True)
class NumberPattern:
    """How newly issued numbers look: prefix, serial filled with zeros, then the check digit."""

    prefix: str = "407"
    length: int = 10
    check_digit: bool = True


def account_key(text: str) -> str:
    """Return the number as it is looked up: upper case, without spaces and dashes.

    Raises `InvalidAccountNumberError` for nothing, for more than 20 letters, digits and dashes,
    and for any other character.
    """
    number = without_spaces(text)
    key = number.translate(_DASHES)
    if len(number) > LONGEST or not _KEY.fullmatch(key):
        raise InvalidAccountNumberError(text)
    return key.upper()


def luhn_digit(digits: str) -> str:
    """Return the Luhn check digit of these digits; raises `InvalidAccountNumberError`."""
    if not _DIGITS.fullmatch(digits):
        raise InvalidAccountNumberError(digits)
    return str(luhn.calc_check_digit(digits))


def new_account_number(serial: int, pattern: NumberPattern) -> str:
    """Return the number of that serial (from 0); raises `NoNumbersLeftError` when it does not fit.

    The check digit is Luhn's over the ASCII digits of prefix and serial.
    """
    room = pattern.length - len(pattern.prefix) - pattern.check_digit
    if serial < 0 or len(str(serial)) > room:
        raise NoNumbersLeftError(serial)
    body = f"{pattern.prefix}{serial:0{room}d}"
    if not pattern.check_digit:
        return body
    return body + luhn_digit("".join(_DIGITS.findall(body)))


def grouped(number: str) -> str:
    """Return a number of digits alone in groups of four: 4070 0000 15; any other unchanged."""
    if not _DIGITS.fullmatch(number):
        return number
    return NO_BREAK.join(_GROUP.findall(number))
