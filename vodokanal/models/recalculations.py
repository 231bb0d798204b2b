"""What changes a month besides readings: absences, breaks, acts, and the corrections that follow."""

from __future__ import annotations

from peewee import CharField, Check, DateField, ForeignKeyField, IntegerField, TextField

from vodokanal.billing.ledger import OWED, Side
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.services import Service
from vodokanal.models.accounts import Account
from vodokanal.models.base import Table, exactly_one, not_before, one_of
from vodokanal.models.fields import (
    ChoiceField,
    MomentField,
    MoneyField,
    PeriodField,
    VolumeField,
)
from vodokanal.models.meters import Meter
from vodokanal.models.people import Employee
from vodokanal.models.places import District, House

REASON = 300


class Absence(Table):
    """People who were away; the days of leaving and coming back are not counted (ПП 354 п. 90)."""

    account = ForeignKeyField(Account, backref="absences", on_delete="RESTRICT")
    people = IntegerField(default=1)
    left_on = DateField()
    came_back_on = DateField()
    applied_on = DateField()
    document = CharField(max_length=200)
    employee = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    created_at = MomentField()

    class Meta:
        constraints = [
            Check("people BETWEEN 1 AND 1000"),
            Check("document <> ''"),
            not_before("came_back_on", "left_on"),
        ]


class Interruption(Table):
    """Hours without a service in a house or a whole district (ПП 354, приложение 1)."""

    house = ForeignKeyField(House, null=True, on_delete="RESTRICT")
    district = ForeignKeyField(District, null=True, on_delete="RESTRICT")
    service = ChoiceField(Service)
    began_at = MomentField(index=True)
    ended_at = MomentField()
    document = CharField(max_length=200, default="")
    employee = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    created_at = MomentField()

    class Meta:
        constraints = [
            one_of("service", Service),
            exactly_one("house_id", "district_id"),
            Check("ended_at > began_at"),
        ]


class AccessRefusal(Table):
    """That the utility was not let in to check, by its act, until the check took place."""

    ONE_A_DAY = ("account",)

    account = ForeignKeyField(Account, backref="access_refusals", on_delete="RESTRICT")
    act_number = CharField(max_length=60)
    starts_on = DateField()
    ends_on = DateField(null=True)

    class Meta:
        constraints = [Check("act_number <> ''"), not_before("ends_on", "starts_on")]


class MeterCheck(Table):
    """What a check found on a sound meter: the difference belongs to its month (ПП 354 п. 61)."""

    meter = ForeignKeyField(Meter, backref="checks", on_delete="RESTRICT")
    checked_on = DateField()
    found = VolumeField()
    act_number = CharField(max_length=60)
    employee = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    created_at = MomentField()

    class Meta:
        indexes = ((("meter", "checked_on"), True),)
        constraints = [Check("found >= 0"), Check("act_number <> ''")]


class RecalculationBatch(Table):
    """Months calculated anew for many accounts: approved together, taken back together."""

    first_period = PeriodField()
    last_period = PeriodField()
    posted_period = PeriodField()
    sentence = CharField(max_length=REASON)
    reverses = ForeignKeyField("self", null=True, unique=True, on_delete="RESTRICT")
    approved_by = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    created_at = MomentField()

    class Meta:
        constraints = [Check("sentence <> ''"), Check("first_period <= last_period")]


class Correction(Table):
    """An amount of one month corrected in another: a line of the receipt of `posted_period`.

    Signed: less to pay is negative. The calculation writes and rewrites those it finds itself
    until the month is issued.
    """

    # Its index is the second half of (posted_period, account).
    account = ForeignKeyField(Account, backref="corrections", on_delete="RESTRICT", index=False)
    posted_period = PeriodField()
    for_period = PeriodField()
    side = ChoiceField(Side, default=Side.PRINCIPAL)
    service = ChoiceField(Service, null=True)
    reason = ChoiceField(RecalculationReason)
    volume = VolumeField(null=True)
    amount = MoneyField()
    # The employee's own words, as the resident reads them.
    words = CharField(max_length=REASON, default="")
    # What it was calculated from: codes and values, never sentences.
    inputs = TextField(default="{}")
    # The absence, break or check that it follows from: corrected by the difference when that changes.
    cause_table = CharField(max_length=20, default="")
    cause_id = IntegerField(null=True)
    batch = ForeignKeyField(RecalculationBatch, null=True, on_delete="RESTRICT")
    employee = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    created_at = MomentField()

    class Meta:
        indexes = ((("posted_period", "account"), False),)
        constraints = [
            Check("side IN ({})".format(", ".join(f"'{each.value}'" for each in sorted(OWED)))),
            one_of("reason", RecalculationReason),
            Check("reason <> 'manual' OR words <> ''"),
            Check("amount <> 0 OR volume IS NOT NULL"),
        ]


TABLES = (Absence, Interruption, AccessRefusal, MeterCheck, RecalculationBatch, Correction)
