"""The desk where issued months are calculated anew: looked at, approved, taken back as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.billing.periods import NotAPeriodError, Period
from vodokanal.models.base import Table
from vodokanal.models.previews import RecalculationPreview
from vodokanal.models.recalculations import REASON, RecalculationBatch
from vodokanal.operations.issued_months import issued_months
from vodokanal.operations.previews import (
    MonthsRefusedError,
    NotIssuedError,
    TooManyMonthsError,
    order_preview,
)
from vodokanal.operations.recalculation_batches import (
    Approval,
    ApprovedAlreadyError,
    BatchRefusedError,
    NoSentenceError,
    NothingDiffersError,
    NotReadyError,
    PreviewOutdatedError,
    approve_preview,
    batches,
    reverse_batch,
)
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError, new_key
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import CONFLICT, UNPROCESSABLE
from vodokanal.staff.lookups import ID
from vodokanal.staff.recalculation_figures import (
    batch_lines,
    preview_figures,
    preview_lines,
    span_words,
)
from vodokanal.web.access import Row
from vodokanal.web.arguments import LARGEST_ID, UnreadableTextError, clean_line, printable
from vodokanal.web.clock import now
from vodokanal.web.configuration import settings
from vodokanal.web.dates import month_title
from vodokanal.web.identity import current_actor

N_ = lazy_gettext

PREVIEWS_SHOWN = 20
DEED = "months.recalculate"
REFUSALS: Mapping[type[Exception], str] = {
    KeyReusedError: N_("Please press the key once more."),
    MissingKeyError: N_("Please press the key once more."),
    TooManyMonthsError: N_("The first month comes before the last, and at most three years."),
    UnreadableTextError: N_("Write the sentence in plain text."),
    NoSentenceError: N_("Say in a sentence why: the residents will read it on their receipts."),
    NotReadyError: N_("This preview is not complete."),
    NothingDiffersError: N_("Nobody would be charged anything else: there is nothing to correct."),
    ApprovedAlreadyError: N_("This has been done already."),
    PreviewOutdatedError: N_(
        "Something has changed since: the corrections would be others. Make a new preview."
    ),
}
TO_MEND = (NoSentenceError, TooManyMonthsError, NotIssuedError, UnreadableTextError)


class RecalculationDesk(StaffDesk):
    code, section = "recalculation", "recalculations"
    title, address = N_("Months calculated anew"), "/staff/recalculation"

    def row_for(self, page: str) -> Row:
        return "recalculations.read" if page == "index" else DEED

    @expose("/")
    def index(self) -> ResponseReturnValue:
        return self.list_page()

    @expose("/ask/", methods=("GET", "POST"))
    def ask(self) -> ResponseReturnValue:
        # Whoever had to sign in before the form was taken comes back here by GET.
        if request.method != "POST":
            return redirect(self.get_url(".index"))
        first, last = month_typed("first"), month_typed("last")
        try:
            preview = order_preview(
                current_actor(), first, last=last, key=request.form.get("key", ""), at=now()
            )
        except (MonthsRefusedError, KeyReusedError, MissingKeyError) as error:
            return self.list_page(refusal=words_of(error)), status_of(error)
        return redirect(self.get_url(".preview", preview=preview.id))

    @expose("/<preview>/", methods=("GET", "POST"))
    def preview(self, preview: str) -> ResponseReturnValue:
        row: Any = opened(RecalculationPreview, preview)
        if request.method != "POST":
            return self.preview_page(row)
        try:
            sentence = clean_line(request.form.get("sentence"))
            approval = Approval(sentence, now(), settings().zone)
            key = request.form.get("key", "")
            approve_preview(current_actor(), row.id, approval=approval, key=key)
        except (BatchRefusedError, KeyReusedError, MissingKeyError, UnreadableTextError) as error:
            return self.preview_page(row, refusal=words_of(error)), status_of(error)
        flash(_("The corrections are written: they stand on the next receipts."), "success")
        return redirect(self.get_url(".index"))

    @expose("/batches/<batch>/", methods=("GET", "POST"))
    def reverse(self, batch: str) -> ResponseReturnValue:
        row: Any = opened(RecalculationBatch, batch)
        if request.method != "POST":
            return self.reverse_page(row)
        try:
            sentence, key = clean_line(request.form.get("sentence")), request.form.get("key", "")
            reverse_batch(current_actor(), row.id, sentence=sentence, key=key, at=now())
        except (BatchRefusedError, KeyReusedError, MissingKeyError, UnreadableTextError) as error:
            return self.reverse_page(row, refusal=words_of(error)), status_of(error)
        flash(_("The corrections are taken back by opposite ones."), "success")
        return redirect(self.get_url(".index"))

    def list_page(self, *, refusal: str = "") -> str:
        """The form, the previews and the batches."""
        months = [(str(each), month_title(each)) for each in reversed(issued_months())]
        rows = RecalculationPreview.select().order_by(RecalculationPreview.id.desc())
        return self.render(
            "staff/recalculation.html",
            refusal=refusal,
            months=months,
            may_ask=self.may("ask"),
            key=new_key(),
            previews=preview_lines(
                rows.limit(PREVIEWS_SHOWN), lambda each: self.get_url(".preview", preview=each)
            ),
            batches=batch_lines(batches(), lambda each: self.get_url(".reverse", batch=each)),
        )

    def preview_page(self, row: RecalculationPreview, *, refusal: str = "") -> str:
        """What was, what would be, and the differences."""
        return self.render(
            "staff/recalculation_preview.html",
            refusal=refusal,
            heading=span_words(row),
            address=self.get_url(".preview", preview=row.id),
            return_url=self.get_url(".index"),
            sentence=printable(request.form.get("sentence"))[:REASON],
            longest=REASON,
            key=new_key(),
            **preview_figures(row, after=after_asked()),
        )

    def reverse_page(self, row: RecalculationBatch, *, refusal: str = "") -> str:
        """The question before a batch is taken back."""
        return self.render(
            "staff/recalculation_reverse.html",
            refusal=refusal,
            heading=span_words(row),
            sentence_was=row.sentence,
            address=self.get_url(".reverse", batch=row.id),
            return_url=self.get_url(".index"),
            longest=REASON,
            key=new_key(),
        )

    def show_again(self, page: str, *, refusal: str, **place: Any) -> str:
        if page == "preview":
            row: Any = opened(RecalculationPreview, place["preview"])
            return self.preview_page(row, refusal=refusal)
        if page == "reverse":
            row = opened(RecalculationBatch, place["batch"])
            return self.reverse_page(row, refusal=refusal)
        return self.list_page(refusal=refusal)


def opened(table: type[Table], text: str) -> Table:
    """The row of that id, or the page that there is none."""
    is_id = ID.fullmatch(text) is not None and int(text) <= LARGEST_ID
    found: Table | None = table.get_or_none(table.id == int(text)) if is_id else None
    return found or abort(404)


def month_typed(name: str) -> Period:
    """The month that the form names; it offers no others."""
    try:
        return Period.parse(request.form.get(name, ""))
    except NotAPeriodError:
        abort(400)


def after_asked() -> int:
    """The account after which the page begins."""
    text = request.args.get("after", "0")
    if not text.isascii() or not text.isdigit() or int(text) > LARGEST_ID:
        abort(404)
    return int(text)


def words_of(error: Exception) -> str:
    """Why nothing was done."""
    if isinstance(error, NotIssuedError):
        return _("%(month)s is not issued: simply calculate it.", month=month_title(error.period))
    return str(REFUSALS[type(error)])


def status_of(error: Exception) -> int:
    """Whether something is to be mended in the form, or somebody else came in between."""
    return UNPROCESSABLE if isinstance(error, TO_MEND) else CONFLICT
