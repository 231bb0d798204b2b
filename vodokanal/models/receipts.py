"""What an account was told of a month: frozen when the month is issued."""

from __future__ import annotations

from peewee import CharField, Check, DateField, ForeignKeyField, TextField

from vodokanal.models.accounts import Account
from vodokanal.models.base import Table
from vodokanal.models.fields import MoneyField, PeriodField
from vodokanal.models.places import District


class Receipt(Table):
    """A month's sums of one account; positive is debt. Never changed or removed.

    closing = opening + charged + corrected + penalty - paid. `debts` holds what is open by month
    of origin as JSON, `details` what the paper showed besides sums: addressee, meters, people.
    """

    REUSES_NUMBERS = True

    # Months are written one after another, account by account.
    account = ForeignKeyField(Account, backref="receipts", on_delete="RESTRICT", index=False)
    period = PeriodField()
    opening = MoneyField()
    charged = MoneyField()
    corrected = MoneyField()
    penalty = MoneyField()
    paid = MoneyField()
    closing = MoneyField()
    pay_by = DateField()
    debts = TextField()
    details = TextField()

    class Meta:
        indexes = ((("period", "account"), True),)
        constraints = [Check("closing = opening + charged + corrected + penalty - paid")]


class ReceiptMessage(Table):
    """A line on the receipts of one month: of a district, of one account, or of everybody."""

    period = PeriodField()
    district = ForeignKeyField(District, null=True, on_delete="RESTRICT")
    account = ForeignKeyField(Account, null=True, on_delete="RESTRICT")
    words = CharField(max_length=300)

    class Meta:
        indexes = ((("period",), False),)
        constraints = [
            Check("words <> ''"),
            Check("district_id IS NULL OR account_id IS NULL"),
        ]


TABLES = (Receipt, ReceiptMessage)
