"""The desk of a sheet's files: the blank to print, the workbook that goes out and comes back."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from vodokanal.casework.sheet_remarks import RemarkCode
from vodokanal.formats.reading_sheets import (
    LIMITS,
    MOST_ROWS,
    MeterRow,
    NoHeadsError,
    read_sheet,
    write_sheet,
)
from vodokanal.formats.workbooks import WorkbookError
from vodokanal.models.file_jobs import FileDeed, FileJob
from vodokanal.models.reading_sheets import ReadingSheet, SheetScope, SheetUpload
from vodokanal.operations.downloads import TakenList, record_download
from vodokanal.operations.file_jobs import FileOrder, newest_job, order_file, told_of
from vodokanal.operations.meters import MeterStory
from vodokanal.operations.reading_sheets import Moment
from vodokanal.operations.reading_sheets_files import (
    Preview,
    UploadEnteredError,
    enter_upload,
    keep_upload,
    preview_of,
)
from vodokanal.operations.reading_sheets_rows import SheetRow, all_rows_of
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import CONFLICT, UNPROCESSABLE
from vodokanal.staff.lookups import ID
from vodokanal.staff.reading_sheets_asked import opened_sheet
from vodokanal.staff.reading_sheets_lines import heading_of, sheet_words
from vodokanal.staff.reading_sheets_uploads import (
    codes_understood,
    count_words,
    heads_words,
    left_words,
    mend_lines,
    sheet_heads,
    shift_words,
)
from vodokanal.web.access import Row
from vodokanal.web.arguments import LARGEST_ID, printable
from vodokanal.web.clock import now, today
from vodokanal.web.dates import day, month
from vodokanal.web.file_words import job_progress, job_refusal
from vodokanal.web.identity import current_actor
from vodokanal.web.sheet_papers import code_words, sheet_pdf, shown_before
from vodokanal.web.wording import SOURCES, kind_word, place_of
from vodokanal.web.workbook_words import workbook_words

N_ = lazy_gettext

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
# The file, and what a form puts around it.
LARGEST_BODY = LIMITS.packed + (1 << 20)
PROBLEMS_SHOWN = 200
# More take longer than anybody waits for a page: the worker enters them.
MOST_AT_ONCE = 500


class ReadingSheetFilesDesk(StaffDesk):
    code, section, in_menu = "reading_sheet_files", "entry", False
    title, address = N_("Blank and file of a sheet"), "/staff/reading-sheets/files"

    def row_for(self, page: str) -> Row:
        return "readings.enter"

    @expose("/")
    def index(self) -> ResponseReturnValue:
        return redirect(self.get_url("reading_sheets.index"))

    @expose("/<sheet>/", methods=("GET", "POST"))
    def files(self, sheet: str) -> ResponseReturnValue:
        opened = opened_sheet(sheet)
        if request.method != "POST":
            return self.page(opened)
        request.max_content_length = LARGEST_BODY
        file = request.files.get("file")
        if file is None or not file.filename:
            return self.page(opened, error=_("Choose the filled file.")), UNPROCESSABLE
        try:
            rows = read_sheet(file.read(LIMITS.packed + 1), sheet_heads())
        except WorkbookError as error:
            return self.page(opened, error=workbook_words(error)), UNPROCESSABLE
        except NoHeadsError as error:
            return self.page(opened, error=heads_words(error)), UNPROCESSABLE
        name = printable(file.filename)
        upload = keep_upload(current_actor(), opened, name=name, rows=rows, at=now())
        return redirect(self.get_url(".preview", upload=upload.id))

    @expose("/<sheet>/blank.pdf")
    def blank(self, sheet: str) -> ResponseReturnValue:
        opened = opened_sheet(sheet)
        rows = all_rows_of(opened, today=today(), most=MOST_ROWS)
        facts = [
            _("for %(month)s", month=month(opened.period)),
            str(SOURCES[opened.source]),
            str(opened),
        ]
        paper = sheet_pdf(sheet_words(opened), facts, rows=rows, period=opened.period)
        return send_file(BytesIO(paper), mimetype=PDF, download_name=f"{name_of(opened)}.pdf")

    @expose("/<sheet>/sheet.xlsx", methods=("GET", "POST"))
    def workbook(self, sheet: str) -> ResponseReturnValue:
        opened = opened_sheet(sheet)
        # What leaves the portal is journalled, and asking by GET writes nothing.
        if request.method != "POST":
            return redirect(self.get_url(".files", sheet=opened.id))
        # Gone from the disk by itself, whatever happens.
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
        rows = (
            meter_row(row, story, sheet=opened)
            for row in all_rows_of(opened, today=today(), most=MOST_ROWS)
            for story in row.stories
        )
        codes = [code_words(each) for each in RemarkCode]
        count = write_sheet(file, name_of(opened), heads=sheet_heads(), codes=codes, rows=rows)
        taken = TakenList(self.code, "xlsx", count, {"sheet": str(opened.id)})
        record_download(current_actor(), ReadingSheet, taken=taken, at=now())
        file.seek(0)
        name = f"{name_of(opened)}.xlsx"
        return send_file(file, mimetype=XLSX, as_attachment=True, download_name=name)

    @expose("/uploads/<upload>/", methods=("GET", "POST"))
    def preview(self, upload: str) -> ResponseReturnValue:
        opened = opened_upload(upload)
        if request.method != "POST" or opened.entered_at is not None:
            return self.preview_page(opened)
        if progress_of(newest_job(upload=opened.id)):
            return self.preview_page(opened), CONFLICT
        seen = preview_of(opened, codes=codes_understood(), today=today())
        if seen.is_suspect and request.form.get("answer") != "right":
            return self.preview_page(opened), CONFLICT
        asked = replace(seen, newest=newest_seen())
        if len(seen.good) > MOST_AT_ONCE:
            order_entering(opened, asked)
            return redirect(self.get_url(".preview", upload=opened.id))
        return self.entered(opened, asked)

    def entered(self, upload: SheetUpload, seen: Preview) -> ResponseReturnValue:
        """A short file, entered at once."""
        moment = Moment(today(), now())
        try:
            done = enter_upload(current_actor(), upload, preview=seen, moment=moment)
        except UploadEnteredError:
            return self.preview_page(opened_upload(str(upload.id))), CONFLICT
        words = ngettext("%(num)s account entered.", "%(num)s accounts entered.", done.accounts)
        flash(words, "success")
        for sentence in left_words(done):
            flash(sentence, "refusal")
        return redirect(self.get_url("reading_sheets.sheet", sheet=upload.sheet_id))

    def page(self, sheet: ReadingSheet, *, error: str = "", refusal: str = "") -> str:
        """The blank and the workbook of a sheet, and the field for a filled one."""
        return self.render(
            "staff/reading_sheet_files.html",
            sheet=sheet,
            heading=heading_of(sheet),
            has_rows=sheet.scope is not SheetScope.SLIPS,
            megabytes=LIMITS.packed >> 20,
            most=MOST_ROWS,
            error=error,
            refusal=refusal,
        )

    def preview_page(self, upload: SheetUpload, *, refusal: str = "") -> str:
        """What entering the file would do, row by row where something is to be mended."""
        job = newest_job(upload=upload.id)
        progress = progress_of(job)
        return self.render(
            "staff/reading_sheet_upload.html",
            upload=upload,
            heading=heading_of(upload.sheet),
            progress=progress,
            left=told_of(job) if job is not None else [],
            refusal=refusal or (job_refusal(job) if job is not None else ""),
            # While it is being entered, what it would do is not asked.
            **(NO_FIGURES if progress else figures_of(upload)),
        )

    def show_again(self, page: str, *, refusal: str, **place: Any) -> Any:
        if page == "preview":
            return self.preview_page(opened_upload(place["upload"]), refusal=refusal)
        return self.page(opened_sheet(place["sheet"]), refusal=refusal)


def opened_upload(text: str) -> SheetUpload:
    """The file of that id, or the page that there is none."""
    is_id = ID.fullmatch(text) is not None and int(text) <= LARGEST_ID
    found: SheetUpload | None = (
        SheetUpload.get_or_none(SheetUpload.id == int(text)) if is_id else None
    )
    return found or abort(404)


def progress_of(job: FileJob | None) -> str:
    """How far the worker is with entering a file; empty when it has nothing to do with it."""
    return "" if job is None else job_progress(job, at=now())


def figures_of(upload: SheetUpload) -> dict[str, Any]:
    """What entering a file would do, or has left out."""
    preview = preview_of(upload, codes=codes_understood(), today=today())
    lines = mend_lines(preview)
    return {
        "counts": count_words(preview),
        "lines": lines[:PROBLEMS_SHOWN],
        "is_more": len(lines) > PROBLEMS_SHOWN,
        "good": len(preview.good),
        "shift": shift_words(preview),
        "newest": preview.newest,
    }


NO_FIGURES: dict[str, Any] = {
    "counts": [],
    "lines": [],
    "is_more": False,
    "good": 0,
    "shift": "",
    "newest": 0,
}


def newest_seen() -> int:
    """The newest reading that the form's preview knew."""
    text = request.form.get("newest", "0")
    return int(text) if ID.fullmatch(text) else 0


def order_entering(upload: SheetUpload, seen: Preview) -> None:
    """Lets the worker enter a long file."""
    accounts = len({each.account_id for each in seen.good})
    wanted = FileOrder(FileDeed.ENTER_SHEET, upload.id, total=accounts, mark=seen.newest)
    order_file(current_actor(), wanted, at=now())


def name_of(sheet: ReadingSheet) -> str:
    """What the files of a sheet are called."""
    return f"{sheet_words(sheet)}, {day(sheet.taken_on)}"


def meter_row(row: SheetRow, story: MeterStory, *, sheet: ReadingSheet) -> MeterRow:
    """A meter as the workbook has it."""
    meter = story.meter
    return MeterRow(
        account=str(row.account.number),
        address=str(row.account.premises.address),
        meter=" · ".join(filter(None, (kind_word(meter.kind), place_of(meter)))),
        serial=str(meter.serial),
        previous=shown_before(story, sheet.period),
    )
