"""What the card says of what waits: disputes to be answered, deeds that the chief decides on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.models.approvals import DeedKind, DeedState
from vodokanal.operations.approvals import APPROVE
from vodokanal.operations.card_cases import CardCases, CardDeed, CardDispute, cases_of
from vodokanal.staff.deed_words import STATES
from vodokanal.web.configuration import settings
from vodokanal.web.dates import day
from vodokanal.web.dispute_words import line_words, state_label
from vodokanal.web.identity import current_employee
from vodokanal.web.numbers import money
from vodokanal.web.wording import Label

N_ = lazy_gettext

ANSWERS = "disputes.answer"
# A rate is of no account.
DEEDS: Mapping[DeedKind, str] = {
    DeedKind.CORRECTION: N_("Correction"),
    DeedKind.REVERSAL: N_("Take a payment back"),
    DeedKind.OPENING: N_("Opening balance"),
    DeedKind.DISPUTE: N_("Correction of a disputed line"),
}


@dataclass(frozen=True)
class CaseLine:
    """One thing that waits: what it is, since when, how it stands; where it is answered."""

    url: str
    title: str
    since: str
    label: Label


@dataclass(frozen=True)
class CaseLines:
    """What waits, line by line, and in a sentence what was answered last."""

    lines: Sequence[CaseLine]
    last: str


def find_cases(account_id: int) -> CardCases | None:
    """What of the account waits for somebody; None for whoever sees no money."""
    return cases_of(account_id) if current_employee().may("charges.read") else None


def case_lines(found: CardCases | None) -> CaseLines | None:
    """The same in words."""
    if found is None:
        return None
    lines = [_dispute(each) for each in found.disputes] + [_deed(each) for each in found.deeds]
    return CaseLines(lines, "" if found.last is None else _answered(found.last))


def _dispute(each: CardDispute) -> CaseLine:
    url = url_for("disputes.answer", dispute=each.id) if current_employee().may(ANSWERS) else ""
    since = _day(each.opened_at)
    if each.answer_by is not None:
        since = _("%(since)s, to be answered by %(day)s", since=since, day=day(each.answer_by))
    return CaseLine(url, line_words(each), since, state_label(each.state))


def _deed(each: CardDeed) -> CaseLine:
    may, url = current_employee().may, ""
    if may(APPROVE):
        url = url_for("approvals.answer", deed=each.id)
    elif may("payments.read"):
        url = url_for("approvals.index")
    kind, words = STATES[DeedState.WAITING]
    title = f"{DEEDS[each.kind]}, {money(each.amount)}"
    return CaseLine(url, title, _day(each.asked_at), Label(kind, str(words)))


def _answered(each: CardDispute) -> str:
    at: datetime = each.answered_at or each.opened_at
    state = state_label(each.state).text
    return _(
        "The last one: %(line)s, %(day)s, %(state)s.",
        line=line_words(each),
        day=_day(at),
        state=state,
    )


def _day(at: datetime) -> str:
    return day(at.astimezone(settings().zone).date())
