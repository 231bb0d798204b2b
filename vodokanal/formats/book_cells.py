"""What a cell of the utility's workbook says: exactly what stands there, or what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from vodokanal.billing.digits import decimal_of
from vodokanal.billing.money import NotAnAmountError, SubKopeckError, rubles
from vodokanal.billing.periods import NotAPeriodError, Period
from vodokanal.billing.volumes import NotAVolumeError, cubic_metres
from vodokanal.formats.account_numbers import InvalidAccountNumberError, account_key
from vodokanal.formats.book_columns import Column, Is, Value
from vodokanal.formats.search_text import folded
from vodokanal.formats.workbooks import Odd
from vodokanal.formats.workbooks import Value as Cell

FIRST_YEAR, LAST_YEAR = 1900, 2100
# Excel keeps no more digits of a number: the rest of a longer one is gone.
EXACT = Decimal(10) ** 15
LITRE = Decimal("0.001")
SHOWN = 40

WORD = re.compile(r"[A-Za-zА-Яа-яЁё]+")
LATIN, RUSSIAN = re.compile("[A-Za-z]"), re.compile("[А-Яа-яЁё]")
DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
MONTH = re.compile(r"(?:01\.)?(\d{1,2})\.(\d{4})", re.ASCII)
ISO_MONTH = re.compile(r"(\d{4})-(\d{2})(?:-01)?", re.ASCII)


class Flaw(StrEnum):
    """What can be wrong with a cell by itself; the values that each comes with."""

    MISSING = "missing"
    FORMULA = "formula"
    MERGED = "merged"
    FAULT = "fault"
    NOT_TEXT = "not_text"  # shown
    DAY_FOR_TEXT = "day_for_text"  # shown
    DIGITS_LOST = "digits_lost"  # shown
    ZEROS_LOST = "zeros_lost"  # shown, other
    TOO_LONG = "too_long"  # longest
    UNREADABLE = "unreadable"
    LATIN = "latin"  # letter, word
    NOT_A_NUMBER = "not_an_account_number"  # shown
    NOT_A_WORD = "not_a_word"  # shown, words
    NOT_A_DAY = "not_a_day"  # shown
    DAY_AS_NUMBER = "day_as_number"  # shown
    HAS_AN_HOUR = "has_an_hour"
    NOT_A_MONTH = "not_a_month"  # shown
    NOT_MONEY = "not_money"  # shown
    KOPECKS_SPLIT = "kopecks_split"  # shown
    NOT_POSITIVE = "not_positive"
    NOT_A_VOLUME = "not_a_volume"  # shown
    TOO_EXACT = "too_exact"  # shown
    NOT_A_COUNT = "not_a_count"  # shown, most


class CellError(ValueError):
    """A cell cannot be taken as it is."""

    def __init__(self, flaw: Flaw, **values: str | int) -> None:
        """Keep what is wrong and what the sentence about it needs."""
        super().__init__(flaw, values)
        self.flaw, self.values = flaw, values


ODD = {Odd.FORMULA: Flaw.FORMULA, Odd.MERGED: Flaw.MERGED, Odd.ERROR: Flaw.FAULT}


def value_of(column: Column, cell: Cell) -> Value:
    """Return what a cell of the column says, None for an empty one; raises `CellError`."""
    if isinstance(cell, Odd):
        raise CellError(ODD[cell])
    if isinstance(cell, str):
        cell = _tidy(cell)
    if cell is None or cell == "":
        if column.is_required:
            raise CellError(Flaw.MISSING)
        return None
    return READERS[column.kind](column, cell)


def shown(cell: Any) -> str:
    """Return a cell's content as a sentence quotes it."""
    if isinstance(cell, date):
        return cell.strftime("%d.%m.%Y")
    text = f"{cell:f}".replace(".", ",") if isinstance(cell, Decimal) else str(cell)
    return text[:SHOWN]


def written(value: Value) -> str:
    """Return a value as people write it in a cell."""
    if isinstance(value, Period):
        return f"{value.month:02d}.{value.year}"
    return "" if value is None else shown(value)


def _tidy(text: str) -> str:
    # Blanks of every kind at the ends and in a row say nothing.
    whole = " ".join(unicodedata.normalize("NFC", text).split())
    if not whole.isprintable():
        raise CellError(Flaw.UNREADABLE)
    return whole


def _text(column: Column, cell: Any) -> str:
    if isinstance(cell, date):
        raise CellError(Flaw.DAY_FOR_TEXT, shown=shown(cell))
    if isinstance(cell, bool):
        raise CellError(Flaw.NOT_TEXT, shown=shown(cell))
    text = _written_out(cell) if isinstance(cell, Decimal) else str(cell)
    if len(text) > column.longest:
        raise CellError(Flaw.TOO_LONG, longest=column.longest)
    return text


def _written_out(number: Decimal) -> str:
    """Return the digits of a number that was meant as a text."""
    if abs(number) >= EXACT:
        raise CellError(Flaw.DIGITS_LOST, shown=shown(number))
    if number != number.to_integral_value():
        raise CellError(Flaw.NOT_TEXT, shown=shown(number))
    return str(int(number))


def _russian(column: Column, cell: Any) -> str:
    text = _text(column, cell)
    if LATIN.search(text):
        for word in WORD.findall(text):
            _refuse_latin(word, among_russian=True)
    return text


def _place(column: Column, cell: Any) -> str:
    text = _text(column, cell)
    _refuse_latin(text, among_russian=False)
    return text


def _refuse_latin(word: str, *, among_russian: bool) -> None:
    found = LATIN.search(word)
    if found and (not among_russian or RUSSIAN.search(word)):
        raise CellError(Flaw.LATIN, letter=found[0], word=word[:SHOWN])


def _account(column: Column, cell: Any) -> str:
    number = _text(column, cell)
    for word in WORD.findall(number):
        _refuse_latin(word, among_russian=True)
    try:
        account_key(number)
    except InvalidAccountNumberError:
        raise CellError(Flaw.NOT_A_NUMBER, shown=number[:SHOWN]) from None
    return number


def _word(column: Column, cell: Any) -> str:
    text = folded(shown(cell))
    found = column.meanings.get(text)
    if found is not None:
        return found
    for word in WORD.findall(text):
        _refuse_latin(word, among_russian=True)
    words = ", ".join(column.words)
    raise CellError(Flaw.NOT_A_WORD, shown=shown(cell), words=words)


def _day(_column: Column, cell: Any) -> date:
    if isinstance(cell, datetime):
        raise CellError(Flaw.HAS_AN_HOUR)
    if isinstance(cell, Decimal):
        raise CellError(Flaw.DAY_AS_NUMBER, shown=shown(cell))
    found = cell if isinstance(cell, date) else _written_day(str(cell))
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise CellError(Flaw.NOT_A_DAY, shown=shown(cell))
    return found


def _written_day(text: str) -> date | None:
    if match := DAY.fullmatch(text):
        day, month, year = map(int, match.groups())
    elif match := ISO_DAY.fullmatch(text):
        year, month, day = map(int, match.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(_column: Column, cell: Any) -> Period:
    try:
        if isinstance(cell, date):
            return Period.of(cell)
        # A number cannot be told: of 10.2020 it keeps 10.202.
        text = cell if isinstance(cell, str) else ""
        if match := MONTH.fullmatch(text):
            return _sane(Period(int(match[2]), int(match[1])))
        if match := ISO_MONTH.fullmatch(text):
            return _sane(Period(int(match[1]), int(match[2])))
    except NotAPeriodError:
        pass
    raise CellError(Flaw.NOT_A_MONTH, shown=shown(cell))


def _sane(period: Period) -> Period:
    if FIRST_YEAR <= period.year <= LAST_YEAR:
        return period
    raise NotAPeriodError(period)


def _number(cell: Any) -> Decimal | None:
    if isinstance(cell, Decimal):
        return cell
    return decimal_of(cell) if isinstance(cell, str) else None


def _money(_column: Column, cell: Any) -> Decimal:
    number = _number(cell)
    try:
        amount = None if number is None else rubles(number)
    except SubKopeckError:
        raise CellError(Flaw.KOPECKS_SPLIT, shown=shown(cell)) from None
    except NotAnAmountError:
        amount = None
    if amount is None:
        raise CellError(Flaw.NOT_MONEY, shown=shown(cell))
    if amount <= 0:
        raise CellError(Flaw.NOT_POSITIVE)
    return amount


def _volume(_column: Column, cell: Any) -> Decimal:
    number = _number(cell)
    if number is None or number < 0:
        raise CellError(Flaw.NOT_A_VOLUME, shown=shown(cell))
    try:
        if number != number.quantize(LITRE):
            raise CellError(Flaw.TOO_EXACT, shown=shown(cell))
        return cubic_metres(number)
    except (NotAVolumeError, ArithmeticError):
        raise CellError(Flaw.NOT_A_VOLUME, shown=shown(cell)) from None


def _count(column: Column, cell: Any) -> int:
    number = _number(cell)
    if number is None or number != number.to_integral_value() or not 0 <= number <= column.most:
        raise CellError(Flaw.NOT_A_COUNT, shown=shown(cell), most=column.most)
    return int(number)


READERS: Mapping[Is, Callable[[Column, Any], Value]] = {
    Is.TEXT: _text,
    Is.RUSSIAN: _russian,
    Is.PLACE: _place,
    Is.CODE: _text,
    Is.ACCOUNT: _account,
    Is.WORD: _word,
    Is.DAY: _day,
    Is.MONTH: _month,
    Is.MONEY: _money,
    Is.VOLUME: _volume,
    Is.COUNT: _count,
}
