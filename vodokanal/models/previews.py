"""Issued months calculated anew, to be looked at before anything is corrected."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, Check, ForeignKeyField, IntegerField, TextField

from vodokanal.billing.services import Service
from vodokanal.models.accounts import Account
from vodokanal.models.base import Table, one_of
from vodokanal.models.fields import (
    ChoiceField,
    MomentField,
    MoneyField,
    PeriodField,
    VolumeField,
)
from vodokanal.models.people import Employee
from vodokanal.models.recalculations import RecalculationBatch


class RecalculationPreview(Table):
    """What some issued months would come to by today's facts and rates; the row is the job."""

    first_period = PeriodField()
    last_period = PeriodField()
    employee = ForeignKeyField(Employee, on_delete="RESTRICT", index=False)
    created_at = MomentField()
    # The newest journal entry when it began: what is newer may have changed it.
    mark = BigIntegerField(default=0)
    # The last account that was dealt with, and how many were.
    last_account = IntegerField(default=0)
    accounts = IntegerField(default=0)
    # Accounts that cannot be charged by today's facts: id, month and code of each, as JSON.
    troubles = TextField(default="[]")
    attempts = IntegerField(default=0)
    # By the real clock; a worker that dies leaves it to another one after that.
    leased_until = MomentField(null=True)
    ended_at = MomentField(null=True)
    # Why it came to nothing, as a code and its values as JSON.
    refusal = CharField(max_length=40, default="")
    parameters = TextField(default="{}")
    # What followed from it, once it was approved.
    batch = ForeignKeyField(RecalculationBatch, null=True, unique=True, on_delete="RESTRICT")

    class Meta:
        constraints = [Check("first_period <= last_period"), Check("attempts >= 0")]


class MonthDifference(Table):
    """What a service of a month has cost an account so far, and what it would cost by now."""

    preview = ForeignKeyField(RecalculationPreview, on_delete="RESTRICT", index=False)
    account = ForeignKeyField(Account, on_delete="RESTRICT", index=False)
    period = PeriodField()
    service = ChoiceField(Service)
    was = MoneyField()
    now = MoneyField()
    # By how much the volume changes, signed.
    volume = VolumeField(null=True)
    # What it was calculated from, as the correction will keep it.
    inputs = TextField()

    class Meta:
        indexes = ((("preview", "account", "period", "service"), True),)
        constraints = [one_of("service", Service)]


TABLES = (RecalculationPreview, MonthDifference)
