"""What waits for the employee who is signed in, oldest first: every kind of it gives its lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from vodokanal.billing.readings import ReadingState
from vodokanal.operations.waiting import readings_waiting
from vodokanal.web.clock import today

N_ = lazy_gettext
# Red from the first, amber from the second on.
OLD_DAYS, AGEING_DAYS = 5, 2
READINGS: Mapping[ReadingState, tuple[str, str]] = {
    ReadingState.ASKED: (N_("Doubtful readings, not answered yet"), N_("Ring up")),
    ReadingState.HELD: (N_("Lower than before, the resident has confirmed"), N_("Decide")),
}


@dataclass(frozen=True)
class WaitingLine:
    """What waits, since when and how often; the verb leads to where it is done."""

    since: date
    words: str
    count: int
    verb: str
    address: str

    @property
    def waits(self) -> str:
        """For how long, as one says it."""
        days = (today() - self.since).days
        if days <= 0:
            return _("today")
        return _("yesterday") if days == 1 else ngettext("%(num)s day", "%(num)s days", days)

    @property
    def tone(self) -> str:
        """How urgent it has become."""
        days = (today() - self.since).days
        return "bad" if days >= OLD_DAYS else "ask" if days >= AGEING_DAYS else "neutral"


# The desks that the employee may open, by their endpoints.
Desks = Mapping[str, Any]


def waiting_lines(desks: Desks) -> list[WaitingLine]:
    """Everything that waits on desks that are open to the employee, the longest waiting first."""
    found = [line for endpoint, of in KINDS.items() if endpoint in desks for line in of(desks)]
    return sorted(found, key=lambda each: each.since)


def _of_readings(desks: Desks) -> Iterator[WaitingLine]:
    for waiting in readings_waiting():
        words, verb = READINGS[waiting.state]
        address = desks["reading_settlements"].get_url(
            "reading_settlements.index", state=waiting.state.value
        )
        yield WaitingLine(waiting.since, str(words), waiting.count, str(verb), address)


KINDS: Mapping[str, Callable[[Desks], Iterator[WaitingLine]]] = {
    "reading_settlements": _of_readings,
}
