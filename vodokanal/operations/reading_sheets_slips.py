"""Paper slips in any order: whose each is, which of its meters are gone, what was entered last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import JOIN

from vodokanal.formats.account_numbers import InvalidAccountNumberError, account_key
from vodokanal.models.accounts import Account
from vodokanal.models.meters import Meter
from vodokanal.models.people import Employee
from vodokanal.models.places import House, Premises
from vodokanal.models.reading_sheets import ReadingSheet, SheetEntry
from vodokanal.models.readings import Reading
from vodokanal.models.texts import begins
from vodokanal.operations.meters import GONE, IN_ORDER


@dataclass(frozen=True)
class EnteredSlip:
    """A slip that was entered: its account, who did it, its readings with their meters."""

    entry: SheetEntry
    readings: Sequence[Reading]


def is_whole_number(text: str) -> bool:
    """Whether a text is an account's whole number and the beginning of no other; one statement."""
    try:
        key = account_key(text)
    except InvalidAccountNumberError:
        return False
    found = Account.select(Account.number_key).where(begins(Account.number_key, key)).limit(2)
    return [number for (number,) in found.tuples()] == [key]


def removed_meters_of(account_id: int, *, today: date) -> list[Meter]:
    """Meters of an account that hang there no longer, the last removed first."""
    gone = Meter.select().where(
        Meter.account == account_id, ~Meter.removed_on.is_null(), Meter.removed_on <= today
    )
    return list(gone.order_by(Meter.removed_on.desc(), Meter.id))


def entered_slips(sheet: ReadingSheet, *, limit: int) -> list[EnteredSlip]:
    """The slips entered last, the newest first; two statements."""
    query: Any = (
        SheetEntry.select(SheetEntry, Account, Premises, House, Employee)
        .join(Account)
        .join(Premises)
        .join(House)
        .switch(SheetEntry)
        .join(Employee, JOIN.LEFT_OUTER)
        .where(SheetEntry.sheet == sheet.id)
        .order_by(SheetEntry.id.desc())
        .limit(limit)
    )
    entries = list(query)
    readings: dict[int, list[Reading]] = defaultdict(list)
    rows: Any = (
        Reading.select(Reading, Meter)
        .join(Meter)
        .where(
            Reading.submission.in_([entry.submission_id for entry in entries]),
            Reading.state.not_in(GONE),
        )
        .order_by(*IN_ORDER)
    )
    for reading in rows:
        readings[reading.submission_id].append(reading)
    return [EnteredSlip(entry, readings[entry.submission_id]) for entry in entries]
