"""A meter replaced by an act on paper: the old one ends, the new one begins, on one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from vodokanal.models.account_changes import ChangeKind, ChangeReason
from vodokanal.operations.account_changes import (
    Steps,
    account_on,
    claimed,
    keep_change,
)
from vodokanal.operations.actors import Actor
from vodokanal.operations.change_refusals import DaysReversedError, NotYetReadError
from vodokanal.operations.final_readings import refuse_doubtful
from vodokanal.operations.new_meters import (
    NewMeter,
    meter_on,
    new_meter,
    refuse_final,
    refuse_same_serial,
)
from vodokanal.operations.transactions import writes


@dataclass(frozen=True)
class Replacement:
    """A meter and the one in its place; readings in m³.

    Without `final_reading` the old one is charged by its average (ПП 354 п. 59). `failed_on` is the
    day from which it did not count, where the act names it.
    """

    account_id: int
    meter_id: int
    on: date
    reason: ChangeReason
    new: NewMeter
    final_reading: Decimal | None = None
    failed_on: date | None = None
    paper: str = ""
    is_backdated: bool = False
    # Somebody has looked at the last reading once more.
    is_sure: bool = False


@writes
def replace_meter(
    actor: Actor, replacement: Replacement, *, key: str, today: date, at: datetime
) -> int:
    """Removes a meter and installs another one on that day; the id of the change.

    Sent again with the same key: the same. The new one is charged by from the day after it is
    commissioned (ПП 354 п. 81).

    Raises:
        AccountNotFoundError: there is no such account.
        ChangeRefusedError: the day or a value cannot be right; see its subclasses.
        RowRefusedError: a constraint of the table does not allow it.
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    claim = claimed(actor, replacement, key=key, at=at)
    if claim.answer is not None:
        return int(claim.answer["id"])
    on = replacement.on
    account = account_on(
        replacement.account_id, on, today=today, is_backdated=replacement.is_backdated
    )
    if on > today:
        raise NotYetReadError
    old = meter_on(account.id, replacement.meter_id, day=on)
    refuse_final(old, replacement.final_reading, on=on)
    if replacement.final_reading is not None and not replacement.is_sure:
        refuse_doubtful(old, replacement.final_reading, on=on)
    failed_on = replacement.failed_on
    if failed_on is not None and not old.installed_on <= failed_on <= on:
        raise DaysReversedError("failed_on")
    refuse_same_serial(account.id, replacement.new.serial, beside=old, day=on)
    steps = Steps(actor, at)
    fresh = steps.add(new_meter(replacement.new, account, on=on))
    ends = {"removed_on": on, "final_reading": replacement.final_reading, "replaced_by": fresh.id}
    if failed_on is not None:
        ends["failed_on"] = failed_on
    steps.change(old, **ends)
    what = (ChangeKind.METER, on, replacement.paper, replacement.reason)
    return keep_change(steps, claim, account=account, what=what, today=today)
