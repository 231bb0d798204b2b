"""Sheets: rows saved by the rules of every reading, others' values seen, all of it undone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.cast import COLD_LAST, Cast, actor_of
from tests.clock import moment
from tests.factories import make_district, make_house, make_reading, make_submission
from tests.ledgers import issue
from tests.sheet_factories import make_reading_sheet, make_row_of_flats
from tests.tables import everything
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState, Source
from vodokanal.billing.sheet_shifts import Shift
from vodokanal.casework.sheet_remarks import RemarkCode
from vodokanal.models.journal import JournalEntry
from vodokanal.models.meters import Meter
from vodokanal.models.reading_sheets import (
    ReadingSheet,
    SheetDisplaced,
    SheetEntry,
    SheetScope,
    SheetState,
)
from vodokanal.models.readings import Reading
from vodokanal.operations.intakes import get_intake
from vodokanal.operations.judging import Delivery, NothingSentError, ReadingsRefusedError
from vodokanal.operations.reading_sheets import Moment, NewSheet, open_sheet, recent_sheets
from vodokanal.operations.reading_sheets_order import confirm_order, stop_of
from vodokanal.operations.reading_sheets_rows import (
    SheetNotFoundError,
    figures_of,
    first_without_entry,
    get_sheet,
    place_of_account,
    rows_of,
)
from vodokanal.operations.reading_sheets_saving import (
    OtherMonthError,
    OtherValueError,
    SheetStoppedError,
    SheetUndoneError,
    TypedRow,
    save_row,
)
from vodokanal.operations.reading_sheets_undo import (
    LaterReadingError,
    LaterSheetError,
    SheetIssuedError,
    may_be_undone,
    undo_sheet,
)
from vodokanal.operations.readings import submit_readings
from vodokanal.operations.submission_keys import new_key

TODAY, AT = date(2026, 11, 12), moment("2026-11-12T10:42")
NOW = Moment(TODAY, AT)
NOVEMBER, DECEMBER = Period(2026, 11), Period(2026, 12)


@pytest.fixture
def sheet(cast: Cast) -> ReadingSheet:
    """A sheet of Anna's house."""
    return make_reading_sheet(house=cast.account.premises.house)


def save(sheet: ReadingSheet, meter: Meter, value: str = "", *, by: Any, **given: Any) -> str:
    """Types a value (and a remark) into the row of a meter's account."""
    remark = {meter.id: given["code"]} if "code" in given else {}
    row = TypedRow(meter.account_id, {meter.id: value}, remark, {meter.id: given.get("seen", 0)})
    key = given.get("key") or new_key()
    return save_row(actor_of(by), sheet.id, row=row, key=key, moment=given.get("moment", NOW))


def undo(sheet: ReadingSheet, by: Any) -> ReadingSheet:
    return undo_sheet(actor_of(by), sheet.id, key=new_key(), today=TODAY, at=AT)


def counting(meter: Meter, period: Period = NOVEMBER) -> list[tuple[str, str]]:
    """The value of a month that counts, and how it stands."""
    gone = (ReadingState.REPLACED, ReadingState.REFUSED)
    rows = Reading.select().where(
        Reading.meter == meter.id, Reading.period == period, Reading.state.not_in(gone)
    )
    return [(f"{row.value:f}", row.state.value) for row in rows]


def test_sheet_is_begun_once_for_the_month_that_is_taken(cast: Cast) -> None:
    house, key = cast.account.premises.house, new_key()
    new = NewSheet(SheetScope.HOUSE, Source.VISIT, TODAY, house_id=house.id)
    first = open_sheet(actor_of(cast.galina), new, key=key, moment=NOW)
    assert open_sheet(actor_of(cast.galina), new, key=key, moment=NOW) == first
    assert (first.period, first.employee_id, first.source) == (
        NOVEMBER,
        cast.galina.id,
        Source.VISIT,
    )
    assert [each.id for each in recent_sheets(skip=0, limit=5)] == [first.id]


def test_sheet_goes_on_with_the_first_row_that_has_nothing(sheet: ReadingSheet, cast: Cast) -> None:
    places = [first_without_entry(sheet, today=TODAY)]
    save(sheet, cast.cold, "161", by=cast.galina)
    places.append(first_without_entry(sheet, today=TODAY))
    save(sheet, cast.vera_meter, by=cast.galina, code=RemarkCode.NO_ACCESS)
    assert [*places, first_without_entry(sheet, today=TODAY)] == [0, 1, None]


def test_sheet_begun_after_the_intake_is_for_the_open_month(cast: Cast) -> None:
    new = NewSheet(SheetScope.DISTRICT, Source.SHEET, TODAY, district_id=cast.district.id)
    late = Moment(date(2026, 11, 27), moment("2026-11-27T09:00"))
    sheet = open_sheet(actor_of(cast.galina), new, key=new_key(), moment=late)
    assert sheet.period == NOVEMBER


def test_rows_stand_in_walking_order_a_page_at_a_time(cast: Cast) -> None:
    house = make_house(street="ул. Лесная", number="10")
    second = make_house(street="ул. Лесная", number="2", district=house.district)
    make_row_of_flats(11, house=house)
    make_row_of_flats(1, house=second)
    sheet = make_reading_sheet(scope=SheetScope.STREET, house=house)
    rows = rows_of(sheet, today=TODAY, skip=0, limit=50)
    assert [row.account.premises.flat for row in rows] == ["1", *map(str, range(1, 12))]
    page = rows_of(sheet, today=TODAY, skip=10, limit=10)
    assert [row.account.id for row in page] == [row.account.id for row in rows[10:]]
    assert place_of_account(sheet, rows[5].account, today=TODAY) == 5
    assert place_of_account(sheet, cast.account, today=TODAY) is None


@pytest.mark.usefixtures("database")
def test_sheet_of_a_district_holds_its_houses_alone() -> None:
    district = make_district()
    meters = make_row_of_flats(2, house=make_house(district=district))
    make_row_of_flats(1)
    sheet = make_reading_sheet(scope=SheetScope.DISTRICT, district=district)
    rows = rows_of(sheet, today=TODAY, skip=0, limit=50)
    assert [row.account.id for row in rows] == [meter.account_id for meter in meters]


def test_saved_row_is_a_submission_of_the_clerk(sheet: ReadingSheet, cast: Cast) -> None:
    key = new_key()
    sent = save(sheet, cast.cold, "161,2", by=cast.galina, key=key)
    assert save(sheet, cast.cold, "161,2", by=cast.galina, key=key) == sent
    (reading,) = Reading.select().where(Reading.period == NOVEMBER)
    assert (reading.source, reading.taken_on, reading.employee_id, reading.state) == (
        Source.SHEET,
        TODAY,
        cast.galina.id,
        ReadingState.ACCEPTED,
    )
    (entry,) = SheetEntry.select()
    assert (entry.submission.number, entry.employee_id) == (sent, cast.galina.id)
    figures = figures_of(sheet, today=TODAY)
    assert (figures.covered, figures.saved, figures.doubtful) == (2, 1, 0)


def test_refused_value_keeps_nothing_of_its_row(sheet: ReadingSheet, cast: Cast) -> None:
    before = everything()
    row = TypedRow(
        cast.account.id,
        {cast.cold.id: "abc", cast.hot.id: "105"},
        {cast.hot.id: RemarkCode.NO_SEAL},
        {},
    )
    with pytest.raises(ReadingsRefusedError) as refused:
        save_row(actor_of(cast.galina), sheet.id, row=row, key=new_key(), moment=NOW)
    assert set(refused.value.refusals) == {cast.cold.id}
    assert everything() == before


def test_empty_row_is_refused_and_the_same_values_again_change_nothing(
    sheet: ReadingSheet, cast: Cast
) -> None:
    with pytest.raises(NothingSentError):
        save(sheet, cast.cold, by=cast.galina)
    first = save(sheet, cast.cold, "161,2", by=cast.galina)
    assert save(sheet, cast.cold, "161,200", by=cast.dmitry) == first
    assert SheetEntry.select().count() == 1


def test_other_clerks_value_is_not_replaced_unseen(sheet: ReadingSheet, cast: Cast) -> None:
    save(sheet, cast.cold, "161,2", by=cast.galina)
    with pytest.raises(OtherValueError) as refused:
        save(sheet, cast.cold, "161,9", by=cast.dmitry)
    (theirs,) = refused.value.readings.values()
    assert (f"{theirs.value:f}", theirs.employee_id) == ("161.200", cast.galina.id)
    save(sheet, cast.cold, "161,9", by=cast.dmitry, seen=theirs.id)
    assert counting(cast.cold) == [("161.900", "accepted")]
    # What cannot be read is refused for itself.
    with pytest.raises(ReadingsRefusedError):
        save(sheet, cast.cold, "x", by=cast.galina)


def test_sheet_takes_nothing_for_another_month(sheet: ReadingSheet, cast: Cast) -> None:
    later = Moment(date(2026, 12, 12), moment("2026-12-12T10:00"))
    with pytest.raises(OtherMonthError) as refused:
        save(sheet, cast.cold, "161", by=cast.galina, moment=later)
    assert (refused.value.sheet, refused.value.now) == (NOVEMBER, DECEMBER)


def test_undoing_restores_what_was_before(sheet: ReadingSheet, cast: Cast) -> None:
    old = make_reading(cast.cold, period=NOVEMBER, value="160", state=ReadingState.ASKED)
    save(sheet, cast.cold, "161,2", by=cast.galina, seen=old.id)
    mine = Reading.get(Reading.period == NOVEMBER, Reading.state == ReadingState.ACCEPTED)
    save(sheet, cast.cold, "161,5", by=cast.galina, seen=mine.id)
    save(sheet, cast.vera_meter, "7", by=cast.dmitry)
    assert SheetDisplaced.select().count() == 1
    assert may_be_undone(sheet, today=TODAY)
    undone = undo(sheet, cast.galina)
    assert (undone.state, undone.undone_by_id) == (SheetState.UNDONE, cast.galina.id)
    assert counting(cast.cold) == [("160.000", "asked")]
    assert counting(cast.vera_meter) == []
    assert undo(sheet, cast.galina) == undone
    assert not may_be_undone(undone, today=TODAY)
    with pytest.raises(SheetUndoneError):
        save(sheet, cast.cold, "161", by=cast.galina)


def test_undoing_is_journalled_for_every_account(sheet: ReadingSheet, cast: Cast) -> None:
    save(sheet, cast.cold, "161,2", by=cast.galina)
    save(sheet, cast.vera_meter, "7", by=cast.galina)
    undo(sheet, cast.galina)
    actions = [entry.action for entry in JournalEntry.select().order_by(JournalEntry.id)]
    assert actions[-3:] == ["take_back_readings", "take_back_readings", "undo_reading_sheet"]


def test_what_was_sent_after_the_sheet_stays(sheet: ReadingSheet, cast: Cast) -> None:
    old = make_reading(cast.cold, period=NOVEMBER, value="160")
    save(sheet, cast.cold, "161,2", by=cast.galina, seen=old.id)
    delivery = Delivery({cast.cold.id: "161,4"}, Source.RESIDENT)
    intake = get_intake(cast.account.id, today=TODAY)
    submit_readings(actor_of(cast.anna), intake, delivery=delivery, key=new_key(), at=AT)
    undo(sheet, cast.galina)
    assert counting(cast.cold) == [("161.400", "accepted")]


def test_issued_month_is_not_undone(sheet: ReadingSheet, cast: Cast) -> None:
    save(sheet, cast.cold, "161,2", by=cast.galina)
    issue(NOVEMBER, cast.account)
    with pytest.raises(SheetIssuedError) as refused:
        undo(sheet, cast.galina)
    assert refused.value.period == NOVEMBER
    assert counting(cast.cold) == [("161.200", "accepted")]


def test_sheet_that_a_later_reading_follows_is_not_undone(sheet: ReadingSheet, cast: Cast) -> None:
    save(sheet, cast.cold, "161,2", by=cast.galina)
    later = make_reading(cast.cold, period=DECEMBER, value="164")
    with pytest.raises(LaterReadingError) as refused:
        undo(sheet, cast.galina)
    assert (refused.value.reading, refused.value.number) == (later, "12-34")


def test_later_sheet_is_undone_first(sheet: ReadingSheet, cast: Cast) -> None:
    save(sheet, cast.cold, "161,2", by=cast.galina)
    first = Reading.get(Reading.period == NOVEMBER)
    other = make_reading_sheet(house=cast.account.premises.house)
    save(other, cast.cold, "161,9", by=cast.dmitry, seen=first.id)
    with pytest.raises(LaterSheetError) as refused:
        undo(sheet, cast.galina)
    assert refused.value.sheet_id == other.id
    undo(other, cast.dmitry)
    assert counting(cast.cold) == [("161.200", "accepted")]
    undo(sheet, cast.galina)
    assert counting(cast.cold) == []


def shifted(count: int, by: Any, *, correct: int = 0) -> tuple[ReadingSheet, list[Meter]]:
    """A house of which the values were typed a row too low from the second one on."""
    house = make_house()
    meters = make_row_of_flats(count + correct + 1, house=house)
    sheet = make_reading_sheet(house=house)
    for flat, meter in enumerate(meters[: correct + count + 1], start=1):
        shown = 100 * flat + 18 - (0 if flat <= correct + 1 else 100)
        save(sheet, meter, str(shown), by=by)
    return sheet, meters


def test_shifted_sheet_stops_and_says_why(cast: Cast) -> None:
    sheet, meters = shifted(6, cast.galina)
    stop = stop_of(sheet, figures_of(sheet, today=TODAY), today=TODAY)
    assert stop is not None
    assert (stop.figures.saved, stop.figures.doubtful, stop.shift) == (7, 6, Shift(-1, 6))
    line = stop.lines[0]
    assert (line.meter, f"{line.value:f}", f"{line.own:.0f}", f"{line.neighbour:.0f}") == (
        meters[1],
        "118.000",
        "218",
        "118",
    )
    with pytest.raises(SheetStoppedError):
        save(sheet, meters[0], "119", by=cast.galina)
    confirm_order(actor_of(cast.galina), sheet.id, at=AT)
    confirm_order(actor_of(cast.galina), sheet.id, at=AT)
    confirmed = get_sheet(sheet.id)
    assert stop_of(confirmed, figures_of(confirmed, today=TODAY), today=TODAY) is None


def test_few_doubtful_rows_stop_nothing(cast: Cast) -> None:
    sheet, _ = shifted(5, cast.galina)
    assert stop_of(sheet, figures_of(sheet, today=TODAY), today=TODAY) is None


def test_unknown_sheet_is_said_so(cast: Cast) -> None:
    with pytest.raises(SheetNotFoundError):
        get_sheet(make_submission().id + 100)
    assert cast.cold.account_id == cast.account.id
    assert COLD_LAST > 0
