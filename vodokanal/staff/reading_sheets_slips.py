"""The desk of paper slips: an account's number, its meters, Enter; then the next slip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.formats.account_numbers import grouped
from vodokanal.models.accounts import Account
from vodokanal.models.reading_sheets import ReadingSheet, SheetScope
from vodokanal.operations.accounts import AccountNotFoundError, get_account
from vodokanal.operations.reading_sheets import Moment
from vodokanal.operations.reading_sheets_rows import figures_of, row_of_account
from vodokanal.operations.reading_sheets_saving import save_row
from vodokanal.operations.reading_sheets_slips import (
    EnteredSlip,
    entered_slips,
    is_whole_number,
    removed_meters_of,
)
from vodokanal.operations.reading_sheets_undo import may_be_undone
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import CONFLICT, UNPROCESSABLE
from vodokanal.staff.reading_sheets_asked import opened_account, opened_sheet
from vodokanal.staff.reading_sheets_lines import (
    Problem,
    RowLine,
    heading_of,
    remark_options,
    row_line,
    typed_row,
)
from vodokanal.staff.reading_sheets_words import (
    ROW_REFUSALS,
    field_errors,
    seen_in,
    sentence_of,
    status_of,
)
from vodokanal.web import numbers
from vodokanal.web.access import Row
from vodokanal.web.arguments import printable
from vodokanal.web.clock import now, today
from vodokanal.web.dates import day, moment
from vodokanal.web.identity import current_actor
from vodokanal.web.wording import Label, kind_word, state_label

N_ = lazy_gettext

SLIPS_SHOWN = 10
LONGEST_NUMBER = 40


@dataclass(frozen=True)
class OpenedSlip:
    """The slip at hand: its row, what is odd about it before anything is typed."""

    line: RowLine | None
    notes: Sequence[str]


@dataclass(frozen=True)
class EnteredLine:
    """A slip of the list below: whose it was, and how its values stand."""

    number: str
    address: str
    values: Sequence[tuple[str, Label]]
    who: str


class ReadingSlipsDesk(StaffDesk):
    code, section, in_menu = "reading_slips", "entry", False
    title, address = N_("Paper slips"), "/staff/reading-sheets/slips"

    def row_for(self, page: str) -> Row:
        return "readings.enter"

    @expose("/")
    def index(self) -> ResponseReturnValue:
        return redirect(self.get_url("reading_sheets.index"))

    @expose("/<sheet>/")
    def slips(self, sheet: str) -> ResponseReturnValue:
        opened, text = opened_sheet(sheet), number_typed()
        if opened.scope is not SheetScope.SLIPS:
            return redirect(self.get_url("reading_sheets.sheet", sheet=opened.id))
        if "account" not in request.args:
            return self.page(opened)
        try:
            account = get_account(text)
        except AccountNotFoundError:
            return self.page(opened, error=unknown_words(text)), UNPROCESSABLE
        return self.page(opened, text=text, slip=self.slip_of(opened, account))

    @expose("/<sheet>/whole/")
    def whole(self, sheet: str) -> ResponseReturnValue:
        opened_sheet(sheet)
        return jsonify(is_whole_number(number_typed()))

    @expose("/<sheet>/accounts/<account>/", methods=("GET", "POST"))
    def save(self, sheet: str, account: str) -> ResponseReturnValue:
        opened, chosen = opened_sheet(sheet), opened_account(account)
        # Whoever had to sign in before the slip was taken comes back here by GET.
        if request.method != "POST":
            return redirect(self.slip_url(opened, chosen))
        row, moment_now = typed_row(chosen.id), Moment(today(), now())
        before, key = figures_of(opened, today=today()), request.form.get("key", "")
        try:
            save_row(current_actor(), opened.id, row=row, key=key, moment=moment_now)
        except ROW_REFUSALS as error:
            problem = Problem(chosen.id, sentence_of(error), field_errors(error), seen_in(error))
            slip = self.slip_of(opened, chosen, problem=problem)
            return self.page(opened, text=str(chosen.number), slip=slip), status_of(error)
        if before.saved == figures_of(opened, today=today()).saved:
            flash(again_words(chosen), "success")
        return redirect(self.get_url(".slips", sheet=opened.id))

    def page(
        self,
        sheet: ReadingSheet,
        *,
        text: str = "",
        error: str = "",
        slip: OpenedSlip | None = None,
        refusal: str = "",
    ) -> str:
        """The field for a number, the meters of the slip at hand, and the slips before it."""
        return self.render(
            "staff/reading_slips.html",
            sheet=sheet,
            heading=heading_of(sheet),
            text=text or printable(request.args.get("account"))[:LONGEST_NUMBER],
            error=error,
            slip=slip,
            codes=remark_options(),
            figures=figures_of(sheet, today=today()),
            entered=[entered_line(each) for each in entered_slips(sheet, limit=SLIPS_SHOWN)],
            may_undo=may_be_undone(sheet, today=today()),
            refusal=refusal,
        )

    def slip_of(
        self, sheet: ReadingSheet, account: Account, *, problem: Problem | None = None
    ) -> OpenedSlip:
        """An account's meters, each with a field, and what is to be known first."""
        row = row_of_account(sheet, account.id, today=today())
        notes = [gone_words(meter) for meter in removed_meters_of(account.id, today=today())]
        if row is None:
            return OpenedSlip(None, [_("No working meter is noted for this account."), *notes])
        url = self.get_url(".save", sheet=sheet.id, account=account.id)
        line = row_line(sheet, row, url=url, problem=problem, focused=True)
        if line.saved_by:
            notes.insert(0, _("A slip of this account is in already: %(who)s.", who=line.saved_by))
        return OpenedSlip(line, notes)

    def slip_url(self, sheet: ReadingSheet, account: Account) -> str:
        """The page with an account's meters."""
        address: str = self.get_url(".slips", sheet=sheet.id, account=account.number)
        return address

    def show_again(self, page: str, *, refusal: str, **place: Any) -> Any:
        sheet, account = opened_sheet(place["sheet"]), opened_account(place["account"])
        slip = self.slip_of(sheet, account, problem=Problem(account.id, refusal))
        return self.page(sheet, text=str(account.number), slip=slip), CONFLICT


def number_typed() -> str:
    """The account number as it stands in the field."""
    return printable(request.args.get("account"))[:LONGEST_NUMBER].strip()


def unknown_words(text: str) -> str:
    """That the slip is nobody's."""
    if not text:
        return _("Type the account number of the slip.")
    return _(
        "There is no account %(number)s. Look at the number on the slip once more; "
        "a slip without one is put aside.",
        number=text,
    )


def again_words(account: Account) -> str:
    """That the slip brought nothing new."""
    return _(
        "A slip of account %(number)s was in already: the later one counts where it differs.",
        number=grouped(str(account.number)),
    )


def gone_words(meter: Any) -> str:
    """That a meter takes no readings any more."""
    return _(
        "The meter %(meter)s was removed on %(day)s: a reading of it is not noted.",
        meter=str(meter),
        day=day(meter.removed_on),
    )


def entered_line(slip: EnteredSlip) -> EnteredLine:
    """A slip that is in."""
    account, who = slip.entry.account, slip.entry.employee
    return EnteredLine(
        number=grouped(str(account.number)),
        address=account.premises.address,
        values=[
            (
                f"{kind_word(each.meter.kind)}: {numbers.reading(each.value, meter=each.meter)}",
                state_label(each.state),
            )
            for each in slip.readings
        ],
        who=f"{who.name if who else '—'}, {moment(slip.entry.entered_at)}",
    )
