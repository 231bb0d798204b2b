"""The ledger: one immutable row a movement, naming both sides."""

from __future__ import annotations

from enum import StrEnum

from peewee import Check, DateField, ForeignKeyField, IntegerField

from vodokanal.billing.ledger import MovementKind, Side
from vodokanal.billing.services import Service
from vodokanal.models.accounts import Account
from vodokanal.models.base import Table, one_of
from vodokanal.models.fields import ChoiceField, MomentField, MoneyField, PeriodField


class SourceTable(StrEnum):
    """The tables whose rows become movements, each row one."""

    OPENING = "opening_balance"
    CHARGE = "charge_line"
    CORRECTION = "correction"
    PENALTY = "penalty_posting"
    PAYMENT = "payment"
    REVERSAL = "payment_reversal"


class Movement(Table):
    """A positive amount that leaves `credit` and arrives at `debit`; never changed or removed."""

    REUSES_NUMBERS = True

    account = ForeignKeyField(Account, backref="movements", on_delete="RESTRICT", index=False)
    kind = ChoiceField(MovementKind)
    debit = ChoiceField(Side)
    credit = ChoiceField(Side)
    amount = MoneyField()
    service = ChoiceField(Service, null=True)
    # The month whose debt it makes, or that the payer named.
    debt_period = PeriodField(null=True)
    # The month whose receipt shows it.
    posted_period = PeriodField()
    # The day from which it counts.
    on = DateField()
    posted_at = MomentField()
    source_table = ChoiceField(SourceTable)
    source_id = IntegerField()

    class Meta:
        indexes = (
            (("account", "posted_period"), False),
            (("source_table", "source_id"), True),
        )
        constraints = [
            one_of("kind", MovementKind),
            one_of("debit", Side),
            one_of("credit", Side),
            one_of("source_table", SourceTable),
            Check("amount > 0"),
            # Just one side is what the account owes.
            Check("(debit IN ('principal', 'penalty')) <> (credit IN ('principal', 'penalty'))"),
        ]


TABLES = (Movement,)
