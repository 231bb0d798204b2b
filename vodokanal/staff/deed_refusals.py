"""Why a deed that was asked for cannot be done any more."""

from __future__ import annotations

from flask_babel import gettext as _

from vodokanal.operations.disputes import AnsweredAlreadyError
from vodokanal.operations.entries import EntryRefusedError
from vodokanal.operations.payments import TakenBackAlreadyError
from vodokanal.operations.rate_rows import (
    GapError,
    ImpossibleValueError,
    UnlikelyValueError,
    UsedRateError,
)
from vodokanal.operations.records import RowChangedError, RowRefusedError
from vodokanal.staff.entry_refusals import REFUSALS
from vodokanal.staff.keeping import refusal_words as row_words
from vodokanal.staff.payments import taken_back_words
from vodokanal.staff.rates import days_words, value_words

Refused = (
    EntryRefusedError
    | RowRefusedError
    | RowChangedError
    | TakenBackAlreadyError
    | AnsweredAlreadyError
)


def refusal_words(error: Refused) -> str:
    """What stands in the way now; the deed goes on waiting."""
    return _("It cannot be done now: %(why)s", why=_why(error))


def _why(error: Refused) -> str:
    if isinstance(error, EntryRefusedError):
        return REFUSALS[type(error)][1](error)
    if isinstance(error, AnsweredAlreadyError):
        return _("The dispute has been answered meanwhile.")
    if isinstance(error, TakenBackAlreadyError):
        return taken_back_words(error.reversal)
    if isinstance(error, RowChangedError):
        return _("Somebody else has changed the row since it was asked for.")
    if isinstance(error, ImpossibleValueError | UnlikelyValueError):
        return value_words(error)
    if isinstance(error, GapError | UsedRateError):
        return days_words(error)
    return row_words(error, taken="")
