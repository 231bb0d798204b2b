"""What an account began with, what was paid for it and what was taken back."""

from __future__ import annotations

from peewee import CharField, Check, DateField, ForeignKeyField

from vodokanal.billing.payments import Channel, OpeningKind
from vodokanal.models.accounts import Account
from vodokanal.models.base import Table, one_of
from vodokanal.models.fields import ChoiceField, MomentField, MoneyField, PeriodField
from vodokanal.models.people import Employee


class OpeningBalance(Table):
    """What was owed or paid ahead before the portal kept the account; `period` is the debt's month."""

    account = ForeignKeyField(Account, backref="openings", on_delete="RESTRICT")
    kind = ChoiceField(OpeningKind)
    period = PeriodField(null=True)
    amount = MoneyField()
    on = DateField()
    employee = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    created_at = MomentField()

    class Meta:
        constraints = [
            one_of("kind", OpeningKind),
            Check("amount > 0"),
            Check("kind = 'advance' OR period IS NOT NULL"),
        ]


class Payment(Table):
    """Money received for an account; `period` is the month that the payer named."""

    account = ForeignKeyField(Account, backref="payments", on_delete="RESTRICT")
    amount = MoneyField()
    received_on = DateField(index=True)
    period = PeriodField(null=True)
    channel = ChoiceField(Channel)
    # Number of the cash receipt, of the bank's document.
    document = CharField(max_length=100, default="")
    employee = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    created_at = MomentField()

    class Meta:
        # The newest of each channel is on every resident's page.
        indexes = ((("channel", "received_on"), False),)
        constraints = [one_of("channel", Channel), Check("amount > 0")]


class PaymentReversal(Table):
    """That a payment was taken back, and why."""

    payment = ForeignKeyField(Payment, backref="reversals", unique=True, on_delete="RESTRICT")
    reversed_on = DateField()
    reason = CharField(max_length=300)
    employee = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    created_at = MomentField()

    class Meta:
        constraints = [Check("reason <> ''")]


TABLES = (OpeningBalance, Payment, PaymentReversal)
