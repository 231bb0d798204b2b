"""What was said back of entered readings, and the answers to what is doubtful in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.billing.readings import ReadingState
from vodokanal.billing.windows import NoWindowRuleError
from vodokanal.models.accounts import Account
from vodokanal.models.readings import Reading, Submission
from vodokanal.operations.answers import (
    AnsweredAlreadyError,
    confirm_reading,
    correct_reading,
)
from vodokanal.operations.consumption import KeptReading, kept_readings
from vodokanal.operations.judging import (
    NothingSentError,
    NotYourMeterError,
    ReadingsRefusedError,
)
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError
from vodokanal.operations.submissions import (
    ReadingNotFoundError,
    get_reading,
    get_submission,
    readings_in,
)
from vodokanal.resident.said_back import said_back
from vodokanal.staff.account_search import Search
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.entry_lines import Question, question_of
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import CONFLICT, UNPROCESSABLE
from vodokanal.staff.lookups import ID
from vodokanal.staff.reading_entry import number_of, opened
from vodokanal.web.access import Row
from vodokanal.web.arguments import printable
from vodokanal.web.clock import now
from vodokanal.web.configuration import settings
from vodokanal.web.dates import month
from vodokanal.web.identity import current_actor
from vodokanal.web.page import configuration
from vodokanal.web.wording import account_words, answered_already, refusal_sentence

N_ = lazy_gettext

CONFIRM = "confirm"


@dataclass(frozen=True)
class Problem:
    """An answer that could not be taken: about which reading, and why."""

    reading_id: int
    sentence: str


class ReadingAnswersDesk(StaffDesk):
    code, section, in_menu = "reading_answers", "entry", False
    title, address = N_("Entered readings"), "/staff/readings/entered"

    def row_for(self, page: str) -> Row:
        return "readings.enter"

    @expose("/")
    def index(self) -> ResponseReturnValue:
        return redirect(self.get_url("reading_entry.index"))

    @expose("/<number>/<sent>/")
    def done(self, number: str, sent: str) -> ResponseReturnValue:
        return self.done_page(number, sent)

    @expose("/<number>/<sent>/<reading>/", methods=("POST",))
    def answer(self, number: str, sent: str, *, reading: str) -> ResponseReturnValue:
        asked = asked_reading(number, reading)
        try:
            settle(asked)
        except ReadingsRefusedError as error:
            (refused,) = error.refusals.values()
            problem = Problem(asked.id, refusal_sentence(refused))
        except NothingSentError:
            problem = Problem(asked.id, _("Type the digits that the meter shows."))
        except NotYourMeterError:
            problem = Problem(asked.id, _("This meter has been removed since."))
        except AnsweredAlreadyError as error:
            return self.done_page(number, sent, refusal=answered_already(error.value)), CONFLICT
        except (KeyReusedError, MissingKeyError):
            return self.done_page(number, sent, refusal=_("Please answer once more.")), CONFLICT
        else:
            return redirect(self.get_url(".done", number=number, sent=asked.submission.number))
        return self.done_page(number, sent, problem=problem), UNPROCESSABLE

    def done_page(
        self, number: str, sent: str, *, refusal: str = "", problem: Problem | None = None
    ) -> str:
        """What came, said back as the resident sees it, with the questions first."""
        account = opened(number)
        try:
            submission = get_submission(account.id, sent)
        except ReadingNotFoundError:
            abort(404)
        kept = kept_readings(readings_in(submission))
        asked = [each for each in kept if each.reading.state is ReadingState.ASKED]
        return self.render(
            "staff/reading_entered.html",
            account=account,
            number=number_of(account),
            words=account_words(str(account.number)),
            submission=submission,
            month=month(submission.period),
            questions=[asked_again(each, problem) for each in asked],
            settled=[said_back(each) for each in kept if each not in asked],
            is_late=is_late(account, submission),
            search=Search(),
            refusal=refusal,
        )

    def show_again(self, page: str, *, refusal: str, **place: Any) -> ResponseReturnValue:
        asked = asked_reading(place["number"], place["reading"])
        problem = Problem(asked.id, "")
        return self.done_page(place["number"], place["sent"], refusal=refusal, problem=problem)


def is_late(account: Account, submission: Submission) -> bool:
    """Whether the readings came outside the days of intake of their month."""
    district_id = account.premises.house.district_id
    try:
        window = configuration().calendar.of(submission.period, district_id=district_id)
    except NoWindowRuleError:
        return False
    day = submission.received_at.astimezone(settings().zone).date()
    return not window.first_day <= day <= window.last_day


def asked_again(kept: KeptReading, problem: Problem | None) -> Question:
    """The question about a reading, with what was answered and why it cannot be taken."""
    if problem is None or problem.reading_id != kept.reading.id:
        return question_of(kept)
    return question_of(kept, error=problem.sentence, typed=printable(request.form.get("value")))


def asked_reading(number: str, reading: str) -> Reading:
    """A reading of the account that was asked about, or the page that there is none."""
    if not ID.fullmatch(reading):
        abort(404)
    try:
        return get_reading(opened(number).id, int(reading))
    except ReadingNotFoundError:
        abort(404)


def settle(asked: Reading) -> None:
    """Takes the answer that the form gives."""
    key, text = request.form.get("key", ""), request.form.get("value", "")
    if request.form.get("answer") == CONFIRM:
        confirm_reading(current_actor(), asked, key=key, at=now())
    else:
        correct_reading(current_actor(), asked, text=text, key=key, at=now())
