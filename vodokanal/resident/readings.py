"""Sending readings: the form, what becomes of it, and the page when the window is closed."""

from __future__ import annotations

from collections.abc import Mapping

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.billing.readings import Source
from vodokanal.billing.refusals import AccountClosedError, WindowClosedError
from vodokanal.operations.judging import (
    Delivery,
    NothingSentError,
    NotYourMeterError,
    ReadingsRefusedError,
)
from vodokanal.operations.meters import MeterStory
from vodokanal.operations.readings import submit_readings
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError, new_key
from vodokanal.operations.visits import Visit
from vodokanal.resident.blueprint import blueprint
from vodokanal.resident.closed import closed_page, ended_page
from vodokanal.resident.counted import find_counted
from vodokanal.resident.fields import Form, entries_of, field_of
from vodokanal.resident.opening import open_intake, open_visit
from vodokanal.resident.prices import prices_of
from vodokanal.resident.questions import questions_of
from vodokanal.resident.refused import refused_readings
from vodokanal.resident.said_back import said_back
from vodokanal.resident.silence import silence_of
from vodokanal.resident.summons import sent_heading, sent_sentence
from vodokanal.web.clock import now
from vodokanal.web.dates import day, month
from vodokanal.web.form_again import form_again, typed
from vodokanal.web.identity import current_actor
from vodokanal.web.page import house_settings
from vodokanal.web.wording import refusal_sentence

N_ = lazy_gettext

# Refusals of the whole form: the sentence above it and the status.
REFUSALS = {
    NothingSentError: (N_("Type at least one reading."), 422),
    AccountClosedError: (N_("This account has been closed meanwhile."), 409),
    WindowClosedError: (N_("The window has closed meanwhile."), 409),
    MissingKeyError: (N_("Something was lost on the way. Please press the button once more."), 400),
    KeyReusedError: (
        N_(
            "This form has already been sent with other figures. Look at the ones below "
            "and press the button once more if they are right."
        ),
        409,
    ),
}
REFUSED: tuple[type[Exception], ...] = (ReadingsRefusedError, *REFUSALS)


def show_readings(
    number: str,
    *,
    refusal: str = "",
    problems: Mapping[int, str] | None = None,
    key: str = "",
) -> str:
    visit, house, answers = open_visit(number), house_settings(), typed()
    questions = questions_of(visit.asked, number=number, whole_only=house.takes_whole_only)
    if visit.is_closed:
        return ended_page(visit, questions=questions, refusal=refusal)
    if not visit.takes_readings(house):
        return closed_page(visit, questions=questions, refusal=refusal)
    form = Form(visit.term.period, house.takes_whole_only, answers, problems or {})
    open_stories = _stories_to_type(visit, entries_of(answers))
    fields = [field_of(story, form) for story in open_stories]
    typed_anew = {story.meter.id for story in open_stories}
    silence = silence_of(visit, visit.term.period)
    return render_template(
        "resident/readings.html",
        visit=visit,
        heading=_heading(visit),
        advice=_advice(visit),
        questions=questions,
        # Where nothing is missed any more, a refusal has been made good.
        refusals=refused_readings(visit, house=house) if visit.unsent else [],
        fields=fields,
        mistakes=[(each.name, f"{each.head.title}: {each.error}") for each in fields if each.error],
        sent=[said_back(each) for each in visit.settled if each.meter.id not in typed_anew],
        newest=visit.newest,
        is_change=_is_change(visit),
        silence=silence,
        prices=prices_of(visit, visit.term.period, silence=silence),
        counted=find_counted(visit),
        key=key or answers.get("key") or new_key(),
        refusal=refusal,
    )


@blueprint.route("/<number>/readings/", methods=["GET", "POST"])
@form_again(show_readings)
def readings(number: str) -> ResponseReturnValue:
    if request.method != "POST":
        return show_readings(number)
    intake, key = open_intake(number), request.form.get("key", "")
    delivery = Delivery(entries_of(request.form), Source.RESIDENT)
    try:
        sent = submit_readings(current_actor(), intake, delivery=delivery, key=key, at=now())
    except NotYourMeterError:
        abort(404)
    except REFUSED as error:
        return _refused(number, error)
    return redirect(url_for("resident.proof", number=number, submission_number=sent), code=303)


def _refused(number: str, error: Exception) -> tuple[str, int]:
    if isinstance(error, ReadingsRefusedError):
        sentences = {meter: refusal_sentence(each) for meter, each in error.refusals.items()}
        return show_readings(number, problems=sentences), 422
    sentence, status = REFUSALS[type(error)]
    is_spent = isinstance(error, KeyReusedError | MissingKeyError)
    # Any other refusal kept nothing, so the same key may be sent again with other figures.
    key = new_key() if is_spent else ""
    return show_readings(number, refusal=str(sentence), key=key), status


def _stories_to_type(visit: Visit, typed_before: Mapping[int, str]) -> list[MeterStory]:
    """The meters that get a field: not sent yet, typed before, or all when correcting."""
    if _is_change(visit):
        return list(visit.stories)
    # A field that was typed into must come back even if its meter has been sent meanwhile.
    return [
        story for story in visit.stories if story in visit.unsent or story.meter.id in typed_before
    ]


def _heading(visit: Visit) -> str:
    if _is_change(visit):
        return _("Correct the readings for %(month)s", month=month(visit.term.period))
    if visit.stories and not visit.unsent:
        return sent_heading(visit)
    return _("Readings for %(month)s", month=month(visit.term.period))


def _advice(visit: Visit) -> str:
    last_day = day(visit.term.window.last_day)
    if not visit.stories:
        return ""
    if _is_change(visit):
        return _("Possible until %(day)s. The earlier value stays in the history.", day=last_day)
    if not visit.unsent:
        return sent_sentence(visit)
    if not visit.term.is_open:
        return _(
            "The days for it are later, but you may send now: it counts for %(month)s.",
            month=month(visit.term.period),
        )
    if len(visit.stories) == 1:
        return _("Please send by %(day)s.", day=last_day)
    return _("Please send by %(day)s. One meter at a time is fine.", day=last_day)


def _is_change(visit: Visit) -> bool:
    """Whether what was sent is to be corrected; nothing can be before something was sent."""
    return request.args.get("change") == "1" and bool(visit.sent)
