"""How many accounts of each district have not sent, counted anew only when that is cheap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from time import monotonic, perf_counter

from vodokanal.billing.periods import Period
from vodokanal.operations.silent import DistrictSilence, silent_by_district
from vodokanal.web.clock import now
from vodokanal.web.page import configuration

# Counting a town of 200 000 accounts takes a quarter of a second; a small one is always counted.
CHEAP_SECONDS = 0.05
KEPT_SECONDS = 300.0


@dataclass(frozen=True)
class Counts:
    """The districts with their numbers, and since when these are so where they were kept."""

    districts: Sequence[DistrictSilence]
    counted_at: datetime
    kept_until: float
    of: tuple[str, Period, date]


class _Kept:
    """The last costly counting of this process."""

    counts: Counts | None = None


def silence_counts(period: Period, today: date) -> Counts:
    """Every district with its number of silent accounts; one statement, or none."""
    kept, of = _Kept.counts, (configuration().token, period, today)
    if kept is not None and kept.of == of and monotonic() < kept.kept_until:
        return kept
    began = perf_counter()
    districts = silent_by_district(period, today)
    took = perf_counter() - began
    counts = Counts(districts, now(), monotonic() + KEPT_SECONDS, of)
    if took > CHEAP_SECONDS:
        _Kept.counts = counts
    return counts
