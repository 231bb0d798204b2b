"""The desk of what waits for a second person: decided on, asked for, done without asking."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField

from vodokanal.models.approvals import DeedState
from vodokanal.operations.approvals import (
    APPROVE,
    DecidedAlreadyError,
    OwnDeedError,
    approve_deed,
    decline_deed,
)
from vodokanal.operations.books_above import books_above
from vodokanal.operations.deeds_asked import (
    deeds_asked_by,
    deeds_done_alone,
    find_deed,
    waiting_deeds,
)
from vodokanal.operations.disputes import AnsweredAlreadyError
from vodokanal.operations.entries import EntryRefusedError
from vodokanal.operations.payments import TakenBackAlreadyError
from vodokanal.operations.records import RowChangedError, RowRefusedError
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError, new_key
from vodokanal.staff.deed_refusals import refusal_words
from vodokanal.staff.deed_words import book_line, line_of
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import CONFLICT, UNPROCESSABLE
from vodokanal.staff.lookups import ID
from vodokanal.web.access import Row, allows
from vodokanal.web.arguments import LARGEST_ID
from vodokanal.web.clock import now, today
from vodokanal.web.form_again import typed
from vodokanal.web.form_fields import LineField
from vodokanal.web.identity import current_actor, current_employee, signed_in

N_ = lazy_gettext

LINES = 100
WEEK = timedelta(days=7)
# As much as the column holds.
LONGEST_WORDS = 300
DO, LEAVE = "approve", "decline"
REFUSED = (
    EntryRefusedError,
    RowRefusedError,
    RowChangedError,
    TakenBackAlreadyError,
    AnsweredAlreadyError,
)


class DecisionForm(FlaskForm):
    """Done, or left undone and why."""

    key = HiddenField()
    words = LineField(
        N_("Why not"),
        description=N_("Whoever has asked for it reads it."),
        longest=LONGEST_WORDS,
    )


class ApprovalsDesk(StaffDesk):
    code, section = "approvals", "money"
    title, address = N_("The chief's decisions"), "/staff/approvals"

    def row_for(self, page: str) -> Row:
        # Whoever has asked for something sees there what became of it.
        return "payments.read" if page == "index" else APPROVE

    @expose("/")
    def index(self) -> ResponseReturnValue:
        may_decide = allows(APPROVE, signed_in())
        mine = deeds_asked_by(current_employee().id, limit=LINES)
        return self.render(
            "staff/approvals.html",
            waiting=[line_of(each) for each in waiting_deeds(limit=LINES)] if may_decide else [],
            mine=[line_of(each) for each in mine],
            may_decide=may_decide,
        )

    @expose("/week/")
    def week(self) -> ResponseReturnValue:
        since = now() - WEEK
        lines = [line_of(each) for each in deeds_done_alone(since)]
        lines += [book_line(each) for each in books_above(since)]
        return self.render("staff/approvals_week.html", lines=lines)

    @expose("/deeds/<deed>/", methods=("GET", "POST"))
    def answer(self, deed: str) -> ResponseReturnValue:
        row = opened(deed)
        if request.method != "POST":
            return self.deed_page(row)
        try:
            return self.settle(row, DecisionForm(typed()))
        except REFUSED as error:
            return self.deed_page(row, refusal=refusal_words(error)), CONFLICT
        except OwnDeedError:
            words = _("You have asked for it yourself: somebody else decides.")
            return self.deed_page(row, refusal=words), CONFLICT
        except DecidedAlreadyError:
            words = _("Somebody has decided it meanwhile.")
            return self.deed_page(opened(deed), refusal=words), CONFLICT
        except (KeyReusedError, MissingKeyError):
            words = _("Please press the button once more.")
            return self.deed_page(row, refusal=words), CONFLICT

    def settle(self, row: Any, form: DecisionForm) -> ResponseReturnValue:
        """Does it or leaves it, and goes back to what else waits."""
        actor, key, how = current_actor(), form.key.data or "", request.form.get("how")
        if how == DO:
            approve_deed(actor, row.id, key=key, today=today(), at=now())
            flash(_("Approved and done."), "success")
        elif how != LEAVE:
            abort(400)
        elif not form.validate() or not form.words.data:
            form.words.errors = form.words.errors or [_("Please say why.")]
            return self.deed_page(row, form), UNPROCESSABLE
        else:
            decline_deed(actor, row.id, words=form.words.data, key=key, at=now())
            flash(_("Declined. Whoever has asked for it sees why."), "success")
        return redirect(self.get_url(".index"))

    def deed_page(self, row: Any, form: DecisionForm | None = None, *, refusal: str = "") -> str:
        """One deed: what it would do, who asks for it, and the two answers."""
        form = DecisionForm(None) if form is None else form
        form.key.data = new_key()
        return self.render(
            "staff/approval.html",
            line=line_of(row),
            form=form,
            is_waiting=row.state is DeedState.WAITING,
            hows={"do": DO, "leave": LEAVE},
            refusal=refusal,
        )

    def show_again(self, page: str, *, refusal: str, **place: Any) -> Any:
        return self.deed_page(opened(place["deed"]), DecisionForm(typed()), refusal=refusal)


def opened(deed: str) -> Any:
    """The deed of that number, or the page that there is none."""
    is_id = bool(ID.fullmatch(deed)) and int(deed) <= LARGEST_ID
    return (find_deed(int(deed)) if is_id else None) or abort(404)
