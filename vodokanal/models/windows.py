"""When readings are accepted."""

from __future__ import annotations

from peewee import SQL, CharField, Check, DateField, ForeignKeyField, IntegerField

from vodokanal.models.base import Table, not_before
from vodokanal.models.fields import MomentField, PeriodField
from vodokanal.models.people import Employee
from vodokanal.models.places import District


class ReadingWindow(Table):
    """The days of a month, both inclusive, in which readings are accepted.

    `to_day` before `from_day` crosses the month's end. A row without a district is for all.
    """

    district = ForeignKeyField(District, null=True, backref="windows", on_delete="RESTRICT")
    from_day = IntegerField(default=10)
    to_day = IntegerField(default=20)
    starts_on = DateField()
    ends_on = DateField(null=True)

    class Meta:
        constraints = [
            Check("from_day BETWEEN 1 AND 31"),
            Check("to_day BETWEEN 1 AND 31"),
            not_before("ends_on", "starts_on"),
        ]


class WindowExtension(Table):
    """One month's last day moved later by the chief, with a sentence shown to all."""

    period = PeriodField()
    district = ForeignKeyField(District, null=True, backref="extensions", on_delete="RESTRICT")
    ends_on = DateField()
    sentence = CharField(max_length=300)
    decided_by = ForeignKeyField(Employee, null=True, on_delete="RESTRICT")
    decided_at = MomentField()

    class Meta:
        constraints = [Check("sentence <> ''")]


# NULLs differ in a unique index, so the rule for all and the rules of districts need one each.
ReadingWindow.add_index(
    ReadingWindow.starts_on,
    unique=True,
    where=SQL("district_id IS NULL"),
    name="reading_window_all_once",
)
ReadingWindow.add_index(
    ReadingWindow.district,
    ReadingWindow.starts_on,
    unique=True,
    where=SQL("district_id IS NOT NULL"),
    name="reading_window_district_once",
)
WindowExtension.add_index(
    WindowExtension.period,
    unique=True,
    where=SQL("district_id IS NULL"),
    name="window_extension_all_once",
)
WindowExtension.add_index(
    WindowExtension.district,
    WindowExtension.period,
    unique=True,
    where=SQL("district_id IS NOT NULL"),
    name="window_extension_district_once",
)

TABLES = (ReadingWindow, WindowExtension)
