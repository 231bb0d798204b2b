"""The proof of a submission: number, moment, what was understood, a code that anyone may check."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

from flask import abort, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from vodokanal.billing.readings import ReadingState
from vodokanal.formats.qr_codes import qr_png
from vodokanal.operations.consumption import KeptReading, kept_readings
from vodokanal.operations.settlements import settlements_of
from vodokanal.operations.submissions import ReadingNotFoundError, get_submission, readings_in
from vodokanal.operations.visits import Visit
from vodokanal.resident.blueprint import blueprint
from vodokanal.resident.opening import open_visit
from vodokanal.resident.questions import Problem, questions_of
from vodokanal.resident.refused import what_to_do
from vodokanal.resident.said_back import said_back
from vodokanal.web.configuration import settings
from vodokanal.web.dates import day, moment, month
from vodokanal.web.page import house_settings
from vodokanal.web.settlement_words import refused_because

BOTH = 2


def show_proof(
    number: str, submission_number: str, *, problem: Problem | None = None, refusal: str = ""
) -> str:
    """The proof; while something in it is asked about, the question comes first."""
    visit, house = open_visit(number), house_settings()
    try:
        submission = get_submission(visit.access.account_id, submission_number)
    except ReadingNotFoundError:
        abort(404)
    kept = kept_readings(readings_in(submission))
    asked = [each for each in kept if each.reading.state == ReadingState.ASKED]
    others = [each for each in kept if each not in asked]
    refused = [each for each in others if each.reading.state == ReadingState.REFUSED]
    reasons = reasons_of(refused)
    # A proof of an earlier month offers no correction, even while the next window is open.
    may_change = visit.takes_readings(house) and visit.term.period == submission.period
    return render_template(
        "resident/question.html" if asked else "resident/proof.html",
        visit=visit,
        submission=submission,
        heading=_heading(asked, others),
        saved=_saved(kept, moment(submission.received_at)),
        received_on=submission.received_at.astimezone(settings().zone).date(),
        next_steps=_next_steps(visit, others) if may_change else [],
        questions=questions_of(
            asked, number=number, whole_only=house.takes_whole_only, problem=problem
        ),
        is_refused=bool(others) and refused == others,
        readings=[said_back(each, because=reasons.get(each.reading.id, "")) for each in others],
        what_to_do=what_to_do(visit, refused, house=house),
        may_change=may_change,
        check_url=_check_url(submission.code),
        code_image=_image(_check_url(submission.code)),
        refusal=refusal,
    )


@blueprint.get("/<number>/readings/<submission_number>")
def proof(number: str, submission_number: str) -> str:
    return show_proof(number, submission_number)


def reasons_of(refused: Sequence[KeptReading]) -> dict[int, str]:
    """Why readings were not taken, by their ids."""
    found = settlements_of([each.reading.id for each in refused])
    return {reading_id: refused_because(each) for reading_id, each in found.items()}


def _heading(asked: Sequence[KeptReading], others: Sequence[KeptReading]) -> str:
    if asked and others:
        if len(asked) == len(others) == 1:
            return _("One accepted, about one we ask")
        return _("Some accepted, about others we ask")
    if asked:
        return ngettext("We ask about one reading", "We ask about the readings", len(asked))
    if not others:
        return _("These readings were corrected later")
    states = {each.reading.state for each in others}
    if states == {ReadingState.REFUSED}:
        return ngettext("The reading was not taken", "The readings were not taken", len(others))
    # "Accepted" is promised only when nobody has anything left to decide.
    if states == {ReadingState.ACCEPTED}:
        return _("Readings accepted")
    return _("Readings received")


def _saved(kept: Sequence[KeptReading], at: str) -> str:
    if len(kept) == 1:
        return _("The reading was kept on %(moment)s.", moment=at)
    if len(kept) == BOTH:
        return _("Both readings were kept on %(moment)s.", moment=at)
    return _("All readings were kept on %(moment)s.", moment=at)


def _next_steps(visit: Visit, readings: Sequence[KeptReading]) -> list[tuple[str, str]]:
    until, period = day(visit.term.window.last_day), month(visit.term.period)
    steps = [(_("Until %(day)s", day=until), _("you can correct them if there is a mistake"))]
    charged = [each.reading.state == ReadingState.ACCEPTED for each in readings]
    if all(charged):
        steps.append((_("After that"), _("they go into the charge for %(month)s", month=period)))
    elif any(charged):
        words = _("the accepted ones go into the charge for %(month)s", month=period)
        steps.append((_("After that"), words))
    return steps


def _check_url(code: str) -> str:
    return settings().site_url + url_for("public.check", code=code)


# A data address: the paper copy must not depend on a second request.
def _image(address: str) -> str:
    return "data:image/png;base64," + b64encode(qr_png(address.encode())).decode()
