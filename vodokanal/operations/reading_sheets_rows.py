"""The rows of a sheet in walking order: accounts with their meters, what is known, what is noted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import JOIN, Expression, ModelSelect, fn

from vodokanal.billing.readings import ReadingState
from vodokanal.models.accounts import Account
from vodokanal.models.meters import Meter
from vodokanal.models.people import Employee
from vodokanal.models.places import House, Premises
from vodokanal.models.reading_sheets import (
    ReadingSheet,
    SheetEntry,
    SheetRemark,
    SheetScope,
)
from vodokanal.models.readings import Reading
from vodokanal.operations.meters import IN_ORDER, MeterStory, stories_by
from vodokanal.operations.waiting import WAITS

# As many accounts are read together: their meters' readings come in one statement.
SLICE = 50
IN_WALKING_ORDER = (House.sort_key, Premises.sort_key, Account.number_key)


class SheetRefusedError(Exception):
    """This cannot be done with the sheet."""


class SheetNotFoundError(Exception):
    """There is no such sheet."""


@dataclass(frozen=True)
class SheetRow:
    """An account of a sheet: its working meters, what is noted beside them, who has saved it."""

    account: Account
    stories: Sequence[MeterStory]
    remarks: Mapping[int, SheetRemark]
    entry: SheetEntry | None


@dataclass(frozen=True)
class SheetFigures:
    """How far a sheet is: accounts that it covers, those saved, those with a doubtful reading."""

    covered: int
    saved: int
    doubtful: int


def get_sheet(sheet_id: int) -> ReadingSheet:
    """A sheet with its house, district and employee loaded.

    Raises:
        SheetNotFoundError: there is none.
    """
    found: ReadingSheet | None = ReadingSheet.get_or_none(ReadingSheet.id == sheet_id)
    if found is None:
        raise SheetNotFoundError(sheet_id)
    return found


def rows_of(sheet: ReadingSheet, *, today: date, skip: int, limit: int) -> list[SheetRow]:
    """The accounts of a sheet in walking order, from the one at `skip` (0 is the first).

    Those without a working meter are left out, and of slips those that came none. Five statements.
    """
    query = accounts_in(sheet, today=today).order_by(*IN_WALKING_ORDER, Account.id)
    return _with_meters(sheet, list(query.offset(skip).limit(limit)), today=today)


def row_of_account(sheet: ReadingSheet, account_id: int, *, today: date) -> SheetRow | None:
    """One account as a row of the sheet, whether it is covered or not; None if it has no meter."""
    query = _accounts().where(Account.id == account_id)
    rows = _with_meters(sheet, list(query), today=today)
    return rows[0] if rows and rows[0].stories else None


def all_rows_of(sheet: ReadingSheet, *, today: date, most: int) -> Iterator[SheetRow]:
    """Every row in walking order, at most `most`, read slice by slice."""
    for skip in range(0, most, SLICE):
        rows = rows_of(sheet, today=today, skip=skip, limit=min(SLICE, most - skip))
        yield from rows
        if len(rows) < SLICE:
            return


def numbers_in(sheet: ReadingSheet, *, today: date) -> list[tuple[int, str]]:
    """The ids and compared numbers of the accounts that a sheet covers; one statement."""
    query = accounts_in(sheet, today=today).select(Account.id, Account.number_key)
    return [(key, number) for key, number in query.tuples()]


def place_of_account(sheet: ReadingSheet, account: Account, *, today: date) -> int | None:
    """Which row of the sheet an account is, from 0; None when the sheet does not cover it."""
    covered = accounts_in(sheet, today=today)
    if not covered.where(Account.id == account.id).exists():
        return None
    house, premises = account.premises.house, account.premises
    before = (House.sort_key < house.sort_key) | (
        (House.sort_key == house.sort_key)
        & (
            (Premises.sort_key < premises.sort_key)
            | ((Premises.sort_key == premises.sort_key) & (Account.number_key < account.number_key))
        )
    )
    return int(covered.where(before).count())


def first_without_entry(sheet: ReadingSheet, *, today: date) -> int | None:
    """Which row is the first with nothing entered, from 0; None when every row has something."""
    entered = SheetEntry.select(SheetEntry.account).where(SheetEntry.sheet == sheet.id)
    remarked = SheetRemark.select(Meter.account).join(Meter).where(SheetRemark.sheet == sheet.id)
    left = accounts_in(sheet, today=today).where(
        Account.id.not_in(entered), Account.id.not_in(remarked)
    )
    first = left.order_by(*IN_WALKING_ORDER, Account.id).first()
    return None if first is None else place_of_account(sheet, first, today=today)


def figures_of(sheet: ReadingSheet, *, today: date) -> SheetFigures:
    """How far the sheet is; three statements."""
    own = SheetEntry.select(SheetEntry.submission).where(SheetEntry.sheet == sheet.id)
    saved = SheetEntry.select(fn.COUNT(SheetEntry.account.distinct())).where(
        SheetEntry.sheet == sheet.id
    )
    doubtful = (
        Reading.select(fn.COUNT(SheetEntry.account.distinct()))
        .join(SheetEntry, on=(SheetEntry.submission == Reading.submission))
        .where(Reading.submission.in_(own), Reading.state.in_(list(WAITS)))
    )
    return SheetFigures(
        accounts_in(sheet, today=today).count(), saved.scalar() or 0, doubtful.scalar() or 0
    )


def is_doubtful(reading: Reading | None) -> bool:
    """Whether a reading waits for an answer or a decision."""
    return reading is not None and ReadingState(reading.state) in WAITS


def accounts_in(sheet: ReadingSheet, *, today: date) -> ModelSelect:
    """The accounts that a sheet covers, with premises and house, in no order."""
    working = Meter.select(Meter.id).where(
        Meter.account == Account.id, Meter.removed_on.is_null() | (Meter.removed_on > today)
    )
    return _accounts().where(
        _covered(sheet),
        Account.opened_on <= sheet.taken_on,
        Account.closed_on.is_null() | (Account.closed_on > sheet.taken_on),
        fn.EXISTS(working),
    )


def _accounts() -> ModelSelect:
    return Account.select(Account, Premises, House).join(Premises).join(House)


def _covered(sheet: ReadingSheet) -> Expression:
    if sheet.scope is SheetScope.SLIPS:
        return Account.id.in_(
            SheetEntry.select(SheetEntry.account).where(SheetEntry.sheet == sheet.id)
        )
    if sheet.scope is SheetScope.DISTRICT:
        return House.district == sheet.district_id
    if sheet.scope is SheetScope.HOUSE:
        return House.id == sheet.house_id
    house = sheet.house
    return (House.settlement == house.settlement) & (House.street == house.street)


def _with_meters(
    sheet: ReadingSheet, accounts: Sequence[Account], *, today: date
) -> list[SheetRow]:
    ids = {account.id: account for account in accounts}
    working = Meter.removed_on.is_null() | (Meter.removed_on > today)
    meters = list(Meter.select().where(Meter.account.in_(list(ids)), working).order_by(*IN_ORDER))
    stories: dict[int, list[MeterStory]] = defaultdict(list)
    for story in stories_by(meters, today):
        account = ids[story.meter.account_id]
        story.meter.account = account
        stories[account.id].append(story)
    remarks = remarks_on(sheet, [meter.id for meter in meters])
    entries = _entries_of(sheet, list(ids))
    return [
        SheetRow(
            account,
            stories[account.id],
            {
                each.meter.id: remarks[each.meter.id]
                for each in stories[account.id]
                if each.meter.id in remarks
            },
            entries.get(account.id),
        )
        for account in accounts
    ]


def remarks_on(sheet: ReadingSheet, meter_ids: Sequence[int]) -> dict[int, SheetRemark]:
    """What the sheet notes beside these meters, by meter; one statement, or none."""
    if not meter_ids:
        return {}
    query = SheetRemark.select().where(
        SheetRemark.sheet == sheet.id, SheetRemark.meter.in_(list(meter_ids))
    )
    return {remark.meter_id: remark for remark in query}


def _entries_of(sheet: ReadingSheet, account_ids: Sequence[int]) -> dict[int, SheetEntry]:
    query: Any = (
        SheetEntry.select(SheetEntry, Employee)
        .join(Employee, JOIN.LEFT_OUTER)
        .where(SheetEntry.sheet == sheet.id, SheetEntry.account.in_(list(account_ids)))
        .order_by(SheetEntry.id)
    )
    # The newest of an account stays.
    return {entry.account_id: entry for entry in query}
