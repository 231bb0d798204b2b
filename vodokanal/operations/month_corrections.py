"""What the corrections on a month's receipts come to, whoever has decided on them."""

from __future__ import annotations

from decimal import Decimal

from peewee import fn

from vodokanal.billing.money import rubles
from vodokanal.billing.periods import Period
from vodokanal.models.fields import total
from vodokanal.models.recalculations import Correction


def corrections_in(period: Period) -> tuple[int, Decimal]:
    """How many corrections the month has so far, and their rubles, signed; one statement."""
    sums = Correction.select(fn.COUNT(Correction.id), total(Correction.amount))
    count, amount = sums.where(Correction.posted_period == period).tuples().first()
    return int(count), rubles(amount or 0)
