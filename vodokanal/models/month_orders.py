"""What a worker is to do with a month: the row is the job, and says how it ended."""

from __future__ import annotations

from enum import StrEnum

from peewee import (
    SQL,
    BigIntegerField,
    BooleanField,
    CharField,
    Check,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from vodokanal.models.base import Table, one_of
from vodokanal.models.fields import ChoiceField, MomentField, PeriodField
from vodokanal.models.people import Employee


class MonthDeed(StrEnum):
    """What is to be done with a month."""

    CALCULATE = "calculate"
    ISSUE = "issue"


class MonthOrder(Table):
    """A month to be calculated or issued: an employee has asked for it, or a worker found it due."""

    period = PeriodField()
    deed = ChoiceField(MonthDeed)
    # None: a worker has found by itself that the month is to be calculated.
    employee = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    # Readings that wait are left behind on purpose.
    is_forced = BooleanField(default=False)
    created_at = MomentField()
    attempts = IntegerField(default=0)
    ended_at = MomentField(null=True)
    # What stood in the way, as a code and its values as JSON; empty when it was done.
    refusal = CharField(max_length=40, default="")
    parameters = TextField(default="{}")
    # The newest journal entry then: only something newer can have cleared the way.
    mark = BigIntegerField(default=0)

    class Meta:
        indexes = ((("period", "id"), False),)
        constraints = [
            one_of("deed", MonthDeed),
            Check("attempts >= 0"),
            Check("deed <> 'issue' OR employee_id IS NOT NULL"),
        ]


# A month has one job at a time; there are few that are not done, and they are looked for often.
MonthOrder.add_index(
    MonthOrder.period, unique=True, where=SQL("ended_at IS NULL"), name="month_order_open"
)

TABLES = (MonthOrder,)
