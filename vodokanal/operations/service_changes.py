"""What an account is supplied with from a day on, and what of it is charged or counted only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from vodokanal.billing.services import Charging, Service
from vodokanal.models.account_changes import ChangeKind
from vodokanal.models.accounts import AccountService
from vodokanal.operations.account_changes import (
    Steps,
    account_on,
    claimed,
    holding_on,
    keep_change,
)
from vodokanal.operations.actors import Actor
from vodokanal.operations.change_refusals import NothingChangesError
from vodokanal.operations.transactions import writes


@dataclass(frozen=True)
class ServiceChange:
    """Who charges each service from a day on; None: it is not supplied. Others stay as they are."""

    account_id: int
    on: date
    services: Mapping[Service, Charging | None]
    paper: str = ""
    is_backdated: bool = False


@writes
def change_services(
    actor: Actor, change: ServiceChange, *, key: str, today: date, at: datetime
) -> int:
    """Begins, ends and changes services on one day; the id of the change.

    Sent again with the same key: the same. A service that is as it is said to be stays.

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
    for service, charging in change.services.items():
        new = AccountService(
            account=account, service=service, charging=charging, starts_on=change.on
        )
        holding = holding_on(new)
        if charging is _charging(holding):
            continue
        if charging is None:
            steps.end(holding, on=change.on)
        else:
            steps.succeed(new)
    if not steps.taken:
        raise NothingChangesError
    what = (ChangeKind.SERVICES, change.on, change.paper, None)
    return keep_change(steps, claim, account=account, what=what, today=today)


def services_on(account_id: int, day: date) -> dict[Service, Charging | None]:
    """Who charges each service of an account on that day; None: it is not supplied."""
    return {
        service: _charging(
            holding_on(AccountService(account=account_id, service=service, starts_on=day))
        )
        for service in Service
    }


def _charging(holding: Any) -> Charging | None:
    return None if holding is None else holding.charging
