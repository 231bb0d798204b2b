"""Tables of districts, houses and premises, and of what is known of premises on a day."""

from __future__ import annotations

from typing import Any

from flask import abort
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from peewee import JOIN, Expression, ModelSelect

from vodokanal.models.places import (
    District,
    House,
    MeterPossibility,
    NormCategory,
    Premises,
    PremisesNorm,
    PremisesQuantity,
)
from vodokanal.staff.base import StaffView
from vodokanal.staff.lookups import HouseLoader, PremisesLoader
from vodokanal.staff.searches import Said

N_ = lazy_gettext

DATED = {"starts_on": N_("From"), "ends_on": N_("Until")}
DATED_HINTS = {"ends_on": N_("The last day; empty while it goes on.")}


class DistrictView(StaffView):
    table, code, area, section = District, "districts", "districts", "places"
    title, adding = N_("Districts"), N_("New district")
    column_list = form_columns = ("name", "telephone", "duty_telephone")
    few = True
    column_labels = {
        "name": N_("Name"),
        "telephone": N_("Telephone of the office"),
        "duty_telephone": N_("Telephone for emergencies"),
    }
    order = (District.name,)
    taken = N_("There is a district of that name already.")
    related = (("houses", "district"),)

    def meant(self, said: Said) -> list[Expression]:
        return said.folded(District.name)


class HouseView(StaffView):
    table, code, area, section = House, "houses", "houses", "places"
    title, adding = N_("Houses"), N_("New house")
    column_list = ("address", "district", "gis_guid")
    few = True
    form_columns = ("district", "settlement", "street", "number", "letter", "building", "gis_guid")
    column_labels = {
        "address": N_("Address"),
        "district": N_("District"),
        "settlement": N_("Settlement"),
        "street": N_("Street"),
        "number": N_("House number"),
        "letter": N_("Letter"),
        "building": N_("Building"),
        "gis_guid": N_("Id in the state system"),
    }
    hints = {
        "settlement": N_("Only if it is not the utility's own town."),
        "street": N_("As in the address: Sadovaya St."),
        "gis_guid": N_("If there is one."),
    }
    order = (House.sort_key,)
    owners = ("district",)
    taken = N_("There is a house with that address already.")
    related = (("premises", "house"), ("meters", "house"))

    def rows(self) -> ModelSelect:
        return House.select(House, District).join(District)

    def fits(self, word: str) -> Expression:
        return House.search_text.contains(word)

    def get_label(self, name: str, value: int) -> str:
        return str(District.get_or_none(District.id == value) or abort(404))


class PremisesView(StaffView):
    table, code, area, section = Premises, "premises", "premises", "places"
    title, adding = N_("Premises"), N_("New premises")
    column_list = ("address", "kind", "gis_guid")
    form_columns = ("house", "flat", "kind", "gis_guid")
    column_labels = {
        "address": N_("Address"),
        "house": N_("House"),
        "flat": N_("Flat"),
        "kind": N_("What it is"),
        "gis_guid": N_("Id in the state system"),
    }
    hints = {
        "house": N_("A part of the street and the house number."),
        "flat": N_("Empty for a private house."),
        "gis_guid": N_("If there is one."),
    }
    loaders = {"house": HouseLoader}
    order = (House.sort_key, Premises.sort_key)
    owners = ("house",)
    filtered_by = ("kind",)
    taken = N_("These premises are there already.")
    related = (
        ("accounts", "premises"),
        ("premises_norms", "premises"),
        ("meter_possibilities", "premises"),
        ("premises_quantities", "premises"),
    )

    def rows(self) -> ModelSelect:
        return Premises.select(Premises, House).join(House)

    def ids(self) -> ModelSelect:
        # The houses in their order, then the flats of each: as the indexes have them.
        in_houses = Premises.house == House.id
        return House.select(Premises.id).join(Premises, JOIN.CROSS).where(in_houses)

    def meant(self, said: Said) -> list[Expression]:
        return said.premises(Premises.id)


class NormCategoryView(StaffView):
    table, code, area, section = NormCategory, "norm_categories", "premises", "places"
    title, adding = N_("Kinds of amenities"), N_("New kind of amenities")
    column_list = form_columns = ("name",)
    column_labels = {"name": N_("Name")}
    few = True
    hints = {"name": N_("As the regulator's decision names it.")}
    order = (NormCategory.name,)
    taken = N_("There is such a kind already.")

    def meant(self, said: Said) -> list[Expression]:
        return said.folded(NormCategory.name)


class PremisesFactView(StaffView):
    """What is known of premises from one day until another."""

    area, section = "premises", "places"
    loaders = {"premises": PremisesLoader}
    owners = ("premises",)
    taken = N_("There is a row from that day already.")

    def rows(self) -> ModelSelect:
        return self.table.select(self.table, Premises, House).join(Premises).join(House)

    def meant(self, said: Said) -> list[Expression]:
        return said.premises(self.table.premises)

    def heading_of(self, row: Any) -> str:
        return str(row.premises)


class PremisesNormView(PremisesFactView):
    table, code = PremisesNorm, "premises_norms"
    title, adding = N_("Amenities of premises"), N_("New amenities of premises")
    column_list = form_columns = ("premises", "category", "starts_on", "ends_on")
    column_labels = {
        "premises": N_("Address"),
        "category": N_("Kind of amenities"),
        **DATED,
    }
    hints = DATED_HINTS
    order = (PremisesNorm.premises, PremisesNorm.starts_on)
    filtered_by = ("category", "starts_on", "ends_on")

    def rows(self) -> ModelSelect:
        return (
            PremisesNorm.select(PremisesNorm, Premises, House, NormCategory)
            .join(Premises)
            .join(House)
            .switch(PremisesNorm)
            .join(NormCategory)
        )


class MeterPossibilityView(PremisesFactView):
    table, code = MeterPossibility, "meter_possibilities"
    title, adding = N_("Can a meter be installed"), N_("New examination of premises")
    column_list = form_columns = (
        "premises",
        "kind",
        "possible",
        "act_number",
        "act_on",
        "starts_on",
        "ends_on",
    )
    column_labels = {
        "premises": N_("Address"),
        "kind": N_("Water"),
        "possible": N_("It can"),
        "act_number": N_("Number of the act"),
        "act_on": N_("Day of the act"),
        **DATED,
    }
    hints = {
        "act_number": N_("Needed where a meter cannot be installed."),
        **DATED_HINTS,
    }
    order = (MeterPossibility.premises, MeterPossibility.kind, MeterPossibility.starts_on)
    filtered_by = ("kind", "possible", "act_on", "starts_on", "ends_on")

    def check(self, form: FlaskForm) -> None:
        if not form.possible.data and not form.act_number.data:
            form.act_number.errors = [_("Without an act the higher norm stays in force.")]


class PremisesQuantityView(PremisesFactView):
    table, code = PremisesQuantity, "premises_quantities"
    title, adding = N_("Gardens and livestock"), N_("New garden or livestock")
    column_list = form_columns = (
        "premises",
        "kind",
        "what",
        "quantity",
        "starts_on",
        "ends_on",
    )
    column_labels = {
        "premises": N_("Address"),
        "kind": N_("What it is"),
        "what": N_("More exactly"),
        "quantity": N_("How much"),
        **DATED,
    }
    hints = {"what": N_("Cows, poultry, a vegetable garden."), **DATED_HINTS}
    order = (PremisesQuantity.premises, PremisesQuantity.kind, PremisesQuantity.what)
    filtered_by = ("kind", "quantity", "starts_on", "ends_on")
