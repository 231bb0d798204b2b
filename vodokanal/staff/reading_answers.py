"""What was said back of entered readings, and the answers to what is doubtful in them."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from vodokanal.billing.readings import ReadingState
from vodokanal.billing.windows import NoWindowRuleError
from vodokanal.models.accounts import Account
from vodokanal.models.readings import Submission
from vodokanal.operations.consumption import kept_readings
from vodokanal.operations.submissions import ReadingNotFoundError, get_submission, readings_in
from vodokanal.resident.said_back import said_back
from vodokanal.staff.account_search import Search
from vodokanal.staff.answering import Problem, asked_again, asked_reading, take_answer
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import CONFLICT, UNPROCESSABLE
from vodokanal.staff.reading_form import number_of, opened
from vodokanal.web.access import Row
from vodokanal.web.configuration import settings
from vodokanal.web.dates import month
from vodokanal.web.page import configuration
from vodokanal.web.wording import account_words

N_ = lazy_gettext


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
        answered = take_answer(asked)
        if answered.is_taken:
            return redirect(self.get_url(".done", number=number, sent=asked.submission.number))
        status = UNPROCESSABLE if answered.problem else CONFLICT
        page = self.done_page(number, sent, refusal=answered.refusal, problem=answered.problem)
        return page, status

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
