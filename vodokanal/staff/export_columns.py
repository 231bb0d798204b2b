"""The table of what stands in which column of the tables for ГИС ЖКХ."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from peewee import Expression

from vodokanal.models.export_maps import ExportColumn
from vodokanal.staff.base import StaffView
from vodokanal.staff.labels import label_of
from vodokanal.staff.searches import Said

N_ = lazy_gettext

LETTERS = 26
FIRST_LETTER = ord("A")
MOST_COLUMNS = 702


class ExportColumnView(StaffView):
    table, code, area, section = ExportColumn, "export_columns", "settings", "meters"
    title, adding = N_("Columns of exports"), N_("New column")
    column_list = ("sheet", "position", "title", "source")
    form_columns = ("sheet", "position", "title", "source")
    column_labels = {
        "sheet": N_("Table"),
        "position": N_("Column"),
        "title": N_("Heading"),
        "source": N_("What stands there"),
    }
    hints = {
        "position": N_("Counted from 1: column A is 1, B is 2, AA is 27."),
        "source": N_("An empty column keeps its place."),
    }
    column_formatters = {
        "position": lambda _view, _context, row, _name: letters_of(row.position),
    }
    field_options = {"position": {"least": 1, "most": MOST_COLUMNS}}
    days_in_order = ()
    filtered_by = ("sheet",)
    order = (ExportColumn.sheet, ExportColumn.position)
    taken = N_("This table has that column already: change it.")

    def meant(self, said: Said) -> list[Expression]:
        return [*said.folded(ExportColumn.title)]

    def heading_of(self, row: Any) -> str:
        return _(
            "%(table)s, column %(letters)s",
            table=label_of(row.sheet),
            letters=letters_of(row.position),
        )


def letters_of(position: int) -> str:
    """A column's letters: 1 is A, 27 is AA."""
    found = ""
    while position:
        position, rest = divmod(position - 1, LETTERS)
        found = chr(FIRST_LETTER + rest) + found
    return found
