"""The breaks in supply that a month has to look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from vodokanal.billing.account_months import BreakFact
from vodokanal.billing.periods import Period
from vodokanal.models.recalculations import Interruption


@dataclass(frozen=True)
class Breaks:
    """The breaks that a month has to look at, by district and by house."""

    by_district: Mapping[int, Sequence[BreakFact]]
    by_house: Mapping[int, Sequence[BreakFact]]

    def of(self, district: int, house: int) -> Sequence[BreakFact]:
        """Those of one house."""
        if not self.by_district and not self.by_house:
            return ()
        return (*self.by_district.get(district, ()), *self.by_house.get(house, ()))


def get_breaks(period: Period, *, since: datetime | None, zone: ZoneInfo) -> Breaks:
    """The breaks of the month, and those of earlier ones entered `since`; one statement."""
    begins = datetime(period.year, period.month, 1, tzinfo=zone)
    ends = datetime(period.next.year, period.next.month, 1, tzinfo=zone)
    matters = Interruption.ended_at > begins
    if since is not None:
        matters = matters | (Interruption.created_at >= since)
    districts: dict[int, list[BreakFact]] = defaultdict(list)
    houses: dict[int, list[BreakFact]] = defaultdict(list)
    query = Interruption.select().where(matters, Interruption.began_at < ends)
    for row in query.order_by(Interruption.began_at, Interruption.id):
        fact = BreakFact(
            row.id, row.service, _local(row.began_at, zone), _local(row.ended_at, zone)
        )
        if row.house_id is None:
            districts[row.district_id].append(fact)
        else:
            houses[row.house_id].append(fact)
    return Breaks(districts, houses)


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
