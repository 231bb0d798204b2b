"""Readings of common meters, entered by employees: one a meter and month, mended in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from vodokanal.billing.consumption import likely_volume
from vodokanal.billing.displays import Display
from vodokanal.billing.periods import Period
from vodokanal.billing.refusals import (
    FutureReadingError,
    MeterRemovedError,
    ReadingRefusedError,
)
from vodokanal.models.database import lock
from vodokanal.models.house_readings import HouseReading
from vodokanal.models.meters import Meter
from vodokanal.operations.actors import Actor
from vodokanal.operations.records import (
    RowRefusedError,
    body_of,
    insert_record,
    update_record,
)
from vodokanal.operations.submission_keys import claim_key, keep_answer
from vodokanal.operations.transactions import writes


class HouseReadingRefusedError(RowRefusedError):
    """The reading of a common meter cannot be like this."""


class NotCommonError(HouseReadingRefusedError):
    """The meter is one of an account, not of a house."""


class ImpossibleReadingError(HouseReadingRefusedError):
    """No meter could be read like this: see `refusal`."""

    def __init__(self, refusal: ReadingRefusedError) -> None:
        super().__init__(refusal)
        self.refusal = refusal


class NotInstalledYetError(HouseReadingRefusedError):
    """The meter hangs there only since `installed_on`."""

    def __init__(self, installed_on: date) -> None:
        super().__init__(installed_on)
        self.installed_on = installed_on


class WrongMonthError(HouseReadingRefusedError):
    """The day is neither in the month `period` nor in the one after it."""

    def __init__(self, period: Period) -> None:
        super().__init__(period)
        self.period = period


class LowerThanBeforeError(HouseReadingRefusedError):
    """Before it the meter showed `value` m³; `period` is None for the value of its first day."""

    def __init__(self, value: Decimal, period: Period | None) -> None:
        super().__init__(value, period)
        self.value = value
        self.period = period


class HigherThanAfterError(HouseReadingRefusedError):
    """In the later month `period` the meter showed `value` m³."""

    def __init__(self, value: Decimal, period: Period) -> None:
        super().__init__(value, period)
        self.value = value
        self.period = period


@dataclass(frozen=True)
class Edit:
    """Columns of a row with their new values, and what the employee had seen there before."""

    values: Mapping[str, Any]
    seen: Mapping[str, Any]


@writes
def add_house_reading(
    actor: Actor, values: Mapping[str, Any], *, key: str, today: date, at: datetime
) -> HouseReading:
    """Keeps a reading: `meter` (its id), `period`, `value` in m³, `taken_on`; with a key, once.

    Raises:
        HouseReadingRefusedError: it cannot be right; see its subclasses.
        RowRefusedError: the meter has a reading of that month.
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    claim = claim_key(actor, key, body=body_of(HouseReading, values), at=at)
    if claim.answer is not None:
        return HouseReading.get_by_id(claim.answer["id"])
    row = HouseReading(**values, employee=actor.employee_id, created_at=at)
    _refuse_wrong(row, today)
    insert_record(actor, row, at=at)
    keep_answer(claim, {"id": row.id})
    return row


@writes
def change_house_reading(
    actor: Actor, row: HouseReading, *, edit: Edit, today: date, at: datetime
) -> HouseReading:
    """Mends a reading at any time, for it charges nobody; the journal keeps what it was.

    Raises:
        HouseReadingRefusedError: it cannot be right; see its subclasses.
        RowChangedError: one of the columns to change is no longer what was seen.
        RowRefusedError: the meter has a reading of that month.
    """
    before = HouseReading.get_by_id(row.id)
    _refuse_wrong(HouseReading(**{**before.__data__, **edit.values}), today)
    return update_record(actor, row, values=edit.values, seen=edit.seen, at=at)


def _refuse_wrong(row: HouseReading, today: date) -> None:
    """Lets a reading pass that the meter may have shown; nobody else reads it meanwhile."""
    lock(Meter, row.meter_id)
    meter = Meter.get_by_id(row.meter_id)
    if meter.house_id is None:
        raise NotCommonError
    _refuse_day(row, meter, today=today)
    try:
        Display(meter.digits_before, meter.digits_after).shown(row.value)
    except ReadingRefusedError as refusal:
        raise ImpossibleReadingError(refusal) from refusal
    _refuse_disorder(row, meter)


def _refuse_day(row: HouseReading, meter: Meter, *, today: date) -> None:
    if row.taken_on > today:
        raise ImpossibleReadingError(FutureReadingError(today))
    if row.taken_on < meter.installed_on:
        raise NotInstalledYetError(meter.installed_on)
    if meter.removed_on is not None and row.taken_on > meter.removed_on:
        raise ImpossibleReadingError(MeterRemovedError(meter.removed_on))
    # Who goes round on the last day of a month ends on the first ones of the next.
    if Period.of(row.taken_on) not in (row.period, row.period.next):
        raise WrongMonthError(row.period)


def _refuse_disorder(row: HouseReading, meter: Meter) -> None:
    """Refuses a value that cannot stand between its neighbours; a display may begin again."""
    others = HouseReading.select().where(
        HouseReading.meter == meter.id, HouseReading.id != (row.id or 0)
    )
    earlier, later = HouseReading.period < row.period, HouseReading.period > row.period
    before = others.where(earlier).order_by(HouseReading.period.desc()).first()
    after = others.where(later).order_by(HouseReading.period).first()
    value, digits = row.value, meter.digits_before
    last = meter.initial_reading if before is None else before.value
    if likely_volume(last, value, digits_before=digits) is None:
        raise LowerThanBeforeError(last, None if before is None else before.period)
    if after is not None and likely_volume(value, after.value, digits_before=digits) is None:
        raise HigherThanAfterError(after.value, after.period)
