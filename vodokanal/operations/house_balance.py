"""What a house's common meter counted beside what its flats are charged by; it charges nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from vodokanal.billing.methods import Method
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind
from vodokanal.billing.services import Service
from vodokanal.models.accounts import Account
from vodokanal.models.fields import total
from vodokanal.models.meters import Meter
from vodokanal.models.months import ChargeLine
from vodokanal.models.places import House, Premises
from vodokanal.operations.consumption import volumes_of
from vodokanal.operations.meters import stories_since

NOTHING = Decimal("0.000")
HUNDRED, TENTH = Decimal(100), Decimal("0.1")
# So many meters are asked for at a time.
AT_A_TIME = 500
SERVICES = {Kind.COLD: Service.COLD, Kind.HOT: Service.HOT}
KINDS = {service: kind for kind, service in SERVICES.items()}
# Before the first reading that anybody knows of.
LONG_AGO = Period(1, 1)


@dataclass(frozen=True)
class HouseBalance:
    """A house's month of one water in m³; `common` is None where its meter was not read."""

    house: House
    kind: Kind
    common: Decimal | None
    flats: Mapping[Method, Decimal] = field(default_factory=dict)

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


def house_balances(period: Period, *, district: int | None = None) -> list[HouseBalance]:
    """Every house with a common meter in that month, in the order of streets; a few statements.

    Meters of one water add up: a month for which one of them is not known is not known. Volumes of
    flats are those of the month's charge lines, drafts included.
    """
    meters = _house_meters(period, district)
    volumes = _volumes(meters, period)
    flats = _flats({meter.house_id for meter in meters}, period)
    found = []
    for (house, kind), each in groupby(meters, key=lambda meter: (meter.house, meter.kind)):
        counted = [volumes[meter.id] for meter in each]
        known = [volume for volume in counted if volume is not None]
        common = sum(known, NOTHING) if len(known) == len(counted) else None
        found.append(HouseBalance(house, kind, common, flats.get((house.id, kind), {})))
    return found


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


def _volumes(meters: Sequence[Meter], period: Period) -> dict[int, Decimal | None]:
    """What each meter counted in the month, by its own readings."""
    found: dict[int, Decimal | None] = {}
    for start in range(0, len(meters), AT_A_TIME):
        for story in stories_since(meters[start : start + AT_A_TIME], period.previous):
            volumes = volumes_of(story.meter, story.known, since=LONG_AGO)
            found[story.meter.id] = next(
                (each.volume for each in volumes if each.period == period), None
            )
    return found


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
