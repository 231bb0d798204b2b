"""The month's calculation: its runs by slices of accounts, its lines, what could not be counted."""

from __future__ import annotations

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    Check,
    DateField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from vodokanal.billing.methods import Method
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.models.accounts import Account
from vodokanal.models.base import Table, one_of
from vodokanal.models.fields import (
    ChoiceField,
    HundredthsField,
    MomentField,
    MoneyField,
    PeriodField,
    VolumeField,
)
from vodokanal.models.people import Employee


class BillingMonth(Table):
    """A month that has been calculated or issued."""

    period = PeriodField(unique=True)
    state = ChoiceField(MonthState, default=MonthState.CALCULATING)
    # Set when it is issued, and never again: later terms are for later months.
    bill_by = DateField(null=True)
    pay_by = DateField(null=True)
    # The newest journal entry when the calculation began: what is newer may have changed it.
    mark = BigIntegerField(default=0)
    # By the real clock; a run that dies leaves the month to another one after that.
    leased_until = MomentField(null=True)
    accounts = IntegerField(default=0)
    # Sums by service, method and group, as JSON.
    totals = TextField(default="{}")
    # Name, requisites and settings of the utility as its receipts show them, as JSON.
    requisites = TextField(default="{}")
    calculated_at = MomentField(null=True)
    issued_at = MomentField(null=True)
    issued_by = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    # Held readings were left behind on purpose.
    is_forced = BooleanField(default=False)
    seal = CharField(max_length=64, default="")

    class Meta:
        constraints = [one_of("state", MonthState)]


class MonthSlice(Table):
    """Accounts of a month that were dealt with in one transaction, by their first and last ids."""

    month = ForeignKeyField(BillingMonth, backref="slices", on_delete="RESTRICT", index=False)
    first_account = IntegerField()
    last_account = IntegerField()
    accounts = IntegerField()
    totals = TextField(default="{}")
    is_issued = BooleanField(default=False)
    # SHA-256 over the issued rows.
    digest = CharField(max_length=64, default="")

    class Meta:
        indexes = ((("month", "first_account"), True),)


class ChargeLine(Table):
    """What one service of one account costs in a month at one price, and what it was found from."""

    REUSES_NUMBERS = True

    # Both indexes are one: months are written one after another, account by account.
    account = ForeignKeyField(Account, backref="charge_lines", on_delete="RESTRICT", index=False)
    period = PeriodField()
    service = ChoiceField(Service)
    # Parts of a service with prices of their own are numbered from 0.
    part = IntegerField(default=0)
    group = ChoiceField(CustomerGroup, column_name="customer_group")
    method = ChoiceField(Method)
    volume = VolumeField()
    price = MoneyField()
    multiplier = HundredthsField(default=1)
    amount = MoneyField()
    # What the multiplier adds, part of the amount (ПП 354 п. 69 г).
    excess = MoneyField(default=0)
    # Part of the amount; None: without VAT.
    vat = MoneyField(null=True)
    # What it was calculated from: codes and values, never sentences.
    inputs = TextField()

    class Meta:
        indexes = ((("period", "account", "service", "part"), True),)
        constraints = [
            one_of("service", Service),
            one_of("customer_group", CustomerGroup),
            one_of("method", Method),
            Check("volume >= 0"),
            Check("price > 0"),
            Check("amount >= 0"),
            Check("excess >= 0 AND excess <= amount"),
        ]


class MonthTrouble(Table):
    """An account that a month could not be calculated for: what stands in the way, as a code."""

    REUSES_NUMBERS = True

    period = PeriodField()
    account = ForeignKeyField(Account, on_delete="RESTRICT")
    code = CharField(max_length=40)
    parameters = TextField(default="{}")

    class Meta:
        indexes = ((("period", "account"), True),)


class PenaltyPosting(Table):
    """By how much the penalty on one month's debt was changed when another month was issued.

    Signed; `inputs` holds the whole penalty up to that month's last day and its parts.
    """

    REUSES_NUMBERS = True

    account = ForeignKeyField(Account, on_delete="RESTRICT", index=False)
    posted_period = PeriodField()
    debt_period = PeriodField()
    amount = MoneyField()
    inputs = TextField(default="{}")

    class Meta:
        indexes = ((("posted_period", "account", "debt_period"), True),)
        constraints = [Check("amount <> 0")]


TABLES = (BillingMonth, MonthSlice, ChargeLine, MonthTrouble, PenaltyPosting)
