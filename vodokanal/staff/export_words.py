"""What the columns of an export can hold, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext

from vodokanal.models.export_maps import ExportSource

N_ = lazy_gettext

SOURCE_WORDS: Mapping[Any, str] = {
    ExportSource.NOTHING: N_("nothing, stays empty"),
    ExportSource.ADDRESS: N_("address"),
    ExportSource.HOUSE_GIS: N_("house: code in GIS ZhKH"),
    ExportSource.PREMISES_GIS: N_("flat: code in GIS ZhKH"),
    ExportSource.ACCOUNT: N_("account: number"),
    ExportSource.ACCOUNT_GIS: N_("account: ELS"),
    ExportSource.SERVICE_GIS: N_("account: ZhKU identifier"),
    ExportSource.METER_GIS: N_("meter: number in GIS ZhKH"),
    ExportSource.SERIAL: N_("meter: serial number"),
    ExportSource.METER_KIND: N_("meter: own or common"),
    ExportSource.MODEL: N_("meter: model"),
    ExportSource.RESOURCE: N_("cold or hot water"),
    ExportSource.TARIFF_KIND: N_("meter: number of tariffs"),
    ExportSource.PERIOD: N_("reading: month"),
    ExportSource.VALUE: N_("reading: value"),
    ExportSource.TAKEN_ON: N_("reading: day"),
    ExportSource.INITIAL: N_("meter: reading when installed"),
    ExportSource.INSTALLED_ON: N_("meter: day of installation"),
    ExportSource.ADMITTED_ON: N_("meter: day of commissioning"),
    ExportSource.VERIFIED_ON: N_("meter: day of verification"),
    ExportSource.VERIFY_BY: N_("meter: verification valid until"),
    ExportSource.INTERVAL: N_("meter: years between verifications"),
}
