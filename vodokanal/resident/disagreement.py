"""The page on which a resident does not agree with a line: how it was counted, what is wrong, the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.billing.periods import Period
from vodokanal.casework.disputes import DisputeState
from vodokanal.operations.disputed import disputes_on
from vodokanal.operations.disputes import (
    MOST_CHARACTERS,
    AnsweredAlreadyError,
    DisputedAlreadyError,
    NewDispute,
    TooManyWordsError,
    open_dispute,
    withdraw_dispute,
)
from vodokanal.operations.entries import NoWordsError
from vodokanal.operations.receipts import ReceiptNotFoundError, get_receipt
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError, new_key
from vodokanal.operations.visits import Visit
from vodokanal.resident.blueprint import blueprint
from vodokanal.resident.opening import open_visit
from vodokanal.resident.papers import period_of
from vodokanal.resident.worked_out import Opened, worked_out
from vodokanal.web.arguments import UnreadableTextError, clean_lines, printable
from vodokanal.web.clock import now, today
from vodokanal.web.dates import day, moment
from vodokanal.web.dispute_words import state_label, waiting_words
from vodokanal.web.form_again import form_again, typed
from vodokanal.web.identity import current_actor
from vodokanal.web.wording import Label

N_ = lazy_gettext

TAKE_BACK = "take_back"
UNPROCESSABLE, CONFLICT = 422, 409
ONCE_MORE = N_("Please press the button once more.")


@dataclass(frozen=True)
class Disagreement:
    """A dispute as its page shows it: what was said when, how it stands, the answer."""

    number: int
    label: Label
    said: str
    words: str
    sentence: str
    answer: str
    is_open: bool


@dataclass(frozen=True)
class Place:
    """A line of a receipt of the resident's own account, and the last dispute about it."""

    visit: Visit
    period: Period
    row: Opened
    dispute: Any

    @property
    def url(self) -> str:
        """The page's own address."""
        return url_for(
            "resident.disagree",
            number=self.visit.account.number,
            period=self.period,
            line=self.row.line,
        )


def disagrees(visit: Visit) -> str:
    """The number of the account whose lines the resident may dispute, or an empty text.

    A trusted person sees nothing personal, and an objection is the payer's own affair.
    """
    return str(visit.account.number) if visit.sees_people else ""


def standing_on(account_id: int, period: Period) -> Mapping[str, tuple[str, str]]:
    """How the disagreements with a receipt stand: a word and a sentence, by the lines' names."""
    return {
        line: (state_label(each.state).text, _sentence(each))
        for line, each in disputes_on(account_id, period).items()
    }


def show_line(number: str, period: str, *, line: str, refusal: str = "", sentence: str = "") -> str:
    """The line, with the form or with what has become of it."""
    place = _open(number, period, line=line)
    dispute = None if place.dispute is None else _shown(place.dispute)
    is_open = dispute is not None and dispute.is_open
    steps = [] if place.dispute is None else _steps(place.dispute)
    return render_template(
        "resident/disagree.html",
        place=place,
        visit=place.visit,
        row=place.row,
        dispute=dispute,
        heading=_heading(dispute),
        next_steps=steps if is_open else [],
        key=new_key(),
        words=printable_lines(typed().get("words", "")),
        longest=MOST_CHARACTERS,
        sentence=sentence,
        refusal=refusal,
    )


@blueprint.route("/<number>/receipts/<period>/disagree/<line>", methods=["GET", "POST"])
@form_again(show_line)
def disagree(number: str, period: str, *, line: str) -> ResponseReturnValue:
    # Whoever had to sign in before the form was taken comes back here by GET.
    if request.method != "POST":
        return show_line(number, period, line=line)
    place = _open(number, period, line=line)
    try:
        _take(place)
    except (NoWordsError, TooManyWordsError, UnreadableTextError) as error:
        return show_line(number, period, line=line, sentence=_refused(error)), UNPROCESSABLE
    except (KeyReusedError, MissingKeyError):
        return show_line(number, period, line=line, refusal=str(ONCE_MORE)), CONFLICT
    except (DisputedAlreadyError, AnsweredAlreadyError):
        # The page itself says how it stands.
        pass
    return redirect(place.url, code=303)


def printable_lines(text: str) -> str:
    """What was typed, line by line, without what cannot be seen."""
    return "\n".join(printable(each) for each in text.splitlines())


def _take(place: Place) -> None:
    key = request.form.get("key", "")
    if request.form.get("deed") == TAKE_BACK:
        if place.dispute is not None:
            withdraw_dispute(current_actor(), place.dispute.id, key=key, at=now())
        return
    new = NewDispute(
        place.visit.access.account_id,
        place.period,
        place.row.line,
        clean_lines(request.form.get("words")),
    )
    open_dispute(current_actor(), new, key=key, today=today(), at=now())


def _open(number: str, period: str, *, line: str) -> Place:
    """The line of the resident's own receipt; 404 for anybody else's as for none."""
    visit, asked = open_visit(number), period_of(period)
    if not disagrees(visit):
        abort(404)
    account_id = visit.access.account_id
    try:
        rows = {each.line: each for each in worked_out(get_receipt(account_id, asked)).rows}
    except ReceiptNotFoundError:
        abort(404)
    if line not in rows:
        abort(404)
    return Place(visit, asked, rows[line], disputes_on(account_id, asked).get(line))


def _heading(dispute: Disagreement | None) -> str:
    if dispute is None:
        return _("What do you not agree with?")
    if dispute.is_open:
        return _("Received: № %(number)s", number=dispute.number)
    return _("Answer: № %(number)s", number=dispute.number)


def _shown(dispute: Any) -> Disagreement:
    return Disagreement(
        number=dispute.id,
        label=state_label(dispute.state),
        said=_said(dispute),
        words=dispute.words,
        sentence=_sentence(dispute),
        answer=dispute.answer,
        is_open=dispute.state is DisputeState.OPEN,
    )


def _said(dispute: Any) -> str:
    when = moment(dispute.opened_at)
    if dispute.employee_id is not None:
        return _("On %(moment)s this was written down for you:", moment=when)
    return _("On %(moment)s you wrote:", moment=when)


def _sentence(dispute: Any) -> str:
    if dispute.state is DisputeState.OPEN:
        return waiting_words(dispute)
    when = moment(dispute.answered_at)
    if dispute.state is DisputeState.WITHDRAWN:
        return _("It was taken back on %(moment)s.", moment=when)
    if dispute.state is DisputeState.CORRECTED:
        return _(
            "On %(moment)s we corrected it: the next receipt shows the correction.", moment=when
        )
    return _("On %(moment)s we answered: the line stays as it is.", moment=when)


def _steps(dispute: Any) -> list[tuple[str, str]]:
    until = _("Soon") if dispute.answer_by is None else _("By %(day)s", day=day(dispute.answer_by))
    return [
        (until, _("we answer on this page, and by letter if your address is confirmed")),
        (_("Until the answer"), _("nobody reminds you of this sum; the rest is paid as usual")),
    ]


def _refused(error: Exception) -> str:
    if isinstance(error, TooManyWordsError):
        return _("At most %(longest)s characters.", longest=error.most)
    if isinstance(error, NoWordsError):
        return _("Please write what is wrong.")
    return str(error)
