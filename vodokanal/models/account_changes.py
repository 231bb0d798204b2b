"""Dated changes of an account, each made of rows that it began and ended: it can be taken back."""

from __future__ import annotations

from enum import StrEnum

from peewee import CharField, DateField, ForeignKeyField, TextField

from vodokanal.models.accounts import Account
from vodokanal.models.base import Table, one_of
from vodokanal.models.fields import ChoiceField, MomentField, PeriodField
from vodokanal.models.people import Employee

LONGEST_PAPER = 200


class ChangeKind(StrEnum):
    """What was changed from a day on."""

    METER = "meter"
    OPENED = "opened"
    CLOSED = "closed"
    RESIDENTS = "residents"
    SERVICES = "services"


class ChangeReason(StrEnum):
    """Why a meter was replaced, or an account closed."""

    FAILED = "failed"
    VERIFICATION = "verification"
    WISH = "wish"
    DEMOLISHED = "demolished"
    MERGED = "merged"
    DISCONNECTED = "disconnected"
    MISTAKE = "mistake"


class AccountChange(Table):
    """A change of an account from a day on; a row that is taken back is gone."""

    account = ForeignKeyField(Account, backref="changes", on_delete="RESTRICT")
    kind = ChoiceField(ChangeKind)
    # Its column must not be one of SQL's own words.
    on = DateField(column_name="changed_on")
    # The month whose receipts are the first to show it: issued, it keeps the change.
    period = PeriodField()
    reason = ChoiceField(ChangeReason, null=True)
    # The act or the paper that was seen.
    paper = CharField(max_length=LONGEST_PAPER, default="")
    # The rows as they were and as the change has left them, as JSON.
    steps = TextField()
    employee = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    created_at = MomentField()

    class Meta:
        constraints = [one_of("kind", ChangeKind), one_of("reason", ChangeReason)]


TABLES = (AccountChange,)
