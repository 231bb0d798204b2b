"""The desk where a utility's workbook comes in and goes out."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import flash, redirect, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.formats.book_sources import raw_tables
from vodokanal.formats.book_writing import write_book, write_template
from vodokanal.formats.workbooks import WorkbookError
from vodokanal.gateways.book_files import (
    FilesGoneError,
    keep_files,
    mended_file,
    read_files,
    throw_away,
)
from vodokanal.models.accounts import Account
from vodokanal.models.book_imports import BookImport, BookState
from vodokanal.models.file_jobs import FileJob
from vodokanal.operations.book_import import Sent, books, find_done
from vodokanal.operations.book_intake import UNDECIDED, drop_book, keep_book, order_import
from vodokanal.operations.book_rows import Kept, rows_kept
from vodokanal.operations.book_undo import (
    BuiltUponError,
    MonthIssuedError,
    NotDoneError,
    UndoRefusedError,
    undo_import,
)
from vodokanal.operations.downloads import TakenList, record_download
from vodokanal.operations.file_jobs import newest_job
from vodokanal.operations.month_work import DONE, LEFT_OPEN
from vodokanal.operations.months import LEASE
from vodokanal.staff.book_figures import book_lines, odd_lines, problem_lines, sheet_lines
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.gate import expose
from vodokanal.staff.journal import TABLES
from vodokanal.staff.keeping import CONFLICT, UNPROCESSABLE
from vodokanal.staff.recalculation import opened
from vodokanal.web.access import Row
from vodokanal.web.arguments import printable
from vodokanal.web.book_runs import do_at_once, is_small
from vodokanal.web.clock import now, real_now, today
from vodokanal.web.configuration import settings
from vodokanal.web.dates import month_title
from vodokanal.web.file_words import job_progress, job_refusal
from vodokanal.web.identity import current_actor
from vodokanal.web.numbers import money
from vodokanal.web.page import house_settings
from vodokanal.web.workbook_words import workbook_words

N_ = lazy_gettext

DEED = "book.import"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What has come is never removed.
MONEY = "payment"
MOST_FILES, LONGEST_NAME = 20, 200


class BookDesk(StaffDesk):
    code, section = "book", "accounts"
    title, address = N_("Begin and leave: the workbook"), "/staff/book"

    def row_for(self, page: str) -> Row:
        return DEED

    @expose("/", methods=("GET", "POST"))
    def index(self) -> ResponseReturnValue:
        if request.method != "POST":
            return self.list_page()
        sent = [each for each in request.files.getlist("files") if each.filename][:MOST_FILES]
        if not sent:
            return self.list_page(refusal=_("Choose a file first.")), UNPROCESSABLE
        try:
            row = self.taken(sent)
        except WorkbookError as error:
            return self.list_page(refusal=workbook_words(error)), UNPROCESSABLE
        return redirect(self.get_url(".checked", book=row.id))

    @expose("/files/template.xlsx")
    def template(self) -> ResponseReturnValue:
        return _answer(write_template, _("Template of the workbook"))

    @expose("/export/", methods=("POST",))
    def export(self) -> ResponseReturnValue:
        kept = Kept.on(today())
        answer = _answer(
            lambda file: write_book(file, lambda sheet: rows_kept(sheet, kept)),
            _("Workbook of the utility"),
        )
        taken = TakenList(self.code, "xlsx", Account.select().count(), {})
        record_download(current_actor(), Account, taken=taken, at=now())
        return answer

    @expose("/<book>/", methods=("GET", "POST"))
    def checked(self, book: str) -> ResponseReturnValue:
        row: Any = opened(BookImport, book)
        if request.method != "POST":
            return self.checked_page(row)
        if "drop" in request.form:
            if not drop_book(row.id, at=now()):
                return self.checked_page(row), CONFLICT
            flash(_("The book is dropped; nothing has changed."), "success")
            return redirect(self.get_url(".index"))
        ended = self.brought_in(row)
        if ended == LEFT_OPEN:
            flash(_("The book is being imported; this page shows how far it is."), "success")
            return redirect(self.get_url(".checked", book=row.id))
        if ended != DONE:
            return self.checked_page(opened(BookImport, book)), CONFLICT
        flash(_("The book is imported."), "success")
        return redirect(self.get_url(".index"))

    @expose("/<book>/mended.xlsx")
    def mended(self, book: str) -> ResponseReturnValue:
        row: Any = opened(BookImport, book)
        try:
            path = mended_file(settings().instance, row.folder)
        except FilesGoneError:
            return redirect(self.get_url(".checked", book=row.id))
        name = _("To mend")
        return send_file(path, XLSX, as_attachment=True, download_name=f"{name}.xlsx")

    @expose("/<book>/undo/", methods=("GET", "POST"))
    def undo(self, book: str) -> ResponseReturnValue:
        row: Any = opened(BookImport, book)
        if request.method != "POST":
            return self.undo_page(row)
        try:
            undo_import(current_actor(), row.id, at=now())
        except UndoRefusedError as error:
            return self.undo_page(row, refusal=undo_words(error)), CONFLICT
        flash(_("The import is undone: its rows are gone."), "success")
        return redirect(self.get_url(".index"))

    def show_again(self, page: str, *, refusal: str, **place: Any) -> Any:
        if "book" not in place:
            return self.list_page(refusal=refusal)
        row = opened(BookImport, place["book"])
        shown = self.undo_page if page == "undo" else self.checked_page
        return shown(row, refusal=refusal)

    def taken(self, sent: Sequence[Any]) -> BookImport:
        """The files that were sent, kept; a small book is looked through at once."""
        place = settings().instance
        names = [printable(each.filename)[:LONGEST_NAME] for each in sent]
        saves = [each.save for each in sent]
        folder = keep_files(place, list(zip(names, saves, strict=True)))
        try:
            # What is no workbook at all is said before anybody waits for it.
            raw_tables(read_files(place, folder))
        except WorkbookError:
            throw_away(place, [folder])
            raise
        known = Sent(", ".join(names)[:LONGEST_NAME], folder)
        until = lease_of(folder)
        row = keep_book(current_actor(), known, at=now(), until=until)
        job = newest_job(book=row.id)
        if job is not None and until is not None:
            do_at_once(job)
        return row

    def brought_in(self, row: Any) -> str:
        """A small book imported at once, the job of importing a larger one: how it ended."""
        until = lease_of(row.folder)
        job = order_import(current_actor(), row.id, at=now(), until=until)
        if job is None:
            return ""
        # Asked for twice, it is the job of whoever was first.
        is_ours = until is not None and job.leased_until == until
        return do_at_once(job) if is_ours else LEFT_OPEN

    def list_page(self, *, refusal: str = "") -> str:
        """What can be done, and what was done."""
        return self.render(
            "staff/book.html",
            refusal=refusal,
            books=book_lines(
                books(),
                urls=lambda key: self.get_url(".checked", book=key),
                undo=lambda key: self.get_url(".undo", book=key),
            ),
        )

    def checked_page(self, row: Any, *, refusal: str = "") -> str:
        """What a dry run has found, and the button that imports."""
        job, limit = newest_job(book=row.id), house_settings().approval_limit
        progress = job_progress(job, at=now()) if job is not None else ""
        is_checked = row.state == BookState.CHECKED
        waits = is_checked and not progress
        problems = problem_lines(row) if is_checked else []
        done = find_done(row.digest) if waits and not problems else None
        return self.render(
            "staff/book_checked.html",
            refusal=refusal or (job_refusal(job) if job is not None else ""),
            progress=progress,
            heading=row.name,
            address=self.get_url(".checked", book=row.id),
            mended=self.get_url(".mended", book=row.id) if problems else "",
            return_url=self.get_url(".index"),
            waits=waits,
            may_drop=may_drop(row, job),
            decided=decided_words(row.state),
            is_known=done is not None,
            sheets=sheet_lines(row),
            odd=odd_lines(row),
            problems=problems,
            more=max(row.problems - len(problems), 0),
            limit="" if limit is None else money(limit),
        )

    def undo_page(self, row: Any, *, refusal: str = "") -> str:
        """The question before an import is undone."""
        return self.render(
            "staff/book_undo.html",
            refusal=refusal,
            heading=row.name,
            sheets=sheet_lines(row),
            address=self.get_url(".undo", book=row.id),
            return_url=self.get_url(".index"),
        )


def lease_of(folder: str) -> datetime | None:
    """Until when this request has a small book for itself; None: a worker does it."""
    return real_now() + LEASE if is_small(folder) else None


def may_drop(row: Any, job: FileJob | None) -> bool:
    """Whether a book waits that nobody is at."""
    is_held = job is not None and job.ended_at is None and job.leased_until is not None
    return row.state in UNDECIDED and not is_held


def decided_words(state: BookState) -> str:
    """What has been decided on a book; empty while nothing is."""
    if state in {*UNDECIDED, BookState.REFUSED}:
        return ""
    if state == BookState.DONE:
        return _("The book is imported.")
    return _("This book is decided on already.")


def undo_words(error: UndoRefusedError) -> str:
    """Why an import stays."""
    if isinstance(error, MonthIssuedError):
        return _("%(month)s is issued: the import stays as it is.", month=month_title(error.period))
    if isinstance(error, BuiltUponError):
        what = str(TABLES.get(error.table, error.table))
        if error.table == MONEY:
            return _(
                "Payments have come since: %(count)s. Account: %(account)s. Even one that is taken "
                "back stays in the books, so the import stays too.",
                count=error.count,
                account=error.account or "—",
            )
        return _(
            "Something has been added since and would hang in the air: %(what)s, %(count)s."
            " Account: %(account)s. Take it back first.",
            what=what,
            count=error.count,
            account=error.account or "—",
        )
    return str(REFUSALS[type(error)])


REFUSALS: Mapping[type[Exception], Any] = {
    NotDoneError: N_("This is undone already."),
}


def _answer(write: Any, name: str) -> ResponseReturnValue:
    # Gone from the disk by itself, whatever happens.
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    write(file)
    file.seek(0)
    download = f"{name} {today():%Y-%m-%d}.xlsx"
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name=download)
