"""The desk of readings that wait: each is settled by one key, as typed, as meant, or refused."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.billing.readings import ReadingState
from vodokanal.billing.refusals import MeterRemovedError
from vodokanal.billing.settlements import Decision, RefusalReason, Settlement
from vodokanal.formats.account_numbers import grouped
from vodokanal.models.readings import LONGEST_WORDS, Reading
from vodokanal.operations.settlements import (
    LaterValueError,
    NoReasonError,
    NothingMeantError,
    SettledAlreadyError,
    find_reading,
    settle_reading,
)
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError
from vodokanal.operations.waiting import WAITS, readings_waiting, waiting_list
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import CONFLICT, UNPROCESSABLE
from vodokanal.staff.lookups import ID
from vodokanal.staff.waiting_cases import STATE_WORDS, Problem, cases_of
from vodokanal.web import numbers
from vodokanal.web.access import Row, allows
from vodokanal.web.arguments import LARGEST_ID, UnreadableTextError, clean_line, printable
from vodokanal.web.clock import now, today
from vodokanal.web.dates import month
from vodokanal.web.form_again import typed
from vodokanal.web.identity import current_actor, signed_in
from vodokanal.web.settlement_words import DECIDED, REASONS, settled_already
from vodokanal.web.wording import refusal_sentence, water

N_ = lazy_gettext
Choice = TypeVar("Choice", bound=StrEnum)

CASES_A_PAGE = 12
REFUSALS: tuple[type[Exception], ...] = (
    LaterValueError,
    MeterRemovedError,
    NoReasonError,
    NothingMeantError,
    UnreadableTextError,
)


class ReadingSettlementsDesk(StaffDesk):
    code, section = "reading_settlements", "entry"
    title, address = N_("Doubtful readings"), "/staff/readings/waiting"

    def row_for(self, page: str) -> Row:
        return "readings.settle" if page == "settle" else "readings.read"

    @expose("/")
    def index(self) -> ResponseReturnValue:
        return self.list_page()

    @expose("/<reading>/", methods=("GET", "POST"))
    def settle(self, reading: str) -> ResponseReturnValue:
        waiting = opened(reading)
        # Whoever had to sign in before the decision was taken comes back here by GET.
        if request.method != "POST":
            return redirect(self.list_url(waiting.id))
        try:
            decision = decision_typed()
            actor, key = current_actor(), request.form.get("key", "")
            settle_reading(actor, waiting, decision=decision, key=key, at=now())
        except REFUSALS as error:
            return self.list_page(problem=problem_of(waiting, sentence_of(error))), UNPROCESSABLE
        except SettledAlreadyError as error:
            return self.list_page(refusal=settled_already(error)), CONFLICT
        except (KeyReusedError, MissingKeyError):
            return self.list_page(refusal=_("Please press the key once more.")), CONFLICT
        flash(done_words(waiting, decision), "success")
        return redirect(self.list_url(following()))

    def list_page(self, *, refusal: str = "", problem: Problem | None = None) -> str:
        """The readings that wait, the longest waiting first."""
        state = chosen(ReadingState, request.args.get("state"))
        counts = {each.state: each.count for each in readings_waiting()}
        states = [state] if state in WAITS else list(WAITS)
        total = sum(counts.get(each, 0) for each in states)
        last = max((total - 1) // CASES_A_PAGE, 0)
        # What was settled last may have been the only one of the last page.
        page = min(int(request.args.get("page") or 0), last)
        skip = page * CASES_A_PAGE
        waiting = waiting_list(states, today=today(), skip=skip, limit=CASES_A_PAGE)
        cases = cases_of(waiting, problem)
        shown = {case.id for case in cases}
        if problem is not None and problem.reading_id not in shown:
            refusal = refusal or problem.sentence
        return self.render(
            "staff/reading_settlements.html",
            cases=cases,
            wrong=problem.reading_id if problem else None,
            total=total,
            tabs=self.tabs(counts, state if state in WAITS else None),
            place=place_asked(),
            pages=[
                self.page_url(page=each) if 0 <= each <= last else ""
                for each in (page - 1, page + 1)
            ],
            reasons=[(each.value, str(words)) for each, words in REASONS.items()],
            hows={each.name: each.value for each in Settlement},
            longest=LONGEST_WORDS,
            may_settle=self.may("settle"),
            may_enter=allows("readings.enter", signed_in()),
            refusal=refusal,
        )

    def tabs(
        self, counts: Mapping[ReadingState, int], state: ReadingState | None
    ) -> list[tuple[str, str, int, bool]]:
        """The states in which readings wait: address, words, how many, whether it is shown."""
        rows = [(self.get_url(".index"), _("all"), sum(counts.values()), state is None)]
        for each in WAITS:
            words = str(STATE_WORDS[each])
            url = self.get_url(".index", state=each.value)
            rows.append((url, words, counts.get(each, 0), each is state))
        return rows

    def page_url(self, **more: Any) -> str:
        """The list as it is asked for now."""
        address: str = self.get_url(".index", **place_asked() | more)
        return address

    def list_url(self, reading_id: int | None) -> str:
        """The list with a reading in sight."""
        return f"{self.page_url()}#reading-{reading_id}" if reading_id else self.page_url()

    def show_again(self, page: str, *, refusal: str, **place: Any) -> str:
        waiting = opened(place["reading"])
        return self.list_page(refusal=refusal, problem=problem_of(waiting, ""))


def opened(reading: str) -> Reading:
    """The reading of that id, or the page that there is none."""
    found = find_reading(int(reading)) if _is_id(reading) else None
    if found is None:
        abort(404)
    return found


def place_asked() -> dict[str, str]:
    """Which part of the list is shown: what its addresses carry along."""
    asked = {name: request.args.get(name, "") for name in ("state", "page")}
    return {name: value for name, value in asked.items() if value}


def following() -> int | None:
    """The reading that comes next, as the form says."""
    text = request.form.get("following", "")
    return int(text) if _is_id(text) else None


def decision_typed() -> Decision:
    """The decision that the form gives; words that it does not offer are none."""
    how = chosen(Settlement, request.form.get("how"))
    if how is None:
        abort(400)
    if how is not Settlement.REFUSED:
        return Decision(how)
    words = clean_line(request.form.get("words"))[:LONGEST_WORDS]
    return Decision(how, chosen(RefusalReason, request.form.get("reason")), words)


def problem_of(reading: Reading, sentence: str) -> Problem:
    """Why the decision could not be taken, with what was typed."""
    fields = typed()
    reason = chosen(RefusalReason, fields.get("reason"))
    words = printable(fields.get("words"))[:LONGEST_WORDS]
    return Problem(reading.id, sentence, reason.value if reason else "", words)


def sentence_of(error: Exception) -> str:
    """Why the decision cannot be taken."""
    if isinstance(error, LaterValueError):
        return _(
            "This cannot be: for %(month)s the meter showed less, %(value)s. "
            "Refuse this one, or have the later one corrected first.",
            month=month(error.period),
            value=numbers.volume(error.value),
        )
    if isinstance(error, MeterRemovedError):
        words = _("It can only be refused; the last value stands in the act of removal.")
        return f"{refusal_sentence(error)} {words}"
    if isinstance(error, NothingMeantError):
        return _("No number is suggested for this reading.")
    if isinstance(error, NoReasonError):
        return _("Say in own words why it is not taken: the resident will read it.")
    return str(error)


def done_words(reading: Reading, decision: Decision) -> str:
    """What has been done, said above the list."""
    return _(
        "Account %(number)s, %(water)s, %(value)s: %(decision)s.",
        number=grouped(str(reading.submission.account.number)),
        water=water(reading.meter.kind).lower(),
        value=numbers.reading(reading.value, meter=reading.meter),
        decision=DECIDED[decision.how],
    )


def chosen(choice: type[Choice], text: str | None) -> Choice | None:
    """The member that a text names, or None."""
    return next((each for each in choice if each.value == text), None)


def _is_id(text: str) -> bool:
    return bool(ID.fullmatch(text)) and int(text) <= LARGEST_ID
