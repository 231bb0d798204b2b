"""Who of the staff sees whose account: cards that are opened, cabinets that are looked into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from vodokanal.models.accounts import Account
from vodokanal.models.looks import CameFrom, CardOpening, Look, LookReason
from vodokanal.models.prepared import Prepared, slot, slots
from vodokanal.operations.actors import Actor
from vodokanal.operations.journal import record
from vodokanal.operations.transactions import writes

LONGEST_LOOK = timedelta(minutes=30)
# Whoever goes back and forth has opened a card once.
SAME_OPENING = timedelta(minutes=5)
OPENING: Prepared[int] = Prepared(
    lambda: CardOpening.insert(slots(CardOpening, "account", "employee", "opened_at", "came_from"))
)
CURRENT: Prepared[Look] = Prepared(
    lambda: (
        Look.select()
        .join(Account)
        .where(
            Look.employee == slot("employee", Look.employee),
            Look.sign_in_id == slot("sign_in", Look.sign_in_id),
            Look.ends_at > slot("at", Look.ends_at),
            Account.number_key == slot("number_key", Account.number_key),
        )
        .order_by(Look.id.desc())
        .limit(1)
    )
)


@dataclass(frozen=True)
class Onlooker:
    """An employee on one of their devices."""

    actor: Actor
    sign_in_id: int


@writes
def note_opening(employee_id: int, account_id: int, *, came_from: CameFrom, at: datetime) -> None:
    """Notes that an employee opens a card: one row, and nothing is asked in the writers' queue."""
    OPENING.run(account=account_id, employee=employee_id, opened_at=at, came_from=came_from)


@writes
def begin_look(who: Onlooker, account: Account, *, reason: LookReason, at: datetime) -> None:
    """Lets an employee see the account as its resident does, on this device, for half an hour.

    `at` is the real moment: how long a look lasts is no matter of a demo's clock.
    """
    look = Look.create(
        account=account.id,
        employee=who.actor.employee_id,
        sign_in_id=who.sign_in_id,
        reason=reason,
        began_at=at,
        ends_at=at + LONGEST_LOOK,
    )
    told = {"reason": reason, "account": account.number}
    record(who.actor, "begin_look", subject=look, at=at, changes=({}, told))


@writes
def end_look(who: Onlooker, account: Account, *, at: datetime) -> None:
    """Ends the employee's looks into the account on this device; twice changes nothing."""
    mine = (Look.account == account.id) & (Look.sign_in_id == who.sign_in_id)
    alive = mine & (Look.employee == who.actor.employee_id) & (Look.ends_at > at)
    Look.update(ends_at=at).where(alive).execute()


def find_look(who: Onlooker, number_key: str, *, at: datetime) -> Look | None:
    """The look that lets an employee into the account of that number; one statement."""
    return CURRENT.first(
        employee=who.actor.employee_id, sign_in=who.sign_in_id, at=at, number_key=number_key
    )
