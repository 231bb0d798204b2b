"""A year of an account's readings: what was counted, who read it, what was corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from vodokanal.billing.months import MonthVolume
from vodokanal.billing.periods import MONTHS, Period
from vodokanal.billing.readings import ReadingState
from vodokanal.models.meters import Meter
from vodokanal.models.readings import Reading
from vodokanal.operations.consumption import volumes_of
from vodokanal.operations.meters import GONE, KNOWN, MONTHS_OF_HISTORY


@dataclass(frozen=True)
class MeterYear:
    """A meter's year: volumes, the readings that count, and those they replaced."""

    meter: Meter
    volumes: Mapping[Period, MonthVolume]
    readings: Mapping[Period, Reading]
    replaced: Mapping[Period, Sequence[Reading]]


@dataclass(frozen=True)
class Year:
    """Twelve months, oldest first, of every meter that worked in them."""

    periods: Sequence[Period]
    meters: Sequence[MeterYear]


def year_of(account_id: int, *, today: date) -> Year:
    """The last twelve months of an account, removed meters included; two statements."""
    since = Period.of(today).plus(-MONTHS_OF_HISTORY)
    meters = _meters_since(account_id, Period.of(today).plus(-MONTHS).first_day)
    query = Reading.select().where(
        Reading.meter.in_([meter.id for meter in meters]), Reading.period >= since
    )
    readings = list(query.order_by(Reading.period, Reading.id))
    years = [
        _year(meter, [each for each in readings if each.meter_id == meter.id], since=since)
        for meter in meters
    ]
    # The current month joins the year as soon as there is something to show for it.
    known = {period for each in years for period in (*each.volumes, *each.readings)}
    last = max({Period.of(today).previous, *known})
    periods = [last.plus(step) for step in range(1 - MONTHS, 1)]
    return Year(periods, [each for each in years if _says_anything(each, periods)])


def _meters_since(account_id: int, first_day: date) -> list[Meter]:
    return list(
        Meter.select()
        .where(
            Meter.account == account_id,
            Meter.removed_on.is_null() | (Meter.removed_on >= first_day),
        )
        .order_by(Meter.removed_on.is_null().desc(), Meter.kind, Meter.place, Meter.id)
    )


def _year(meter: Meter, readings: Sequence[Reading], *, since: Period) -> MeterYear:
    replaced: dict[Period, list[Reading]] = {}
    for each in readings:
        if each.state == ReadingState.REPLACED:
            replaced.setdefault(each.period, []).append(each)
    known = [each for each in readings if each.state in KNOWN]
    return MeterYear(
        meter=meter,
        volumes={each.period: each for each in volumes_of(meter, known, since=since)},
        readings={each.period: each for each in readings if each.state not in GONE},
        replaced=replaced,
    )


def _says_anything(year: MeterYear, periods: Sequence[Period]) -> bool:
    return any(period in year.volumes or period in year.readings for period in periods)
