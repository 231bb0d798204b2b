"""Why a dated change is not made or not taken back, said where it can be mended; what was changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm

from vodokanal.models.account_changes import ChangeKind, ChangeReason
from vodokanal.operations.change_refusals import (
    AfterClosingError,
    BadNumberError,
    BeforeOpeningError,
    BeyondDisplayError,
    ChangeRefusedError,
    DaysReversedError,
    FarDayError,
    FinerThanDisplayError,
    HungLaterError,
    IssuedMonthError,
    IssuedSinceError,
    LowerFinalError,
    MeterGoneError,
    NoServicesError,
    NothingChangesError,
    NotYetReadError,
    NumberTakenError,
    ReadLaterError,
    SameDayError,
    SameSerialError,
    TakingBackRefusedError,
)
from vodokanal.operations.final_readings import DoubtfulFinalError
from vodokanal.staff.journal import TABLES
from vodokanal.web.dates import day, full_day, month, month_title
from vodokanal.web.numbers import exact
from vodokanal.web.wording import doubt_sentence

N_ = lazy_gettext

KINDS: Mapping[ChangeKind, str] = {
    ChangeKind.METER: N_("Meter replaced"),
    ChangeKind.OPENED: N_("Account opened"),
    ChangeKind.CLOSED: N_("Account closed"),
    ChangeKind.RESIDENTS: N_("Residents changed"),
    ChangeKind.SERVICES: N_("Services changed"),
}
REPLACED_FOR: Mapping[ChangeReason, str] = {
    ChangeReason.VERIFICATION: N_("verification has ended"),
    ChangeReason.FAILED: N_("it failed"),
    ChangeReason.WISH: N_("the owner wished it"),
}
CLOSED_FOR: Mapping[ChangeReason, str] = {
    ChangeReason.DISCONNECTED: N_("disconnected from the network"),
    ChangeReason.DEMOLISHED: N_("the house is demolished or moved out of"),
    ChangeReason.MERGED: N_("joined with another account"),
    ChangeReason.MISTAKE: N_("opened by mistake"),
}
REASONS: Mapping[ChangeReason, str] = {**REPLACED_FOR, **CLOSED_FOR}

Words = Callable[[Any], str]

# Which field each refusal is about (empty: the form as a whole), and what is to be mended.
REFUSALS: Mapping[type[ChangeRefusedError], tuple[str, Words]] = {
    IssuedMonthError: (
        "on",
        lambda error: _(
            "%(month)s is issued already, %(open)s is open: put %(day)s here.",
            month=month_title(error.period),
            open=month(error.open_month),
            day=day(error.open_month.first_day),
        ),
    ),
    BeforeOpeningError: (
        "on",
        lambda error: _("The account was opened only on %(day)s.", day=full_day(error.opened_on)),
    ),
    AfterClosingError: (
        "on",
        lambda error: _("The account is closed from %(day)s on.", day=full_day(error.closed_on)),
    ),
    FarDayError: (
        "on",
        lambda error: _(
            "A day from %(first)s to %(last)s.",
            first=full_day(error.first),
            last=full_day(error.last),
        ),
    ),
    SameDayError: (
        "on",
        lambda error: _(
            "Another row begins on %(day)s already: take that change back first, or name another "
            "day.",
            day=day(error.day),
        ),
    ),
    NothingChangesError: ("", lambda _error: _("It is so already on that day: nothing changes.")),
    LowerFinalError: (
        "final",
        lambda error: _(
            "On %(day)s it showed %(known)s already: check the reading.",
            day=day(error.day),
            known=exact(error.known),
        ),
    ),
    DoubtfulFinalError: (
        "sure",
        lambda error: " ".join(
            [
                doubt_sentence(error.findings, meter=error.meter, previous_on=None),
                _("If the last reading is right, tick this."),
            ]
        ),
    ),
    HungLaterError: (
        "on",
        lambda error: _(
            "Meter № %(serial)s was hung on %(day)s: name a later day, or take that change back "
            "first.",
            serial=error.serial,
            day=day(error.day),
        ),
    ),
    ReadLaterError: (
        "on",
        lambda error: _(
            "Meter № %(serial)s was still read on %(day)s: name a later day, or settle that "
            "reading first.",
            serial=error.serial,
            day=day(error.day),
        ),
    ),
    BeyondDisplayError: (
        "display",
        lambda error: _("Meter № %(serial)s has fewer digits than that.", serial=error.serial),
    ),
    FinerThanDisplayError: (
        "finer",
        lambda error: _(
            "Meter № %(serial)s has only so many digits after the comma: %(decimals)s.",
            serial=error.serial,
            decimals=error.decimals,
        ),
    ),
    MeterGoneError: ("meter", lambda _error: _("This meter does not hang there on that day.")),
    SameSerialError: (
        "serial",
        lambda error: _(
            "A meter № %(serial)s hangs there already: check the number.", serial=error.serial
        ),
    ),
    DaysReversedError: ("day", lambda _error: _("This day is before the one it follows.")),
    NotYetReadError: (
        "on",
        lambda _error: _("This day is still to come: nobody knows what the meter will show."),
    ),
    NumberTakenError: ("number", lambda _error: _("There is an account with that number already.")),
    BadNumberError: ("number", lambda _error: _("Up to 20 letters, digits and dashes.")),
    NoServicesError: ("services", lambda _error: _("Choose at least one service.")),
}


def note_refusal(error: ChangeRefusedError, form: FlaskForm, *, fields: Mapping[str, str]) -> str:
    """Says at a field why it is not done; or gives the words to be said above the form."""
    about, words = REFUSALS[type(error)]
    sentence = words(error)
    if isinstance(error, IssuedMonthError):
        sentence = f"{sentence} {_way_into_the_past(form)}"
    name = error.field if isinstance(error, DaysReversedError) else fields.get(about, about)
    if name not in form:
        return sentence
    form[name].errors = [sentence]
    return ""


def taking_back_words(error: TakingBackRefusedError) -> str:
    """Why a change is not taken back."""
    if isinstance(error, IssuedSinceError):
        return _(
            "The receipts for %(month)s were made with it: enter the opposite change from the "
            "open month on.",
            month=month(error.period),
        )
    table = getattr(error, "table", "")
    what = str(TABLES.get(table, table))
    return _(
        "Something later rests on it (%(what)s): take that back first, or mend it in the tables.",
        what=what,
    )


def _way_into_the_past(form: FlaskForm) -> str:
    """What is to be done about the months that are issued."""
    if "is_backdated" in form:
        return _("If it was so in the past already, tick that below.")
    return _("What earlier months would have cost is entered as a correction.")
