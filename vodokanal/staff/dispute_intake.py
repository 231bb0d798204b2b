"""A dispute taken down for whoever rings up or comes in: which line, what is wrong, how it was heard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.widgets import TextArea

from vodokanal.billing.periods import MONTHS, Period
from vodokanal.casework.disputes import Heard
from vodokanal.formats.account_numbers import grouped
from vodokanal.models.accounts import Account
from vodokanal.operations.accounts import AccountNotFoundError, get_account
from vodokanal.operations.disputes import (
    MOST_CHARACTERS,
    DisputedAlreadyError,
    NewDispute,
    open_dispute,
)
from vodokanal.operations.receipts import BilledMonth, billed_months, receipts_of
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError, new_key
from vodokanal.resident.worked_out import worked_out
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import ALREADY_SENT, CONFLICT, UNPROCESSABLE, propose
from vodokanal.web.arguments import clean_lines
from vodokanal.web.clock import now, today
from vodokanal.web.dates import month_title
from vodokanal.web.dispute_words import HEARD
from vodokanal.web.form_again import typed
from vodokanal.web.form_fields import ChoiceField, Filled, LineField, mistakes_in
from vodokanal.web.identity import current_actor

N_ = lazy_gettext

# Whoever rings up is heard by one of these.
ASKED = {each: HEARD[each] for each in (Heard.TELEPHONE, Heard.OFFICE, Heard.PAPER)}
NAMES = ("line", "words", "heard")
AT_MOST = 2 * MONTHS


class WordsField(LineField):
    """Some sentences, in a field as large as they are."""

    widget = TextArea()

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        super().process_formdata([" ".join(clean_lines(each).split()) for each in valuelist])


class DisputeIntake:
    """The page of an account on which a dispute is taken down."""

    @expose("/account/<number>/", methods=("GET", "POST"))
    def account(self, number: str) -> ResponseReturnValue:
        account = account_of(number)
        form = form_for(account)
        if request.method != "POST":
            return self.intake_page(number, form)
        if not form.validate():
            return self.intake_page(number, form), UNPROCESSABLE
        return self.take_down(account, form)

    def take_down(self, account: Account, form: Any) -> ResponseReturnValue:
        """Keeps the dispute and leads to its page, or to that of the one that is there."""
        number = str(account.number)
        new = new_dispute(account, form)
        try:
            dispute = open_dispute(current_actor(), new, key=form.key.data, today=today(), at=now())
        except DisputedAlreadyError as error:
            flash(_("This line is disputed already."), "error")
            return redirect(self.case_url(error.dispute.id))
        except (KeyReusedError, MissingKeyError):
            form.key.data = new_key()
            return self.intake_page(number, form, refusal=str(ALREADY_SENT)), CONFLICT
        flash(_("Taken down: № %(number)s.", number=dispute.id), "success")
        return redirect(self.case_url(dispute.id))

    def intake_page(self, number: str, form: Any = None, *, refusal: str = "") -> str:
        """The lines of the last receipts, and the form."""
        account = account_of(number)
        form = form_for(account) if form is None else form
        view: Any = self
        page: str = view.render(
            "staff/dispute_intake.html",
            account=account,
            number=grouped(str(account.number)),
            form=form,
            names=NAMES,
            mistakes=mistakes_in(form, NAMES),
            has_lines=bool(form.line.offered),
            refusal=refusal,
        )
        return page

    def case_url(self, dispute_id: int) -> str:
        """The page of one dispute."""
        raise NotImplementedError


def account_of(number: str) -> Account:
    """The account of that number, or the page that there is none."""
    try:
        return get_account(number)
    except AccountNotFoundError:
        abort(404)


def form_for(account: Account) -> Any:
    """The form with the lines of the account's last receipts, the newest first."""
    periods = [each.period for each in receipts_of(account.id)[:AT_MOST]]
    months = billed_months(account.id, periods)
    offered = [pair for period in periods if period in months for pair in lines_in(months[period])]

    class IntakeForm(FlaskForm):
        key = HiddenField()
        line = ChoiceField(
            N_("Which line"), offered=lambda: offered, blank=True, validators=[Filled()]
        )
        words = WordsField(
            N_("What is wrong, in the payer's words"),
            longest=MOST_CHARACTERS,
            validators=[Filled()],
        )
        heard = ChoiceField(N_("How it was heard"), offered=lambda: list(ASKED.items()))

    form = IntakeForm(typed() or None)
    propose(form.key, new_key())
    return form


def lines_in(billed: BilledMonth) -> list[tuple[str, str]]:
    """The lines of a receipt as a list offers them."""
    month = month_title(billed.period)
    return [
        (f"{billed.period}/{each.line}", f"{month}: {each.title}, {each.sum}")
        for each in worked_out(billed).rows
    ]


def new_dispute(account: Account, form: Any) -> NewDispute:
    """What the form says; it has let only lines pass that it had offered."""
    period, _slash, line = form.line.data.partition("/")
    words, heard = form.words.data, form.heard.data
    return NewDispute(account.id, Period.parse(period), line, words, heard)
