"""What the law sets by day: rates of penalties, days of payment, numbers, VAT, days off."""

from __future__ import annotations

from peewee import BooleanField, CharField, Check, DateField, IntegerField

from vodokanal.billing.terms import Term
from vodokanal.models.base import Table, not_before, one_of
from vodokanal.models.fields import ChoiceField, HundredthsField


class KeyRate(Table):
    """The key rate of the Bank of Russia in per cent a year, from a day."""

    ONE_A_DAY = ()

    percent = HundredthsField()
    starts_on = DateField()
    ends_on = DateField(null=True)

    class Meta:
        constraints = [Check("percent BETWEEN 0 AND 10000"), not_before("ends_on", "starts_on")]


class Moratorium(Table):
    """Days without penalties, both inclusive."""

    ONE_A_DAY = ()

    document = CharField(max_length=200, default="")
    starts_on = DateField()
    ends_on = DateField()

    class Meta:
        constraints = [not_before("ends_on", "starts_on")]


class PaymentTerm(Table):
    """By which days of the next month a month is billed and paid; for months from a day on."""

    ONE_A_DAY = ()

    bill_by_day = IntegerField()
    pay_by_day = IntegerField()
    # A last day of payment that is a day off is moved to the next working day.
    moves_to_working_day = BooleanField(default=True)
    document = CharField(max_length=200, default="")
    starts_on = DateField()
    ends_on = DateField(null=True)

    class Meta:
        constraints = [
            Check("bill_by_day BETWEEN 1 AND 28"),
            Check("pay_by_day BETWEEN 1 AND 28"),
            Check("bill_by_day <= pay_by_day"),
            not_before("ends_on", "starts_on"),
        ]


class VatRate(Table):
    """Value added tax in per cent from a day; without a number the utility is exempt."""

    ONE_A_DAY = ()

    percent = HundredthsField(null=True)
    starts_on = DateField()
    ends_on = DateField(null=True)

    class Meta:
        constraints = [
            Check("percent IS NULL OR percent BETWEEN 0 AND 10000"),
            not_before("ends_on", "starts_on"),
        ]


class LegalTerm(Table):
    """A number of the law from a day, to a day inclusive."""

    ONE_A_DAY = ("term",)

    term = ChoiceField(Term)
    value = HundredthsField()
    document = CharField(max_length=200, default="")
    starts_on = DateField()
    ends_on = DateField(null=True)

    class Meta:
        constraints = [
            one_of("term", Term),
            Check("value >= 0"),
            not_before("ends_on", "starts_on"),
        ]


class DayOff(Table):
    """A day that is not what its weekday says: a holiday, or a working Saturday."""

    on = DateField(unique=True)
    is_working = BooleanField(default=False)
    words = CharField(max_length=100, default="")


TABLES = (KeyRate, Moratorium, PaymentTerm, VatRate, LegalTerm, DayOff)
