"""The table of meters."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from peewee import JOIN, Expression, ModelSelect

from vodokanal.models.accounts import Account
from vodokanal.models.meters import Meter
from vodokanal.models.places import House, Premises
from vodokanal.operations.finding import FoundBy, serial_begins
from vodokanal.staff.base import StaffView
from vodokanal.staff.lookups import AccountLoader, HouseLoader, MeterLoader
from vodokanal.staff.searches import Said

N_ = lazy_gettext

BY_ACCOUNT = (FoundBy.NUMBER, FoundBy.TELEPHONE, FoundBy.NAME, FoundBy.ADDRESS)


class MeterView(StaffView):
    table, code, area, section = Meter, "meters", "meters", "meters"
    title, adding = N_("Meters"), N_("New meter")
    column_list = ("serial", "account", "house", "kind", "place", "verify_by", "removed_on")
    form_columns = (
        "account",
        "house",
        "kind",
        "serial",
        "model",
        "place",
        "digits_before",
        "digits_after",
        "installed_on",
        "initial_reading",
        "commissioned_on",
        "seal_number",
        "gis_number",
        "verified_on",
        "verify_by",
        "service_life_until",
        "failed_on",
        "removed_on",
        "final_reading",
        "replaced_by",
    )
    column_labels = {
        "account": N_("Account"),
        "house": N_("House, for a common meter"),
        "kind": N_("Water"),
        "serial": N_("Serial number"),
        "model": N_("Model"),
        "place": N_("Where it hangs"),
        "digits_before": N_("Digits before the comma"),
        "digits_after": N_("Digits after the comma"),
        "installed_on": N_("Installed"),
        "initial_reading": N_("Reading when installed, m³"),
        "commissioned_on": N_("Commissioned"),
        "seal_number": N_("Seal"),
        "gis_number": N_("Number in GIS ZhKH"),
        "verified_on": N_("Verified"),
        "verify_by": N_("Verification valid until"),
        "service_life_until": N_("End of the service life"),
        "failed_on": N_("Failed"),
        "removed_on": N_("Removed"),
        "final_reading": N_("Reading when removed, m³"),
        "replaced_by": N_("Replaced by"),
    }
    hints = {
        "account": N_("The number, or a part of the address. Empty for a common meter."),
        "house": N_("Only for a meter that counts for the whole house."),
        "digits_before": N_("The black ones."),
        "digits_after": N_("The red ones."),
        "commissioned_on": N_("It is charged by from this day on."),
        "replaced_by": N_("The serial number of the new meter."),
    }
    loaders = {"account": AccountLoader, "house": HouseLoader, "replaced_by": MeterLoader}
    field_options = {
        "digits_before": {"least": 3, "most": 9},
        "digits_after": {"least": 0, "most": 4},
    }
    days_in_order = (
        ("installed_on", "commissioned_on"),
        ("installed_on", "removed_on"),
        ("verified_on", "verify_by"),
    )
    order = (Meter.serial,)
    owners = ("account", "house")
    filtered_by = ("kind", "installed_on", "verify_by", "failed_on", "removed_on")
    related = (("readings", "meter"),)

    def rows(self) -> ModelSelect:
        common = House.alias()
        return (
            Meter.select(Meter, Account, Premises, House, common)
            .join(Account, JOIN.LEFT_OUTER)
            .join(Premises, JOIN.LEFT_OUTER)
            .join(House, JOIN.LEFT_OUTER)
            .switch(Meter)
            .join(common, JOIN.LEFT_OUTER, on=(Meter.house == common.id), attr="house")
        )

    def meant(self, said: Said) -> list[Expression]:
        serial = serial_begins(said.text)
        own = [] if serial is None else [serial]
        return own + said.houses(Meter.house) + said.accounts(Meter.account, BY_ACCOUNT)

    def heading_of(self, row: Any) -> str:
        return _("Meter %(number)s", number=str(row))

    def check(self, form: FlaskForm) -> None:
        if bool(form.account.data) == bool(form.house.data):
            form.account.errors = [
                _("Name an account, or a house for a common meter: one of them.")
            ]
        if form.final_reading.data is not None and form.removed_on.data is None:
            form.removed_on.errors = [_("Say on which day it was removed.")]
