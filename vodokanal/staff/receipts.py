"""Receipts as they were issued, and the lines that staff add to those of a month to come."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from peewee import JOIN, Expression, ModelSelect

from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.formats.account_numbers import grouped
from vodokanal.models.accounts import Account
from vodokanal.models.months import BillingMonth
from vodokanal.models.places import District, House, Premises
from vodokanal.models.receipts import Receipt, ReceiptMessage
from vodokanal.staff.base import StaffView
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import refuse
from vodokanal.staff.lookups import AccountLoader
from vodokanal.staff.monthly import MonthlyView, in_rubles
from vodokanal.staff.searches import Said
from vodokanal.web.clock import today
from vodokanal.web.dates import month_title
from vodokanal.web.papers import receipt_pdf

N_ = lazy_gettext

# While a month is being issued, some accounts have their receipts already.
FROZEN = (MonthState.ISSUING, MonthState.ISSUED)
PDF = "application/pdf"


class ReceiptView(MonthlyView):
    table, code, area, section = Receipt, "receipts", "charges", "month"
    title = N_("Receipts")
    column_list = (
        "account",
        "period",
        "opening",
        "charged",
        "corrected",
        "penalty",
        "paid",
        "closing",
        "pay_by",
    )
    column_labels = {
        "account": N_("Account"),
        "period": N_("Month"),
        "opening": N_("Owed before, ₽"),
        "charged": N_("Charged, ₽"),
        "corrected": N_("Corrected, ₽"),
        "penalty": N_("Penalties, ₽"),
        "paid": N_("Paid, ₽"),
        "closing": N_("Owed after, ₽"),
        "pay_by": N_("To be paid by"),
    }
    column_formatters = in_rubles("opening", "charged", "corrected", "penalty", "paid", "closing")
    permissions = {"paper": "charges.read"}
    row_pages = (("paper", N_("Print")),)
    filtered_by = ("period",)
    order = (Receipt.period, Receipt.account)

    def heading_of(self, row: Any) -> str:
        return f"{grouped(str(row.account.number))} · {month_title(row.period)}"

    @expose("/paper/")
    def paper(self) -> ResponseReturnValue:
        row: Any = self.get_one(request.args.get("id"))
        content = receipt_pdf(row.account_id, row.period, is_copy=True)
        name = f"{row.account.number} {row.period}.pdf"
        return send_file(BytesIO(content), mimetype=PDF, download_name=name)


class ReceiptMessageView(StaffView):
    table, code, area, section = ReceiptMessage, "receipt_messages", "charges", "month"
    title, adding = N_("Messages on receipts"), N_("New message on receipts")
    # Whoever prepares the month says what stands on its paper.
    permissions = dict.fromkeys(("create_view", "edit_view", "ajax_lookup"), "months.calculate")
    column_list = form_columns = ("words", "period", "district", "account")
    column_labels = {
        "words": N_("Message"),
        "period": N_("Month"),
        "district": N_("District"),
        "account": N_("Account"),
    }
    hints = {
        "words": N_("One or two sentences, as the payer is to read them."),
        "period": N_("The month of the receipt; one that is issued does not change."),
        "district": N_("Empty: for every district."),
        "account": N_("Only for a message to a single account."),
    }
    column_formatters = {
        "district": lambda _view, _context, row, _name: (
            row.district or ("" if row.account_id else _("every district"))
        ),
    }
    loaders = {"account": AccountLoader}
    owners = ("account",)
    filtered_by = ("period", "district")
    order = (ReceiptMessage.period.desc(),)

    def rows(self) -> ModelSelect:
        return (
            ReceiptMessage.select(ReceiptMessage, District, Account, Premises, House)
            .join(District, JOIN.LEFT_OUTER)
            .switch(ReceiptMessage)
            .join(Account, JOIN.LEFT_OUTER)
            .join(Premises, JOIN.LEFT_OUTER)
            .join(House, JOIN.LEFT_OUTER)
        )

    def meant(self, said: Said) -> list[Expression]:
        return said.accounts(ReceiptMessage.account)

    def heading_of(self, row: Any) -> str:
        return month_title(row.period)

    def proposed(self) -> dict[str, Any]:
        last = BillingMonth.select(BillingMonth.period).where(BillingMonth.state.in_(FROZEN))
        period = last.order_by(BillingMonth.period.desc()).limit(1).scalar()
        return {"period": period.next if period else Period.of(today()), **super().proposed()}

    def update_model(self, form: FlaskForm, model: Any) -> Any:
        # Its receipts have been printed with it.
        if _is_frozen(model.period):
            refuse(_("This month is issued: its receipts do not change any more."))
            return None
        return super().update_model(form, model)

    def check(self, form: FlaskForm) -> None:
        if form.district.data and form.account.data:
            form.account.errors = [_("Name a district or an account, not both.")]
        if _is_frozen(form.period.data):
            form.period.errors = [_("This month is issued: its receipts do not change any more.")]


def _is_frozen(period: Period) -> bool:
    month = (BillingMonth.period == period) & BillingMonth.state.in_(FROZEN)
    return bool(BillingMonth.select().where(month).exists())
