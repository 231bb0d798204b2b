"""Which months of an account a page shows: the last year, or what its address asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import request

from vodokanal.billing.periods import MONTHS, NotAPeriodError, Period, months_between

# As far back as money is ever argued about, three times over.
MOST_MONTHS = 120


@dataclass(frozen=True)
class MonthsShown:
    """From which month to which, both included; `is_asked_wrongly`: the address made no sense.

    `earliest` and `latest` are what may be asked for.
    """

    first: Period
    last: Period
    earliest: Period
    latest: Period
    is_asked_wrongly: bool = False

    @property
    def count(self) -> int:
        """How many months they are."""
        return len(list(months_between(self.first, self.last)))


def months_shown(opened_on: date, *, today: date) -> MonthsShown:
    """The months of this request's `from` and `to`; the last year without them."""
    latest = Period.of(today)
    earliest = max(Period.of(min(opened_on, today)), latest.plus(1 - MOST_MONTHS))
    year = max(latest.plus(1 - MONTHS), earliest)
    try:
        asked = (_asked("from", year), _asked("to", latest))
    except NotAPeriodError:
        return MonthsShown(year, latest, earliest, latest, is_asked_wrongly=True)
    # Whoever has them the wrong way round means the same months.
    first, last = (min(max(each, earliest), latest) for each in sorted(asked))
    return MonthsShown(first, last, earliest, latest)


def _asked(name: str, otherwise: Period) -> Period:
    text = request.args.get(name, "")
    return Period.parse(text) if text else otherwise
