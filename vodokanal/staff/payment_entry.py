"""The desk that takes payments: whose, how much is owed by month, what came and for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField

from vodokanal.billing.payments import Channel
from vodokanal.billing.rates import NoRateError
from vodokanal.formats.account_numbers import grouped
from vodokanal.models.accounts import Account, Holder
from vodokanal.operations.accounts import AccountNotFoundError, current_holder, get_account
from vodokanal.operations.balances import Balance, get_balance
from vodokanal.operations.entries import EntryRefusedError
from vodokanal.operations.holder_changes import former_payer, tenures_of
from vodokanal.operations.payments import NewPayment, enter_payment
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError, new_key
from vodokanal.staff.account_desk import AccountDesk
from vodokanal.staff.entry_refusals import note_refusal
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import ALREADY_SENT, CONFLICT, UNPROCESSABLE, propose
from vodokanal.staff.labels import LABELS
from vodokanal.web.access import Row
from vodokanal.web.clock import now, today
from vodokanal.web.dates import full_day
from vodokanal.web.form_again import typed
from vodokanal.web.form_fields import (
    ChoiceField,
    DayField,
    Filled,
    LineField,
    MonthField,
    RublesField,
    choices_of,
    mistakes_in,
)
from vodokanal.web.identity import current_actor
from vodokanal.web.numbers import money

N_ = lazy_gettext

# As much as the column holds.
LONGEST_DOCUMENT = 100
FIELDS = {"day": "received_on", "month": "period"}
NAMES = ("amount", "received_on", "period", "channel", "document")
ONE_DAY = timedelta(days=1)


class PaymentForm(FlaskForm):
    """What came, when, how, and what the payer said that it was for."""

    key = HiddenField()
    amount = RublesField(N_("Amount, ₽"), validators=[Filled()])
    received_on = DayField(N_("Received on"), validators=[Filled()])
    period = MonthField(
        N_("For the month"),
        description=N_("As the payer named it. Empty: the oldest debt is covered first."),
    )
    channel = ChoiceField(N_("How it came"), offered=choices_of(LABELS[Channel]))
    document = LineField(
        N_("Document"),
        description=N_("Number of the cash receipt or of the payment order."),
        longest=LONGEST_DOCUMENT,
    )


@dataclass(frozen=True)
class Payer:
    """An account at the desk: whose it is and what it owes, where that is known."""

    account: Account
    holder: Holder | None
    balance: Balance | None

    @property
    def number(self) -> str:
        """The account's number as people read it."""
        return grouped(str(self.account.number))

    @property
    def words(self) -> str:
        """What is owed, or paid ahead."""
        if self.balance is None:
            return _("What is owed cannot be told by month: terms of payment are missing.")
        amount = self.balance.amount
        if not amount:
            return _("Nothing is owed.")
        if amount < 0:
            return _("Paid ahead: %(sum)s", sum=money(-amount))
        return _("To be paid: %(sum)s", sum=money(amount))


class PaymentEntryDesk(AccountDesk):
    code, section = "payment_entry", "money"
    title, address = N_("Enter a payment"), "/staff/payments/enter"
    finder_label = N_("Who pays")

    def row_for(self, page: str) -> Row:
        return "payments.enter"

    @expose("/<number>/", methods=("GET", "POST"))
    def account(self, number: str) -> ResponseReturnValue:
        account = opened(number)
        form = new_form(account)
        if request.method == "POST" and form.validate():
            return self.submit(account, form)
        return self.entry_page(account, form)

    def submit(self, account: Account, form: Any) -> ResponseReturnValue:
        """Keeps the payment and shows what is owed after it."""
        payer = self.payer_meant(account, form)
        if payer is None:
            return self.entry_page(account, form)
        new = NewPayment(
            payer.id,
            form.amount.data,
            form.received_on.data,
            form.period.data,
            form.channel.data,
            form.document.data,
        )
        try:
            enter_payment(current_actor(), new, key=form.key.data, today=today(), at=now())
        except EntryRefusedError as error:
            note_refusal(error, form, fields=FIELDS)
            return self.entry_page(account, form)
        except (KeyReusedError, MissingKeyError):
            # What is pressed after reading the refusal is a sending of its own.
            form.key.data = new_key()
            return self.entry_page(account, form, refusal=str(ALREADY_SENT), status=CONFLICT)
        number, words = grouped(str(payer.number)), _("%(sum)s noted.", sum=money(new.amount))
        if payer.id != account.id:
            words = _("%(sum)s noted for account %(number)s.", sum=money(new.amount), number=number)
        flash(words, "success")
        return redirect(self.get_url(".account", number=payer.number_key))

    def payer_meant(self, account: Account, form: Any) -> Account | None:
        """Whose payment it is; None: the number was another holder's then, and nobody has chosen."""
        if form.whose.data is not None:
            return Account.get_by_id(form.whose.data)
        days = {"received_on": form.received_on.data, "period": form.period.data}
        former = former_payer(account, **days)
        if former is None:
            return account
        form.whose.errors = [former_words(former)]
        return None

    def entry_page(
        self,
        account: Account,
        form: Any,
        *,
        refusal: str = "",
        status: int = UNPROCESSABLE,
    ) -> ResponseReturnValue:
        """What the account owes by month, and the form."""
        is_asked = bool(form.whose.errors or form.whose.raw_data)
        names = (*NAMES, "whose") if is_asked else NAMES
        page = self.render(
            "staff/payment_entry_account.html",
            payer=payer_of(account),
            form=form,
            names=names,
            mistakes=mistakes_in(form, names),
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


def new_form(account: Account) -> Any:
    """The form as it was typed, or as it is proposed."""
    field = ChoiceField(N_("Whose payment it is"), offered=lambda: payers_of(account), blank=True)
    whole: Any = type("Form", (PaymentForm,), {"whose": field})
    form = whole(typed() or None, data={"received_on": today(), "channel": Channel.DESK})
    propose(form.key, new_key())
    return form


def payers_of(account: Account) -> Sequence[tuple[int, str]]:
    """Everybody who has had this number, as they are chosen: whose, which account, until when."""
    return [(each.id, payer_words(each)) for each in tenures_of(account)]


def payer_words(account: Any) -> str:
    """Whose an account is, its number, its last day or its first one."""
    if account.closed_on is None:
        days = _("since %(day)s", day=full_day(account.opened_on))
    else:
        days = _("until %(day)s", day=full_day(account.closed_on - ONE_DAY))
    return ", ".join([holder_name(account), grouped(str(account.number)), days])


def former_words(former: Any) -> str:
    """Why somebody has to say whose payment it is."""
    return _(
        "Until %(day)s this number was the former payer's (%(holder)s): choose whose payment it is.",
        day=full_day(former.closed_on - ONE_DAY),
        holder=holder_name(former),
    )


def holder_name(account: Account) -> str:
    """Who holds the account, or held it last."""
    holder = current_holder(account.id)
    return _("heirs unknown") if holder is None else str(holder.name)


def payer_of(account: Account) -> Payer:
    """Whose the account is and what it owes."""
    try:
        balance = get_balance(account.id, today=today())
    except NoRateError:
        balance = None
    return Payer(account, current_holder(account.id), balance)
