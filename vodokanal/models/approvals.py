"""Deeds that somebody else decides on: what was asked for, by whom, and what came of it."""

from __future__ import annotations

from enum import StrEnum

from peewee import SQL, CharField, Check, ForeignKeyField, IntegerField, TextField

from vodokanal.models.accounts import Account
from vodokanal.models.base import Table, one_of
from vodokanal.models.fields import ChoiceField, MomentField, MoneyField
from vodokanal.models.people import Employee


class DeedKind(StrEnum):
    """What is to be done."""

    CORRECTION = "correction"
    REVERSAL = "reversal"
    OPENING = "opening"
    RATE = "rate"
    DISPUTE = "dispute"


class DeedState(StrEnum):
    """How it stands; `ALONE` was done at once, as nobody else could decide."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"
    ALONE = "alone"


class PendingDeed(Table):
    """A deed as its form was sent: `parameters` are codes and values, never sentences.

    `amount` is what it moves in rubles, always positive; a rate moves none by itself.
    """

    kind = ChoiceField(DeedKind)
    account = ForeignKeyField(Account, null=True, on_delete="RESTRICT", index=False)
    amount = MoneyField(null=True)
    parameters = TextField()
    asked_by = ForeignKeyField(Employee, on_delete="RESTRICT", index=False)
    asked_at = MomentField()
    state = ChoiceField(DeedState, default=DeedState.WAITING)
    # Why it was declined.
    words = CharField(max_length=300, default="")
    decided_by = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    decided_at = MomentField(null=True)
    # The row that came of it.
    done_table = CharField(max_length=30, default="")
    done_id = IntegerField(null=True)

    class Meta:
        indexes = ((("asked_by", "id"), False), (("state", "decided_at"), False))
        constraints = [
            one_of("kind", DeedKind),
            one_of("state", DeedState),
            Check("amount > 0"),
            Check("(state = 'waiting') = (decided_at IS NULL)"),
            Check("state <> 'declined' OR words <> ''"),
        ]


# Few among many that were decided long ago.
PendingDeed.add_index(
    PendingDeed.asked_at,
    PendingDeed.id,
    where=SQL("state = 'waiting'"),
    name="pending_deed_waiting",
)
# In the words of that index: SQLite does not look for a partial one by parameters.
IS_WAITING = SQL("state = 'waiting'")

TABLES = (PendingDeed,)
