"""Corrections that people have decided on and that no receipt shows yet."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from peewee import JOIN, fn

from vodokanal.billing.money import rubles
from vodokanal.billing.periods import Period
from vodokanal.billing.recalculation_reasons import AUTOMATIC
from vodokanal.models.accounts import Account
from vodokanal.models.fields import total
from vodokanal.models.months import BillingMonth
from vodokanal.models.recalculations import Correction, RecalculationBatch
from vodokanal.operations.issued_months import CLOSED

# What the calculation finds it finds anew until the month is issued.
FOUND_ANEW = sorted(AUTOMATIC)


def waiting_corrections(account_id: int, first: Period) -> list[Any]:
    """Those that months from `first` on will post, with the sentence of their batch; one statement."""
    query: Any = (
        Correction.select(Correction, RecalculationBatch.sentence.alias("of_batch"))
        .join(RecalculationBatch, JOIN.LEFT_OUTER)
        .where(_waits(account_id, first))
        .order_by(Correction.for_period, Correction.id)
    )
    return list(query.objects())


def waiting_sum(account_id: int, first: Period) -> Decimal:
    """Their rubles together, less to pay is negative; one statement."""
    query = Correction.select(total(Correction.amount)).where(_waits(account_id, first))
    return rubles(query.scalar() or 0)


def any_waiting() -> Any:
    """The id of any of an account's, as a part of a statement about accounts."""
    closed = BillingMonth.select(fn.COALESCE(fn.MAX(BillingMonth.period), 0)).where(
        BillingMonth.state.in_(sorted(CLOSED))
    )
    found = Correction.alias()
    mine = (found.account == Account.id) & (found.posted_period > closed)
    return found.select(found.id).where(mine, found.reason.not_in(FOUND_ANEW)).limit(1)


def _waits(account_id: int, first: Period) -> Any:
    mine = (Correction.account == account_id) & (Correction.posted_period >= first)
    return mine & Correction.reason.not_in(FOUND_ANEW)
