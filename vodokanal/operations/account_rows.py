"""The row of an account changed in the table, beside what dated deeds have made of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from vodokanal.models.account_changes import ChangeKind
from vodokanal.models.accounts import Account
from vodokanal.models.database import lock
from vodokanal.operations.account_changes import changes_of
from vodokanal.operations.actors import Actor
from vodokanal.operations.holder_changes import change_that_began, change_that_ended
from vodokanal.operations.records import RowRefusedError, update_record
from vodokanal.operations.transactions import writes


class SetByDeedError(RowRefusedError):
    """A deed of the day `on` has set the column `name`: only taking the deed back changes it.

    `is_holder_change` says that it was a change of holder, and no closing of the account.
    """

    def __init__(self, name: str, on: date, *, is_holder_change: bool) -> None:
        super().__init__(name, on)
        self.name, self.on, self.is_holder_change = name, on, is_holder_change


@writes
def change_account(
    actor: Actor,
    account: Any,
    *,
    values: Mapping[str, Any],
    seen: Mapping[str, Any],
    at: datetime,
) -> Account:
    """Changes columns of an account, but not those that a standing deed answers for.

    An account that was left, or closed by a deed, would otherwise be open beside the next one.

    Raises:
        SetByDeedError: a change of holder or a closing has set one of the columns.
        RowChangedError: one of the columns to change is no longer what was seen.
        RowRefusedError: a constraint of the table does not allow it.
    """
    lock(Account, account.id)
    fresh: Any = Account.get_by_id(account.id)
    kept = fresh.__data__
    _refuse_set(account.id, {name for name, value in values.items() if kept[name] != _key(value)})
    return update_record(actor, fresh, values=values, seen=seen, at=at)


def _refuse_set(account_id: int, changed: set[str]) -> None:
    left, begun = change_that_ended(account_id), change_that_began(account_id)
    closed = changes_of(account_id, [ChangeKind.CLOSED])
    deeds: list[tuple[Any, tuple[str, ...]]] = [
        (left, ("closed_on", "premises")),
        (begun, ("opened_on", "premises")),
        (closed[0] if closed else None, ("closed_on",)),
    ]
    for deed, names in deeds:
        name = next((each for each in names if each in changed), None)
        if deed is not None and name is not None:
            raise SetByDeedError(name, deed.on, is_holder_change=deed in (left, begun))


def _key(value: Any) -> Any:
    return getattr(value, "id", value)
