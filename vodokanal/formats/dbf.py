"""DBF files as old accounting programs write them: dBase III to FoxPro, without memo files.

The few libraries that read them are no longer kept, and the format has not changed since 1984.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from vodokanal.formats.charsets import likely_charset
from vodokanal.formats.workbooks import Odd, Value

VERSIONS = frozenset({0x02, 0x03, 0x30, 0x31, 0x43, 0x83, 0x8B, 0xF5})
HEADER, FIELD, END = 32, 32, 0x0D
CHARSET_AT, COUNT_AT = 29, 4
# The driver's byte; where it is 0 nobody has said, and the names decide.
CHARSETS = {0x26: "cp866", 0x65: "cp866", 0x57: "cp1251", 0xC9: "cp1251"}
DELETED = b"*"
MOST_FIELDS = 255


class NotDbfError(ValueError):
    """This file is no DBF, or it is damaged."""


@dataclass(frozen=True)
class Field:
    """One field of the file: its name, type and place in a record."""

    name: str
    type: str
    start: int
    length: int


@dataclass(frozen=True)
class DbfFile:
    """An opened file: its fields, and its records when they are walked."""

    fields: tuple[Field, ...]
    charset: str
    _data: bytes
    _start: int
    _size: int
    _count: int

    def rows(self) -> Iterator[tuple[int, tuple[Value, ...]]]:
        """Yield the records that are not deleted: their numbers from 1, their values."""
        for number in range(self._count):
            at = self._start + number * self._size
            record = self._data[at : at + self._size]
            if len(record) < self._size:
                raise NotDbfError(number)
            if record[:1] != DELETED:
                yield number + 1, tuple(self._value(field, record) for field in self.fields)

    def _value(self, field: Field, record: bytes) -> Value:
        raw = record[field.start : field.start + field.length]
        if field.type not in READERS:
            # What stands there is in another file, or binary.
            return Odd.ERROR if raw.strip(b" \0") else None
        text = raw.decode(self.charset, "replace").strip(" \0")
        return READERS[field.type](text) if text else None


def open_dbf(data: bytes) -> DbfFile:
    """Return the file of these bytes; raises `NotDbfError`."""
    if len(data) <= HEADER or data[0] not in VERSIONS:
        raise NotDbfError(data[:1])
    count, start, size = struct.unpack_from("<IHH", data, COUNT_AT)
    fields = tuple(_fields(data, start=start))
    if not fields or size < fields[-1].start + fields[-1].length:
        raise NotDbfError(size)
    if start + count * size > len(data) + 1:
        raise NotDbfError(count)
    charset = CHARSETS.get(data[CHARSET_AT]) or likely_charset(data[start:])
    names = [_named(field, charset) for field in fields]
    return DbfFile(tuple(names), charset, data, start, size, count)


def _fields(data: bytes, *, start: int) -> Iterator[Field]:
    place, at = 1, HEADER
    while at + FIELD <= min(start, len(data), HEADER + MOST_FIELDS * FIELD) and data[at] != END:
        name, kind, length = struct.unpack_from("<11sc4xB", data, at)
        # Kept byte by byte until the charset is known.
        yield Field(
            name.partition(b"\0")[0].decode("latin-1"), kind.decode("latin-1"), place, length
        )
        place += length
        at += FIELD


def _named(field: Field, charset: str) -> Field:
    name = field.name.encode("latin-1").decode(charset, "replace").strip()
    return Field(name, field.type, field.start, field.length)


def _number(text: str) -> Value:
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return Odd.ERROR
    return number if number.is_finite() else Odd.ERROR


def _day(text: str) -> Value:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None if not text.strip("0") else Odd.ERROR


READERS: Mapping[str, Callable[[str], Value]] = {
    "C": str,
    "N": _number,
    "F": _number,
    "D": _day,
    "L": lambda text: {"T": "да", "Y": "да", "F": "нет", "N": "нет"}.get(text.upper()),
}
