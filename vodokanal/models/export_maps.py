"""The columns of tables that others ask for: which letter, which heading, what stands there."""

from __future__ import annotations

from enum import StrEnum

from peewee import CharField, IntegerField

from vodokanal.models.base import Table, one_of
from vodokanal.models.fields import ChoiceField


class ExportSheet(StrEnum):
    """The tables of ГИС ЖКХ that the portal fills in."""

    READINGS = "gis_readings"
    METERS = "gis_meters"


class ExportSource(StrEnum):
    """What a column can hold; `nothing` keeps its place empty."""

    NOTHING = "nothing"
    ADDRESS = "address"
    HOUSE_GIS = "house_gis"
    PREMISES_GIS = "premises_gis"
    ACCOUNT = "account"
    ACCOUNT_GIS = "account_gis"
    SERVICE_GIS = "service_gis"
    METER_GIS = "meter_gis"
    SERIAL = "serial"
    METER_KIND = "meter_kind"
    MODEL = "model"
    RESOURCE = "resource"
    TARIFF_KIND = "tariff_kind"
    PERIOD = "period"
    VALUE = "value"
    TAKEN_ON = "taken_on"
    INITIAL = "initial"
    INSTALLED_ON = "installed_on"
    ADMITTED_ON = "admitted_on"
    VERIFIED_ON = "verified_on"
    VERIFY_BY = "verify_by"
    INTERVAL = "interval"


class ExportColumn(Table):
    """One column of such a table; `position` counts from 1, as A, B, C do."""

    sheet = ChoiceField(ExportSheet)
    position = IntegerField()
    title = CharField(max_length=200)
    source = ChoiceField(ExportSource)

    class Meta:
        indexes = ((("sheet", "position"), True),)
        constraints = [one_of("sheet", ExportSheet), one_of("source", ExportSource)]

    def __str__(self) -> str:
        return str(self.title)


TABLES = (ExportColumn,)
