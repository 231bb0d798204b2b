"""Meters that begin and end with a change: what a new one shows, what an old one showed last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from vodokanal.billing.consumption import capacity_of, likely_volume
from vodokanal.billing.displays import Display
from vodokanal.billing.readings import Kind
from vodokanal.models.accounts import Account
from vodokanal.models.meters import Meter
from vodokanal.models.readings import Reading
from vodokanal.operations.change_refusals import (
    BeyondDisplayError,
    DaysReversedError,
    FinerThanDisplayError,
    LowerFinalError,
    MeterGoneError,
    ReadLaterError,
    SameSerialError,
)
from vodokanal.operations.meters import GONE, KNOWN


@dataclass(frozen=True)
class NewMeter:
    """A meter as its passport and the act describe it; readings in m³."""

    kind: Kind
    serial: str
    initial_reading: Decimal = Decimal(0)
    model: str = ""
    place: str = ""
    seal_number: str = ""
    digits_before: int = 5
    digits_after: int = 3
    verified_on: date | None = None
    verify_by: date | None = None
    commissioned_on: date | None = None


def new_meter(new: NewMeter, account: Account, *, on: date) -> Meter:
    """The row of a meter that is installed on that day; nothing is written.

    Raises:
        BeyondDisplayError: its display has too few digits before the comma for the first reading.
        FinerThanDisplayError: its display has too few digits after the comma.
        DaysReversedError: it is commissioned before it hangs, or expires before it is verified.
    """
    if new.initial_reading >= capacity_of(new.digits_before):
        raise BeyondDisplayError(new.serial)
    display = Display(new.digits_before, new.digits_after)
    if not display.shows(new.initial_reading):
        raise FinerThanDisplayError(new.serial, display.decimals)
    if new.commissioned_on is not None and new.commissioned_on < on:
        raise DaysReversedError("commissioned_on")
    if new.verified_on and new.verify_by and new.verify_by < new.verified_on:
        raise DaysReversedError("verify_by")
    return Meter(
        account=account,
        kind=new.kind,
        serial=new.serial,
        model=new.model,
        place=new.place,
        seal_number=new.seal_number,
        digits_before=new.digits_before,
        digits_after=new.digits_after,
        installed_on=on,
        initial_reading=new.initial_reading,
        verified_on=new.verified_on,
        verify_by=new.verify_by,
        commissioned_on=new.commissioned_on,
    )


def meters_on(account_id: int, day: date) -> list[Meter]:
    """The meters that hang at an account on that day, by water and place; one statement."""
    query = Meter.select().where(
        Meter.account == account_id,
        Meter.installed_on <= day,
        Meter.removed_on.is_null() | (Meter.removed_on > day),
    )
    return list(query.order_by(Meter.kind, Meter.place, Meter.id))


def meter_on(account_id: int, meter_id: int, *, day: date) -> Meter:
    """One of them.

    Raises:
        MeterGoneError: it is none of them.
    """
    for meter in meters_on(account_id, day):
        if meter.id == meter_id:
            return meter
    raise MeterGoneError


def refuse_same_serial(account_id: int, serial: str, *, beside: Meter, day: date) -> None:
    """Lets a serial number pass that no meter hanging there has.

    Raises:
        SameSerialError: one has it, or the very meter that is replaced.
    """
    if any(each.serial == serial for each in [beside, *meters_on(account_id, day)]):
        raise SameSerialError(serial)


def refuse_final(meter: Meter, value: Decimal | None, *, on: date) -> None:
    """Lets a last reading of a meter pass, or that nobody knows it (None); in m³.

    Raises:
        BeyondDisplayError: the display cannot show it.
        LowerFinalError: the meter is known to have shown more before.
        ReadLaterError: the meter was read on a later day.
    """
    later = _read(meter).where(Reading.taken_on > on).order_by(Reading.taken_on).first()
    if later is not None:
        raise ReadLaterError(str(meter.serial), later.taken_on)
    if value is None:
        return
    if value >= capacity_of(meter.digits_before):
        raise BeyondDisplayError(str(meter.serial))
    known, day = last_known(meter)
    if likely_volume(known, value, digits_before=meter.digits_before) is None:
        raise LowerFinalError(str(meter.serial), known, day=day)


def last_known(meter: Meter) -> tuple[Decimal, date]:
    """What a meter is known to have shown last, in m³, and when; one statement."""
    last = (
        Reading.select()
        .where(Reading.meter == meter.id, Reading.state.in_(KNOWN))
        .order_by(Reading.period.desc())
        .first()
    )
    found: Any = (
        (meter.initial_reading, meter.installed_on) if last is None else (last.value, last.taken_on)
    )
    value, day = found
    return value, day


def _read(meter: Meter) -> Any:
    return Reading.select().where(Reading.meter == meter.id, Reading.state.not_in(GONE))
