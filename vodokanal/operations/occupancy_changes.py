"""Who lives at an account from a day on: registered and owners, counted for the norms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from vodokanal.models.account_changes import ChangeKind
from vodokanal.models.accounts import Occupancy
from vodokanal.operations.account_changes import Steps, account_on, claimed, keep_change
from vodokanal.operations.actors import Actor
from vodokanal.operations.transactions import writes


@dataclass(frozen=True)
class OccupancyChange:
    """How many are registered and own from a day on, by a paper that was seen."""

    account_id: int
    on: date
    registered: int
    owners: int
    paper: str
    is_backdated: bool = False


@writes
def change_occupancy(
    actor: Actor, change: OccupancyChange, *, key: str, today: date, at: datetime
) -> int:
    """Ends what held until the day and begins what holds from it; the id of the change.

    Sent again with the same key: the same. Where nobody is registered owners are counted
    (ПП 354 п. 56).

    Raises:
        AccountNotFoundError: there is no such account.
        ChangeRefusedError: the day cannot be right, or nothing changes; see its subclasses.
        RowRefusedError: a constraint of the table does not allow it.
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    claim = claimed(actor, change, key=key, at=at)
    if claim.answer is not None:
        return int(claim.answer["id"])
    account = account_on(
        change.account_id, change.on, today=today, is_backdated=change.is_backdated
    )
    steps = Steps(actor, at)
    steps.succeed(
        Occupancy(
            account=account,
            registered=change.registered,
            owners=change.owners,
            starts_on=change.on,
        )
    )
    what = (ChangeKind.RESIDENTS, change.on, change.paper, None)
    return keep_change(steps, claim, account=account, what=what, today=today)
