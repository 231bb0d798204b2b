"""Readings of the common meters of houses: they charge nobody, so no account sends them."""

from __future__ import annotations

from peewee import Check, DateField, ForeignKeyField

from vodokanal.models.base import Table
from vodokanal.models.fields import MomentField, PeriodField, VolumeField
from vodokanal.models.meters import Meter
from vodokanal.models.people import Employee


class HouseReading(Table):
    """What a house's common meter showed for a month; a slip is mended in place."""

    # Its index is the first half of (meter, period).
    meter = ForeignKeyField(Meter, backref="house_readings", on_delete="RESTRICT", index=False)
    period = PeriodField()
    value = VolumeField()
    taken_on = DateField()
    employee = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    created_at = MomentField()

    class Meta:
        # The second one is the list of a month.
        indexes = ((("meter", "period"), True), (("period", "id"), False))
        constraints = [Check("value >= 0")]


TABLES = (HouseReading,)
