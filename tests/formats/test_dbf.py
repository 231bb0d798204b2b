"""DBF files of old programs: both charsets, numbers, days, deleted records, damage."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from vodokanal.formats.dbf import NotDbfError, open_dbf
from vodokanal.formats.workbooks import Odd

CP866, CP1251, UNSAID = 0x65, 0xC9, 0
Field = tuple[str, str, int]


def dbf(
    fields: Sequence[Field], records: Sequence[Sequence[str]], *, charset: str, driver: int
) -> bytes:
    """A dBase III file, each record with its mark as the first value."""
    size = 1 + sum(length for _name, _kind, length in fields)
    start = 32 + 32 * len(fields) + 1
    head = struct.pack("<B3xIHH17xB2x", 3, len(records), start, size, driver)
    for name, kind, length in fields:
        head += struct.pack("<11sc4xB15x", name.encode(charset), kind.encode(), length)
    body = b""
    for mark, *values in records:
        body += mark.encode()
        for value, (_name, _kind, length) in zip(values, fields, strict=True):
            body += value.encode(charset).ljust(length)[:length]
    return head + b"\r" + body + b"\x1a"


FIELDS = [
    ("ACCOUNT", "C", 10),
    ("СУММА", "N", 10),
    ("DAY", "D", 8),
    ("FLAG", "L", 1),
    ("MEMO", "M", 10),
]
RECORDS = [
    (" ", "00045", "1234.50", "20261031", "T", ""),
    ("*", "удалён", "0", "20261031", "F", ""),
    (" ", "Ёлкина", "", "", "?", "12"),
]


@pytest.mark.parametrize(
    ("charset", "driver"),
    [("cp866", CP866), ("cp1251", CP1251), ("cp866", UNSAID), ("cp1251", UNSAID)],
)
def test_records_are_read_in_either_charset(charset: str, driver: int) -> None:
    found = open_dbf(dbf(FIELDS, RECORDS, charset=charset, driver=driver))
    assert [field.name for field in found.fields] == ["ACCOUNT", "СУММА", "DAY", "FLAG", "MEMO"]
    assert list(found.rows()) == [
        (1, ("00045", Decimal("1234.50"), date(2026, 10, 31), "да", None)),
        (3, ("Ёлкина", None, None, None, Odd.ERROR)),
    ]


def test_values_that_are_none_are_told() -> None:
    fields = [("N", "N", 5), ("D", "D", 8), ("F", "F", 5)]
    records = [(" ", "a", "20261399", "inf"), (" ", "1,5", "00000000", "2")]
    found = open_dbf(dbf(fields, records, charset="cp866", driver=CP866))
    assert [values for _, values in found.rows()] == [
        (Odd.ERROR, Odd.ERROR, Odd.ERROR),
        (Decimal("1.5"), None, Decimal(2)),
    ]


@pytest.mark.parametrize("cut", [0, 10, 40, 70])
def test_damaged_file_is_refused(cut: int) -> None:
    whole = dbf(FIELDS, RECORDS, charset="cp866", driver=CP866)
    with pytest.raises(NotDbfError):
        open_dbf(whole[:cut])


def test_file_that_lost_its_end_is_refused() -> None:
    whole = dbf(FIELDS, RECORDS, charset="cp866", driver=CP866)
    with pytest.raises(NotDbfError):
        list(open_dbf(whole[:-20]).rows())
    # Only the sign of the end and a byte before it: noticed when the record is read.
    with pytest.raises(NotDbfError):
        list(open_dbf(whole[:-2]).rows())


def test_record_shorter_than_its_fields_is_refused() -> None:
    whole = bytearray(dbf(FIELDS, RECORDS, charset="cp866", driver=CP866))
    whole[10:12] = struct.pack("<H", 3)
    with pytest.raises(NotDbfError):
        open_dbf(bytes(whole))
