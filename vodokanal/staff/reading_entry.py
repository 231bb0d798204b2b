"""The desk that takes readings by telephone, at the office and from visits, on one page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField

from vodokanal.billing.readings import Source
from vodokanal.formats.account_numbers import grouped
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
from vodokanal.staff.account_search import search_accounts
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.entry_lines import (
    FIELD,
    Call,
    call_of,
    gone_words,
    known_words,
    line_of,
    question_of,
)
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import CONFLICT, UNPROCESSABLE, propose
from vodokanal.web.access import Row
from vodokanal.web.arguments import printable
from vodokanal.web.clock import now, today
from vodokanal.web.dates import day, month
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


class ReadingEntryDesk(StaffDesk):
    code, section = "reading_entry", "entry"
    title, address = N_("Enter readings"), "/staff/readings/enter"

    def row_for(self, page: str) -> Row:
        return "readings.enter"

    @expose("/")
    def index(self) -> ResponseReturnValue:
        search = search_accounts(printable(request.args.get("find")).strip())
        if search.only is not None:
            return redirect(self.get_url(".account", number=search.only.number_key))
        return self.render("staff/reading_entry.html", search=search)

    @expose("/<number>/", methods=("GET", "POST"))
    def account(self, number: str) -> ResponseReturnValue:
        account = opened(number)
        form = new_form(account)
        if request.method == "POST" and form.validate():
            return self.submit(account, form)
        return self.entry_page(account, form)

    def submit(self, account: Account, form: EntryForm) -> ResponseReturnValue:
        """Sends the typed values through the same operation and rules as a resident's."""
        call = call_of(account, form.source.data)
        if not is_recent(form, call):
            return self.entry_page(account, form)
        delivery = Delivery(entries_typed(), form.source.data, form.taken_on.data)
        actor, key = current_actor(), form.key.data
        intake = get_intake(account.id, today=today(), configuration=configuration())
        try:
            sent = submit_readings(actor, intake, delivery=delivery, key=key, at=now())
        except ReadingsRefusedError as error:
            sentences = {meter: refusal_sentence(each) for meter, each in error.refusals.items()}
            return self.entry_page(account, form, errors=sentences)
        except NotYourMeterError:
            form.key.data = new_key()
            gone = gone_words(call, entries_typed())
            return self.entry_page(account, form, refusal=gone, status=CONFLICT)
        except tuple(REFUSALS) as error:
            sentence, status = REFUSALS[type(error)]
            # What is pressed after reading the refusal is a sending of its own.
            form.key.data = new_key()
            return self.entry_page(account, form, refusal=str(sentence), status=status)
        for words in known_words(call, delivery.entries):
            flash(words, "success")
        return redirect(self.get_url("reading_answers.done", number=number_of(account), sent=sent))

    def entry_page(
        self,
        account: Account,
        form: EntryForm,
        *,
        errors: Mapping[int, str] | None = None,
        refusal: str = "",
        status: int = UNPROCESSABLE,
    ) -> ResponseReturnValue:
        """The account with a field a meter, and what was asked about and not answered yet."""
        # A source that could not be read is asked again; until then the page is as by telephone.
        call = call_of(account, form.source.data or Source.TELEPHONE)
        shown = {name: printable(text) for name, text in typed().items()}
        lines = [
            line_of(story, call.term, typed=shown, errors=errors or {})
            for story in call.stories
            if call.term is not None and not call.is_over
        ]
        page = self.render(
            "staff/reading_entry_account.html",
            call=call,
            heading=grouped(str(account.number)),
            month="" if call.term is None else month(call.term.period),
            lines=lines,
            mistakes=[(each.name, each.error) for each in lines if each.error],
            questions=[question_of(each) for each in call.asked],
            form=form,
            refusal=refusal,
        )
        return (page, status) if request.method == "POST" else page

    def show_again(self, page: str, *, refusal: str, **place: Any) -> ResponseReturnValue:
        account = opened(place["number"])
        return self.entry_page(account, new_form(account), refusal=refusal)


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


def is_recent(form: EntryForm, call: Call) -> bool:
    """Whether the reading was taken lately, not in the future, and while the account was open."""
    if call.first_day <= form.taken_on.data <= call.last_day:
        return True
    days = {"first": day(call.first_day), "last": day(call.last_day)}
    form.taken_on.errors = [_("A day from %(first)s to %(last)s.", **days)]
    return False


def entries_typed() -> dict[int, str]:
    """What was typed, by meter; an empty field names a meter only where it is still there."""
    found = {}
    for name, text in request.form.items():
        field = FIELD.fullmatch(name)
        if field is not None and text.strip():
            found[int(field[1])] = text
    return found
