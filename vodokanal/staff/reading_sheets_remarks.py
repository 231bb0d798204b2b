"""The desk of inspectors' remarks: what each asks for, oldest first, one line to say it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from vodokanal.casework.sheet_remarks import NextStep
from vodokanal.formats.account_numbers import grouped
from vodokanal.models.accounts import Account
from vodokanal.models.reading_sheets import LONGEST_OUTCOME
from vodokanal.operations.entries import NoWordsError
from vodokanal.operations.reading_sheets_remarks import (
    RemarkSettledError,
    WaitingRemark,
    settle_remark,
    waiting_remarks,
)
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import CONFLICT
from vodokanal.staff.lookups import ID
from vodokanal.staff.reading_sheets_words import sentence_of, status_of
from vodokanal.web.access import Row
from vodokanal.web.arguments import LARGEST_ID, UnreadableTextError, clean_line, printable
from vodokanal.web.clock import now
from vodokanal.web.dates import day
from vodokanal.web.identity import current_actor
from vodokanal.web.sheet_papers import REMARKS
from vodokanal.web.wording import kind_word

N_ = lazy_gettext

STEPS = {
    NextStep.AGREE_A_DAY: N_(
        "Agree on a day for the visit in writing: only a refusal on that day is put in an act."
    ),
    NextStep.DRAW_UP_AN_ACT: N_(
        "Nobody was let in on the second visit either: if the day was agreed on, draw up the act."
    ),
    NextStep.CHECK_THE_SEAL: N_("Check the meter and seal it, with an act."),
    NextStep.NOTHING: N_("Nothing to be done."),
}


@dataclass(frozen=True)
class RemarkLine:
    """A remark of the list: about which meter, since when, what it asks for."""

    id: int
    account: Account
    number: str
    meter: str
    code: str
    noted: str
    step: str
    typed: str
    error: str


class SheetRemarksDesk(StaffDesk):
    code, section, in_menu = "sheet_remarks", "entry", False
    title, address = N_("Remarks to see to"), "/staff/reading-sheets/remarks"

    def row_for(self, page: str) -> Row:
        return "readings.enter"

    @expose("/")
    def index(self) -> ResponseReturnValue:
        return self.page()

    @expose("/<remark>/", methods=("GET", "POST"))
    def settle(self, remark: str) -> ResponseReturnValue:
        if not ID.fullmatch(remark) or int(remark) > LARGEST_ID:
            abort(404)
        # Whoever had to sign in before the words were taken comes back here by GET.
        if request.method != "POST":
            return redirect(self.get_url(".index"))
        try:
            outcome = clean_line(request.form.get("outcome"))
            done = settle_remark(current_actor(), int(remark), outcome=outcome, at=now())
        except (NoWordsError, RemarkSettledError, UnreadableTextError) as error:
            words = sentence_of(error)
            return self.page(wrong=int(remark), error=words), status_of(error)
        flash(_("Seen to: %(code)s, %(outcome)s.", code=REMARKS[done.code], outcome=outcome))
        return redirect(self.get_url(".index"))

    def page(self, *, wrong: int = 0, error: str = "", refusal: str = "") -> str:
        """Every remark that waits, the oldest first."""
        waiting = waiting_remarks()
        shown = {each.remark.id for each in waiting}
        return self.render(
            "staff/sheet_remarks.html",
            lines=[
                line_of(each, error=error if each.remark.id == wrong else "") for each in waiting
            ],
            longest=LONGEST_OUTCOME,
            refusal=refusal or ("" if wrong in shown else error),
        )

    def show_again(self, page: str, *, refusal: str, **place: Any) -> Any:
        return self.page(refusal=refusal), CONFLICT


def line_of(waiting: WaitingRemark, *, error: str = "") -> RemarkLine:
    """A remark as the list shows it."""
    remark, meter = waiting.remark, waiting.remark.meter
    typed = request.form.get("outcome") if error else ""
    visits = ngettext("%(num)s visit in vain", "%(num)s visits in vain", waiting.visits)
    code = str(REMARKS[remark.code])
    return RemarkLine(
        id=remark.id,
        account=waiting.account,
        number=grouped(str(waiting.account.number)),
        meter=f"{kind_word(meter.kind)} · {meter}",
        code=code if waiting.step is NextStep.CHECK_THE_SEAL else f"{code}, {visits}",
        noted=f"{day(remark.sheet.taken_on)}, {remark.employee.name if remark.employee else '—'}",
        step=str(STEPS[waiting.step]),
        typed=printable(typed)[:LONGEST_OUTCOME],
        error=error,
    )
