"""A list as a file: all its rows as they are searched, narrowed and sorted, with every column."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask import abort, flash, redirect, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from peewee import CharField, Field, ForeignKeyField, TextField

from vodokanal.billing.periods import Period
from vodokanal.formats.sheets import Cell, Row, Sheet, write_csv, write_xlsx
from vodokanal.models.accounts import Account
from vodokanal.operations.downloads import TakenList, record_download
from vodokanal.staff.cells import yes_or_no
from vodokanal.staff.labels import label_of
from vodokanal.staff.listing import Asked
from vodokanal.web.clock import now, today
from vodokanal.web.configuration import settings
from vodokanal.web.identity import current_actor
from vodokanal.web.numbers import NO_BREAK, numbers

DOWNLOAD = "lists.download"
MOST_ROWS = 200_000
# As many are in memory at a time.
CHUNK = 500


@dataclass(frozen=True)
class FileFormat:
    """One kind of file that a list can be taken away as."""

    code: str
    words: str
    mimetype: str
    write: Callable[..., int]


FORMATS: Mapping[str, FileFormat] = {
    each.code: each
    for each in (
        FileFormat(
            "xlsx",
            "XLSX",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            write_xlsx,
        ),
        FileFormat("csv", "CSV", "text/csv; charset=utf-8", write_csv),
    )
}


def offered_to_employee(view: Any) -> list[FileFormat]:
    """The kinds of files that the employee of this request may take the list away as."""
    return list(FORMATS.values()) if view.may("download") else []


class Download:
    """The list of this request as a file."""

    def __init__(self, view: Any, code: str) -> None:
        # The deed alone is not enough: the rows must be open to the employee too.
        if not view.may(view._default_view):
            abort(403)
        self.view = view
        self.format = FORMATS.get(code) or abort(400)
        self.columns: list[str] = columns_of(view)

    def answer(self) -> ResponseReturnValue:
        """The file, or the list again with what is in the way."""
        asked, narrowing = Asked.of(request.args), self.view.narrowing()
        if not narrowing.is_right:
            return redirect(self.view.list_url())
        query, _order = self.view.ids_in_order(asked, narrowing)
        ids = [key for (key,) in query.limit(MOST_ROWS + 1).tuples()]
        if len(ids) > MOST_ROWS:
            flash(_too_many(), "refusal")
            return redirect(self.view.list_url())
        return self._file(ids)

    def _file(self, ids: list[int]) -> ResponseReturnValue:
        sheet = Sheet(str(self.view.title), [str(self._label(name)) for name in self.columns])
        return file_of(self.view, sheet, rows=self._rows(ids), kind=self.format)

    def _rows(self, ids: list[int]) -> Iterator[Row]:
        table = self.view.table
        for start in range(0, len(ids), CHUNK):
            chunk = ids[start : start + CHUNK]
            rows = {row.id: row for row in self.view.rows().where(table.id.in_(chunk))}
            for key in chunk:
                yield [cell_of(self.view, rows[key], name=name) for name in self.columns]

    def _label(self, name: str) -> str:
        label: str = self.view.column_labels[name]
        return label


def file_of(
    view: Any, sheet: Sheet, *, rows: Iterable[Row], kind: FileFormat
) -> ResponseReturnValue:
    """The rows of a view as a file, written down in the journal; memory does not grow with them."""
    # Gone from the disk by itself, whatever happens.
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    count = kind.write(file, sheet, rows=rows)
    taken = TakenList(view.code, kind.code, count, _chosen())
    record_download(current_actor(), view.table, taken=taken, at=now())
    file.seek(0)
    return send_file(
        file,
        mimetype=kind.mimetype,
        as_attachment=True,
        download_name=f"{sheet.title} {today():%Y-%m-%d}.{kind.code}",
    )


def columns_of(view: Any) -> list[str]:
    """The columns of the list, then those that the row's own page shows besides."""
    return list(dict.fromkeys([*view.column_list, *view.column_details_list]))


def cell_of(view: Any, row: Any, *, name: str) -> Cell:
    """A value as a sheet keeps it: numbers as numbers, days as days, all the rest as text."""
    if name in view.downloaded:
        return plain(view.downloaded[name](row))
    field: Field | None = view.table._meta.fields.get(name)
    is_told = field is None or (
        name in view.column_formatters and isinstance(field, CharField | TextField)
    )
    if is_told and not isinstance(field, ForeignKeyField):
        return plain(view.get_list_value(None, row, name))
    return plain(getattr(row, name))


def plain(value: Any) -> Cell:
    """A value of a row as a cell."""
    for kind, make in CELLS.items():
        if isinstance(value, kind):
            cell: Cell = make(value)
            return cell
    return str(value).replace(NO_BREAK, " ")


# The first type that fits decides: a moment is a date too, and a tick a number.
CELLS: Mapping[type, Callable[[Any], Cell]] = {
    bool: yes_or_no,
    StrEnum: label_of,
    datetime: lambda value: value.astimezone(settings().zone).replace(tzinfo=None),
    Account: lambda account: str(account.number),
    **dict.fromkeys((type(None), date, int, Decimal, Period), lambda value: value),
}


def _chosen() -> dict[str, str]:
    given = request.args.lists()
    return {name: ", ".join(values) for name, values in given if any(values)}


def _too_many() -> str:
    most = numbers().fixed(Decimal(MOST_ROWS), 0)
    return _(
        "A file takes %(most)s rows. Search or choose first, so that fewer are left.", most=most
    )
