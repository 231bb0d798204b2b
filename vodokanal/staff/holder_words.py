"""Why a holder cannot be changed, and why a change cannot be taken back: each with what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from vodokanal.billing.refusals import ReadingRefusedError
from vodokanal.formats.account_numbers import grouped
from vodokanal.models.accounts import Account
from vodokanal.operations import holder_refusals as refused
from vodokanal.operations.holder_control import (
    DoubtfulControlError,
    HigherControlError,
    LowerControlError,
    Refusal,
)
from vodokanal.staff.journal import TABLES
from vodokanal.web import numbers
from vodokanal.web.clock import today
from vodokanal.web.dates import day, month, month_title
from vodokanal.web.wording import doubt_sentence, guess_sentence, refusal_sentence

Words = Callable[[Any], str]
# What has come is never removed.
MONEY = "payment"


def table_words(name: str) -> str:
    """What the rows of a table are called, in small letters."""
    words = str(TABLES.get(name, name))
    return words[:1].lower() + words[1:]


def depended_words(tables: Sequence[str]) -> str:
    """What the new account has of its own, and what is left to do."""
    what = ", ".join(table_words(each) for each in tables)
    if MONEY in tables:
        return _(
            "The new account has something of its own by now: %(what)s. Even a payment that is "
            "taken back stays in the books: change the holder once more instead.",
            what=what,
        )
    return _(
        "The new account has something of its own by now: %(what)s. Take that back first.",
        what=what,
    )


def _issued(error: refused.IssuedMonthError) -> str:
    first = day(error.open_month.first_day)
    return _(
        "Bills of that month are out; %(month)s is open. Name %(first)s and enter a correction for "
        "the days before.",
        month=month_title(error.open_month),
        first=first,
    )


def _left(error: refused.LeftAlreadyError) -> str:
    change = error.change
    if change is None and error.closed_on > today():
        return _(
            "The account is to be closed on %(day)s: take that back first, under its dated changes.",
            day=day(error.closed_on),
        )
    if change is None:
        return _("The account was closed on %(day)s.", day=day(error.closed_on))
    opened = Account.get_by_id(change.new_account_id)
    return _(
        "Somebody has changed the holder already, from %(day)s on: the new account is %(number)s.",
        day=day(change.on),
        number=grouped(str(opened.number)),
    )


# The field that has to be mended, and the sentence; without a field it stands above the form.
REFUSALS: Mapping[type[Exception], tuple[str, Words]] = {
    refused.TooLateDayError: (
        "on",
        lambda error: _(
            "Nobody can have moved in yet: no later than %(day)s. Come back when it has happened.",
            day=day(error.last),
        ),
    ),
    refused.IssuedMonthError: ("on", _issued),
    refused.BeforeOpeningError: (
        "on",
        lambda error: _(
            "The account was opened on %(day)s: the old holder has at least that day.",
            day=day(error.opened_on),
        ),
    ),
    refused.BegunThatDayError: (
        "on",
        lambda error: _(
            "The holder was changed on %(day)s already. Take that change back first, or name a "
            "later day.",
            day=day(error.change.on),
        ),
    ),
    refused.LaterFactError: (
        "on",
        lambda error: _(
            "From %(day)s on something is noted already: %(what)s. Delete or end it first, or "
            "name a later day.",
            day=day(error.on),
            what=table_words(error.row._meta.table_name),
        ),
    ),
    refused.NumberRefusedError: (
        "number",
        lambda _error: _("Up to 20 letters, digits and dashes."),
    ),
    refused.NumberTakenError: (
        "number",
        lambda _error: _("There is an account with that number already."),
    ),
    refused.NoNumberLeftError: (
        "which_number",
        lambda _error: _("This number is too long to be kept: take a new one."),
    ),
    refused.LeftAlreadyError: ("", _left),
}
REVERSALS: Mapping[type[Exception], Words] = {
    refused.ReversedAlreadyError: lambda _error: _("This change was taken back before."),
    refused.IssuedSinceError: lambda error: _(
        "Bills for %(month)s are out: change the holder once more from a later day.",
        month=month(error.period),
    ),
    refused.DependedOnError: lambda error: depended_words(error.tables),
    refused.RowTouchedSinceError: lambda error: _(
        "Something was changed since and cannot be put back: %(what)s.",
        what=table_words(error.table),
    ),
}


def control_sentence(refusal: Refusal, meter: Any) -> str:
    """Why a control reading is not taken."""
    if isinstance(refusal, ReadingRefusedError):
        return refusal_sentence(refusal)
    if isinstance(refusal, LowerControlError):
        return _(
            "Less than on %(day)s, when it showed %(value)s.",
            day=day(refusal.previous.on),
            value=numbers.reading(refusal.previous.value, meter=meter),
        )
    if isinstance(refusal, HigherControlError):
        return _(
            "More than on %(day)s, when it showed %(value)s.",
            day=day(refusal.later.on),
            value=numbers.reading(refusal.later.value, meter=meter),
        )
    return _doubt(refusal, meter)


def _doubt(refusal: DoubtfulControlError, meter: Any) -> str:
    judged = refusal.judgement
    parts = [
        doubt_sentence(judged.findings, meter=meter, previous_on=None),
        guess_sentence(judged.findings, None),
        _("If it is right, tick so below."),
    ]
    return " ".join(filter(None, parts))
