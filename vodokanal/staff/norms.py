"""Tables of norms of consumption and of what they are multiplied by."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from peewee import JOIN, Expression, ModelSelect

from vodokanal.billing.norms import NormBasis
from vodokanal.billing.periods import MONTHS
from vodokanal.billing.services import Service
from vodokanal.models.norms import Multiplier, Norm
from vodokanal.models.places import NormCategory
from vodokanal.staff.cells import day
from vodokanal.staff.labels import label_of
from vodokanal.staff.rates import RATE_COLUMNS, RATE_HINTS, RATE_LABELS, RateView
from vodokanal.staff.searches import Said

N_ = lazy_gettext

MONTH = {"least": 1, "most": MONTHS}


class NormView(RateView):
    table, code = Norm, "norms"
    title, adding = N_("Norms"), N_("New norm")
    column_list = form_columns = (
        "basis",
        "category",
        "what",
        "service",
        "volume",
        "season_from",
        "season_to",
        *RATE_COLUMNS,
    )
    column_labels = {
        "basis": N_("For what"),
        "category": N_("Kind of amenities"),
        "what": N_("More exactly"),
        "service": N_("Service"),
        "volume": N_("Cubic metres a month"),
        "season_from": N_("Season from this month"),
        "season_to": N_("Season to this month"),
        **RATE_LABELS,
    }
    hints = {
        **RATE_HINTS,
        "category": N_("Only in a norm for people."),
        "what": N_("In a norm for a garden or livestock: the same words as there."),
        "volume": N_("For one person, one square metre or one head; without any multiplier."),
        "season_from": N_("A number from 1 to 12; empty: all the year."),
        "season_to": N_("Both months belong to it. A smaller number lies in the next year."),
    }
    field_options = {"volume": {"is_norm": True}, "season_from": MONTH, "season_to": MONTH}
    order = (Norm.basis.desc(), Norm.category, Norm.what, Norm.service, Norm.starts_on.desc())
    filtered_by = ("basis", "category", "service", "starts_on", "ends_on")

    def rows(self) -> ModelSelect:
        return Norm.select(Norm, NormCategory).join(NormCategory, JOIN.LEFT_OUTER)

    def meant(self, said: Said) -> list[Expression]:
        return [
            *said.folded(Norm.what),
            *said.folded(Norm.document),
            Norm.category.in_(said.ids(NormCategory.name)),
        ]

    def heading_of(self, row: Any) -> str:
        return _(
            "Norm of %(service)s from %(day)s",
            service=label_of(row.service),
            day=day(row.starts_on),
        )

    def check(self, form: FlaskForm) -> None:
        is_for_people = form.basis.data is NormBasis.PERSON
        if is_for_people and not form.category.data:
            form.category.errors = [_("Choose the kind of amenities that people have.")]
        if not is_for_people and form.category.data:
            form.category.errors = [_("Only a norm for people has a kind of amenities.")]
        if is_for_people and form.what.data:
            form.what.errors = [_("Only for gardens and livestock.")]
        if (form.season_from.data is None) != (form.season_to.data is None):
            form.season_to.errors = [_("A season has a first and a last month.")]


class MultiplierView(RateView):
    table, code = Multiplier, "multipliers"
    title, adding = N_("Multipliers of norms"), N_("New multiplier")
    column_list = form_columns = ("service", "value", *RATE_COLUMNS)
    column_labels = {"service": N_("Service"), "value": N_("Multiplier"), **RATE_LABELS}
    hints = {
        **RATE_HINTS,
        "value": N_("Where a meter could hang and there is none."),
    }
    order = (Multiplier.service, Multiplier.starts_on.desc())
    filtered_by = ("service", "starts_on", "ends_on")

    def meant(self, said: Said) -> list[Expression]:
        return said.folded(Multiplier.document)

    def heading_of(self, row: Any) -> str:
        return _(
            "Multiplier of %(service)s from %(day)s",
            service=label_of(row.service),
            day=day(row.starts_on),
        )

    def check(self, form: FlaskForm) -> None:
        if form.service.data is Service.SEWAGE:
            form.service.errors = [_("The law multiplies norms of cold and hot water only.")]
