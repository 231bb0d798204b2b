"""Remarks: what each starts, who sees to it, and that undoing a sheet takes all of it back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.cast import Cast, actor_of
from tests.clock import moment
from tests.sheet_factories import make_reading_sheet, make_sheet_remark
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.casework.sheet_remarks import NextStep, RemarkCode
from vodokanal.models.journal import JournalEntry
from vodokanal.models.meters import Meter
from vodokanal.models.reading_sheets import ReadingSheet, SheetRemark
from vodokanal.models.readings import Reading
from vodokanal.models.recalculations import AccessRefusal
from vodokanal.operations.changes import changes_since
from vodokanal.operations.entries import NoWordsError
from vodokanal.operations.judging import NothingSentError
from vodokanal.operations.reading_sheets import Moment
from vodokanal.operations.reading_sheets_remarks import (
    RemarkSettledError,
    WaitingRemarks,
    remarks_waiting,
    settle_remark,
    waiting_remarks,
)
from vodokanal.operations.reading_sheets_saving import TypedRow, save_row
from vodokanal.operations.reading_sheets_undo import undo_sheet
from vodokanal.operations.submission_keys import new_key

TAKEN, AT = date(2026, 11, 12), moment("2026-11-12T10:42")
NOVEMBER = Period(2026, 11)


@pytest.fixture
def sheet(cast: Cast) -> ReadingSheet:
    """A sheet of Anna's house, taken on the 12th."""
    return make_reading_sheet(house=cast.account.premises.house, taken_on=TAKEN)


def note(
    sheet: ReadingSheet, meter: Meter, code: RemarkCode | None, *, by: Any, value: str = ""
) -> str:
    row = TypedRow(meter.account_id, {meter.id: value}, {meter.id: code}, {})
    return save_row(actor_of(by), sheet.id, row=row, key=new_key(), moment=Moment(TAKEN, AT))


def undo(sheet: ReadingSheet, by: Any) -> None:
    undo_sheet(actor_of(by), sheet.id, key=new_key(), today=TAKEN, at=AT)


def failed_on(meter: Meter) -> date | None:
    found: date | None = Meter.get_by_id(meter.id).failed_on
    return found


def test_broken_meter_failed_on_the_day_of_the_sheet(sheet: ReadingSheet, cast: Cast) -> None:
    newest = JournalEntry.select().count()
    note(sheet, cast.cold, RemarkCode.BROKEN, by=cast.galina, value="161")
    assert failed_on(cast.cold) == TAKEN
    assert Reading.get(Reading.period == NOVEMBER).state is ReadingState.RECORDED
    assert cast.account.id in changes_since(newest, period=NOVEMBER).accounts
    undo(sheet, cast.galina)
    assert failed_on(cast.cold) is None


def test_failure_known_before_stays_as_it_was(sheet: ReadingSheet, cast: Cast) -> None:
    earlier, later = date(2026, 11, 3), date(2026, 11, 20)
    Meter.update(failed_on=earlier).where(Meter.id == cast.cold.id).execute()
    Meter.update(failed_on=later).where(Meter.id == cast.hot.id).execute()
    note(sheet, cast.cold, RemarkCode.BROKEN, by=cast.galina)
    note(sheet, cast.hot, RemarkCode.BROKEN, by=cast.galina)
    assert (failed_on(cast.cold), failed_on(cast.hot)) == (earlier, TAKEN)
    undo(sheet, cast.galina)
    assert (failed_on(cast.cold), failed_on(cast.hot)) == (earlier, later)


def test_what_somebody_has_decided_since_is_not_taken_back(sheet: ReadingSheet, cast: Cast) -> None:
    note(sheet, cast.cold, RemarkCode.BROKEN, by=cast.galina)
    since = date(2026, 11, 10)
    Meter.update(failed_on=since).where(Meter.id == cast.cold.id).execute()
    undo(sheet, cast.galina)
    assert failed_on(cast.cold) == since


def test_remark_is_changed_taken_back_and_not_noted_twice(sheet: ReadingSheet, cast: Cast) -> None:
    note(sheet, cast.cold, RemarkCode.BROKEN, by=cast.galina)
    with pytest.raises(NothingSentError):
        note(sheet, cast.cold, RemarkCode.BROKEN, by=cast.galina)
    note(sheet, cast.cold, RemarkCode.NO_SEAL, by=cast.galina)
    assert failed_on(cast.cold) is None
    assert [remark.code for remark in SheetRemark.select()] == [RemarkCode.NO_SEAL]
    note(sheet, cast.cold, None, by=cast.galina)
    assert SheetRemark.select().count() == 0


def test_remark_beside_somebody_elses_meter_is_left_out(sheet: ReadingSheet, cast: Cast) -> None:
    row = TypedRow(cast.account.id, {}, {cast.vera_meter.id: RemarkCode.BROKEN}, {})
    with pytest.raises(NothingSentError):
        save_row(actor_of(cast.galina), sheet.id, row=row, key=new_key(), moment=Moment(TAKEN, AT))
    assert failed_on(cast.vera_meter) is None


def test_closed_door_is_counted_and_never_an_act(sheet: ReadingSheet, cast: Cast) -> None:
    note(sheet, cast.cold, RemarkCode.NO_ACCESS, by=cast.galina)
    note(sheet, cast.hot, RemarkCode.NO_ACCESS, by=cast.galina)
    assert {each.step for each in waiting_remarks()} == {NextStep.AGREE_A_DAY}
    again = make_reading_sheet(house=cast.account.premises.house, taken_on=date(2026, 11, 11))
    note(again, cast.cold, RemarkCode.NO_ACCESS, by=cast.galina)
    assert remarks_waiting() == [WaitingRemarks(NextStep.DRAW_UP_AN_ACT, 1, date(2026, 11, 11))]
    assert [each.visits for each in waiting_remarks()] == [2, 2, 2]
    assert AccessRefusal.select().count() == 0
    undo(again, cast.galina)
    assert remarks_waiting() == [WaitingRemarks(NextStep.AGREE_A_DAY, 1, TAKEN)]


def test_missing_seal_waits_until_somebody_has_seen_to_it(sheet: ReadingSheet, cast: Cast) -> None:
    note(sheet, cast.cold, RemarkCode.NO_SEAL, by=cast.galina)
    note(sheet, cast.vera_meter, RemarkCode.BROKEN, by=cast.galina)
    (waiting,) = waiting_remarks()
    assert (waiting.step, waiting.account, waiting.visits) == (
        NextStep.CHECK_THE_SEAL,
        cast.account,
        0,
    )
    with pytest.raises(NoWordsError):
        settle_remark(actor_of(cast.galina), waiting.remark.id, outcome="  ", at=AT)
    settle_remark(actor_of(cast.galina), waiting.remark.id, outcome="опломбирован", at=AT)
    assert waiting_remarks() == []
    assert SheetRemark.get_by_id(waiting.remark.id).outcome == "опломбирован"
    with pytest.raises(RemarkSettledError):
        settle_remark(actor_of(cast.dmitry), waiting.remark.id, outcome="снова", at=AT)


def test_all_closed_doors_of_an_account_are_seen_to_together(
    sheet: ReadingSheet, cast: Cast
) -> None:
    note(sheet, cast.cold, RemarkCode.NO_ACCESS, by=cast.galina)
    note(sheet, cast.hot, RemarkCode.NO_ACCESS, by=cast.galina)
    other = make_sheet_remark(code=RemarkCode.NO_ACCESS)
    first = waiting_remarks()[0].remark
    settle_remark(actor_of(cast.galina), first.id, outcome="пустили", at=AT)
    assert [each.remark for each in waiting_remarks()] == [other]
