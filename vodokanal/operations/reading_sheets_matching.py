"""Rows of a filled workbook and the meters they mean: by account and serial, never by their place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from vodokanal.billing.digits import without_spaces
from vodokanal.casework.sheet_remarks import NUMBERS, RemarkCode
from vodokanal.formats.account_numbers import InvalidAccountNumberError, account_key
from vodokanal.formats.reading_sheets import FilledRow
from vodokanal.models.meters import Meter
from vodokanal.operations.meters import MeterStory
from vodokanal.operations.reading_sheets_rows import SheetRow


class RowFault(StrEnum):
    """Why a row of the file is not entered."""

    # The row as it was read says which cell, and what is wrong with it.
    CELL = "cell"
    UNKNOWN_ACCOUNT = "unknown_account"
    UNKNOWN_METER = "unknown_meter"
    REMOVED_METER = "removed_meter"
    UNKNOWN_CODE = "unknown_code"
    TWICE = "twice"


@dataclass(frozen=True)
class Matched:
    """A row of the file with the meter that it means, or why it means none."""

    filled: FilledRow
    row: SheetRow | None = None
    story: MeterStory | None = None
    code: RemarkCode | None = None
    fault: RowFault | None = None
    removed_on: date | None = None

    @property
    def meter_id(self) -> int:
        """The meter that it means; 0 when it means none."""
        return 0 if self.story is None else int(self.story.meter.id)


class Index:
    """The accounts of a sheet as a file may name them, noughts lost or not."""

    def __init__(self, accounts: Iterable[tuple[int, str]]) -> None:
        """Takes each account's id with its number as it is compared."""
        self._accounts = _unique((key, account_id) for account_id, key in accounts)

    def account(self, text: str) -> int | None:
        """The account of that number; noughts that Excel took away may be missing."""
        try:
            key = account_key(text)
        except InvalidAccountNumberError:
            return None
        return _known(self._accounts, key)


def rows_by_account(
    filled: Iterable[FilledRow], index: Index
) -> tuple[dict[int, list[FilledRow]], list[Matched]]:
    """The rows of the file by the accounts that they name, and those that name none."""
    found: dict[int, list[FilledRow]] = defaultdict(list)
    left = []
    for each in filled:
        account_id = index.account(each.account) if each.fault is None else None
        if account_id is not None:
            found[account_id].append(each)
        else:
            fault = RowFault.CELL if each.fault is not None else RowFault.UNKNOWN_ACCOUNT
            left.append(Matched(each, fault=fault))
    return found, left


def match_rows(
    filled: Iterable[FilledRow], row: SheetRow, *, codes: Mapping[str, RemarkCode]
) -> list[Matched]:
    """An account's rows with their meters; of two for one meter that differ neither is taken.

    `codes` are the words of the codes, folded; their digits are always understood.
    """
    known = {str(number): code for code, number in NUMBERS.items()} | dict(codes)
    meters = _unique((serial_key(each.meter.serial), each) for each in row.stories)
    found = [
        _match(each, row, story=_known(meters, serial_key(each.serial)), codes=known)
        for each in filled
    ]
    said: dict[int, set[tuple[str, str]]] = {}
    for each in found:
        if each.story is not None:
            said.setdefault(each.story.meter.id, set()).add(_said(each))
    return [
        Matched(each.filled, fault=RowFault.TWICE)
        if each.story is not None and len(said[each.story.meter.id]) > 1
        else each
        for each in found
    ]


def serial_key(text: object) -> str:
    """A serial as it is compared: without blanks and the sign before it, in capitals."""
    return without_spaces(str(text)).lstrip("№").upper()


def _match(
    filled: FilledRow, row: SheetRow, *, story: MeterStory | None, codes: Mapping[str, RemarkCode]
) -> Matched:
    if story is None:
        return _gone(filled, row)
    folded = without_spaces(filled.code).casefold()
    if folded and folded not in codes:
        return Matched(filled, fault=RowFault.UNKNOWN_CODE)
    return Matched(filled, row, story, codes.get(folded))


def _gone(filled: FilledRow, row: SheetRow) -> Matched:
    gone = Meter.select().where(Meter.account == row.account.id, ~Meter.removed_on.is_null())
    wanted = serial_key(filled.serial)
    for meter in gone.order_by(Meter.removed_on.desc()):
        if serial_key(meter.serial) == wanted:
            return Matched(filled, fault=RowFault.REMOVED_METER, removed_on=meter.removed_on)
    return Matched(filled, fault=RowFault.UNKNOWN_METER)


def _said(matched: Matched) -> tuple[str, str]:
    return without_spaces(matched.filled.value), matched.code.value if matched.code else ""


Row = TypeVar("Row")
_Found = tuple[dict[str, Row], dict[str, list[Row]]]


def _unique(pairs: Iterable[tuple[str, Row]]) -> _Found[Row]:
    whole: dict[str, Row] = {}
    stripped: dict[str, list[Row]] = {}
    for key, value in pairs:
        whole[key] = value
        stripped.setdefault(key.lstrip("0"), []).append(value)
    return whole, stripped


def _known(found: _Found[Row], key: str) -> Row | None:
    whole, stripped = found
    if key in whole:
        return whole[key]
    # Two that differ in nothing but noughts are not told apart.
    alike = stripped.get(key.lstrip("0"), [])
    return alike[0] if len(alike) == 1 else None
