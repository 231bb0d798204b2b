"""The answer to the question about a doubtful reading: for the card and the desk."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, request
from flask_babel import gettext as _

from vodokanal.models.readings import Reading
from vodokanal.operations.answers import (
    AnsweredAlreadyError,
    confirm_reading,
    correct_reading,
)
from vodokanal.operations.consumption import KeptReading
from vodokanal.operations.judging import (
    NothingSentError,
    NotYourMeterError,
    ReadingsRefusedError,
)
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError
from vodokanal.operations.submissions import ReadingNotFoundError, get_reading
from vodokanal.staff.entry_lines import Question, question_of
from vodokanal.staff.lookups import ID
from vodokanal.staff.reading_form import opened
from vodokanal.web.arguments import printable
from vodokanal.web.clock import now
from vodokanal.web.identity import current_actor
from vodokanal.web.wording import answered_already, refusal_sentence

CONFIRM = "confirm"


@dataclass(frozen=True)
class Problem:
    """An answer that could not be taken: about which reading, and why."""

    reading_id: int
    sentence: str


@dataclass(frozen=True)
class Answered:
    """What became of an answer: nothing to say, a sentence beside it, or one above all."""

    problem: Problem | None = None
    refusal: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether the question is settled by it."""
        return self.problem is None and not self.refusal


def asked_reading(number: str, reading: str) -> Reading:
    """A reading of the account that was asked about, or the page that there is none."""
    if not ID.fullmatch(reading):
        abort(404)
    try:
        return get_reading(opened(number).id, int(reading))
    except ReadingNotFoundError:
        abort(404)


def take_answer(asked: Reading) -> Answered:
    """Takes the answer that the form gives, through the same operations as a resident's."""
    try:
        _settle(asked)
    except ReadingsRefusedError as error:
        (refused,) = error.refusals.values()
        return Answered(Problem(asked.id, refusal_sentence(refused)))
    except NothingSentError:
        return Answered(Problem(asked.id, _("Type the digits that the meter shows.")))
    except NotYourMeterError:
        return Answered(Problem(asked.id, _("This meter has been removed since.")))
    except AnsweredAlreadyError as error:
        return Answered(refusal=answered_already(error.value))
    except (KeyReusedError, MissingKeyError):
        return Answered(refusal=_("Please answer once more."))
    return Answered()


def asked_again(kept: KeptReading, problem: Problem | None) -> Question:
    """The question about a reading, with what was answered and why it cannot be taken."""
    if problem is None or problem.reading_id != kept.reading.id:
        return question_of(kept)
    return question_of(kept, error=problem.sentence, typed=printable(request.form.get("value")))


def _settle(asked: Reading) -> None:
    key, text = request.form.get("key", ""), request.form.get("value", "")
    if request.form.get("answer") == CONFIRM:
        confirm_reading(current_actor(), asked, key=key, at=now())
    else:
        correct_reading(current_actor(), asked, text=text, key=key, at=now())
