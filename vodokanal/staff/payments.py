"""The table of payments, and taking one back."""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from peewee import JOIN, Expression, ModelSelect
from wtforms import HiddenField

from vodokanal.models.accounts import Account
from vodokanal.models.base import Table
from vodokanal.models.payments import Payment, PaymentReversal
from vodokanal.models.people import Employee
from vodokanal.models.places import House, Premises
from vodokanal.operations.payments import NewReversal, TakenBackAlreadyError
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError, new_key
from vodokanal.staff.asking import asked_or_done, tell
from vodokanal.staff.base import StaffView
from vodokanal.staff.cells import day
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import ALREADY_SENT, CONFLICT, propose, refuse
from vodokanal.staff.lookups import AccountLoader
from vodokanal.staff.meters import BY_ACCOUNT
from vodokanal.staff.monthly import in_rubles
from vodokanal.staff.searches import Said
from vodokanal.web.form_again import typed
from vodokanal.web.form_fields import Filled, LineField
from vodokanal.web.numbers import money

N_ = lazy_gettext

# As much as the column holds.
LONGEST_REASON = 300


def taken_back_words(reversal: PaymentReversal) -> str:
    """When and why a payment was taken back."""
    return _(
        "Taken back on %(day)s: %(reason)s",
        day=day(reversal.reversed_on),
        reason=str(reversal.reason),
    )


def state_words(payment: Payment) -> str:
    """Whether a payment of the list was taken back."""
    found = reversal_of(payment)
    return "" if found is None else taken_back_words(found)


def reversal_of(payment: Any) -> PaymentReversal | None:
    """How a payment of the list was taken back; it was fetched with it."""
    found = getattr(payment, "reversal", None)
    return None if found is None or found.id is None else found


class ReversalForm(FlaskForm):
    """Why a payment is taken back."""

    key = HiddenField()
    reason = LineField(
        N_("Why it is taken back"),
        description=N_("The resident reads it: such as, paid for another account."),
        longest=LONGEST_REASON,
        validators=[Filled()],
    )


class PaymentView(StaffView):
    table, code, area, section = Payment, "payments", "payments", "money"
    title = N_("Payments")
    can_create = can_edit = False
    form_columns = ()
    permissions = {"take_back": "payments.reverse"}
    column_list = ("received_on", "account", "amount", "period", "channel", "document", "state")
    column_labels = {
        "received_on": N_("Received on"),
        "account": N_("Account"),
        "amount": N_("Amount, ₽"),
        "period": N_("For the month"),
        "channel": N_("How it came"),
        "document": N_("Document"),
        "state": N_("State"),
        "employee": N_("Entered by"),
        "created_at": N_("When it was entered"),
    }
    column_formatters = {
        **in_rubles("amount"),
        "state": lambda _view, _context, row, _name: state_words(row),
    }
    downloaded = {"state": state_words}
    row_pages = (("take_back", N_("Take back")),)
    loaders = {"account": AccountLoader}
    owners = ("account",)
    filtered_by = ("received_on", "channel")
    order = (Payment.received_on.desc(),)

    def rows(self) -> ModelSelect:
        return (
            Payment.select(Payment, Account, Premises, House, Employee, PaymentReversal)
            .join(Account)
            .join(Premises)
            .join(House)
            .switch(Payment)
            .join(Employee, JOIN.LEFT_OUTER)
            .switch(Payment)
            .join(PaymentReversal, JOIN.LEFT_OUTER, attr="reversal")
        )

    def meant(self, said: Said) -> list[Expression]:
        return said.accounts(Payment.account, BY_ACCOUNT)

    def heading_of(self, row: Any) -> str:
        return _("%(sum)s, %(day)s", sum=money(row.amount), day=day(row.received_on))

    @expose("/take-back/", methods=("GET", "POST"))
    def take_back(self) -> ResponseReturnValue:
        row: Any = self.get_one(request.args.get("id"))
        form = new_reversal_form()
        known = reversal_of(row)
        if known is not None:
            refuse(taken_back_words(known), CONFLICT)
        elif request.method == "POST" and form.validate() and (done := taken_back(row, form)):
            tell(done, _("The payment is taken back."))
            return redirect(self.return_url())
        return self.form_page(form, row, names=["reason"])

    def show_again(self, page: str, *, refusal: str, **place: Any) -> ResponseReturnValue:
        row = self.get_one(request.args.get("id"))
        return self.form_page(new_reversal_form(), row, names=["reason"], refusal=refusal)


def new_reversal_form() -> ReversalForm:
    """The form as it was typed, or empty."""
    form = ReversalForm(typed() or None)
    propose(form.key, new_key())
    return form


def taken_back(payment: Payment, form: ReversalForm) -> Table | None:
    """Takes a payment back or leaves that to the chief, or notes why neither was done."""
    new = NewReversal(payment.id, form.reason.data)
    try:
        done: Table = asked_or_done(new, key=form.key.data)
    except TakenBackAlreadyError as error:
        refuse(taken_back_words(error.reversal), CONFLICT)
    except (KeyReusedError, MissingKeyError):
        form.key.data = new_key()
        refuse(str(ALREADY_SENT), CONFLICT)
    else:
        return done
    return None
