"""The files in which a utility's data arrive: a workbook, CSV and DBF tables, a zip of these.

Each becomes raw tables: a title, and numbered rows of cells as they stand there.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TypeAlias

from vodokanal.formats.charsets import decoded
from vodokanal.formats.dbf import DbfFile, NotDbfError, open_dbf
from vodokanal.formats.workbooks import Fault, Limits, Page, WorkbookError, open_workbook
from vodokanal.formats.workbooks import Value as Cell

MEGABYTE = 1 << 20
# A workbook of 20 000 accounts has some 6 MB, and 60 MB unpacked.
LIMITS = Limits(
    packed=64 * MEGABYTE,
    unpacked=512 * MEGABYTE,
    strings=96 * MEGABYTE,
    rows=500_000,
    columns=60,
)
MOST_FILES = 20
ZIP = b"PK\x03\x04"
CONTENTS = "[Content_Types].xml"
DELIMITERS = ";\t,"
WORKBOOKS, TABLES = (".xlsx", ".xlsm", ".xltx", ".xls"), (".csv", ".txt", ".tsv", ".dbf")

Cells: TypeAlias = tuple[Cell, ...]
NumberedRows: TypeAlias = Iterable[tuple[int, Cells]]


@dataclass(frozen=True)
class SentFile:
    """A file as it was sent: the name that it had there, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True)
class RawTable:
    """A table of a file: its title, and how its rows are walked, the headings first."""

    title: str
    walk: Callable[[], NumberedRows]


def raw_tables(files: Sequence[SentFile]) -> list[RawTable]:
    """Return the tables of all files together, in their order; raises `WorkbookError`.

    Walking a table may raise `WorkbookError` too.
    """
    if sum(len(file.data) for file in files) > LIMITS.packed:
        raise WorkbookError(Fault.TOO_LARGE, limit=LIMITS.packed)
    return [table for file in files for table in _tables_of(file)]


def _tables_of(file: SentFile) -> list[RawTable]:
    name = file.name.casefold()
    if name.endswith(TABLES):
        return [_table(file)]
    if file.data.startswith(ZIP) and not name.endswith(WORKBOOKS):
        packed = _unpacked(file.data)
        if packed is not None:
            return [_table(each) for each in packed]
    return [_page(page) for page in open_workbook(file.data, limits=LIMITS).pages]


def _page(page: Page) -> RawTable:
    return RawTable(page.title, lambda: ((row.number, row.values) for row in page.rows()))


def _unpacked(data: bytes) -> list[SentFile] | None:
    """Return the tables of a zip; None: it is a workbook by its contents."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            parts = [part for part in packed.infolist() if not part.is_dir()]
            if any(part.filename == CONTENTS for part in parts):
                return None
            if len(parts) > MOST_FILES or sum(part.file_size for part in parts) > LIMITS.packed:
                raise WorkbookError(Fault.BOMB, limit=LIMITS.packed)
            files = [SentFile(part.filename, packed.read(part)) for part in parts]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise WorkbookError(Fault.DAMAGED) from error
    if not files or not all(file.name.casefold().endswith(TABLES) for file in files):
        raise WorkbookError(Fault.NOT_A_WORKBOOK)
    return files


def _table(file: SentFile) -> RawTable:
    title = file.name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
    if file.name.casefold().endswith(".dbf"):
        try:
            opened = open_dbf(file.data)
        except NotDbfError as error:
            raise WorkbookError(Fault.DAMAGED) from error
        return RawTable(title, lambda: _dbf_rows(opened))
    return RawTable(title, lambda: _csv_rows(file.data))


def _dbf_rows(opened: DbfFile) -> Iterator[tuple[int, Cells]]:
    # The field names stand in the first row, as in a workbook.
    yield 1, tuple(field.name for field in opened.fields)
    try:
        for number, values in opened.rows():
            yield number + 1, values
    except NotDbfError as error:
        raise WorkbookError(Fault.DAMAGED) from error


def _csv_rows(data: bytes) -> Iterator[tuple[int, Cells]]:
    lines = decoded(data).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    # The sign that most often parts the headings.
    delimiter = max(DELIMITERS, key=lines[0].count)
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter, strict=True)
    number = 1
    try:
        for count, row in enumerate(reader, start=1):
            if count > LIMITS.rows:
                raise WorkbookError(Fault.TOO_MANY_ROWS, limit=LIMITS.rows)
            values = tuple(_undefused(cell) for cell in row[: LIMITS.columns])
            if any(values):
                yield number, values
            number = reader.line_num + 1
    except csv.Error as error:
        raise WorkbookError(Fault.DAMAGED) from error


def _undefused(text: str) -> str | None:
    """Return a cell without the apostrophe that keeps spreadsheets from calculating it."""
    if len(text) > 1 and text[0] == "'" and text[1] in "=+-@":
        text = text[1:]
    return text.strip() or None
