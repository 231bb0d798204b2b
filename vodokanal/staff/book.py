"""The desk where a utility's workbook comes in and goes out."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from flask import flash, redirect, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.formats.book import read_book
from vodokanal.formats.book_sources import raw_tables
from vodokanal.formats.book_writing import write_book, write_mended, write_template
from vodokanal.formats.workbooks import WorkbookError
from vodokanal.gateways.book_files import (
    FilesGoneError,
    keep_files,
    mended_file,
    read_files,
    throw_away,
    write_beside,
)
from vodokanal.models.accounts import Account
from vodokanal.models.book_imports import BookImport, BookState
from vodokanal.operations.book_checks import Checked, check_book
from vodokanal.operations.book_import import (
    BookWrongError,
    Sent,
    books,
    drop_book,
    find_done,
    forget_files,
    import_book,
    keep_dry_run,
)
from vodokanal.operations.book_rows import Kept, rows_kept
from vodokanal.operations.book_undo import (
    BuiltUponError,
    MonthIssuedError,
    NotDoneError,
    UndoRefusedError,
    undo_import,
)
from vodokanal.operations.downloads import TakenList, record_download
from vodokanal.staff.book_figures import book_lines, odd_lines, problem_lines, sheet_lines
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.gate import expose
from vodokanal.staff.journal import TABLES
from vodokanal.staff.keeping import CONFLICT, UNPROCESSABLE
from vodokanal.staff.recalculation import opened
from vodokanal.web.access import Row
from vodokanal.web.arguments import printable
from vodokanal.web.book_words import fault_words, sentences_of
from vodokanal.web.clock import now, today
from vodokanal.web.configuration import settings
from vodokanal.web.dates import month_title
from vodokanal.web.identity import current_actor

N_ = lazy_gettext

DEED = "book.import"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_FILES, LONGEST_NAME = 20, 200
KEPT_FOR = timedelta(days=7)


class BookDesk(StaffDesk):
    code, section = "book", "accounts"
    title, address = N_("Begin and leave: the workbook"), "/staff/book"

    def row_for(self, page: str) -> Row:
        return DEED

    @expose("/", methods=("GET", "POST"))
    def index(self) -> ResponseReturnValue:
        if request.method != "POST":
            return self.list_page()
        throw_away(settings().instance, forget_files(now() - KEPT_FOR))
        sent = [each for each in request.files.getlist("files") if each.filename][:MOST_FILES]
        if not sent:
            return self.list_page(refusal=_("Choose a file first.")), UNPROCESSABLE
        try:
            row = self.taken(sent)
        except WorkbookError as error:
            return self.list_page(refusal=fault_words(error)), UNPROCESSABLE
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
            drop_book(row.id, at=now())
            flash(_("The book is dropped; nothing has changed."), "success")
            return redirect(self.get_url(".index"))
        try:
            found = self.check(row.folder)
            sent = Sent(row.name, row.folder)
            import_book(current_actor(), found, sent=sent, today=today(), at=now())
        except FilesGoneError:
            return self.checked_page(row, refusal=_("The file is gone: send it again.")), CONFLICT
        except BookWrongError as error:
            return self.changed(row, error.checked)
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
        return self.undo_page(opened(BookImport, place["book"]), refusal=refusal)

    def check(self, folder: str) -> Checked:
        """The files of a folder, looked through."""
        return check_book(read_book(read_files(settings().instance, folder)), today=today())

    def taken(self, sent: Sequence[Any]) -> BookImport:
        """The files that were sent, kept and looked through; what cannot be read is thrown away."""
        names = [printable(each.filename)[:LONGEST_NAME] for each in sent]
        saves = [each.save for each in sent]
        folder = keep_files(settings().instance, list(zip(names, saves, strict=True)))
        try:
            return self.looked_through(folder, ", ".join(names)[:LONGEST_NAME])
        except WorkbookError:
            throw_away(settings().instance, [folder])
            raise

    def looked_through(self, folder: str, name: str) -> BookImport:
        """A dry run, with the workbook to be mended beside it where there is anything to mend."""
        checked = self.check(folder)
        if checked.book.problems:
            self.keep_mended(folder, checked)
        return keep_dry_run(current_actor(), checked, sent=Sent(name, folder), at=now())

    def keep_mended(self, folder: str, checked: Checked) -> None:
        """Writes what is to be mended beside the rows."""
        place = settings().instance
        tables = raw_tables(read_files(place, folder))
        sentences = sentences_of(checked.book.problems)
        write_beside(place, folder, write=partial(write_mended, tables=tables, sentences=sentences))

    def changed(self, row: Any, checked: Checked) -> ResponseReturnValue:
        """What was right is not any more: somebody has changed something meanwhile."""
        self.keep_mended(row.folder, checked)
        refusal = _("Something has changed meanwhile: rows are to be mended now.")
        return self.checked_page(row, refusal=refusal, found=checked), CONFLICT

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

    def checked_page(self, row: Any, *, refusal: str = "", found: Checked | None = None) -> str:
        """What a dry run has found, and the button that imports."""
        waits = row.state == BookState.CHECKED
        problems = self.problems_of(row, found) if waits else []
        done = find_done(row.digest) if waits and not problems else None
        return self.render(
            "staff/book_checked.html",
            refusal=refusal,
            heading=row.name,
            address=self.get_url(".checked", book=row.id),
            mended=self.get_url(".mended", book=row.id) if problems else "",
            return_url=self.get_url(".index"),
            waits=waits,
            is_known=done is not None,
            sheets=sheet_lines(row),
            odd=odd_lines(row),
            problems=problems,
            more=max(row.problems - len(problems), 0),
        )

    def problems_of(self, row: Any, found: Checked | None) -> Sequence[Any]:
        """The first rows that are to be mended, as they stand now."""
        if found is None and not row.problems:
            return []
        try:
            return problem_lines((found or self.check(row.folder)).book)
        except (FilesGoneError, WorkbookError):
            return []

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


def undo_words(error: UndoRefusedError) -> str:
    """Why an import stays."""
    if isinstance(error, MonthIssuedError):
        return _("%(month)s is issued: the import stays as it is.", month=month_title(error.period))
    if isinstance(error, BuiltUponError):
        what = str(TABLES.get(error.table, error.table))
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
