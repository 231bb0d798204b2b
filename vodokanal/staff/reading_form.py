"""The form that takes an account's readings, and what becomes of it: for the card and the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import abort, flash, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField

from vodokanal.billing.readings import Source
from vodokanal.models.accounts import Account
from vodokanal.operations.accounts import AccountNotFoundError, get_account
from vodokanal.operations.intakes import get_intake
from vodokanal.operations.judging import (
    Delivery,
    NothingSentError,
    NotYourMeterError,
    ReadingsRefusedError,
)
from vodokanal.operations.readings import submit_readings
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError, new_key
from vodokanal.staff.entry_lines import (
    FIELD,
    SHOWN,
    Call,
    Line,
    call_of,
    gone_words,
    known_words,
    line_of,
)
from vodokanal.staff.keeping import CONFLICT, UNPROCESSABLE, propose
from vodokanal.web.arguments import printable
from vodokanal.web.clock import now, today
from vodokanal.web.dates import day
from vodokanal.web.form_again import typed
from vodokanal.web.form_fields import ChoiceField, DayField, Filled
from vodokanal.web.identity import current_actor
from vodokanal.web.page import configuration
from vodokanal.web.wording import refusal_sentence

N_ = lazy_gettext

SOURCES = (
    (Source.TELEPHONE, N_("telephone")),
    (Source.OFFICE, N_("came to the office")),
    (Source.VISIT, N_("a controller's visit")),
    (Source.PAPER, N_("on paper")),
)
REFUSALS: Mapping[type[Exception], tuple[str, int]] = {
    NothingSentError: (N_("Type at least one reading."), UNPROCESSABLE),
    KeyReusedError: (
        N_("This form was already sent with other figures. Look at what is noted below."),
        CONFLICT,
    ),
    MissingKeyError: (N_("Press the button once more."), UNPROCESSABLE),
}


class EntryForm(FlaskForm):
    """Where the readings come from and on which day they were taken."""

    key = HiddenField()
    source = ChoiceField(N_("Where from"), offered=lambda: SOURCES, default=Source.TELEPHONE)
    taken_on = DayField(N_("Taken on"), validators=[Filled()])


@dataclass(frozen=True)
class Outcome:
    """What became of a form: the submission's number, or why it was not taken."""

    sent: str = ""
    errors: Mapping[int, str] = field(default_factory=dict)
    refusal: str = ""
    status: int = UNPROCESSABLE


def opened(number: str) -> Account:
    """The account of that number, or the page that there is none."""
    try:
        return get_account(number)
    except AccountNotFoundError:
        abort(404)


def number_of(account: Account) -> str:
    """The account's number as an address has it."""
    return str(account.number_key)


def new_form(account: Account) -> EntryForm:
    """The form as it was typed, or as it is proposed."""
    proposed = {"taken_on": account.closed_on or today(), "source": Source.TELEPHONE}
    form = EntryForm(typed() or None, data=proposed)
    propose(form.key, new_key())
    return form


def take_readings(account: Account, form: EntryForm) -> Outcome:
    """Sends the typed values through the same operation and rules as a resident's."""
    call = call_of(account, form.source.data)
    if not is_recent(form, call):
        return Outcome()
    delivery = Delivery(entries_typed(), form.source.data, form.taken_on.data)
    intake = get_intake(account.id, today=today(), configuration=configuration())
    actor, key = current_actor(), form.key.data
    try:
        sent = submit_readings(actor, intake, delivery=delivery, key=key, at=now())
    except ReadingsRefusedError as error:
        return Outcome(errors={m: refusal_sentence(each) for m, each in error.refusals.items()})
    except NotYourMeterError:
        form.key.data = new_key()
        return Outcome(refusal=gone_words(call, entries_typed()), status=CONFLICT)
    except tuple(REFUSALS) as error:
        sentence, status = REFUSALS[type(error)]
        # What is pressed after reading the refusal is a sending of its own.
        form.key.data = new_key()
        return Outcome(refusal=str(sentence), status=status)
    for words in known_words(call, delivery.entries):
        flash(words, "success")
    return Outcome(sent)


def lines_of(call: Call, errors: Mapping[int, str]) -> list[Line]:
    """A line a meter, with what was typed and why it cannot be taken."""
    if call.term is None or call.is_over:
        return []
    shown = {name: printable(text) for name, text in typed().items()}
    return [line_of(story, call.term, typed=shown, errors=errors) for story in call.stories]


def is_recent(form: EntryForm, call: Call) -> bool:
    """Whether the reading was taken lately, not in the future, and while the account was open."""
    if call.first_day <= form.taken_on.data <= call.last_day:
        return True
    days = {"first": day(call.first_day), "last": day(call.last_day)}
    form.taken_on.errors = [_("A day from %(first)s to %(last)s.", **days)]
    return False


def entries_typed() -> dict[int, str]:
    """What was typed, by meter; an empty field names a meter only where it is still there.

    A value that stood in its field already is sent only when nothing else is: whoever adds the hot
    water does not note the cold once more.
    """
    found, changed = {}, {}
    for name, text in request.form.items():
        named = FIELD.fullmatch(name)
        if named is not None and text.strip():
            meter = int(named[1])
            found[meter] = text
            if text.strip() != request.form.get(SHOWN.format(id=meter), "").strip():
                changed[meter] = text
    return changed or found
