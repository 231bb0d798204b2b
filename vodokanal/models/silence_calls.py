"""Calls to those who have not sent their readings, and what was said."""

from __future__ import annotations

from enum import StrEnum

from peewee import CharField, Check, ForeignKeyField

from vodokanal.models.accounts import Account
from vodokanal.models.base import Table, one_of
from vodokanal.models.fields import ChoiceField, MomentField, PeriodField
from vodokanal.models.people import Employee


class CallOutcome(StrEnum):
    """What came of a call."""

    PROMISED = "promised"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    OTHER = "other"


class SilenceCall(Table):
    """That somebody was rung up about the readings of a month."""

    account = ForeignKeyField(Account, backref="silence_calls", on_delete="RESTRICT", index=False)
    period = PeriodField()
    outcome = ChoiceField(CallOutcome)
    words = CharField(max_length=200, default="")
    employee = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    called_at = MomentField()

    class Meta:
        indexes = ((("account", "period"), False),)
        constraints = [
            one_of("outcome", CallOutcome),
            Check("outcome <> 'other' OR words <> ''"),
        ]


TABLES = (SilenceCall,)
