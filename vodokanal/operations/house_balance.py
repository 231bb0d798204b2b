"""What a house's common meter counted beside what its flats are charged by; it charges nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from vodokanal.billing.methods import Method
from vodokanal.billing.months import MonthReading, monthly_volumes
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind
from vodokanal.billing.services import Charging, Service
from vodokanal.models.accounts import Account, AccountService
from vodokanal.models.fields import total
from vodokanal.models.house_readings import HouseReading
from vodokanal.models.meters import Meter
from vodokanal.models.months import ChargeLine
from vodokanal.models.places import House, Premises

NOTHING = Decimal("0.000")
HUNDRED, TENTH = Decimal(100), Decimal("0.1")
# So many meters are asked for at a time.
AT_A_TIME = 500
SERVICES = {Kind.COLD: Service.COLD, Kind.HOT: Service.HOT}
KINDS = {service: kind for kind, service in SERVICES.items()}


@dataclass(frozen=True)
class HouseBalance:
    """A house's month of one water in m³; `common` is None where its meter does not tell.

    `unread` is then the month without a reading: this one or the one before it. `is_only_counted`
    says that the flats' hot water is billed by others: it has no lines, so their volume is 0.
    """

    house: House
    kind: Kind
    common: Decimal | None
    flats: Mapping[Method, Decimal] = field(default_factory=dict)
    unread: Period | None = None
    is_only_counted: bool = False

    @property
    def charged(self) -> Decimal:
        """What the flats are charged by together."""
        return sum(self.flats.values(), NOTHING)

    @property
    def difference(self) -> Decimal | None:
        """What nobody is charged by; negative where the flats have more than came in."""
        return None if self.common is None else self.common - self.charged

    @property
    def per_cent(self) -> Decimal | None:
        """The same in per cent of what came in, to a tenth."""
        if self.difference is None or not self.common:
            return None
        return (self.difference * HUNDRED / self.common).quantize(TENTH)


@dataclass(frozen=True)
class MeterMonth:
    """What a common meter counted in a month in m³, or which month it was not read for."""

    volume: Decimal | None
    unread: Period | None = None


def house_balances(period: Period, *, district: int | None = None) -> list[HouseBalance]:
    """Every house with a common meter in that month, in the order of streets; a few statements.

    A month of a meter is its reading less the one of the month before; a new meter begins with its
    first value, a removed one ends with its last. Meters of one water add up: a month for which one
    of them is not known is not known. Volumes of flats are those of the month's charge lines,
    drafts included.
    """
    meters = _house_meters(period, district)
    months = _months(meters, period)
    flats = _flats({meter.house_id for meter in meters}, period)
    only_counted = _only_counted(period)
    found = []
    for (house, kind), each in groupby(meters, key=lambda meter: (meter.house, meter.kind)):
        common, unread = _together([months[meter.id] for meter in each])
        volumes = flats.get((house.id, kind), {})
        counted = kind is Kind.HOT and house.id in only_counted
        found.append(HouseBalance(house, kind, common, volumes, unread, counted))
    return found


def _together(months: Sequence[MeterMonth]) -> tuple[Decimal | None, Period | None]:
    """What meters of one water counted together, or a month that one was not read for."""
    known = [each.volume for each in months if each.volume is not None]
    if len(known) == len(months):
        return sum(known, NOTHING), None
    return None, next((each.unread for each in months if each.unread is not None), None)


def _house_meters(period: Period, district: int | None) -> list[Meter]:
    query = (
        Meter.select(Meter, House)
        .join(House)
        .where(
            Meter.installed_on <= period.last_day,
            Meter.removed_on.is_null() | (Meter.removed_on >= period.first_day),
        )
        .order_by(House.sort_key, House.id, Meter.kind, Meter.id)
    )
    if district is not None:
        query = query.where(House.district == district)
    return list(query)


def _months(meters: Sequence[Meter], period: Period) -> dict[int, MeterMonth]:
    """What each meter counted in the month, by its own readings."""
    found: dict[int, MeterMonth] = {}
    for start in range(0, len(meters), AT_A_TIME):
        some = meters[start : start + AT_A_TIME]
        readings: dict[int, list[MonthReading]] = defaultdict(list)
        rows = (
            HouseReading.select()
            .where(
                HouseReading.meter.in_([meter.id for meter in some]),
                HouseReading.period.in_((period.previous, period)),
            )
            .order_by(HouseReading.period)
        )
        for row in rows:
            readings[row.meter_id].append(MonthReading(row.period, row.value))
        for meter in some:
            found[meter.id] = _month_of(meter, readings[meter.id], period=period)
    return found


def _month_of(meter: Meter, readings: Sequence[MonthReading], *, period: Period) -> MeterMonth:
    values, begun = list(readings), Period.of(meter.installed_on)
    removed = meter.removed_on
    is_last = removed is not None and Period.of(removed) == period
    if is_last and meter.final_reading is not None:
        values.append(MonthReading(period, meter.final_reading))
    if not values or values[-1].period != period:
        return MeterMonth(None, period)
    if begun >= period.previous:
        values.insert(0, MonthReading(begun, meter.initial_reading))
    elif values[0].period == period:
        return MeterMonth(None, period.previous)
    return MeterMonth(monthly_volumes(values, digits_before=meter.digits_before)[-1].volume)


def _only_counted(period: Period) -> frozenset[int]:
    """The houses with a hot common meter in which somebody's hot water is counted, not charged."""
    is_hot = (Meter.kind == Kind.HOT) & ~Meter.house.is_null()
    rows = (
        AccountService.select(Premises.house)
        .join(Account)
        .join(Premises)
        .where(
            Premises.house.in_(Meter.select(Meter.house).where(is_hot)),
            AccountService.service == Service.HOT,
            AccountService.charging == Charging.COUNTED,
            AccountService.starts_on <= period.last_day,
            AccountService.ends_on.is_null() | (AccountService.ends_on >= period.first_day),
        )
        .distinct()
        .tuples()
    )
    return frozenset(house for (house,) in rows)


def _flats(houses: Iterable[int], period: Period) -> dict[tuple[int, Kind], dict[Method, Decimal]]:
    """The volumes that the houses' accounts are charged by, by how they were found."""
    rows = (
        ChargeLine.select(
            Premises.house, ChargeLine.service, ChargeLine.method, total(ChargeLine.volume)
        )
        .join(Account)
        .join(Premises)
        .where(ChargeLine.period == period, ChargeLine.service.in_(list(KINDS)))
        .group_by(Premises.house, ChargeLine.service, ChargeLine.method)
        .tuples()
    )
    wanted = set(houses)
    found: dict[tuple[int, Kind], dict[Method, Decimal]] = {}
    for house, service, method, volume in rows:
        if house in wanted:
            found.setdefault((house, KINDS[service]), {})[method] = volume
    return found
