"""A filled workbook that came back: kept as it was read, looked at, entered account by account."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from peewee import fn

from vodokanal.billing.readings import Verdict
from vodokanal.billing.refusals import ReadingRefusedError
from vodokanal.billing.sheet_shifts import SheetLine, Shift, is_suspect, shift_of
from vodokanal.billing.windows import NoWindowRuleError
from vodokanal.casework.sheet_remarks import RemarkCode
from vodokanal.formats.book_cells import Flaw
from vodokanal.formats.reading_sheets import MOST_ROWS, FilledRow
from vodokanal.models.database import lock
from vodokanal.models.reading_sheets import LONGEST_FILE_NAME, ReadingSheet, SheetUpload
from vodokanal.models.readings import Reading
from vodokanal.operations.actors import Actor
from vodokanal.operations.journal import record
from vodokanal.operations.judging import (
    Bench,
    Delivery,
    Judged,
    NothingSentError,
    NotYourMeterError,
    ReadingsRefusedError,
    by_meter,
    judge_delivery,
)
from vodokanal.operations.meters import MeterStory
from vodokanal.operations.reading_sheets import Moment
from vodokanal.operations.reading_sheets_matching import (
    Index,
    Matched,
    match_rows,
    rows_by_account,
)
from vodokanal.operations.reading_sheets_order import Column, by_column, expectation_on
from vodokanal.operations.reading_sheets_rows import SheetRefusedError, all_rows_of, numbers_in
from vodokanal.operations.reading_sheets_saving import TypedRow, save_row
from vodokanal.operations.settings import get_house_settings
from vodokanal.operations.submission_keys import KeyReusedError
from vodokanal.operations.transactions import writes

# What a row of a file may meet although the preview saw nothing in its way.
REFUSALS: tuple[type[Exception], ...] = (
    SheetRefusedError,
    ReadingsRefusedError,
    NotYourMeterError,
    NoWindowRuleError,
    KeyReusedError,
)

Told = Callable[[int], None]


class UploadEnteredError(Exception):
    """The file has been entered already."""


@dataclass(frozen=True)
class PreviewRow:
    """A row of the file: what it means, what the rules say of it, or why it cannot be taken."""

    matched: Matched
    judged: Judged | None = None
    refusal: ReadingRefusedError | None = None

    @property
    def account_id(self) -> int:
        """The account that it means; 0 when it means none."""
        return int(self.matched.row.account.id) if self.matched.row else 0

    @property
    def is_good(self) -> bool:
        """Whether the button enters it."""
        return self.matched.fault is None and self.refusal is None

    @property
    def is_doubtful(self) -> bool:
        """Whether its value would be asked about."""
        return self.judged is not None and self.judged.judgement.verdict is Verdict.ASKED

    @property
    def replaces(self) -> Reading | None:
        """The reading of the month that counts now and says something else."""
        if self.judged is None or not self.judged.is_news:
            return None
        return self.judged.current


@dataclass(frozen=True)
class Preview:
    """What entering a file would do; `shift` is asked about before when the file `is_suspect`."""

    rows: Sequence[PreviewRow]
    is_suspect: bool
    shift: Shift | None
    # The newest reading that the preview knows of: later ones are not replaced unseen.
    newest: int

    @property
    def good(self) -> list[PreviewRow]:
        """The rows that would be entered."""
        return [each for each in self.rows if each.is_good]


@dataclass(frozen=True)
class EnteredFile:
    """How many accounts were entered, and the rows that were not, each with its reason."""

    accounts: int
    left: Sequence[tuple[int, Exception]]


def nobody_is_told(_accounts: int) -> None:
    """Tells nobody how far the entering is."""


@writes
def keep_upload(
    actor: Actor,
    sheet: ReadingSheet,
    *,
    name: str,
    rows: Sequence[FilledRow],
    at: datetime,
) -> SheetUpload:
    """Keeps what was read of a file, until somebody enters it; nothing else is touched."""
    found: SheetUpload = SheetUpload.create(
        sheet=sheet.id,
        name=name[:LONGEST_FILE_NAME],
        rows=json.dumps([asdict(row) for row in rows], ensure_ascii=False),
        employee=actor.employee_id,
        uploaded_at=at,
    )
    return found


def preview_of(upload: SheetUpload, *, codes: Mapping[str, RemarkCode], today: date) -> Preview:
    """What entering the file would do now; reads the sheet's rows, writes nothing.

    Of each account's history no more is kept than the preview shows: a district has thousands.
    """
    sheet = upload.sheet
    newest = Reading.select(fn.MAX(Reading.id)).scalar() or 0
    filled, left = rows_by_account(_rows_kept(upload), Index(numbers_in(sheet, today=today)))
    rows = [PreviewRow(each) for each in left]
    for row in all_rows_of(sheet, today=today, most=MOST_ROWS):
        matched = match_rows(filled.get(row.account.id, ()), row, codes=codes)
        rows += [_slim(each, sheet) for each in _judged(sheet, matched, today=today)]
    rows.sort(key=lambda each: each.matched.filled.number)
    suspect = is_suspect(
        saved=len({each.account_id for each in rows if each.judged is not None}),
        doubtful=len({each.account_id for each in rows if each.is_doubtful}),
    )
    shift = _shift(sheet, rows, today=today) if suspect else None
    return Preview(rows, suspect, shift, newest)


def _slim(row: PreviewRow, sheet: ReadingSheet) -> PreviewRow:
    """The same without the history that it was judged by."""
    matched = row.matched
    if matched.row is None or matched.story is None:
        return row
    own = matched.story.of(sheet.period)
    story = MeterStory(matched.story.meter, [] if own is None else [own])
    account = replace(matched.row, stories=(), remarks={}, entry=None)
    judged = row.judged and replace(row.judged, story=story)
    return replace(row, matched=replace(matched, row=account, story=story), judged=judged)


def enter_upload(
    actor: Actor,
    upload: SheetUpload,
    *,
    preview: Preview,
    moment: Moment,
    told: Told = nobody_is_told,
) -> EnteredFile:
    """Enters every good row, an account a transaction, so that others go on writing meanwhile.

    Broken off in the middle and begun anew, nothing is entered twice. The preview's `newest` is
    that of the clerk's own preview: a value noted since is not replaced. `told` is called with the
    number of accounts that are dealt with, before each.

    Raises:
        UploadEnteredError: it was entered before.
    """
    if upload.entered_at is not None:
        raise UploadEnteredError(upload.id)
    left: list[tuple[int, Exception]] = []
    accounts = 0
    for done, (account_id, rows) in enumerate(_by_account(preview.good).items()):
        told(done)
        row = _typed(account_id, rows, newest=preview.newest)
        key = f"upload-{upload.id}-{account_id}"
        try:
            save_row(actor, upload.sheet_id, row=row, key=key, moment=moment)
        except NothingSentError:
            # A remark that was noted before.
            accounts += 1
        except REFUSALS as error:
            left += [(each.matched.filled.number, error) for each in rows]
        else:
            accounts += 1
    _finish(actor, upload, accounts=accounts, at=moment.at)
    return EnteredFile(accounts, left)


@writes
def _finish(actor: Actor, upload: SheetUpload, *, accounts: int, at: datetime) -> None:
    lock(SheetUpload, upload.id)
    SheetUpload.update(entered_at=at).where(SheetUpload.id == upload.id).execute()
    told = {"sheet": upload.sheet_id, "file": upload.name, "rows": accounts}
    record(actor, "enter_sheet_file", subject=upload, at=at, changes=({}, told))


def _rows_kept(upload: SheetUpload) -> list[FilledRow]:
    return [
        FilledRow(**row | {"fault": row["fault"] and Flaw(row["fault"])})
        for row in json.loads(str(upload.rows))
    ]


def _judged(sheet: ReadingSheet, matched: Sequence[Matched], *, today: date) -> list[PreviewRow]:
    """Every row as the rules of every reading take it, in the order of the file."""
    house = get_house_settings()
    delivery = Delivery({}, sheet.source, sheet.taken_on)
    found = []
    for each in matched:
        row, story = each.row, each.story
        if row is None or story is None or not each.filled.value:
            found.append(PreviewRow(each))
            continue
        bench = Bench(by_meter(row.stories), sheet.period, today, house.takes_whole_only)
        typed = replace(delivery, entries={story.meter.id: each.filled.value})
        try:
            (judged,) = judge_delivery(typed, bench)
        except ReadingsRefusedError as error:
            found.append(PreviewRow(each, refusal=error.refusals[story.meter.id]))
        else:
            found.append(PreviewRow(each, judged))
    return found


def _shift(sheet: ReadingSheet, judged: Sequence[PreviewRow], *, today: date) -> Shift | None:
    """What speaks for a shift: every meter of the sheet beside what the file says of it."""
    typed = {each.judged.story.meter.id: each for each in judged if each.judged is not None}
    columns: dict[Column, list[SheetLine]] = defaultdict(list)
    for row in all_rows_of(sheet, today=today, most=MOST_ROWS):
        for column, story in by_column(row):
            own = typed.get(story.meter.id)
            value = own.judged.judgement.value if own is not None and own.judged else None
            doubtful = own is not None and own.is_doubtful
            columns[column].append(SheetLine(value, expectation_on(story, sheet), doubtful))
    return shift_of([columns[each] for each in sorted(columns)])


def _by_account(rows: Sequence[PreviewRow]) -> dict[int, list[PreviewRow]]:
    found: dict[int, list[PreviewRow]] = defaultdict(list)
    for row in rows:
        found[row.account_id].append(row)
    return found


def _typed(account_id: int, rows: Sequence[PreviewRow], *, newest: int) -> TypedRow:
    """The rows of an account as if they had been typed; what was noted since is not seen."""
    values, remarks, seen = {}, {}, {}
    for row in rows:
        meter_id = row.matched.meter_id
        values[meter_id] = row.matched.filled.value
        if row.matched.code is not None:
            remarks[meter_id] = row.matched.code
        current = row.replaces
        if current is not None and current.id <= newest:
            seen[meter_id] = current.id
    return TypedRow(account_id, values, remarks, seen, is_checked=True)
