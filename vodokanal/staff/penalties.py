"""Tables of what penalties are counted by: key rates, and days without penalties."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from peewee import Expression

from vodokanal.models.terms import KeyRate, Moratorium
from vodokanal.staff.cells import day
from vodokanal.staff.rates import RATE_HINTS, RATE_LABELS, RateView
from vodokanal.staff.searches import Said

N_ = lazy_gettext


class KeyRateView(RateView):
    table, code = KeyRate, "key_rates"
    title, adding = N_("Key rates"), N_("New key rate")
    column_list = form_columns = ("percent", "starts_on", "ends_on")
    column_labels = {"percent": N_("Per cent a year"), **RATE_LABELS}
    hints = {**RATE_HINTS, "percent": N_("As the Bank of Russia has announced it.")}
    order = (KeyRate.starts_on.desc(),)

    def heading_of(self, row: Any) -> str:
        return _("Key rate from %(day)s", day=day(row.starts_on))


class MoratoriumView(RateView):
    table, code = Moratorium, "moratoria"
    title, adding = N_("Days without penalties"), N_("New days without penalties")
    column_list = form_columns = ("starts_on", "ends_on", "document")
    column_labels = RATE_LABELS
    hints = {
        "starts_on": N_("The first day for which no penalty is counted."),
        "ends_on": N_("The last one."),
        "document": RATE_HINTS["document"],
    }
    order = (Moratorium.starts_on.desc(),)

    def meant(self, said: Said) -> list[Expression]:
        return said.folded(Moratorium.document)

    def heading_of(self, row: Any) -> str:
        return _("Days without penalties from %(day)s", day=day(row.starts_on))
