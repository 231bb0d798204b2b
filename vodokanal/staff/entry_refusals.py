"""Why an amount that was entered by hand is not taken, said at the field that has to be mended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm

from vodokanal.operations.entries import (
    AbsurdAmountError,
    AbsurdDayError,
    EntryRefusedError,
    FutureDayError,
    FutureMonthError,
    NotPositiveError,
    NoWordsError,
)
from vodokanal.operations.opening_balances import HasReceiptsError, NoMonthError
from vodokanal.operations.records import RowRefusedError
from vodokanal.web.dates import day, month_title
from vodokanal.web.numbers import money

Words = Callable[[Any], str]

# What of the entry each refusal is about, and the sentence that says what to mend.
REFUSALS: Mapping[type[EntryRefusedError], tuple[str, Words]] = {
    NotPositiveError: ("amount", lambda _error: _("The amount is more than nothing.")),
    AbsurdAmountError: (
        "amount",
        lambda error: _(
            "More than %(most)s at once is taken for a slip: check the amount.",
            most=money(error.most),
        ),
    ),
    FutureDayError: ("day", lambda _error: _("This day is still to come.")),
    AbsurdDayError: (
        "day",
        lambda error: _("Nothing before %(day)s can be entered.", day=day(error.earliest)),
    ),
    FutureMonthError: (
        "month",
        lambda error: _(
            "The last month that can be named is %(month)s.", month=month_title(error.last)
        ),
    ),
    NoWordsError: ("words", lambda _error: _("Please say why.")),
    NoMonthError: ("month", lambda _error: _("A debt and a penalty are of some month.")),
    HasReceiptsError: (
        "account",
        lambda error: _(
            "The account has receipts up to %(month)s: enter a correction instead.",
            month=month_title(error.period),
        ),
    ),
}


class EntryNotTakenError(RowRefusedError):
    """An operation has refused what a form of a table holds; its `refusal` says why."""

    def __init__(self, refusal: EntryRefusedError) -> None:
        super().__init__(refusal)
        self.refusal = refusal


def note_refusal(refusal: EntryRefusedError, form: FlaskForm, *, fields: Mapping[str, str]) -> None:
    """Says at a field why the entry is not taken; `fields` are their names in this form."""
    about, words = REFUSALS[type(refusal)]
    form[fields.get(about, about)].errors = [words(refusal)]
