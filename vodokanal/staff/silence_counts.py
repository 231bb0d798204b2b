"""How many accounts of each district have not sent, counted anew only when that is cheap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from time import monotonic, perf_counter
from typing import ClassVar

from vodokanal.billing.periods import Period
from vodokanal.operations.silent import DistrictSilence, silent_by_district
from vodokanal.web.clock import now
from vodokanal.web.page import configuration

# Counting a town of 200 000 accounts takes a quarter of a second; a small one is always counted.
CHEAP_SECONDS = 0.05
KEPT_SECONDS = 300.0


@dataclass(frozen=True)
class Counts:
    """The districts with their numbers, when these were counted, and until when they are kept."""

    districts: Sequence[DistrictSilence]
    counted_at: datetime
    until: float


class _Kept:
    """The costly countings of this process that still hold."""

    counts: ClassVar[dict[tuple[str, Period, date], Counts]] = {}


def silence_counts(period: Period, today: date) -> Counts:
    """Every district with its number of silent accounts; one statement, or none."""
    of = (configuration().token, period, today)
    _Kept.counts = {key: each for key, each in _Kept.counts.items() if monotonic() < each.until}
    if of in _Kept.counts:
        return _Kept.counts[of]
    began = perf_counter()
    districts = silent_by_district(period, today)
    took = perf_counter() - began
    counts = Counts(districts, now(), monotonic() + KEPT_SECONDS)
    if took > CHEAP_SECONDS:
        _Kept.counts = {**_Kept.counts, of: counts}
    return counts
