"""A row of a sheet saved: through the one way in, with what it replaced and what was noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from peewee import fn

from vodokanal.billing.displays import read_display
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.billing.refusals import ReadingRefusedError
from vodokanal.casework.sheet_remarks import RemarkCode
from vodokanal.models.accounts import Account
from vodokanal.models.database import lock
from vodokanal.models.reading_sheets import (
    ReadingSheet,
    SheetDisplaced,
    SheetEntry,
    SheetState,
)
from vodokanal.models.readings import Reading, Submission
from vodokanal.operations.actors import Actor
from vodokanal.operations.intakes import Intake, get_intake
from vodokanal.operations.judging import Delivery, NothingSentError
from vodokanal.operations.meters import MeterStory
from vodokanal.operations.reading_sheets import Moment
from vodokanal.operations.reading_sheets_order import is_stopped
from vodokanal.operations.reading_sheets_remarks import NewRemarks, note_remarks
from vodokanal.operations.reading_sheets_rows import SheetRefusedError, figures_of, get_sheet
from vodokanal.operations.readings import submit_readings
from vodokanal.operations.submission_keys import claim_key, keep_answer
from vodokanal.operations.submissions import get_submission
from vodokanal.operations.transactions import writes


class SheetUndoneError(SheetRefusedError):
    """The sheet has been undone: nothing is entered into it any more."""


class OtherMonthError(SheetRefusedError):
    """The sheet is for one month, `sheet`, and readings are taken for another by now, `now`."""

    def __init__(self, sheet: Period, now: Period) -> None:
        super().__init__(sheet, now)
        self.sheet, self.now = sheet, now


class OtherValueError(SheetRefusedError):
    """Another value has been noted since the row was shown: the `readings` that count, by meter."""

    def __init__(self, readings: Mapping[int, Reading]) -> None:
        super().__init__(readings)
        self.readings = readings


class SheetStoppedError(SheetRefusedError):
    """A third of the rows is doubtful: somebody has to look whether they are shifted."""


@dataclass(frozen=True)
class TypedRow:
    """What was typed into a row: values and remarks by meter, as texts and codes.

    `seen` is the reading that the clerk had before the eyes, by meter; a later different value is
    not replaced unseen. A meter that `remarks` does not name keeps what was noted beside it.
    """

    account_id: int
    values: Mapping[int, str]
    remarks: Mapping[int, RemarkCode | None]
    seen: Mapping[int, int]
    # Somebody has looked at the order of the whole file that it comes from.
    is_checked: bool = False


@writes
def save_row(actor: Actor, sheet_id: int, *, row: TypedRow, key: str, moment: Moment) -> str:
    """Keeps what was typed into a row, by the rules of every reading; the submission's number.

    The number is empty where there are remarks alone. A remark that a meter is broken is noted
    first, so that its last value is only recorded. With the same key the row is saved once.

    Raises:
        NothingSentError: neither a value nor a remark that was not there before.
        SheetUndoneError: the sheet takes nothing more.
        SheetStoppedError: a third of it is doubtful, and nobody has looked yet.
        OtherMonthError: readings are for another month by now.
        OtherValueError: somebody has noted another value meanwhile; nothing was kept.
        Whatever `submit_readings` raises; nothing of the row was kept then.
    """
    claim = claim_key(actor, key, body=_body_of_row(sheet_id, row), at=moment.at)
    if claim.answer is not None:
        return str(claim.answer["sent"])
    lock(ReadingSheet, sheet_id)
    sheet = get_sheet(sheet_id)
    _refuse_closed(sheet, row, today=moment.today)
    lock(Account, row.account_id)
    saving = _Saving(actor, sheet, row, moment)
    intake = get_intake(row.account_id, today=moment.today)
    own = {story.meter.id for story in intake.stories}
    codes = {meter: code for meter, code in row.remarks.items() if meter in own}
    if note_remarks(actor, NewRemarks(sheet, codes), at=moment.at):
        intake = intake.read_again()
    elif not saving.filled:
        raise NothingSentError
    sent = _send(saving, intake, key=f"{key}.r") if saving.filled else ""
    keep_answer(claim, {"sent": sent})
    return sent


@dataclass(frozen=True)
class _Saving:
    """Who saves which row of which sheet, and when."""

    actor: Actor
    sheet: ReadingSheet
    row: TypedRow
    moment: Moment

    @property
    def filled(self) -> dict[int, str]:
        return {meter: text for meter, text in self.row.values.items() if text.strip()}


def _send(saving: _Saving, intake: Intake, *, key: str) -> str:
    """Submits the values, and keeps what they replaced and that they belong to the sheet."""
    sheet, account_id, at = saving.sheet, intake.account_id, saving.moment.at
    term = intake.term_for(sheet.source)
    if term.period != sheet.period:
        raise OtherMonthError(sheet.period, term.period)
    current = {story.meter.id: story.of(sheet.period) for story in intake.stories}
    counting = {meter: reading for meter, reading in current.items() if reading is not None}
    _refuse_unseen(saving, intake, counting=counting)
    before = {reading.id: reading for reading in counting.values()}
    newest = Submission.select(fn.MAX(Submission.id)).where(Submission.account == account_id)
    last = newest.scalar() or 0
    delivery = Delivery(saving.filled, sheet.source, sheet.taken_on)
    sent = submit_readings(saving.actor, intake, delivery=delivery, key=key, at=at)
    submission = get_submission(account_id, sent)
    if submission.id > last:
        SheetEntry.create(
            sheet=sheet.id,
            account=account_id,
            submission=submission.id,
            employee=saving.actor.employee_id,
            entered_at=at,
        )
        _keep_displaced(sheet, before)
    return sent


def _refuse_unseen(saving: _Saving, intake: Intake, *, counting: Mapping[int, Reading]) -> None:
    """Lets values pass that replace only what the clerk had before the eyes."""
    others = {}
    for story in intake.stories:
        reading, text = counting.get(story.meter.id), saving.filled.get(story.meter.id)
        if reading is None or text is None or saving.row.seen.get(story.meter.id) == reading.id:
            continue
        if not _says(text, story, reading=reading, intake=intake):
            others[story.meter.id] = reading
    if others:
        raise OtherValueError(others)


def _says(text: str, story: MeterStory, *, reading: Reading, intake: Intake) -> bool:
    """Whether a text is the value of the reading; one that cannot be read is refused later."""
    meter = story.meter
    try:
        value = read_display(
            text,
            digits_before=meter.digits_before,
            digits_after=meter.digits_after,
            whole_only=intake.configuration.house.takes_whole_only,
        )
    except ReadingRefusedError:
        return True
    return bool(value == reading.value)


def _keep_displaced(sheet: ReadingSheet, before: Mapping[int, Reading]) -> None:
    """Keeps how the readings stood that were replaced just now; those of the sheet were its own."""
    own = SheetEntry.select(SheetEntry.submission).where(SheetEntry.sheet == sheet.id)
    replaced = Reading.select(Reading.id).where(
        Reading.id.in_(list(before)),
        Reading.state == ReadingState.REPLACED,
        Reading.submission.not_in(own),
    )
    for (reading_id,) in replaced.tuples():
        SheetDisplaced.create(sheet=sheet.id, reading=reading_id, state=before[reading_id].state)


def _refuse_closed(sheet: ReadingSheet, row: TypedRow, *, today: date) -> None:
    if sheet.state is SheetState.UNDONE:
        raise SheetUndoneError(sheet.id)
    if not row.is_checked and is_stopped(sheet, figures_of(sheet, today=today)):
        raise SheetStoppedError(sheet.id)


def _body_of_row(sheet_id: int, row: TypedRow) -> dict[str, object]:
    return {
        "sheet": sheet_id,
        "account": row.account_id,
        "values": {str(meter): text.strip() for meter, text in row.values.items()},
        "remarks": {str(meter): code and code.value for meter, code in row.remarks.items()},
    }
