"""A year of an account's readings: what was counted, who read it, what was corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from vodokanal.billing.months import MonthVolume
from vodokanal.billing.periods import MONTHS, Period
from vodokanal.billing.readings import ReadingState
from vodokanal.models.meters import Meter
from vodokanal.models.readings import Reading, ReadingSettlement
from vodokanal.operations.consumption import volumes_of
from vodokanal.operations.meters import GONE, KNOWN, MONTHS_OF_HISTORY
from vodokanal.operations.settlements import settlements_of


@dataclass(frozen=True)
class MeterYear:
    """A meter's year: volumes, the readings that count, those they replaced, those not taken.

    `reasons` says of the last ones, by their ids, why.
    """

    meter: Meter
    volumes: Mapping[Period, MonthVolume]
    readings: Mapping[Period, Reading]
    replaced: Mapping[Period, Sequence[Reading]]
    refused: Mapping[Period, Sequence[Reading]]
    reasons: Mapping[int, ReadingSettlement]


@dataclass(frozen=True)
class Year:
    """Twelve months, oldest first, of every meter that worked in them."""

    periods: Sequence[Period]
    meters: Sequence[MeterYear]


def year_of(account_id: int, *, today: date) -> Year:
    """The last twelve months of an account, removed meters included; two statements, or three."""
    since = Period.of(today).plus(-MONTHS_OF_HISTORY)
    meters = _meters_since(account_id, Period.of(today).plus(-MONTHS).first_day)
    query = Reading.select().where(
        Reading.meter.in_([meter.id for meter in meters]), Reading.period >= since
    )
    readings = list(query.order_by(Reading.period, Reading.id))
    refused = [each.id for each in readings if each.state == ReadingState.REFUSED]
    reasons = settlements_of(refused)
    years = [
        _year(
            meter,
            [each for each in readings if each.meter_id == meter.id],
            reasons=reasons,
            since=since,
        )
        for meter in meters
    ]
    # The current month joins the year as soon as there is something to show for it.
    known = {period for each in years for period in (*each.volumes, *each.readings, *each.refused)}
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


def _year(
    meter: Meter,
    readings: Sequence[Reading],
    *,
    reasons: Mapping[int, ReadingSettlement],
    since: Period,
) -> MeterYear:
    known = [each for each in readings if each.state in KNOWN]
    return MeterYear(
        meter=meter,
        volumes={each.period: each for each in volumes_of(meter, known, since=since)},
        readings={each.period: each for each in readings if each.state not in GONE},
        replaced=_by_period(readings, ReadingState.REPLACED),
        refused=_by_period(readings, ReadingState.REFUSED),
        reasons=reasons,
    )


def _by_period(
    readings: Sequence[Reading], state: ReadingState
) -> Mapping[Period, Sequence[Reading]]:
    found: dict[Period, list[Reading]] = {}
    for each in readings:
        if each.state == state:
            found.setdefault(each.period, []).append(each)
    return found


def _says_anything(year: MeterYear, periods: Sequence[Period]) -> bool:
    said = {*year.volumes, *year.readings, *year.refused}
    return any(period in said for period in periods)
