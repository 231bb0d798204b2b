"""The debtors as they were looked for last, anew only when that is cheap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from time import monotonic, perf_counter
from typing import ClassVar

from vodokanal.operations.debtors import Debtor, debtors
from vodokanal.web.clock import now
from vodokanal.web.page import configuration

# Looking through a town of 100 000 accounts takes seconds; a small one is always looked through.
CHEAP_SECONDS = 0.2
# Whoever turns pages and sorts does it within this.
KEPT_SECONDS = 60.0


@dataclass(frozen=True)
class FoundDebtors:
    """The debtors, when they were looked for, and until when they are kept."""

    debtors: Sequence[Debtor]
    counted_at: datetime
    until: float


class _Kept:
    """The costly lists of this process that still hold."""

    found: ClassVar[dict[tuple[str, date, str], FoundDebtors]] = {}


def found_debtors(today: date, *, street: str) -> FoundDebtors:
    """Everybody who is late, of the streets that are meant."""
    of = (configuration().token, today, street)
    _Kept.found = {key: each for key, each in _Kept.found.items() if monotonic() < each.until}
    if of in _Kept.found:
        return _Kept.found[of]
    began = perf_counter()
    found = debtors(today, street=street)
    took = perf_counter() - began
    kept = FoundDebtors(found, now(), monotonic() + KEPT_SECONDS)
    if took > CHEAP_SECONDS:
        _Kept.found = {**_Kept.found, of: kept}
    return kept
