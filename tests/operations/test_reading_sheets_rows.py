"""Rows of sheets: slips as they came, accounts without meters, whole numbers, houses looked for."""

from __future__ import annotations

from datetime import date

from tests.cast import Cast, actor_of
from tests.clock import moment
from tests.factories import make_account, make_house, make_meter, make_reading
from tests.sheet_factories import (
    make_reading_sheet,
    make_row_of_flats,
    make_sheet_entry,
    make_sheet_remark,
)
from vodokanal.billing.readings import Source
from vodokanal.models.reading_sheets import SheetScope
from vodokanal.operations.reading_sheets import Moment, NewSheet, houses_meant, open_sheet
from vodokanal.operations.reading_sheets_order import stop_of
from vodokanal.operations.reading_sheets_rows import (
    SheetFigures,
    all_rows_of,
    is_doubtful,
    remarks_on,
    row_of_account,
    rows_of,
)
from vodokanal.operations.reading_sheets_slips import (
    entered_slips,
    is_whole_number,
    removed_meters_of,
)
from vodokanal.operations.submission_keys import new_key

TODAY = date(2026, 11, 12)


def test_slips_are_the_rows_of_their_sheet(cast: Cast) -> None:
    sheet = make_reading_sheet(scope=SheetScope.SLIPS)
    entry = make_sheet_entry(sheet, account=cast.account, employee=cast.galina)
    reading = make_reading(cast.cold, submission=entry.submission, period=sheet.period)
    (row,) = rows_of(sheet, today=TODAY, skip=0, limit=9)
    assert (row.account, row.entry) == (cast.account, entry)
    (slip,) = entered_slips(sheet, limit=9)
    assert (slip.entry, slip.readings) == (entry, [reading])


def test_row_of_an_account_needs_a_working_meter(cast: Cast) -> None:
    sheet = make_reading_sheet(house=cast.account.premises.house)
    remark = make_sheet_remark(sheet, meter=cast.cold)
    row = row_of_account(sheet, cast.account.id, today=TODAY)
    assert row is not None
    assert ([each.meter for each in row.stories], row.remarks) == (
        [cast.cold, cast.hot],
        {cast.cold.id: remark},
    )
    assert row_of_account(sheet, make_account().id, today=TODAY) is None
    assert remarks_on(sheet, []) == {}
    assert not is_doubtful(None)


def test_rows_are_read_slice_by_slice_up_to_the_most(cast: Cast) -> None:
    house = make_house()
    make_row_of_flats(52, house=house)
    sheet = make_reading_sheet(house=house)
    assert len(list(all_rows_of(sheet, today=TODAY, most=100))) == 52
    assert len(list(all_rows_of(sheet, today=TODAY, most=50))) == 50


def test_slips_never_stop(cast: Cast) -> None:
    # So many doubts would stop a house.
    doubtful = SheetFigures(covered=6, saved=6, doubtful=6)
    assert stop_of(make_reading_sheet(scope=SheetScope.SLIPS), doubtful, today=TODAY) is None


def test_number_is_whole_when_no_other_begins_with_it(cast: Cast) -> None:
    make_account(number="12-345")
    assert [is_whole_number(text) for text in ("56 78", "12-34", "12-345", "0", "<")] == [
        True,
        False,
        True,
        False,
        False,
    ]


def test_removed_meters_are_told_the_last_first(cast: Cast) -> None:
    first, last = (
        make_meter(account=cast.account, removed_on=date(2026, month, 1)) for month in (3, 9)
    )
    make_meter(account=cast.account, removed_on=date(2026, 12, 1))
    assert removed_meters_of(cast.account.id, today=TODAY) == [last, first]


def test_houses_are_found_as_people_say_them(cast: Cast) -> None:
    house = cast.account.premises.house
    assert houses_meant("речная 5", most=5) == [house]
    # A flat that was said along means its house.
    assert houses_meant("речная 5 12", most=5) == [house]
    assert houses_meant("нигде", most=5) == []


def test_sheet_of_slips_is_for_the_month_of_everybody(cast: Cast) -> None:
    new = NewSheet(SheetScope.SLIPS, Source.PAPER, TODAY)
    now = Moment(TODAY, moment("2026-11-12T10:42"))
    sheet = open_sheet(actor_of(cast.galina), new, key=new_key(), moment=now)
    assert (str(sheet.period), sheet.house_id, sheet.district_id) == ("2026-11", None, None)
