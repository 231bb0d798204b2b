"""What an account asks of its resident now: the heading is the answer."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from vodokanal.billing.readings import ReadingState
from vodokanal.operations.visits import Visit
from vodokanal.web.dates import day, days_left, moment, month, span
from vodokanal.web.wording import count_word


@dataclass(frozen=True)
class Summons:
    """The first page's words: heading, sentence, distance, the tile's live line."""

    heading: str
    sentence: str
    distance: str
    live_line: str
    is_due: bool


def summons_of(visit: Visit, *, asked: int, takes: bool) -> Summons:
    """A question goes first, then what is to be sent, then what was sent, then when to come."""
    # One thing at a time: while a question is open, nothing else is called due.
    is_due = takes and bool(visit.unsent)
    return Summons(
        heading=_heading(visit, asked=asked, takes=takes),
        sentence="" if asked or is_due or not takes else sent_sentence(visit),
        distance=_distance(visit, takes=takes),
        live_line=_live_line(visit, takes=takes),
        is_due=is_due and not asked,
    )


def sent_heading(visit: Visit) -> str:
    """That the month is done: Показания за ноябрь приняты."""
    period = month(visit.term.period)
    if all(each.reading.state == ReadingState.ACCEPTED for each in visit.sent):
        return _("Readings for %(month)s accepted", month=period)
    return _("Readings for %(month)s received", month=period)


def sent_sentence(visit: Visit) -> str:
    """The number and the moment of what arrived last."""
    newest = visit.newest
    if newest is None:
        return ""
    at = moment(newest.reading.received_at)
    return _("№ %(number)s, %(moment)s", number=newest.number, moment=at)


def _heading(visit: Visit, *, asked: int, takes: bool) -> str:
    window = visit.term.window
    if asked:
        return ngettext("One question about a reading", "%(num)s questions about readings", asked)
    if visit.is_closed:
        return closed_heading(visit)
    if not visit.stories:
        return _("There is nothing to send")
    if takes and not visit.unsent:
        return sent_heading(visit)
    if visit.term.is_open:
        return _("Send the readings by %(day)s", day=day(window.last_day))
    if takes:
        return _("Send the readings for %(month)s", month=month(visit.term.period))
    return _("Readings are taken again from %(day)s", day=day(window.first_day))


def closed_heading(visit: Visit) -> str:
    """That nothing is asked of this account any more."""
    return _("The account was closed on %(day)s", day=day(visit.account.closed_on))


def _distance(visit: Visit, *, takes: bool) -> str:
    window = visit.term.window
    if not visit.term.is_open:
        return span(window.first_day, window.last_day)
    if visit.unsent:
        return days_left(window.last_day)
    return _("You can correct them until %(day)s", day=day(window.last_day))


def _live_line(visit: Visit, *, takes: bool) -> str:
    """What the tile says: how much is left to do, or what was done."""
    # The tile speaks also on days when the heading asks about something else.
    left = len(visit.unsent)
    if visit.is_closed:
        return _("Nothing is to be sent any more")
    if not visit.stories:
        return _("No meter is noted for this address")
    if not takes:
        return _("From %(day)s", day=day(visit.term.window.first_day))
    if not left:
        return sent_sentence(visit)
    word = count_word(left)
    return ngettext(
        "%(count)s meter, about a minute",
        "%(count)s meters, about a minute",
        left,
        count=word[:1].upper() + word[1:],
    )
