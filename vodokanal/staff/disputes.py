"""The desk of disputes: who does not agree with which line, how it was counted, what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField

from vodokanal.casework.disputes import DisputeState
from vodokanal.models.approvals import PendingDeed
from vodokanal.operations.corrections import NoServiceError
from vodokanal.operations.deeds_asked import waiting_fix
from vodokanal.operations.disputed import (
    disputes_waiting,
    find_dispute,
    holder_on,
    waiting_disputes,
)
from vodokanal.operations.disputes import (
    MOST_CHARACTERS,
    MOST_ON_RECEIPT,
    AboveLineError,
    AnsweredAlreadyError,
    Fix,
    explain_dispute,
    withdraw_dispute,
)
from vodokanal.operations.entries import EntryRefusedError
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError, new_key
from vodokanal.staff.asking import asked_or_done
from vodokanal.staff.deed_words import line_of
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.dispute_figures import Case, Waits, case_of, waits_of
from vodokanal.staff.dispute_intake import DisputeIntake, WordsField
from vodokanal.staff.entry_refusals import REFUSALS
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import CONFLICT, UNPROCESSABLE
from vodokanal.staff.lookups import ID
from vodokanal.web.access import Row, allows
from vodokanal.web.arguments import LARGEST_ID
from vodokanal.web.clock import now, today
from vodokanal.web.form_again import typed
from vodokanal.web.form_fields import ChoiceField, Filled, LineField, RublesField, mistakes_in
from vodokanal.web.identity import current_actor, signed_in
from vodokanal.web.numbers import money

N_ = lazy_gettext

LINES_A_PAGE = 50
CORRECTS = "recalculations.write"
LESS, MORE = "less", "more"
EXPLAIN, CORRECT, TAKE_BACK = "explain", "correct", "take_back"
NAMES = {EXPLAIN: ("answer",), CORRECT: ("direction", "amount", "words"), TAKE_BACK: ()}
DONE = {
    DisputeState.OPEN: N_("Waits for the chief to decide."),
    DisputeState.EXPLAINED: N_("The answer is given."),
    DisputeState.CORRECTED: N_("The line is corrected and the answer given."),
    DisputeState.WITHDRAWN: N_("The dispute is taken back."),
}


class ExplanationForm(FlaskForm):
    """Why the line is right, as the resident reads it."""

    key = HiddenField()
    answer = WordsField(
        N_("Why it is right, as the resident reads it"),
        longest=MOST_CHARACTERS,
        validators=[Filled()],
    )


class FixForm(FlaskForm):
    """By how much the line is wrong."""

    key = HiddenField()
    direction = ChoiceField(
        N_("Which way"), offered=lambda: ((LESS, N_("less to pay")), (MORE, N_("more to pay")))
    )
    amount = RublesField(N_("Amount, ₽"), validators=[Filled()])
    words = LineField(
        N_("What the resident reads"),
        description=N_("Why, in a sentence: it stands on the receipt."),
        longest=MOST_ON_RECEIPT,
        validators=[Filled()],
    )
    above = BooleanField(N_("Yes, more than the line"))


class TakenBackForm(FlaskForm):
    """That the payer agrees after all."""

    key = HiddenField()


FORMS: Mapping[str, Any] = {EXPLAIN: ExplanationForm, CORRECT: FixForm, TAKE_BACK: TakenBackForm}


class DisputesDesk(DisputeIntake, StaffDesk):
    code, section = "disputes", "recalculations"
    title, address = N_("Disputes"), "/staff/disputes"

    def row_for(self, page: str) -> Row:
        return "disputes.answer"

    @expose("/")
    def index(self) -> ResponseReturnValue:
        page = int(request.args.get("page") or 0)
        waiting = disputes_waiting()
        found = waiting_disputes(skip=page * LINES_A_PAGE, limit=LINES_A_PAGE + 1)
        shown: list[Waits] = [waits_of(each, self.case_url(each.id)) for each in found]
        return self.render(
            "staff/disputes.html",
            waiting=0 if waiting is None else waiting.count,
            lines=shown[:LINES_A_PAGE],
            pages=[
                self.get_url(".index", page=page - 1) if page else "",
                self.get_url(".index", page=page + 1) if len(shown) > LINES_A_PAGE else "",
            ],
        )

    @expose("/<dispute>/", methods=("GET", "POST"))
    def answer(self, dispute: str) -> ResponseReturnValue:
        case = opened(dispute)
        if request.method != "POST":
            return self.case_page(case)
        form = FORMS[how_asked()](typed())
        if not form.validate():
            return self.case_page(case, form), UNPROCESSABLE
        return self.take(case, form)

    def take(self, case: Case, form: Any) -> ResponseReturnValue:
        """Gives the answer and leads to the bill for today, or says why it is not taken."""
        try:
            state = self.settle(case, form)
        except EntryRefusedError as error:
            note_refusal(error, form)
            return self.case_page(case, form), UNPROCESSABLE
        except AnsweredAlreadyError:
            words = _("Somebody has answered it meanwhile.")
            return self.case_page(opened(str(case.dispute.id)), refusal=words), CONFLICT
        except (KeyReusedError, MissingKeyError):
            words = _("Please press the button once more.")
            return self.case_page(case, form, refusal=words), CONFLICT
        flash(str(DONE[state]), "success")
        waits = state is DisputeState.OPEN
        return redirect(self.case_url(case.dispute.id) if waits else self.after(case))

    def settle(self, case: Case, form: Any) -> DisputeState:
        """Does what the form asks for; how the dispute stands then."""
        actor, key, dispute_id = current_actor(), form.key.data or "", case.dispute.id
        if isinstance(form, ExplanationForm):
            words = form.answer.data
            explain_dispute(actor, dispute_id, words=words, key=key, at=now())
            return DisputeState.EXPLAINED
        if isinstance(form, TakenBackForm):
            withdraw_dispute(actor, dispute_id, key=key, at=now())
            return DisputeState.WITHDRAWN
        if not allows(CORRECTS, signed_in()):
            abort(403)
        amount: Decimal = form.amount.data
        less = form.direction.data == LESS
        fix = Fix(dispute_id, -amount if less else amount, form.words.data, form.above.data)
        done = asked_or_done(fix, key=key)
        return DisputeState.OPEN if isinstance(done, PendingDeed) else DisputeState.CORRECTED

    def case_page(self, case: Case, form: Any = None, *, refusal: str = "") -> str:
        """One dispute: what was said, how the line was counted, its history, the answers."""
        how = next((each for each, kind in FORMS.items() if isinstance(form, kind)), "")
        forms = {each: form if each == how else kind(None) for each, kind in FORMS.items()}
        for name, each in forms.items():
            # Each button is a sending of its own; one that was refused is another one.
            each.key.data = new_key()
            distinguish(each, name)
        asked = waiting_fix(case.dispute.id, case.account.id) if case.is_open else None
        names = NAMES | {CORRECT: correct_names(forms[CORRECT])}
        return self.render(
            "staff/dispute.html",
            case=case,
            forms=forms,
            names=names,
            mistakes=mistakes_in(form, names[how]) if how else [],
            may_correct=allows(CORRECTS, signed_in()),
            asked=None if asked is None else line_of(asked),
            hows={"explain": EXPLAIN, "correct": CORRECT, "take_back": TAKE_BACK},
            bill_url=self.bill_url(case),
            refusal=refusal,
        )

    def after(self, case: Case) -> str:
        """Where an answer leads: to the bill for today, which is printed at once."""
        return self.bill_url(case) or self.case_url(case.dispute.id)

    def bill_url(self, case: Case) -> str:
        """The bill for today of the account, for whoever may print it."""
        if not allows("bills.print", signed_in()):
            return ""
        address: str = self.get_url("todays_bill.account", number=case.account.number_key)
        return address

    def case_url(self, dispute_id: int) -> str:
        """The page of one dispute."""
        address: str = self.get_url(".answer", dispute=dispute_id)
        return address

    def show_again(self, page: str, *, refusal: str, **place: Any) -> Any:
        if page == "account":
            return self.intake_page(place["number"], refusal=refusal)
        case, how = opened(place["dispute"]), typed().get("how", "")
        form = FORMS[how](typed()) if how in FORMS else None
        return self.case_page(case, form, refusal=refusal)


def opened(dispute: str) -> Case:
    """The dispute of that number with all that is needed to answer it, or the page that there is none."""
    is_id = bool(ID.fullmatch(dispute)) and int(dispute) <= LARGEST_ID
    found = find_dispute(int(dispute)) if is_id else None
    if found is None:
        abort(404)
    return case_of(found, holder_on(found.account_id, today()))


def distinguish(form: Any, name: str) -> None:
    """Gives the fields of one of several forms of a page ids of their own."""
    for field in form:
        field.id = field.label.field_id = f"{name}-{field.short_name}"


def how_asked() -> str:
    """Which of the answers was pressed."""
    how = request.form.get("how", "")
    return how if how in FORMS else abort(400)


def correct_names(form: Any) -> tuple[str, ...]:
    """The fields of a correction; the tick only where it was asked for, or given."""
    asks = bool(form.above.errors or form.above.data)
    return (*NAMES[CORRECT], "above") if asks else NAMES[CORRECT]


def note_refusal(error: EntryRefusedError, form: Any) -> None:
    """Says at a field why the answer is not taken."""
    if isinstance(error, NoServiceError):
        form["amount"].errors = [_("Enter this correction in the table: no service is named here.")]
        return
    if isinstance(error, AboveLineError):
        words = _(
            "The line itself comes to %(sum)s. If it is meant so, tick this.",
            sum=money(error.amount),
        )
        form["above"].errors = [words]
        return
    about, words_of = REFUSALS[type(error)]
    form[about if about in form else "amount"].errors = [words_of(error)]
