"""The desk of sheets: a street, a house or slips, entered row by row with the keyboard alone."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.models.accounts import Account
from vodokanal.models.reading_sheets import ReadingSheet, SheetScope, SheetState
from vodokanal.operations.reading_sheets import Moment, open_sheet, recent_sheets
from vodokanal.operations.reading_sheets_order import (
    Stop,
    confirm_order,
    is_stopped,
    stop_of,
)
from vodokanal.operations.reading_sheets_rows import (
    figures_of,
    first_without_entry,
    place_of_account,
    row_of_account,
    rows_of,
)
from vodokanal.operations.reading_sheets_saving import save_row
from vodokanal.operations.reading_sheets_undo import may_be_undone, undo_sheet
from vodokanal.operations.submission_keys import new_key
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import UNPROCESSABLE
from vodokanal.staff.reading_sheets_asked import at_asked, opened_account, opened_sheet
from vodokanal.staff.reading_sheets_form import OPENING_REFUSALS, SheetForm, covers_offered
from vodokanal.staff.reading_sheets_lines import (
    Problem,
    RowLine,
    heading_of,
    page_words,
    remark_options,
    row_line,
    sheet_words,
    typed_row,
)
from vodokanal.staff.reading_sheets_stops import again, stop_lines, stop_words
from vodokanal.staff.reading_sheets_words import (
    ROW_REFUSALS,
    field_errors,
    seen_in,
    sentence_of,
    status_of,
)
from vodokanal.web.access import Row
from vodokanal.web.arguments import printable
from vodokanal.web.clock import now, today
from vodokanal.web.dates import day
from vodokanal.web.identity import current_actor
from vodokanal.web.wording import SOURCES

N_ = lazy_gettext

ROWS_A_PAGE = 50
SHEETS_SHOWN = 30
LONGEST_TEXT = 100
FETCH = "fetch"
OK = 200


class ReadingSheetsDesk(StaffDesk):
    code, section = "reading_sheets", "entry"
    title, address = N_("Sheets"), "/staff/reading-sheets"

    def row_for(self, page: str) -> Row:
        return "readings.enter"

    @expose("/")
    def index(self) -> ResponseReturnValue:
        text = text_asked()
        return self.list_page(SheetForm(covers_offered(text)), text=text)

    @expose("/new/", methods=("GET", "POST"))
    def begin(self) -> ResponseReturnValue:
        # Whoever had to sign in before the form was taken comes back here by GET.
        if request.method != "POST":
            return redirect(self.get_url(".index"))
        text, moment = text_asked(), Moment(today(), now())
        form = SheetForm(covers_offered(text))
        if not form.validate():
            return self.list_page(form, text=text), UNPROCESSABLE
        try:
            sheet = open_sheet(current_actor(), form.sheet(), key=form.key.data, moment=moment)
        except OPENING_REFUSALS as error:
            form.key.data = new_key()
            return self.list_page(form, text=text, refusal=form.words_of(error)), UNPROCESSABLE
        return redirect(self.sheet_url(sheet))

    @expose("/<sheet>/")
    def sheet(self, sheet: str) -> ResponseReturnValue:
        opened = opened_sheet(sheet)
        if opened.scope is SheetScope.SLIPS:
            return redirect(self.sheet_url(opened))
        return self.sheet_page(opened)

    @expose("/<sheet>/rows/<account>/", methods=("GET", "POST"))
    def save(self, sheet: str, account: str) -> ResponseReturnValue:
        opened, chosen = opened_sheet(sheet), opened_account(account)
        # Whoever had to sign in before the row was taken comes back here by GET.
        if request.method != "POST":
            return redirect(self.place_url(opened, chosen, step=0))
        row, moment = typed_row(chosen.id), Moment(today(), now())
        key = request.form.get("key", "")
        try:
            save_row(current_actor(), opened.id, row=row, key=key, moment=moment)
        except ROW_REFUSALS as error:
            problem = Problem(chosen.id, sentence_of(error), field_errors(error), seen_in(error))
            # To the script the row itself says that it was refused.
            status = OK if is_fetched() else status_of(error)
            return self.row_page(opened, chosen, problem=problem), status
        if is_fetched():
            return self.row_page(opened, chosen)
        return redirect(self.place_url(opened, chosen, step=1))

    @expose("/<sheet>/order/", methods=("GET", "POST"))
    def order(self, sheet: str) -> ResponseReturnValue:
        opened, actor = opened_sheet(sheet), current_actor()
        if request.method != "POST":
            return redirect(self.sheet_url(opened))
        if request.form.get("answer") == "right":
            confirm_order(actor, opened.id, at=now())
            return redirect(self.sheet_url(opened))
        key, moment = request.form.get("key", ""), Moment(today(), now())
        try:
            undo_sheet(actor, opened.id, key=key, today=moment.today, at=moment.at)
            new = open_sheet(actor, again(opened), key=f"{key}.n", moment=moment)
        except ROW_REFUSALS as error:
            return self.sheet_page(opened, refusal=sentence_of(error)), status_of(error)
        flash(_("What was entered is taken back. Here is the same sheet, empty."), "success")
        return redirect(self.sheet_url(new))

    @expose("/<sheet>/undo/", methods=("GET", "POST"))
    def undo(self, sheet: str) -> ResponseReturnValue:
        opened, refusal = opened_sheet(sheet), ""
        if request.method == "POST":
            key = request.form.get("key", "")
            try:
                undo_sheet(current_actor(), opened.id, key=key, today=today(), at=now())
            except ROW_REFUSALS as error:
                return self.undo_page(opened, refusal=sentence_of(error)), status_of(error)
            flash(_("The sheet is undone: what counted before counts again."), "success")
            return redirect(self.get_url(".index"))
        return self.undo_page(opened, refusal=refusal)

    def row_page(
        self, sheet: ReadingSheet, account: Account, *, problem: Problem | None = None
    ) -> str:
        """A saved or refused row: the row alone for the script, else the page with it."""
        row = row_of_account(sheet, account.id, today=today())
        if not is_fetched() or row is None:
            return self.sheet_page(sheet, problem=problem, account=account)
        line = self.line_of(sheet, row, problem=problem)
        figures = figures_of(sheet, today=today())
        return self.render(
            "staff/reading_sheet_row.html",
            row=line,
            codes=remark_options(),
            figures=figures,
            stopped=is_stopped(sheet, figures),
            refused=problem is not None,
        )

    def list_page(self, form: SheetForm, *, text: str = "", refusal: str = "") -> str:
        """The sheets, the newest first, and the form of a new one."""
        sheets = recent_sheets(skip=0, limit=SHEETS_SHOWN)
        return self.render(
            "staff/reading_sheets.html",
            form=form,
            text=text,
            refusal=refusal,
            sheets=[
                (self.sheet_url(each), each, sheet_words(each), str(SOURCES[each.source]))
                for each in sheets
            ],
        )

    def sheet_page(
        self,
        sheet: ReadingSheet,
        *,
        problem: Problem | None = None,
        account: Account | None = None,
        refusal: str = "",
    ) -> str:
        """A page of rows in walking order, with the cursor where the clerk goes on."""
        figures = figures_of(sheet, today=today())
        stop, at = stop_of(sheet, figures, today=today()), self.cursor_of(sheet, account)
        if sheet.state is SheetState.UNDONE and problem is not None:
            # There is no row to say it in any more.
            refusal, problem = problem.sentence, None
        has_cursor = problem is None and stop is None
        skip = max(at, 0) // ROWS_A_PAGE * ROWS_A_PAGE
        rows = rows_of(sheet, today=today(), skip=skip, limit=ROWS_A_PAGE)
        lines = [
            self.line_of(sheet, row, problem=problem, focused=has_cursor and place == at)
            for place, row in enumerate(rows, start=skip)
        ]
        ends = [skip - ROWS_A_PAGE, skip + ROWS_A_PAGE]
        return self.render(
            "staff/reading_sheet.html",
            sheet=sheet,
            heading=heading_of(sheet),
            source=str(SOURCES[sheet.source]),
            figures=figures,
            lines=lines,
            codes=remark_options(),
            refusal=refusal,
            is_over=at >= figures.covered > 0,
            shown=page_words(skip + 1, skip + len(lines), total=figures.covered),
            pages=[
                self.get_url(".sheet", sheet=sheet.id, at=each)
                if 0 <= each < figures.covered
                else ""
                for each in ends
            ],
            may_undo=may_be_undone(sheet, today=today()),
            **self.stop_values(stop),
        )

    def cursor_of(self, sheet: ReadingSheet, account: Account | None) -> int:
        """Which row the clerk goes on with: one that is named, else the first empty one, or -1."""
        if account is not None:
            return place_of_account(sheet, account, today=today()) or 0
        asked = at_asked()
        if asked is None:
            asked = first_without_entry(sheet, today=today())
        return -1 if asked is None else asked

    def stop_values(self, stop: Stop | None) -> dict[str, Any]:
        """The question whether rows are shifted, or nothing."""
        if stop is None:
            return {"stop": None, "stop_lines": [], "stop_words": "", "key": ""}
        return {
            "stop": stop,
            "stop_lines": stop_lines(stop),
            "stop_words": stop_words(stop),
            "key": new_key(),
        }

    def undo_page(self, sheet: ReadingSheet, *, refusal: str = "") -> str:
        """What is taken back, before it is."""
        return self.render(
            "staff/reading_sheet_undo.html",
            sheet=sheet,
            heading=sheet_words(sheet),
            taken=day(sheet.taken_on),
            figures=figures_of(sheet, today=today()),
            return_url=self.sheet_url(sheet),
            may_undo=may_be_undone(sheet, today=today()),
            key=new_key(),
            refusal=refusal,
        )

    def line_of(
        self,
        sheet: ReadingSheet,
        row: Any,
        *,
        problem: Problem | None = None,
        focused: bool = False,
    ) -> RowLine:
        """A row with the address that saves it."""
        url = self.get_url(".save", sheet=sheet.id, account=row.account.id)
        return row_line(sheet, row, url=url, problem=problem, focused=focused)

    def sheet_url(self, sheet: ReadingSheet) -> str:
        """Where a sheet is filled."""
        page = "reading_slips.slips" if sheet.scope is SheetScope.SLIPS else ".sheet"
        address: str = self.get_url(page, sheet=sheet.id)
        return address

    def place_url(self, sheet: ReadingSheet, account: Account, *, step: int) -> str:
        """The page with an account's row, or a row after it."""
        place = place_of_account(sheet, account, today=today())
        address: str = self.get_url(".sheet", sheet=sheet.id, at=(place or 0) + step)
        return address

    def show_again(self, page: str, *, refusal: str, **place: Any) -> Any:
        if page == "begin":
            text = text_asked()
            return self.list_page(SheetForm(covers_offered(text)), text=text, refusal=refusal)
        sheet = opened_sheet(place["sheet"])
        if page == "save":
            account = opened_account(place["account"])
            problem = Problem(account.id, refusal)
            return self.sheet_page(sheet, problem=problem, account=account, refusal=refusal)
        if page == "undo":
            return self.undo_page(sheet, refusal=refusal)
        return self.sheet_page(sheet, refusal=refusal)


def text_asked() -> str:
    """The street or house that is looked for."""
    return printable(request.values.get("find"))[:LONGEST_TEXT].strip()


def is_fetched() -> bool:
    """Whether the script asks, which replaces a row and not the page."""
    return request.headers.get("X-Requested-With") == FETCH
