"""Which employee has seen whose account: cards that were opened, cabinets that were looked into."""

from __future__ import annotations

from enum import StrEnum

from peewee import ForeignKeyField, IntegerField

from vodokanal.models.accounts import Account
from vodokanal.models.base import Table, one_of
from vodokanal.models.fields import ChoiceField, MomentField
from vodokanal.models.people import Employee


class CameFrom(StrEnum):
    """From where a card was opened."""

    SEARCH = "search"
    LIST = "list"
    DIRECT = "direct"


class LookReason(StrEnum):
    """Why an employee looks into a cabinet."""

    CALLED = "called"
    CAME = "came"
    CHECK = "check"


class CardOpening(Table):
    """That an employee has opened an account's card."""

    # Empty once the account was taken back as if it had never been opened: looking prevents nothing.
    account = ForeignKeyField(Account, null=True, on_delete="SET NULL", index=False)
    employee = ForeignKeyField(Employee, on_delete="RESTRICT", index=False)
    opened_at = MomentField(index=True)
    came_from = ChoiceField(CameFrom)

    class Meta:
        indexes = (
            (("account", "opened_at"), False),
            (("employee", "opened_at"), False),
        )
        constraints = [one_of("came_from", CameFrom)]


class Look(Table):
    """That an employee may see an account as its resident does, on one device, for a while."""

    account = ForeignKeyField(Account, on_delete="CASCADE")
    employee = ForeignKeyField(Employee, on_delete="RESTRICT")
    # The number alone: a sign-in that was ended long ago is cleared away.
    sign_in_id = IntegerField()
    reason = ChoiceField(LookReason)
    began_at = MomentField()
    ends_at = MomentField()

    class Meta:
        constraints = [one_of("reason", LookReason)]


TABLES = (CardOpening, Look)
