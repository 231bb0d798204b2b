"""A sheet undone as a whole: what counted before counts again, remarks are taken back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.models.accounts import Account
from vodokanal.models.database import lock
from vodokanal.models.holder_changes import HolderChange, HolderChangeMeter
from vodokanal.models.meters import Meter
from vodokanal.models.reading_sheets import (
    ReadingSheet,
    SheetDisplaced,
    SheetEntry,
    SheetRemark,
    SheetState,
)
from vodokanal.models.readings import Reading, Submission
from vodokanal.operations.actors import Actor
from vodokanal.operations.issued_months import posting_month
from vodokanal.operations.journal import record
from vodokanal.operations.meters import GONE
from vodokanal.operations.reading_sheets_remarks import take_back
from vodokanal.operations.reading_sheets_rows import SheetRefusedError, get_sheet
from vodokanal.operations.submission_keys import claim_key, keep_answer
from vodokanal.operations.transactions import writes

SLICE = 500


class SheetIssuedError(SheetRefusedError):
    """The month `period` of the sheet is issued, or being issued: its bills are printed."""

    def __init__(self, period: Period) -> None:
        super().__init__(period)
        self.period = period


class LaterReadingError(SheetRefusedError):
    """A later `reading` was judged by one of the sheet's, of the account `number`."""

    def __init__(self, reading: Reading, number: str) -> None:
        super().__init__(reading, number)
        self.reading, self.number = reading, number


class LaterSheetError(SheetRefusedError):
    """The sheet `sheet_id` has replaced readings of this one: it has to be undone first."""

    def __init__(self, sheet_id: int) -> None:
        super().__init__(sheet_id)
        self.sheet_id = sheet_id


class CarriedOverError(SheetRefusedError):
    """Readings of the sheet went over to the new holder of the account that was `number` then."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


@writes
def undo_sheet(actor: Actor, sheet_id: int, *, key: str, today: date, at: datetime) -> ReadingSheet:
    """Takes back all that a sheet has brought, in one transaction; once, however often asked.

    Its readings stay in the history and count no more; what they replaced counts again and stands
    as it stood. What somebody has sent or decided since stays. The month is that of the readings.

    Raises:
        SheetIssuedError: the month is issued, or being issued.
        LaterReadingError: a reading of a later month follows one of them; with that reading.
        LaterSheetError: another sheet has replaced some of them.
        CarriedOverError: some went over to a new holder; with the account's number of that time.
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    claim = claim_key(actor, key, body={"undo": sheet_id}, at=at)
    lock(ReadingSheet, sheet_id)
    sheet = get_sheet(sheet_id)
    if claim.answer is not None or sheet.state is SheetState.UNDONE:
        return sheet
    _refuse_issued(sheet, today)
    entries = list(
        SheetEntry.select().where(SheetEntry.sheet == sheet_id).order_by(SheetEntry.account)
    )
    for account_id in sorted({entry.account_id for entry in entries}):
        lock(Account, account_id)
    _refuse_what_depends(sheet)
    _replace(sheet)
    _bring_back(sheet)
    for remark in SheetRemark.select().where(SheetRemark.sheet == sheet_id):
        take_back(actor, remark, at=at)
    for submission in Submission.select().where(Submission.id.in_(_submissions(sheet))):
        record(actor, "take_back_readings", subject=submission, at=at)
    done = {"state": SheetState.UNDONE, "undone_by": actor.employee_id, "undone_at": at}
    ReadingSheet.update(done).where(ReadingSheet.id == sheet_id).execute()
    changes = ({"state": SheetState.OPEN}, {"state": SheetState.UNDONE, "rows": len(entries)})
    record(actor, "undo_reading_sheet", subject=sheet, at=at, changes=changes)
    keep_answer(claim, {})
    return get_sheet(sheet_id)


def may_be_undone(sheet: ReadingSheet, *, today: date) -> bool:
    """Whether the sheet counts and its month is open; what depends on it is asked when undoing."""
    return sheet.state is SheetState.OPEN and sheet.period >= posting_month(today)


def _refuse_issued(sheet: ReadingSheet, today: date) -> None:
    if sheet.period < posting_month(today):
        raise SheetIssuedError(sheet.period)


def _refuse_what_depends(sheet: ReadingSheet) -> None:
    ours = _own_readings(sheet)
    other: Any = (
        SheetDisplaced.select(SheetDisplaced, ReadingSheet)
        .join(ReadingSheet)
        .where(
            SheetDisplaced.reading.in_(ours),
            SheetDisplaced.sheet != sheet.id,
            ReadingSheet.state == SheetState.OPEN,
        )
        .first()
    )
    if other is not None:
        raise LaterSheetError(other.sheet_id)
    _refuse_carried(sheet)
    meters = _own_readings(sheet).select(Reading.meter).where(Reading.state.not_in(GONE))
    later: Any = (
        Reading.select(Reading, Meter, Account)
        .join(Meter)
        .join(Account)
        .where(
            Reading.meter.in_(meters),
            Reading.period > sheet.period,
            Reading.state.not_in(GONE),
        )
        .order_by(Reading.period, Reading.id)
        .first()
    )
    if later is not None:
        raise LaterReadingError(later, str(later.meter.account.number))


def _refuse_carried(sheet: ReadingSheet) -> None:
    carried: Any = (
        HolderChange.select()
        .join(HolderChangeMeter)
        .join(Reading, on=Reading.meter == HolderChangeMeter.old_meter)
        .where(
            Reading.submission.in_(_submissions(sheet)),
            Reading.taken_on >= HolderChange.on,
            HolderChange.reversed_at.is_null(),
        )
        .first()
    )
    if carried is not None:
        raise CarriedOverError(str(carried.number))


def _replace(sheet: ReadingSheet) -> None:
    """Ends the sheet's readings, those that came from a question about them included."""
    ours = _own_readings(sheet).where(Reading.state.not_in(GONE))
    ids = [reading_id for (reading_id,) in ours.tuples()]
    for start in range(0, len(ids), SLICE):
        chunk = Reading.id.in_(ids[start : start + SLICE])
        Reading.update(state=ReadingState.REPLACED).where(chunk).execute()


def _bring_back(sheet: ReadingSheet) -> None:
    """Lets readings count again that the sheet replaced, unless another one counts by now."""
    query: Any = (
        SheetDisplaced.select(SheetDisplaced, Reading)
        .join(Reading)
        .where(SheetDisplaced.sheet == sheet.id, Reading.state == ReadingState.REPLACED)
    )
    for displaced in query:
        reading = displaced.reading
        counting = Reading.select().where(
            Reading.meter == reading.meter_id,
            Reading.period == reading.period,
            Reading.state.not_in(GONE),
        )
        if not counting.exists():
            Reading.update(state=displaced.state).where(Reading.id == reading.id).execute()


def _submissions(sheet: ReadingSheet) -> Any:
    return SheetEntry.select(SheetEntry.submission).where(SheetEntry.sheet == sheet.id)


def _own_readings(sheet: ReadingSheet) -> Any:
    return Reading.select(Reading.id).where(Reading.submission.in_(_submissions(sheet)))
