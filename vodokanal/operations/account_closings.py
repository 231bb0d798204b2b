"""An account closed from a day on: its meters end with their last readings, nothing more is charged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from vodokanal.models.account_changes import ChangeKind, ChangeReason
from vodokanal.models.meters import Meter
from vodokanal.operations.account_changes import Steps, account_on, claimed, keep_change
from vodokanal.operations.actors import Actor
from vodokanal.operations.change_refusals import (
    HungLaterError,
    MeterGoneError,
    NotYetReadError,
)
from vodokanal.operations.new_meters import meters_on, refuse_final
from vodokanal.operations.transactions import writes


@dataclass(frozen=True)
class Closing:
    """The first day that is not charged, why, and what the meters showed, in m³, by their ids.

    A meter without a last reading is charged by its average.
    """

    account_id: int
    on: date
    reason: ChangeReason
    readings: Mapping[int, Decimal] = field(default_factory=dict)
    paper: str = ""
    is_backdated: bool = False


@writes
def close_account(actor: Actor, closing: Closing, *, key: str, today: date, at: datetime) -> int:
    """Closes an account and ends its meters on that day; the id of the change.

    Sent again with the same key: the same. What is owed stays owed. Taking the change back opens
    the account again as it was.

    Raises:
        AccountNotFoundError: there is no such account.
        ChangeRefusedError: the day or a reading cannot be right; see its subclasses.
        RowRefusedError: a constraint of the table does not allow it.
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    claim = claimed(actor, closing, key=key, at=at)
    if claim.answer is not None:
        return int(claim.answer["id"])
    on = closing.on
    account = account_on(closing.account_id, on, today=today, is_backdated=closing.is_backdated)
    if closing.readings and on > today:
        raise NotYetReadError
    _refuse_later_meter(account.id, on)
    hanging = meters_on(account.id, on)
    if not closing.readings.keys() <= {meter.id for meter in hanging}:
        raise MeterGoneError
    steps = Steps(actor, at)
    for meter in hanging:
        value = closing.readings.get(meter.id)
        refuse_final(meter, value, on=on)
        steps.change(meter, removed_on=on, final_reading=value)
    steps.change(account, closed_on=on)
    what = (ChangeKind.CLOSED, on, closing.paper, closing.reason)
    return keep_change(steps, claim, account=account, what=what, today=today)


def _refuse_later_meter(account_id: int, on: date) -> None:
    """Refuses a closing that would leave a meter of a later day hanging."""
    later = Meter.select().where(Meter.account == account_id, Meter.installed_on > on)
    meter = later.order_by(Meter.installed_on).first()
    if meter is not None:
        raise HungLaterError(str(meter.serial), meter.installed_on)
