"""A calculated month beside the one before: whose sum has changed most."""

from __future__ import annotations

from typing import Any

from peewee import Case, fn

from vodokanal.billing.periods import Period
from vodokanal.models.fields import whole_total
from vodokanal.models.months import ChargeLine

LARGEST = 10


def largest_changes(period: Period) -> list[list[Any]]:
    """Ten accounts whose sums differ most from last month's: id, last month's kopecks, this one's."""
    # Without a cast each of them would be read as rubles.
    kopecks = ChargeLine.amount.cast("BIGINT")
    now = whole_total(Case(None, [(ChargeLine.period == period, kopecks)], 0))
    before = whole_total(Case(None, [(ChargeLine.period != period, kopecks)], 0))
    query = (
        ChargeLine.select(ChargeLine.account, before.alias("before"), now.alias("now"))
        .where(ChargeLine.period.in_([period.previous, period]))
        .group_by(ChargeLine.account)
        .order_by(fn.ABS(now - before).desc(), ChargeLine.account)
        .limit(LARGEST)
    )
    return [[account, int(was), int(has)] for account, was, has in query.tuples()]
