"""The table of readings of common meters: one a month, mended here when one was a slip."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from peewee import JOIN, Expression, ModelSelect

from vodokanal.billing.periods import Period
from vodokanal.billing.refusals import FutureReadingError, MeterRemovedError, TooManyDigitsError
from vodokanal.models.base import Table
from vodokanal.models.house_readings import HouseReading
from vodokanal.models.meters import Meter
from vodokanal.models.people import Employee
from vodokanal.models.places import House
from vodokanal.operations import house_readings as operations
from vodokanal.operations.finding import serial_begins
from vodokanal.operations.records import RowRefusedError
from vodokanal.staff.base import StaffView
from vodokanal.staff.downloads import plain
from vodokanal.staff.lookups import BETWEEN, MeterLoader
from vodokanal.staff.searches import Said
from vodokanal.web import numbers
from vodokanal.web.clock import now, today
from vodokanal.web.dates import day, month
from vodokanal.web.identity import current_actor
from vodokanal.web.wording import refusal_sentence, water

N_ = lazy_gettext


def _impossible_words(error: operations.ImpossibleReadingError) -> str:
    # A resident may type the zeros in front instead of a comma; a number is typed here.
    if isinstance(error.refusal, TooManyDigitsError):
        return _("This meter has %(digits)s digits before the comma.", digits=error.refusal.allowed)
    return refusal_sentence(error.refusal)


def _lower_words(error: operations.LowerThanBeforeError) -> str:
    value = numbers.volume(error.value)
    if error.period is None:
        return _("When it was installed the meter showed %(value)s: now it is less.", value=value)
    return _(
        "For %(month)s the meter showed %(value)s already: now it is less.",
        month=month(error.period),
        value=value,
    )


# The field each refusal is about, and the sentence that says what to mend.
REFUSALS: Mapping[type[RowRefusedError], tuple[str, Callable[[Any], str]]] = {
    operations.NotCommonError: (
        "meter",
        lambda _error: _("This meter is a flat's: name the common meter of a house."),
    ),
    operations.ImpossibleReadingError: ("value", _impossible_words),
    operations.NotInstalledYetError: (
        "taken_on",
        lambda error: _("The meter was installed on %(day)s.", day=day(error.installed_on)),
    ),
    operations.WrongMonthError: (
        "taken_on",
        lambda error: _(
            "A reading for %(month)s is taken in that month or in the next one.",
            month=month(error.period),
        ),
    ),
    operations.LowerThanBeforeError: ("value", _lower_words),
    operations.HigherThanAfterError: (
        "value",
        lambda error: _(
            "For %(month)s the meter showed %(value)s: it cannot have shown more before that.",
            month=month(error.period),
            value=numbers.volume(error.value),
        ),
    ),
}
# What of such a refusal is about the day and not about the digits.
DAY_REFUSALS = (FutureReadingError, MeterRemovedError)


def meter_words(row: HouseReading) -> str:
    """The meter and its water."""
    return f"{row.meter}{BETWEEN}{water(row.meter.kind)}"


def house_words(row: HouseReading) -> str:
    """The house that the meter counts for."""
    return str(row.meter.house.address)


class CommonMeterLoader(MeterLoader):
    """Common meters by serial number and by house."""

    def rows(self) -> ModelSelect:
        return Meter.select(Meter, House).join(House)

    def ids(self) -> ModelSelect:
        return Meter.select(Meter.id).join(House)

    def meant(self, said: Said) -> list[Expression]:
        return [*super().meant(said), *said.houses(Meter.house)]

    def label(self, row: Meter) -> str:
        return BETWEEN.join((str(row.serial), row.house.address, water(row.kind)))


class HouseReadingView(StaffView):
    table, code, area, section = HouseReading, "house_readings", "readings", "month"
    title, adding = N_("Readings of common meters"), N_("New reading of a common meter")
    permissions = dict.fromkeys(("create_view", "edit_view", "ajax_lookup"), "readings.enter")
    column_list = ("period", "house", "meter", "value", "taken_on", "employee")
    form_columns = ("meter", "period", "value", "taken_on")
    column_labels = {
        "period": N_("Month"),
        "house": N_("House"),
        "meter": N_("Common meter"),
        "value": N_("Reading, m³"),
        "taken_on": N_("Taken on"),
        "employee": N_("Entered by"),
    }
    hints = {
        "meter": N_("The serial number, or a part of the address."),
        "value": N_("Cubic metres as the meter shows them, litres after a comma."),
    }
    column_formatters = {
        "house": lambda _view, _context, row, _name: house_words(row),
        "meter": lambda _view, _context, row, _name: meter_words(row),
        "value": lambda _view, _context, row, _name: numbers.reading(row.value, meter=row.meter),
    }
    downloaded = {"house": lambda row: plain(house_words(row))}
    loaders = {"meter": CommonMeterLoader}
    owners = ("meter",)
    filtered_by = ("period",)
    order = (HouseReading.period.desc(),)
    taken = N_("This meter has a reading of that month already: mend that one.")

    def rows(self) -> ModelSelect:
        return (
            HouseReading.select(HouseReading, Meter, House, Employee)
            .join(Meter)
            .join(House)
            .switch(HouseReading)
            .join(Employee, JOIN.LEFT_OUTER)
        )

    def meant(self, said: Said) -> list[Expression]:
        serial = serial_begins(said.text)
        meters = [*([] if serial is None else [serial]), *said.houses(Meter.house)]
        return [said.among(HouseReading.meter, each, key=Meter.id) for each in meters]

    def heading_of(self, row: Any) -> str:
        return BETWEEN.join((house_words(row), month(row.period)))

    def proposed(self) -> dict[str, Any]:
        return {**super().proposed(), "period": Period.of(today()), "taken_on": today()}

    def keep_new(self, values: Mapping[str, Any], *, key: str) -> Table:
        return operations.add_house_reading(
            current_actor(), values, key=key, today=today(), at=now()
        )

    def keep_changed(
        self, row: Any, *, values: Mapping[str, Any], seen: Mapping[str, Any]
    ) -> Table:
        edit = operations.Edit(values, seen)
        return operations.change_house_reading(
            current_actor(), row, edit=edit, today=today(), at=now()
        )

    def note_refusal(self, error: RowRefusedError, form: FlaskForm) -> None:
        if type(error) not in REFUSALS:
            super().note_refusal(error, form)
            return
        name, words = REFUSALS[type(error)]
        if isinstance(error, operations.ImpossibleReadingError):
            name = "taken_on" if isinstance(error.refusal, DAY_REFUSALS) else name
        form[name].errors = [words(error)]
