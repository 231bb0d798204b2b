"""The columns of ГИС ЖКХ's tables that a new database starts with; the staff change them as forms change.

The order of meters_readings_individual_13_1_3_1.xlsx and meters_info_11_10_0_3.xlsx.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vodokanal.models.export_maps import ExportSheet, ExportSource

NOTHING = ExportSource.NOTHING
READINGS: Sequence[tuple[str, ExportSource]] = (
    ("Адрес дома", ExportSource.ADDRESS),
    ("Номер ПУ в ГИС ЖКХ", ExportSource.METER_GIS),
    ("Коммунальный ресурс", ExportSource.RESOURCE),
    ("Период, за который передаются показания", ExportSource.PERIOD),
    ("Значение (Т1)", ExportSource.VALUE),
    ("Значение (Т2)", NOTHING),
    ("Значение (Т3)", NOTHING),
    ("Дата снятия показания", ExportSource.TAKEN_ON),
)
METERS: Sequence[tuple[str, ExportSource]] = (
    ("Заводской номер", ExportSource.SERIAL),
    ("Вид ПУ", ExportSource.METER_KIND),
    ("Марка", ExportSource.MODEL),
    ("Модель", ExportSource.MODEL),
    ("Адрес", ExportSource.ADDRESS),
    ("Идентификатор дома", ExportSource.HOUSE_GIS),
    ("Идентификатор помещения", ExportSource.PREMISES_GIS),
    ("Идентификатор комнаты", NOTHING),
    ("Номер ЛС/ЕЛС/ЖКУ", ExportSource.ACCOUNT),
    ("Наличие дистанционного снятия показаний", NOTHING),
    ("Информация о дистанционном снятии показаний", NOTHING),
    ("L", NOTHING),
    ("M", NOTHING),
    ("N", NOTHING),
    ("Вид ресурса", ExportSource.RESOURCE),
    ("Вид ПУ по количеству тарифов", ExportSource.TARIFF_KIND),
    ("Базовое показание (Т1)", ExportSource.INITIAL),
    ("Базовое показание (Т2)", NOTHING),
    ("Базовое показание (Т3)", NOTHING),
    ("T", NOTHING),
    ("Дата установки", ExportSource.INSTALLED_ON),
    ("Дата ввода в эксплуатацию", ExportSource.ADMITTED_ON),
    ("Дата последней поверки", ExportSource.VERIFIED_ON),
    ("Дата опломбирования", NOTHING),
    ("Межповерочный интервал", ExportSource.INTERVAL),
    ("Z", NOTHING),
    ("AA", NOTHING),
    ("AB", NOTHING),
    ("AC", NOTHING),
    ("Номер ПУ в ГИС ЖКХ", ExportSource.METER_GIS),
    ("AE", NOTHING),
)


def first_columns() -> list[Mapping[str, Any]]:
    """The rows of both tables' columns, counted from 1."""
    return [
        {"sheet": sheet, "position": at, "title": title, "source": source}
        for sheet, columns in ((ExportSheet.READINGS, READINGS), (ExportSheet.METERS, METERS))
        for at, (title, source) in enumerate(columns, start=1)
    ]
