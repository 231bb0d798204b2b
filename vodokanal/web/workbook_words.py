"""What is wrong with a workbook or with one of its cells, and what to do: one sentence for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.formats.book_cells import Flaw
from vodokanal.formats.workbooks import Fault, WorkbookError

N_ = lazy_gettext

MEGABYTE = 1 << 20
WORDS: Mapping[Fault, Callable[[WorkbookError], str]] = {
    Fault.TOO_LARGE: lambda error: _(
        "The file is larger than %(limit)s MB. Delete pictures and pages that are not needed.",
        limit=error.limit // MEGABYTE,
    ),
    Fault.NOT_A_WORKBOOK: lambda _error: _(
        "This is not an Excel workbook. Save the table as “Excel workbook (.xlsx)”."
    ),
    Fault.OLD_OR_LOCKED: lambda _error: _(
        "The file is of the old format .xls or closed by a password. "
        "Save it as “Excel workbook (.xlsx)” without a password."
    ),
    Fault.MACROS: lambda _error: _(
        "There are macros in the file, and such files are not opened. "
        "Save it as “Excel workbook (.xlsx)”, without macros."
    ),
    Fault.BOMB: lambda _error: _(
        "Unpacked, the file would be far too large. Copy the table into a new workbook."
    ),
    Fault.DAMAGED: lambda _error: _(
        "The file is damaged. Open it in Excel, save it anew, and send it once more."
    ),
    Fault.TOO_MANY_ROWS: lambda error: _(
        "There are more than %(limit)s rows in the file. Divide it and send the parts.",
        limit=error.limit,
    ),
}


def workbook_words(error: WorkbookError) -> str:
    """The sentence for a file that was refused."""
    return WORDS[error.fault](error)


# What is wrong with a cell by itself, whatever table it stands in.
CELLS: Mapping[str, Any] = {
    Flaw.MISSING: N_("fill it in."),
    Flaw.FORMULA: N_("a formula stands here: put its value in its place."),
    Flaw.MERGED: N_("the cells are merged: take them apart and fill in each row."),
    Flaw.FAULT: N_("Excel shows an error here: write the value."),
    Flaw.NOT_TEXT: N_("“%(shown)s” is no text: write it as text."),
    Flaw.DAY_FOR_TEXT: N_("Excel has made the date %(shown)s of it: write it once more as text."),
    Flaw.DIGITS_LOST: N_(
        "%(shown)s: Excel has lost the last digits; write the number once more as text."
    ),
    Flaw.ZEROS_LOST: N_(
        "%(shown)s stands here as a number, while other rows begin with zeros, such as %(other)s:"
        " write it as text with its zeros."
    ),
    Flaw.TOO_LONG: N_("at most %(longest)s characters fit: shorten it."),
    Flaw.UNREADABLE: N_("there are invisible characters in it: type it once more."),
    Flaw.LATIN: N_(
        "the letter “%(letter)s” in “%(word)s” is Latin: type it on the Russian keyboard."
    ),
    Flaw.NOT_A_NUMBER: N_(
        "“%(shown)s” cannot be an account number: up to 20 letters, digits and dashes."
    ),
    Flaw.NOT_A_WORD: N_("“%(shown)s” is not known here; one of these is: %(words)s."),
    Flaw.NOT_A_DAY: N_("“%(shown)s” is no day: write it like 25.10.2026."),
    Flaw.DAY_AS_NUMBER: N_(
        "the date stands here as the number %(shown)s: give the cell the format of a date."
    ),
    Flaw.HAS_AN_HOUR: N_("a day without an hour is needed: write it like 25.10.2026."),
    Flaw.NOT_A_MONTH: N_("“%(shown)s” is no month: write it as text like 10.2026."),
    Flaw.NOT_MONEY: N_("“%(shown)s” is no sum: write it like 1234,50."),
    Flaw.KOPECKS_SPLIT: N_("%(shown)s has fractions of a kopeck: round it."),
    Flaw.NOT_POSITIVE: N_("the sum is above zero; money paid ahead is an advance of its own row."),
    Flaw.NOT_A_VOLUME: N_("“%(shown)s” is no reading: write it like 123,456."),
    Flaw.TOO_EXACT: N_("%(shown)s: at most three digits after the comma."),
    Flaw.NOT_A_COUNT: N_("“%(shown)s” must be a whole number from 0 to %(most)s."),
}


def cell_words(column: str, code: str, *, values: Mapping[str, str | int]) -> str:
    """What is to be mended in a cell of a column."""
    return beside(column, str(CELLS[code]) % values)


def beside(column: str, said: str) -> str:
    """A sentence about a column; about the row or the sheet as a whole where there is none."""
    return f"{column}: {said}" if column else said
