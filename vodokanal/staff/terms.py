"""Tables of days of payment, numbers of the law, and days off."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from peewee import Expression

from vodokanal.models.terms import DayOff, LegalTerm, PaymentTerm
from vodokanal.staff.base import StaffView
from vodokanal.staff.cells import day
from vodokanal.staff.labels import label_of
from vodokanal.staff.rates import RATE_COLUMNS, RATE_HINTS, RATE_LABELS, RateView
from vodokanal.staff.searches import Said

N_ = lazy_gettext

# Days that every month has.
DAYS = {"least": 1, "most": 28}


class PaymentTermView(RateView):
    table, code = PaymentTerm, "payment_terms"
    title, adding = N_("Days of payment"), N_("New days of payment")
    column_list = form_columns = (
        "bill_by_day",
        "pay_by_day",
        "moves_to_working_day",
        *RATE_COLUMNS,
    )
    column_labels = {
        "bill_by_day": N_("Receipts by this day of the next month"),
        "pay_by_day": N_("Payment by this day of the next month"),
        "moves_to_working_day": N_("From a day off to the next working day"),
        **RATE_LABELS,
    }
    hints = {
        **RATE_HINTS,
        "pay_by_day": N_("The day itself is still in time."),
        "moves_to_working_day": N_("The last day of payment only."),
        "starts_on": N_("The first of the month for which it holds first."),
    }
    field_options = {"bill_by_day": DAYS, "pay_by_day": DAYS}
    order = (PaymentTerm.starts_on.desc(),)

    def meant(self, said: Said) -> list[Expression]:
        return said.folded(PaymentTerm.document)

    def heading_of(self, row: Any) -> str:
        return _("Days of payment from %(day)s", day=day(row.starts_on))

    def check(self, form: FlaskForm) -> None:
        if form.pay_by_day.data < form.bill_by_day.data:
            form.pay_by_day.errors = [_("Nobody pays before the receipt has come.")]
        if form.starts_on.data.day != 1:
            form.starts_on.errors = [_("It changes with a month: choose the first of one.")]


class LegalTermView(RateView):
    table, code = LegalTerm, "legal_terms"
    title, adding = N_("Numbers of the law"), N_("New number of the law")
    column_list = form_columns = ("term", "value", *RATE_COLUMNS)
    column_labels = {"term": N_("What it is"), "value": N_("Its value"), **RATE_LABELS}
    hints = RATE_HINTS
    order = (LegalTerm.term, LegalTerm.starts_on.desc())
    filtered_by = ("term", "starts_on", "ends_on")

    def meant(self, said: Said) -> list[Expression]:
        return said.folded(LegalTerm.document)

    def heading_of(self, row: Any) -> str:
        return label_of(row.term)


class DayOffView(StaffView):
    table, code, area, section = DayOff, "days_off", "rates", "rates"
    title, adding = N_("Days off"), N_("New day off")
    column_list = form_columns = ("on", "is_working", "words")
    column_labels = {
        "on": N_("Day"),
        "is_working": N_("People work all the same"),
        "words": N_("What day it is"),
    }
    hints = {
        "on": N_("Saturdays and Sundays need no row."),
        "is_working": N_("For a Saturday that the government has made a working day."),
    }
    few = True
    order = (DayOff.on.desc(),)
    filtered_by = ("on", "is_working")
    taken = N_("This day is there already.")

    def meant(self, said: Said) -> list[Expression]:
        return said.folded(DayOff.words)

    def heading_of(self, row: Any) -> str:
        return day(row.on)
