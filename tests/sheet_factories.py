"""Sheets of readings for the tests: a street of flats, and sheets over it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tests.factories import (
    BEFORE,
    make_account,
    make_house,
    make_meter,
    make_premises,
    make_reading,
    make_submission,
)
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState, Source
from vodokanal.casework.sheet_remarks import RemarkCode
from vodokanal.models.meters import Meter
from vodokanal.models.places import House
from vodokanal.models.reading_sheets import (
    ReadingSheet,
    SheetDisplaced,
    SheetEntry,
    SheetRemark,
    SheetScope,
    SheetUpload,
)

NOVEMBER = Period(2026, 11)


def make_reading_sheet(**given: Any) -> ReadingSheet:
    """A sheet of a house for November, taken on the 12th."""
    defaults: dict[str, Any] = {
        "scope": SheetScope.HOUSE,
        "period": NOVEMBER,
        "source": Source.SHEET,
        "taken_on": date(2026, 11, 12),
        "created_at": BEFORE,
    }
    scope = given.get("scope", SheetScope.HOUSE)
    if scope in {SheetScope.HOUSE, SheetScope.STREET} and "house" not in given:
        given["house"] = make_house()
    found: ReadingSheet = ReadingSheet.create(**defaults | given)
    return found


def make_sheet_entry(sheet: ReadingSheet | None = None, **given: Any) -> SheetEntry:
    """A saved row, its submission without readings."""
    sheet = sheet or make_reading_sheet()
    account = given.pop("account", None) or make_account()
    if "submission" not in given:
        given["submission"] = make_submission(account=account, period=sheet.period)
    found: SheetEntry = SheetEntry.create(
        **{"sheet": sheet, "account": account, "entered_at": BEFORE} | given
    )
    return found


def make_sheet_displaced(sheet: ReadingSheet | None = None, **given: Any) -> SheetDisplaced:
    """A reading of a resident that a sheet has replaced."""
    defaults = {
        "sheet": sheet or make_reading_sheet(),
        "reading": given.pop("reading", None) or make_reading(state=ReadingState.REPLACED),
        "state": ReadingState.ACCEPTED,
    }
    found: SheetDisplaced = SheetDisplaced.create(**defaults | given)
    return found


def make_sheet_remark(sheet: ReadingSheet | None = None, **given: Any) -> SheetRemark:
    """A meter without its seal."""
    defaults = {
        "sheet": sheet or make_reading_sheet(),
        "meter": given.pop("meter", None) or make_meter(),
        "code": RemarkCode.NO_SEAL,
        "noted_at": BEFORE,
    }
    found: SheetRemark = SheetRemark.create(**defaults | given)
    return found


def make_sheet_upload(sheet: ReadingSheet | None = None, **given: Any) -> SheetUpload:
    """A file with nothing in it."""
    defaults = {
        "sheet": sheet or make_reading_sheet(),
        "name": "ведомость.xlsx",
        "rows": "[]",
        "uploaded_at": BEFORE,
    }
    found: SheetUpload = SheetUpload.create(**defaults | given)
    return found


def make_row_of_flats(count: int, *, house: House | None = None) -> list[Meter]:
    """Cold meters of flats 1, 2, 3 … of a house, each 100 m³ above the one before, 3 m³ a month."""
    house = house or make_house()
    meters = []
    for flat in range(1, count + 1):
        premises = make_premises(house=house, flat=str(flat))
        account = make_account(number=f"90-{house.id}-{flat:03d}", premises=premises)
        meter = make_meter(
            account=account,
            serial=f"{house.id:02d}{flat:06d}",
            initial_reading=Decimal(100 * flat),
            installed_on=date(2026, 5, 15),
        )
        for month in range(6, 11):
            shown = Decimal(100 * flat + 3 * (month - 5))
            taken = datetime(2026, month, 15, 9, 30, tzinfo=UTC)
            make_reading(meter, period=Period(2026, month), value=shown, received_at=taken)
        meters.append(meter)
    return meters
