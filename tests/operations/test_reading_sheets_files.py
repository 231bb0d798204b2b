"""A filled workbook: rows find their meters by account and serial, the good ones are entered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.cast import Cast, actor_of
from tests.clock import moment
from tests.factories import make_house, make_meter, make_reading
from tests.sheet_factories import make_reading_sheet, make_row_of_flats
from tests.tables import everything
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.billing.refusals import NotANumberError
from vodokanal.billing.sheet_shifts import Shift
from vodokanal.casework.sheet_remarks import RemarkCode
from vodokanal.formats.book_cells import Flaw
from vodokanal.formats.reading_sheets import FilledRow
from vodokanal.models.meters import Meter
from vodokanal.models.reading_sheets import ReadingSheet, SheetUpload
from vodokanal.models.readings import Reading
from vodokanal.operations.reading_sheets import Moment
from vodokanal.operations.reading_sheets_files import (
    EnteredFile,
    Preview,
    UploadEnteredError,
    enter_upload,
    keep_upload,
    preview_of,
)
from vodokanal.operations.reading_sheets_matching import RowFault
from vodokanal.operations.reading_sheets_saving import OtherValueError

TODAY, AT = date(2026, 11, 12), moment("2026-11-12T10:42")
NOVEMBER = Period(2026, 11)
CODES = {"нетпломбы": RemarkCode.NO_SEAL}
COLD = FilledRow(2, "12-34", "00012345", "161,2", "")


@pytest.fixture
def sheet(cast: Cast) -> ReadingSheet:
    """A sheet of Anna's house."""
    return make_reading_sheet(house=cast.account.premises.house)


def sent(sheet: ReadingSheet, *rows: FilledRow, by: Any) -> SheetUpload:
    return keep_upload(actor_of(by), sheet, name="дом 5.xlsx", rows=rows, at=AT)


def preview(upload: SheetUpload) -> Preview:
    return preview_of(upload, codes=CODES, today=TODAY)


def enter(upload: SheetUpload, seen: Preview, *, by: Any, newest: int | None = None) -> EnteredFile:
    known = seen.newest if newest is None else newest
    asked = replace(seen, newest=known)
    return enter_upload(actor_of(by), upload, preview=asked, moment=Moment(TODAY, AT))


def faults(sheet: ReadingSheet, *rows: FilledRow, by: Any) -> list[RowFault | None]:
    return [row.matched.fault for row in preview(sent(sheet, *rows, by=by)).rows]


def test_rows_find_their_meters_in_any_order_noughts_lost_or_not(
    sheet: ReadingSheet, cast: Cast
) -> None:
    rows = (
        replace(COLD, number=2, account="5678", serial="99999", value="7"),
        replace(COLD, number=3, account="12 34", serial="№ 54321", value="105,7"),
        replace(COLD, number=4),
    )
    seen = preview(sent(sheet, *rows, by=cast.galina))
    found = [each.matched.story.meter for each in seen.rows if each.matched.story]
    assert found == [cast.vera_meter, cast.hot, cast.cold]
    assert len(seen.good) == 3


def test_row_that_means_no_meter_says_why(sheet: ReadingSheet, cast: Cast) -> None:
    removed = date(2026, 11, 3)
    make_meter(account=cast.account, serial="555", removed_on=removed)
    wrong: list[dict[str, Any]] = [
        {"account": "99-99"},
        {"account": "<script>"},
        {"serial": "777"},
        {"serial": "555"},
        {"code": "потерян"},
        {"fault": Flaw.FORMULA},
    ]
    rows = [replace(COLD, number=at, **each) for at, each in enumerate(wrong)]
    assert faults(sheet, *rows, by=cast.galina) == [
        RowFault.UNKNOWN_ACCOUNT,
        RowFault.UNKNOWN_ACCOUNT,
        RowFault.UNKNOWN_METER,
        RowFault.REMOVED_METER,
        RowFault.UNKNOWN_CODE,
        RowFault.CELL,
    ]


def test_serials_that_differ_in_noughts_alone_are_not_guessed(
    sheet: ReadingSheet, cast: Cast
) -> None:
    make_meter(account=cast.account, serial="012345")
    assert faults(sheet, replace(COLD, serial="12345"), COLD, by=cast.galina) == [
        RowFault.UNKNOWN_METER,
        None,
    ]


def test_meter_said_twice_with_different_values_is_refused_both_times(
    sheet: ReadingSheet, cast: Cast
) -> None:
    assert faults(sheet, COLD, replace(COLD, number=9, value="162"), by=cast.galina) == [
        RowFault.TWICE,
        RowFault.TWICE,
    ]
    assert faults(sheet, COLD, replace(COLD, number=9), by=cast.galina) == [None, None]


def test_preview_enters_nothing(sheet: ReadingSheet, cast: Cast) -> None:
    upload = sent(sheet, COLD, replace(COLD, number=3, serial="54321", value="x"), by=cast.galina)
    before = everything()
    seen = preview(upload)
    assert everything() == before
    assert [each.is_good for each in seen.rows] == [True, False]
    assert isinstance(seen.rows[1].refusal, NotANumberError)


def test_button_enters_the_good_rows_once(sheet: ReadingSheet, cast: Cast) -> None:
    rows = (
        COLD,
        replace(COLD, number=3, serial="54321", value="", code="нет пломбы"),
        replace(COLD, number=4, account="56-78", serial="99999", value="x"),
    )
    upload = sent(sheet, *rows, by=cast.galina)
    seen = preview(upload)
    assert enter(upload, seen, by=cast.galina) == EnteredFile(1, [])
    (reading,) = Reading.select().where(Reading.period == NOVEMBER)
    assert (reading.meter_id, f"{reading.value:f}") == (cast.cold.id, "161.200")
    with pytest.raises(UploadEnteredError):
        enter(SheetUpload.get_by_id(upload.id), seen, by=cast.galina)


def test_remark_noted_before_counts_as_entered(sheet: ReadingSheet, cast: Cast) -> None:
    row = replace(COLD, value="", code="3")
    first, second = (sent(sheet, row, by=cast.galina) for _ in range(2))
    enter(first, preview(first), by=cast.galina)
    assert enter(second, preview(second), by=cast.galina) == EnteredFile(1, [])


def test_value_noted_after_the_preview_is_not_replaced(sheet: ReadingSheet, cast: Cast) -> None:
    upload = sent(sheet, COLD, by=cast.galina)
    seen = preview(upload)
    theirs = make_reading(cast.cold, period=NOVEMBER, value="160")
    later = preview(upload)
    assert later.rows[0].replaces == theirs
    done = enter(upload, later, by=cast.galina, newest=seen.newest)
    ((number, error),) = done.left
    assert (done.accounts, number, type(error)) == (0, 2, OtherValueError)
    assert Reading.get_by_id(theirs.id).state is ReadingState.ACCEPTED


def test_value_that_the_preview_has_shown_is_replaced(sheet: ReadingSheet, cast: Cast) -> None:
    theirs = make_reading(cast.cold, period=NOVEMBER, value="160")
    upload = sent(sheet, COLD, by=cast.galina)
    assert enter(upload, preview(upload), by=cast.galina).accounts == 1
    assert Reading.get_by_id(theirs.id).state is ReadingState.REPLACED


def file_of(meters: list[Meter], *, shift: int) -> list[FilledRow]:
    """A value for each flat, taken from the flat so many rows further up."""
    return [
        FilledRow(at, meter.account.number, meter.serial, str(100 * (at - shift) + 18), "")
        for at, meter in enumerate(meters, start=1)
    ]


def test_shifted_file_is_noticed_before_anything_is_entered(cast: Cast) -> None:
    house = make_house()
    meters = make_row_of_flats(8, house=house)
    sheet = make_reading_sheet(house=house)
    wrong = preview(sent(sheet, *file_of(meters, shift=1), by=cast.galina))
    assert (wrong.is_suspect, wrong.shift) == (True, Shift(-1, 7))
    right = preview(sent(sheet, *file_of(meters, shift=0), by=cast.galina))
    assert (right.is_suspect, right.shift) == (False, None)


def test_file_whose_order_was_confirmed_is_entered_whole(cast: Cast) -> None:
    house = make_house()
    meters = make_row_of_flats(8, house=house)
    sheet = make_reading_sheet(house=house)
    upload = sent(sheet, *file_of(meters, shift=1), by=cast.galina)
    assert enter(upload, preview(upload), by=cast.galina) == EnteredFile(8, [])
