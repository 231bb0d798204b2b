"""Tables of prices and of the tax on them."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from peewee import JOIN, Expression, ModelSelect

from vodokanal.models.places import District
from vodokanal.models.tariffs import Tariff
from vodokanal.models.terms import VatRate
from vodokanal.staff.cells import day, number
from vodokanal.staff.labels import label_of
from vodokanal.staff.rates import RATE_HINTS, RATE_LABELS, RateView
from vodokanal.staff.searches import Said
from vodokanal.web.numbers import numbers

N_ = lazy_gettext

KOPECKS = 2


class TariffView(RateView):
    table, code = Tariff, "tariffs"
    title, adding = N_("Tariffs"), N_("New price")
    column_list = form_columns = (
        "service",
        "group",
        "district",
        "price",
        "starts_on",
        "ends_on",
        "includes_vat",
        "document",
    )
    column_labels = {
        "service": N_("Service"),
        "group": N_("For whom"),
        "district": N_("District"),
        "price": N_("Price of a cubic metre, rubles"),
        "includes_vat": N_("VAT is in the price"),
        **RATE_LABELS,
    }
    hints = {
        **RATE_HINTS,
        "district": N_("Empty: everywhere that has no price of its own."),
        "includes_vat": N_("So for the population. Without it VAT is added to the bill."),
    }
    column_formatters = {
        "district": lambda _view, _context, row, _name: row.district or _("everywhere"),
        "price": lambda _view, _context, row, _name: numbers().fixed(row.price, KOPECKS),
    }
    # The population first.
    order = (Tariff.group.desc(), Tariff.service, Tariff.district, Tariff.starts_on.desc())
    filtered_by = ("service", "group", "district", "starts_on", "ends_on")

    def rows(self) -> ModelSelect:
        return Tariff.select(Tariff, District).join(District, JOIN.LEFT_OUTER)

    def meant(self, said: Said) -> list[Expression]:
        return [*said.folded(Tariff.document), Tariff.district.in_(said.ids(District.name))]

    def heading_of(self, row: Any) -> str:
        return _(
            "%(service)s from %(day)s: %(price)s ₽",
            service=label_of(row.service).capitalize(),
            day=day(row.starts_on),
            price=numbers().fixed(row.price, KOPECKS),
        )


class VatRateView(RateView):
    table, code = VatRate, "vat_rates"
    title, adding = N_("VAT"), N_("New rate of VAT")
    column_list = form_columns = ("percent", "starts_on", "ends_on")
    column_labels = {"percent": N_("Per cent"), **RATE_LABELS}
    hints = {**RATE_HINTS, "percent": N_("Empty: the utility pays no VAT.")}
    column_formatters = {
        "percent": lambda _view, _context, row, _name: (
            _("without VAT") if row.percent is None else number(row.percent)
        ),
    }
    order = (VatRate.starts_on.desc(),)

    def heading_of(self, row: Any) -> str:
        return _("VAT from %(day)s", day=day(row.starts_on))
