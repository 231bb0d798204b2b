"""The breaks in supply that a month has to look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from peewee import Expression

from vodokanal.billing.account_months import BreakFact
from vodokanal.billing.periods import Period
from vodokanal.models.recalculations import Interruption


@dataclass(frozen=True)
class Breaks:
    """The breaks that a month has to look at, by district and by house."""

    by_district: Mapping[int, Sequence[BreakFact]]
    by_house: Mapping[int, Sequence[BreakFact]]

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.by_district or self.by_house)

    def of(self, district: int, house: int) -> Sequence[BreakFact]:
        """Those of one house."""
        if not self:
            return ()
        return (*self.by_district.get(district, ()), *self.by_house.get(house, ()))


def get_breaks(period: Period, *, since: datetime | None, zone: ZoneInfo) -> Breaks:
    """The breaks of the month, and those of earlier ones entered `since`; one statement."""
    matters = Interruption.ended_at > _first_moment(period, zone)
    if since is not None:
        matters = matters | (Interruption.created_at >= since)
    return _breaks(matters & _begun_by(period, zone), zone=zone)


def get_all_breaks(first: Period, last: Period, *, zone: ZoneInfo) -> Breaks:
    """The breaks from one month to another, both inclusive, whenever entered; one statement."""
    matters = Interruption.ended_at > _first_moment(first, zone)
    return _breaks(matters & _begun_by(last, zone), zone=zone)


def _begun_by(period: Period, zone: ZoneInfo) -> Expression:
    found: Expression = Interruption.began_at < _first_moment(period.next, zone)
    return found


def _breaks(matters: Expression, *, zone: ZoneInfo) -> Breaks:
    districts: dict[int, list[BreakFact]] = defaultdict(list)
    houses: dict[int, list[BreakFact]] = defaultdict(list)
    for row in (
        Interruption.select().where(matters).order_by(Interruption.began_at, Interruption.id)
    ):
        fact = BreakFact(
            row.id, row.service, _local(row.began_at, zone), _local(row.ended_at, zone)
        )
        if row.house_id is None:
            districts[row.district_id].append(fact)
        else:
            houses[row.house_id].append(fact)
    return Breaks(districts, houses)


def _first_moment(period: Period, zone: ZoneInfo) -> datetime:
    return datetime(period.year, period.month, 1, tzinfo=zone)


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
