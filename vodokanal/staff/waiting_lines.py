"""What waits for the employee who is signed in, oldest first: every kind of it gives its lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from vodokanal.billing.readings import ReadingState
from vodokanal.casework.sheet_remarks import NextStep
from vodokanal.operations.approvals import APPROVE
from vodokanal.operations.deeds_asked import deeds_waiting
from vodokanal.operations.disputed import disputes_waiting
from vodokanal.operations.reading_sheets_remarks import remarks_waiting
from vodokanal.operations.waiting import readings_waiting
from vodokanal.web.access import allows
from vodokanal.web.clock import today
from vodokanal.web.identity import signed_in

N_ = lazy_gettext
# Red from the first, amber from the second on.
OLD_DAYS, AGEING_DAYS = 5, 2
READINGS: Mapping[ReadingState, tuple[str, str]] = {
    ReadingState.ASKED: (N_("Doubtful readings, not answered yet"), N_("Ring up")),
    ReadingState.HELD: (N_("Lower than before, the resident has confirmed"), N_("Decide")),
}
REMARKS: Mapping[NextStep, str] = {
    NextStep.AGREE_A_DAY: N_("Nobody was let in to the meter: agree on a day"),
    NextStep.DRAW_UP_AN_ACT: N_("Again nobody was let in to the meter: an act is due"),
    NextStep.CHECK_THE_SEAL: N_("A meter without its seal"),
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


def _of_deeds(desks: Desks) -> Iterator[WaitingLine]:
    # The desk itself is open to everybody: each sees there what they have asked for.
    found = deeds_waiting() if allows(APPROVE, signed_in()) else None
    if found is not None:
        address = desks["approvals"].get_url("approvals.index")
        words = _("Above the set sum, or a change of tariffs")
        yield WaitingLine(found.since, words, found.count, _("Decide"), address)


def _of_disputes(desks: Desks) -> Iterator[WaitingLine]:
    found = disputes_waiting()
    if found is not None:
        address = desks["disputes"].get_url("disputes.index")
        words = _("Do not agree with a receipt")
        yield WaitingLine(found.since, words, found.count, _("Look into it"), address)


def _of_remarks(desks: Desks) -> Iterator[WaitingLine]:
    for waiting in remarks_waiting():
        # A page of the sheets, and none of the menu's own.
        address = desks["reading_sheets"].get_url("sheet_remarks.index")
        words = str(REMARKS[waiting.step])
        yield WaitingLine(waiting.since, words, waiting.count, _("Look"), address)


KINDS: Mapping[str, Callable[[Desks], Iterator[WaitingLine]]] = {
    "reading_settlements": _of_readings,
    "approvals": _of_deeds,
    "disputes": _of_disputes,
    "reading_sheets": _of_remarks,
}
