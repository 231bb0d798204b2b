"""A correction: what is right now, less what has been charged and posted already.

`inputs` of every correction has `is` and `was` in rubles, and where a volume is corrected
`is_volume` and `was_volume` in m³: the line is the one less the other. What else it has is said by
the module that finds the correction.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from vodokanal.billing.account_months import CorrectionLine, PostedCorrection
from vodokanal.billing.line_inputs import NO_MONEY, NO_WATER
from vodokanal.billing.money import rubles
from vodokanal.billing.periods import Period
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.services import Service
from vodokanal.billing.volumes import cubic_metres

MonthService = tuple[Period, Service]


class Total(NamedTuple):
    """Cubic metres and rubles, both signed."""

    volume: Decimal = NO_WATER
    amount: Decimal = NO_MONEY

    def plus(self, other: Total) -> Total:
        """Return both together."""
        return Total(cubic_metres(self.volume + other.volume), rubles(self.amount + other.amount))

    def less(self, other: Total) -> Total:
        """Return by how much this is more than the other."""
        return Total(cubic_metres(self.volume - other.volume), rubles(self.amount - other.amount))


NOTHING = Total()


class Cause(NamedTuple):
    """The row that a correction follows from, by its table's name; several have no id together."""

    table: str = ""
    id: int | None = None


NO_CAUSE = Cause()


class Stand(NamedTuple):
    """What is right now, and what has been charged and posted of it."""

    right: Total
    was: Total


def correction(
    key: MonthService,
    reason: RecalculationReason,
    *,
    stand: Stand,
    explained: Mapping[str, Any],
    cause: Cause = NO_CAUSE,
) -> list[CorrectionLine]:
    """Return the line of the difference, or none where there is no difference."""
    right, was = stand
    difference = right.less(was)
    if difference == NOTHING:
        return []
    inputs = {
        "is": str(right.amount),
        "was": str(was.amount),
        "is_volume": str(right.volume),
        "was_volume": str(was.volume),
        **explained,
    }
    text = json.dumps(inputs, ensure_ascii=False)
    return [CorrectionLine(*key, reason, *difference, text, cause.table, cause.id)]


def posted_totals(
    posted: Iterable[PostedCorrection | CorrectionLine],
    reasons: Collection[RecalculationReason],
    *,
    cause_id: int | None = None,
) -> dict[MonthService, Total]:
    """Return what has been posted for these reasons, and for one cause if it is given."""
    found: dict[MonthService, Total] = {}
    for each in posted:
        is_of_cause = cause_id is None or each.cause_id == cause_id
        if each.reason in reasons and is_of_cause and each.service is not None:
            key = (each.for_period, each.service)
            one = Total(NO_WATER if each.volume is None else each.volume, each.amount)
            found[key] = found.get(key, NOTHING).plus(one)
    return found


def posted_causes(posted: Iterable[PostedCorrection], reason: RecalculationReason) -> set[int]:
    """Return the ids of the rows that corrections have been posted for."""
    return {each.cause_id for each in posted if each.reason is reason and each.cause_id is not None}
