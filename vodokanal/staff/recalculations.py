"""Tables of what changes a month besides readings: absences, breaks, refused access, checks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from peewee import JOIN, Expression, ModelSelect

from vodokanal.billing.consumption import capacity_of
from vodokanal.models.accounts import Occupancy
from vodokanal.models.meters import Meter
from vodokanal.models.places import District, House
from vodokanal.models.recalculations import Absence, AccessRefusal, Interruption, MeterCheck
from vodokanal.operations.finding import serial_begins
from vodokanal.staff.accounts import AccountFactView
from vodokanal.staff.base import StaffView
from vodokanal.staff.cells import day
from vodokanal.staff.lookups import HouseLoader, MeterLoader
from vodokanal.staff.meters import BY_ACCOUNT
from vodokanal.staff.places import DATED, DATED_HINTS
from vodokanal.staff.searches import Said
from vodokanal.web.clock import now, today
from vodokanal.web.identity import current_actor

N_ = lazy_gettext

MOST_PEOPLE = 1000
# ПП 354 п. 91: the application comes before, or so many days after coming back at the latest.
DAYS_TO_APPLY = timedelta(days=30)


class RecalculationFactView(StaffView):
    """Something that staff were told or shown, and from which the calculation finds the rest."""

    area, section = "recalculations", "recalculations"

    def added(self) -> dict[str, Any]:
        return {"created_at": now(), "employee": current_actor().employee_id}


class AbsenceView(RecalculationFactView, AccountFactView):
    table, code = Absence, "absences"
    area, section = "recalculations", "recalculations"
    title, adding = N_("Absences"), N_("New absence")
    column_list = form_columns = (
        "account",
        "people",
        "left_on",
        "came_back_on",
        "applied_on",
        "document",
    )
    column_labels = {
        "account": N_("Account"),
        "people": N_("How many were away"),
        "left_on": N_("Left on"),
        "came_back_on": N_("Came back on"),
        "applied_on": N_("Applied on"),
        "document": N_("What confirms it"),
    }
    hints = {
        "people": N_("No more than are registered there."),
        "left_on": N_("The days of leaving and of coming back are not counted."),
        "came_back_on": N_("More than five full days have to lie between."),
        "applied_on": N_("Before they left, or at most 30 days after they came back."),
        "document": N_("Tickets, a hospital's certificate, an order to travel: kind and number."),
    }
    field_options = {"people": {"least": 1, "most": MOST_PEOPLE}}
    days_in_order = (("left_on", "came_back_on"),)
    filtered_by = ()
    order = (Absence.account, Absence.left_on)
    taken = ""

    def check(self, form: FlaskForm) -> None:
        if form.applied_on.data > today():
            form.applied_on.errors = [_("This day is still to come.")]
        elif (
            form.came_back_on.data and form.applied_on.data > form.came_back_on.data + DAYS_TO_APPLY
        ):
            form.applied_on.errors = [
                _("This is later than 30 days after coming back: then nothing is recalculated.")
            ]
        registered = _registered(form.account.data, form.left_on.data)
        if registered is not None and form.people.data > registered:
            form.people.errors = [
                _("On that day %(number)s are registered there.", number=registered)
            ]


class InterruptionView(RecalculationFactView):
    table, code = Interruption, "interruptions"
    title, adding = N_("Breaks in supply"), N_("New break in supply")
    column_list = form_columns = (
        "service",
        "house",
        "district",
        "began_at",
        "ended_at",
        "document",
    )
    column_labels = {
        "service": N_("Service"),
        "house": N_("House"),
        "district": N_("District"),
        "began_at": N_("Began"),
        "ended_at": N_("Ended"),
        "document": N_("Act or order"),
    }
    hints = {
        "house": N_("A part of the street and the house number. Empty for a whole district."),
        "district": N_("Only if the whole district was without it."),
        "began_at": N_("By the clock of the utility: 05.10.2026 09:00."),
        "ended_at": N_("When water was back again. Enter a break once it is over."),
    }
    typed_moments = ("began_at", "ended_at")
    days_in_order = ()
    loaders = {"house": HouseLoader}
    owners = ("house",)
    filtered_by = ("began_at", "service")
    order = (Interruption.began_at.desc(),)

    def rows(self) -> ModelSelect:
        return (
            Interruption.select(Interruption, House, District)
            .join(House, JOIN.LEFT_OUTER)
            .switch(Interruption)
            .join(District, JOIN.LEFT_OUTER, on=Interruption.district == District.id)
        )

    def meant(self, said: Said) -> list[Expression]:
        return [
            *said.houses(Interruption.house),
            Interruption.district.in_(said.ids(District.name)),
        ]

    def heading_of(self, row: Any) -> str:
        return str(row.house or row.district)

    def check(self, form: FlaskForm) -> None:
        if bool(form.house.data) == bool(form.district.data):
            form.house.errors = [_("Name a house or a whole district: one of them.")]
        if form.ended_at.data <= form.began_at.data:
            form.ended_at.errors = [_("It cannot end before it began.")]
        elif form.ended_at.data > now():
            form.ended_at.errors = [_("This moment is still to come.")]


class AccessRefusalView(AccountFactView):
    table, code = AccessRefusal, "access_refusals"
    area, section = "recalculations", "recalculations"
    title, adding = N_("Access refused"), N_("New act of refused access")
    column_list = form_columns = ("account", "act_number", "starts_on", "ends_on")
    column_labels = {
        "account": N_("Account"),
        "act_number": N_("Number of the act"),
        **DATED,
    }
    hints = {
        "act_number": N_("The act that the utility was not let in to check the meters."),
        "starts_on": N_("The day of the act: from it the average is charged, then the norm."),
        "ends_on": DATED_HINTS["ends_on"],
    }
    filtered_by = ("starts_on", "ends_on")
    order = (AccessRefusal.account, AccessRefusal.starts_on)


class MeterCheckView(RecalculationFactView):
    table, code = MeterCheck, "meter_checks"
    title, adding = N_("Checks of meters"), N_("New check of a meter")
    column_list = form_columns = ("meter", "checked_on", "found", "act_number")
    column_labels = {
        "meter": N_("Meter"),
        "checked_on": N_("Day of the check"),
        "found": N_("The meter showed, m³"),
        "act_number": N_("Number of the act"),
    }
    hints = {
        "meter": N_("The serial number."),
        "found": N_("What was read from a sound meter: the difference is recalculated."),
    }
    loaders = {"meter": MeterLoader}
    owners = ("meter",)
    filtered_by = ()
    order = (MeterCheck.meter, MeterCheck.checked_on)
    taken = N_("A check of this meter on that day is there already.")

    def rows(self) -> ModelSelect:
        return MeterCheck.select(MeterCheck, Meter).join(Meter)

    def meant(self, said: Said) -> list[Expression]:
        serial = serial_begins(said.text)
        meters = said.accounts(Meter.account, BY_ACCOUNT)
        ways = [*([] if serial is None else [serial]), *meters]
        return [said.among(MeterCheck.meter, each, key=Meter.id) for each in ways]

    def heading_of(self, row: Any) -> str:
        return _("Meter %(number)s", number=str(row.meter))

    def check(self, form: FlaskForm) -> None:
        meter = Meter.get_by_id(form.meter.data)
        if meter.account_id is None:
            form.meter.errors = [_("A common meter of a house charges nobody.")]
        if form.found.data >= capacity_of(meter.digits_before):
            form.found.errors = [
                _("This meter has %(digits)s digits before the comma.", digits=meter.digits_before)
            ]
        form.checked_on.errors = _wrong_day(form.checked_on.data, meter)


def _wrong_day(checked_on: Any, meter: Meter) -> list[str]:
    if checked_on > today():
        return [_("This day is still to come.")]
    if checked_on < meter.installed_on:
        return [_("The meter was installed on %(day)s.", day=day(meter.installed_on))]
    if meter.removed_on is not None and checked_on > meter.removed_on:
        return [_("The meter was removed on %(day)s.", day=day(meter.removed_on))]
    return []


def _registered(account_id: int, on: Any) -> int | None:
    """How many are registered on that day; None where nobody has said."""
    found: int | None = (
        Occupancy.select(Occupancy.registered)
        .where(
            Occupancy.account == account_id,
            Occupancy.starts_on <= on,
            Occupancy.ends_on.is_null() | (Occupancy.ends_on >= on),
        )
        .scalar()
    )
    return found
