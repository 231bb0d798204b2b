"""Why a workbook cannot be read, and what to do so that it can."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import gettext as _

from vodokanal.formats.workbooks import Fault, WorkbookError

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
