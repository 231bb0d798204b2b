"""Answers to the question about a doubtful reading."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from vodokanal.billing.refusals import EmptyReadingError
from vodokanal.operations.answers import (
    AnsweredAlreadyError,
    confirm_reading,
    correct_reading,
)
from vodokanal.operations.judging import (
    NothingSentError,
    NotYourMeterError,
    ReadingsRefusedError,
)
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError
from vodokanal.operations.submissions import ReadingNotFoundError, get_reading
from vodokanal.resident.blueprint import blueprint
from vodokanal.resident.opening import open_account_id
from vodokanal.resident.proof import show_proof
from vodokanal.resident.questions import Problem
from vodokanal.web.arguments import printable
from vodokanal.web.clock import now
from vodokanal.web.form_again import form_again, typed
from vodokanal.web.identity import current_actor
from vodokanal.web.wording import answered_already, refusal_sentence

N_ = lazy_gettext
CONFIRM = "confirm"
# Refusals of the answer as a whole: what is said above the question, with the status.
REFUSALS = {
    KeyReusedError: (N_("Please answer once more."), 409),
    MissingKeyError: (N_("Please answer once more."), 400),
    NotYourMeterError: (
        N_("This meter has been removed since. Please ring the office about its last value."),
        409,
    ),
}


def show_question(number: str, reading_id: int, *, refusal: str = "", sentence: str = "") -> str:
    """The question again, with what was typed as another number."""
    reading = _open(number, reading_id)
    # On a repeated sending after the question was settled, the proof simply shows the outcome.
    problem = Problem(reading_id, sentence, printable(typed().get("value")))
    return show_proof(number, reading.submission.number, problem=problem, refusal=refusal)


@blueprint.route("/<number>/answers/<int:reading_id>", methods=["GET", "POST"])
@form_again(show_question)
def answer(number: str, reading_id: int) -> ResponseReturnValue:
    # Whoever had to sign in before the answer was taken comes back here by GET.
    if request.method != "POST":
        return show_question(number, reading_id)
    reading = _open(number, reading_id)
    # The question may have stood on another page; the proof is where its answer is seen.
    try:
        _take_answer(reading)
    except (ReadingsRefusedError, NothingSentError) as error:
        return show_question(number, reading_id, sentence=_sentence(error)), 422
    except AnsweredAlreadyError as error:
        return show_question(number, reading_id, refusal=answered_already(error.value)), 409
    except tuple(REFUSALS) as error:
        refusal, status = REFUSALS[type(error)]
        return show_question(number, reading_id, refusal=str(refusal)), status
    url = url_for("resident.proof", number=number, submission_number=reading.submission.number)
    return redirect(url, code=303)


def _take_answer(reading: Any) -> None:
    key, text = request.form.get("key", ""), request.form.get("value", "")
    if request.form.get("answer") == CONFIRM:
        confirm_reading(current_actor(), reading, key=key, at=now())
    else:
        correct_reading(current_actor(), reading, text=text, key=key, at=now())


# A row without a type of its own: audiences do not name tables.
def _open(number: str, reading_id: int) -> Any:
    try:
        return get_reading(open_account_id(number), reading_id)
    except ReadingNotFoundError:
        abort(404)


def _sentence(error: ReadingsRefusedError | NothingSentError) -> str:
    if isinstance(error, NothingSentError):
        return refusal_sentence(EmptyReadingError())
    (refused,) = error.refusals.values()
    return refusal_sentence(refused)
