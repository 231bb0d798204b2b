"""Why something cannot be done with a sheet, and what to do instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.billing.refusals import AccountClosedError, WindowClosedError
from vodokanal.billing.windows import NoWindowRuleError
from vodokanal.formats.account_numbers import grouped
from vodokanal.models.readings import Reading
from vodokanal.operations.entries import NoWordsError
from vodokanal.operations.judging import (
    NothingSentError,
    NotYourMeterError,
    ReadingsRefusedError,
)
from vodokanal.operations.reading_sheets_remarks import RemarkSettledError
from vodokanal.operations.reading_sheets_rows import SheetRefusedError
from vodokanal.operations.reading_sheets_saving import (
    OtherMonthError,
    OtherValueError,
    SheetStoppedError,
    SheetUndoneError,
)
from vodokanal.operations.reading_sheets_undo import (
    CarriedOverError,
    LaterReadingError,
    LaterSheetError,
    SheetIssuedError,
)
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError
from vodokanal.staff.keeping import CONFLICT, UNPROCESSABLE
from vodokanal.staff.labels import label_of
from vodokanal.web import numbers
from vodokanal.web.arguments import UnreadableTextError
from vodokanal.web.dates import day, full_month, moment, month
from vodokanal.web.wording import refusal_sentence

N_ = lazy_gettext

# What saving a row may be refused with; the fields' own mistakes stand beside the fields.
ROW_REFUSALS: tuple[type[Exception], ...] = (
    SheetRefusedError,
    ReadingsRefusedError,
    NotYourMeterError,
    NothingSentError,
    NoWindowRuleError,
    WindowClosedError,
    AccountClosedError,
    KeyReusedError,
    MissingKeyError,
)
OTHERS: tuple[type[Exception], ...] = (
    NoWordsError,
    RemarkSettledError,
    UnreadableTextError,
)
SENTENCES: Mapping[type[Exception], Callable[[Any], str]] = {
    SheetUndoneError: lambda _error: _("This sheet has been undone: begin a new one."),
    SheetStoppedError: lambda _error: _(
        "A third of the rows is doubtful. Look first whether they are shifted by a row: "
        "this row is not saved yet."
    ),
    OtherMonthError: lambda error: _(
        "This sheet is for %(month)s, and readings are taken for %(now)s by now. "
        "Begin a new sheet: this row is not saved.",
        month=month(error.sheet),
        now=month(error.now),
    ),
    SheetIssuedError: lambda error: _(
        "The bills for %(month)s are issued: the sheet is not undone any more. "
        "Correct single readings by a recalculation.",
        month=month(error.period),
    ),
    LaterReadingError: lambda error: _(
        "A later reading follows this sheet: account %(number)s, %(month)s, %(value)s. "
        "Have it refused first, then undo the sheet.",
        number=error.number,
        month=full_month(error.reading.period),
        value=numbers.volume(error.reading.value),
    ),
    LaterSheetError: lambda error: _(
        "Sheet № %(number)s has replaced readings of this one. Undo that sheet first.",
        number=error.sheet_id,
    ),
    CarriedOverError: lambda error: _(
        "Readings of account %(number)s went over to its new holder: take the change of holder "
        "back first.",
        number=grouped(error.number),
    ),
    NotYourMeterError: lambda _error: _(
        "One of these meters hangs there no longer: load the page anew. "
        "What was typed is still here."
    ),
    NothingSentError: lambda _error: _("Type a reading, or choose a remark."),
    NoWindowRuleError: lambda _error: _(
        "No days of intake are set, so nobody knows which month this is for."
    ),
    WindowClosedError: refusal_sentence,
    AccountClosedError: refusal_sentence,
    KeyReusedError: lambda _error: _(
        "This row was already sent with other figures. Look at it, then press Enter once more."
    ),
    MissingKeyError: lambda _error: _("Press Enter once more."),
    NoWordsError: lambda _error: _("Say in a few words what was done."),
    RemarkSettledError: lambda _error: _("Somebody has seen to this remark already."),
    UnreadableTextError: str,
}


def sentence_of(error: Exception) -> str:
    """Why it cannot be done; empty where the fields themselves say it."""
    if isinstance(error, ReadingsRefusedError):
        return ""
    if isinstance(error, OtherValueError):
        return _(
            "Another value is noted already: %(values)s. Yours is still in the field: "
            "press Enter once more and yours counts, or load the page and that one stays.",
            values="; ".join(_noted(each) for each in error.readings.values()),
        )
    return SENTENCES[type(error)](error)


def status_of(error: Exception) -> int:
    """Whether somebody else was quicker, or the form is to be mended."""
    mended = (ReadingsRefusedError, NothingSentError, MissingKeyError, NoWordsError)
    return UNPROCESSABLE if isinstance(error, mended) else CONFLICT


def field_errors(error: Exception) -> dict[int, str]:
    """What stands beside the fields, by meter."""
    if not isinstance(error, ReadingsRefusedError):
        return {}
    return {meter: refusal_sentence(each) for meter, each in error.refusals.items()}


def seen_in(error: Exception) -> dict[int, int]:
    """What the clerk learns to be noted by now, by meter."""
    if not isinstance(error, OtherValueError):
        return {}
    return {meter: reading.id for meter, reading in error.readings.items()}


def _noted(reading: Reading) -> str:
    who = reading.employee or reading.resident
    return _(
        "%(value)s, %(source)s, %(who)s, %(moment)s",
        value=numbers.reading(reading.value, meter=reading.meter),
        source=label_of(reading.source),
        who=who.name if who else "—",
        moment=moment(reading.received_at),
    )


def taken_words(first: Any, last: Any) -> str:
    """Which days a sheet may have been taken on."""
    return _("A day from %(first)s to %(last)s.", first=day(first), last=day(last))
