"""Tables for ГИС ЖКХ: the columns that the staff have chosen, filled from meters and readings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from peewee import JOIN, Expression, fn

from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind, ReadingState
from vodokanal.formats.sheets import Cell, Sheet
from vodokanal.models.accounts import Account
from vodokanal.models.export_maps import ExportColumn, ExportSheet, ExportSource
from vodokanal.models.meters import Meter
from vodokanal.models.places import House, Premises
from vodokanal.models.readings import Reading

TITLES = {ExportSheet.READINGS: "Импорт показаний ИПУ", ExportSheet.METERS: "Сведения о ПУ"}
RESOURCES = {Kind.COLD: "Холодная вода", Kind.HOT: "Горячая вода"}
OWN, COMMON, ONE_TARIFF = "Индивидуальный", "Коллективный (общедомовой)", "Однотарифный"
# As the form wants a value: seven decimals.
EXACT = Decimal("0.0000001")
MONTHS, DAYS = 12, 30
TEENS = range(11, 15)
FEW = range(2, 5)

IN_ORDER = (House.sort_key, House.id, Premises.sort_key, Account.id, Meter.id)


@dataclass(frozen=True)
class Seen:
    """A meter with its places, and the reading where the table is about readings."""

    meter: Any
    premises: Any
    house: Any
    reading: Any = None


def columns_of(sheet: ExportSheet) -> list[ExportColumn]:
    """The columns of a table in their order; what the staff left out keeps its place empty."""
    query = ExportColumn.select().where(ExportColumn.sheet == sheet)
    return list(query.order_by(ExportColumn.position))


def export_sheet(
    sheet: ExportSheet, columns: Sequence[ExportColumn], *, period: Period
) -> tuple[Sheet, Iterator[list[Cell]]]:
    """A table's headings and its rows: readings of a month, or all meters that hang."""
    last = max((int(column.position) for column in columns), default=0)
    by_position = {column.position: column for column in columns}
    places = [by_position.get(at) for at in range(1, last + 1)]
    heads = ["" if column is None else str(column.title) for column in places]
    sources = [ExportSource.NOTHING if column is None else column.source for column in places]
    rows = _readings(period) if sheet is ExportSheet.READINGS else _meters()
    return Sheet(TITLES[sheet], heads), ([VALUES[each](seen) for each in sources] for seen in rows)


@dataclass(frozen=True)
class Numbered:
    """How many rows a table has, and how many of them name no meter of ГИС ЖКХ's own."""

    rows: int
    without: int


def count_numbered(sheet: ExportSheet, *, period: Period) -> Numbered:
    """The rows that `export_sheet` would give, and those without ГИС ЖКХ's number; one statement.

    Its form of readings finds a meter by that number alone.
    """
    query = Meter.select(fn.COUNT(Meter.id), fn.COUNT(fn.NULLIF(Meter.gis_number, "")))
    if sheet is ExportSheet.READINGS:
        query = query.join(Reading).where(_is_given(period))
    else:
        query = query.where(Meter.removed_on.is_null())
    rows, numbered = query.tuples().first()
    return Numbered(rows, rows - numbered)


def _is_given(period: Period) -> Expression:
    found: Expression = (Reading.period == period) & (Reading.state == ReadingState.ACCEPTED)
    return found


def _readings(period: Period) -> Iterator[Seen]:
    query = (
        Reading.select(Reading, Meter, Account, Premises, House)
        .join(Meter)
        .join(Account)
        .join(Premises)
        .join(House)
        .where(_is_given(period))
        .order_by(*IN_ORDER)
    )
    for row in query.iterator():
        premises = row.meter.account.premises
        yield Seen(row.meter, premises, premises.house, row)


def _meters() -> Iterator[Seen]:
    common = House.alias()
    query = (
        Meter.select(Meter, Account, Premises, House, common)
        .join(Account, JOIN.LEFT_OUTER)
        .join(Premises, JOIN.LEFT_OUTER)
        .join(House, JOIN.LEFT_OUTER)
        .switch(Meter)
        .join(common, JOIN.LEFT_OUTER, on=(Meter.house == common.id), attr="house")
        .where(Meter.removed_on.is_null())
        .order_by(*IN_ORDER)
    )
    for meter in query.iterator():
        premises = None if meter.account_id is None else meter.account.premises
        yield Seen(meter, premises, meter.house if premises is None else premises.house)


def _address(seen: Seen) -> str:
    place = seen.house if seen.premises is None else seen.premises
    return str(place.address).replace("\N{NO-BREAK SPACE}", " ")


def _account(name: str) -> Callable[[Seen], Cell]:
    """A column of the account; nothing for a meter of a whole house."""
    return lambda seen: (
        "" if seen.premises is None else str(getattr(seen.meter.account, name) or "")
    )


def _day(name: str) -> Callable[[Seen], Cell]:
    return lambda seen: _written(getattr(seen.meter, name))


def _written(day: date | None) -> str:
    return "" if day is None else day.strftime("%d.%m.%Y")


def _interval(seen: Seen) -> str:
    """The years from one verification to the next, as the form words them."""
    first, last = seen.meter.verified_on, seen.meter.verify_by
    if first is None or last is None:
        return ""
    # The last day of validity is the day before the anniversary.
    years = ((last.year - first.year) * MONTHS + last.month - first.month + 1) // MONTHS
    if years % 10 == 1 and years % 100 not in TEENS:
        return f"{years} год"
    return f"{years} года" if years % 10 in FEW and years % 100 not in TEENS else f"{years} лет"


VALUES: Mapping[ExportSource, Callable[[Seen], Cell]] = {
    ExportSource.NOTHING: lambda _seen: "",
    ExportSource.ADDRESS: _address,
    ExportSource.HOUSE_GIS: lambda seen: seen.house.gis_guid or "",
    ExportSource.PREMISES_GIS: lambda seen: "" if seen.premises is None else seen.premises.gis_guid,
    ExportSource.ACCOUNT: _account("number"),
    ExportSource.ACCOUNT_GIS: _account("gis_account_id"),
    ExportSource.SERVICE_GIS: _account("gis_service_id"),
    ExportSource.METER_GIS: lambda seen: seen.meter.gis_number or "",
    ExportSource.SERIAL: lambda seen: str(seen.meter.serial),
    ExportSource.METER_KIND: lambda seen: COMMON if seen.premises is None else OWN,
    ExportSource.MODEL: lambda seen: str(seen.meter.model),
    ExportSource.RESOURCE: lambda seen: RESOURCES[seen.meter.kind],
    ExportSource.TARIFF_KIND: lambda _seen: ONE_TARIFF,
    ExportSource.PERIOD: lambda seen: (
        "" if seen.reading is None else seen.reading.period.first_day.strftime("%m.%Y")
    ),
    ExportSource.VALUE: lambda seen: (
        "" if seen.reading is None else seen.reading.value.quantize(EXACT)
    ),
    ExportSource.TAKEN_ON: lambda seen: (
        "" if seen.reading is None else _written(seen.reading.taken_on)
    ),
    ExportSource.INITIAL: lambda seen: seen.meter.initial_reading.quantize(EXACT),
    ExportSource.INSTALLED_ON: _day("installed_on"),
    ExportSource.ADMITTED_ON: _day("commissioned_on"),
    ExportSource.VERIFIED_ON: _day("verified_on"),
    ExportSource.VERIFY_BY: _day("verify_by"),
    ExportSource.INTERVAL: _interval,
}
