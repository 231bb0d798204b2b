"""The question whether a sheet is shifted by a row: what was typed beside what would fit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _

from vodokanal.models.meters import Meter
from vodokanal.models.reading_sheets import ReadingSheet, SheetScope
from vodokanal.operations.reading_sheets import NewSheet
from vodokanal.operations.reading_sheets_order import DoubtfulLine, Stop
from vodokanal.web import numbers
from vodokanal.web.wording import kind_word

MOST_LINES = 12


@dataclass(frozen=True)
class StopLine:
    """A doubtful value of the question: what its meter and the neighbour's would show."""

    address: str
    water: str
    value: str
    own: str
    neighbour: str


def stop_lines(stop: Stop) -> list[StopLine]:
    """The first of the doubtful values."""
    return [_line(each) for each in stop.lines[:MOST_LINES]]


def stop_words(stop: Stop) -> str:
    """How many rows are doubtful, and what has probably happened."""
    figures = stop.figures
    words = _(
        "%(doubtful)s of %(saved)s rows are doubtful.",
        doubtful=figures.doubtful,
        saved=figures.saved,
    )
    return f"{words} {_cause(stop)}"


def again(sheet: ReadingSheet) -> NewSheet:
    """The same sheet once more, empty."""
    return NewSheet(
        SheetScope(sheet.scope),
        sheet.source,
        sheet.taken_on,
        house_id=sheet.house_id,
        district_id=sheet.district_id,
    )


def _cause(stop: Stop) -> str:
    if stop.shift is None:
        return _(
            "No shift by one row explains them: look whether the right sheet and month was taken."
        )
    told = {"explained": stop.shift.explained}
    if stop.shift.step < 0:
        return _("%(explained)s values would fit the row above: typed a row too low?", **told)
    return _("%(explained)s values would fit the row below: typed a row too high?", **told)


def _line(line: DoubtfulLine) -> StopLine:
    return StopLine(
        address=line.row.account.premises.address,
        water=kind_word(line.meter.kind),
        value=numbers.reading(line.value, meter=line.meter),
        own=_usual(line.own, line.meter),
        neighbour=_usual(line.neighbour, line.meter),
    )


def _usual(value: Decimal | None, meter: Meter) -> str:
    return "—" if value is None else numbers.reading(value, meter=meter)
