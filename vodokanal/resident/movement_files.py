"""An account's movements as a file: for Excel, or for everything else."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from flask import Response, abort, send_file
from flask_babel import gettext as _

from vodokanal.billing.statements import StatementRow
from vodokanal.formats.sheets import Row, Sheet, write_csv, write_xlsx
from vodokanal.operations.movements import Statement, account_statement
from vodokanal.resident.blueprint import blueprint
from vodokanal.resident.months_shown import months_shown
from vodokanal.resident.opening import open_visit
from vodokanal.web.clock import today
from vodokanal.web.ledger_words import movement_words
from vodokanal.web.numbers import NO_BREAK


@dataclass(frozen=True)
class FileFormat:
    """One kind of file."""

    mimetype: str
    write: Callable[..., int]


FORMATS: Mapping[str, FileFormat] = {
    "xlsx": FileFormat(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx
    ),
    "csv": FileFormat("text/csv; charset=utf-8", write_csv),
}


@blueprint.get("/<number>/balance/movements.<kind>")
def movements_file(number: str, kind: str) -> Response:
    visit = open_visit(number)
    chosen = FORMATS.get(kind) or abort(404)
    shown = months_shown(visit.account.opened_on, today=today())
    if shown.is_asked_wrongly:
        abort(404)
    statement = account_statement(visit.access.account_id, shown.first, last=shown.last)
    title = _("Movements %(first)s %(last)s", first=shown.first, last=shown.last)
    heads = [_("When"), _("What"), _("Month"), _("Sum"), _("To pay after it")]
    # Gone from the disk by itself, whatever happens.
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    chosen.write(file, Sheet(title, heads), rows=_rows(statement))
    file.seek(0)
    name = f"{visit.account.number} {title}.{kind}"
    return send_file(file, mimetype=chosen.mimetype, as_attachment=True, download_name=name)


def _rows(statement: Statement) -> Iterator[Row]:
    beginning = _("At the beginning")
    yield [statement.first.first_day, beginning, statement.first, None, statement.opening]
    yield from (_row(each) for each in statement.rows)


def _row(row: StatementRow) -> Row:
    words = movement_words(row).replace(NO_BREAK, " ")
    return [row.on, words, row.period, row.amount, row.balance]
