"""Receipts as they were issued: an account's months, each with the rows that its sums are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from peewee import JOIN

from vodokanal.billing.month_states import MonthState
from vodokanal.billing.payments import Channel
from vodokanal.billing.periods import Period
from vodokanal.models.ledger import Movement, SourceTable
from vodokanal.models.months import BillingMonth, ChargeLine, PenaltyPosting
from vodokanal.models.payments import Payment, PaymentReversal
from vodokanal.models.recalculations import Correction, RecalculationBatch
from vodokanal.models.receipts import Receipt

Posted = TypeVar("Posted", ChargeLine, Correction, PenaltyPosting)

# While a month is being issued, the accounts whose turn has come have their receipts already.
HAVE_RECEIPTS = (MonthState.ISSUING, MonthState.ISSUED)


class ReceiptNotFoundError(Exception):
    """The account has no receipt of that month."""


@dataclass(frozen=True)
class BilledMonth:
    """A receipt with its lines, its corrections and what was posted of penalties."""

    receipt: Receipt
    lines: Sequence[ChargeLine]
    corrections: Sequence[Correction]
    penalties: Sequence[PenaltyPosting]

    @property
    def period(self) -> Period:
        """The month."""
        return self.receipt.period

    @property
    def month(self) -> BillingMonth:
        """The month of all accounts: its days and the utility's requisites then."""
        found: BillingMonth = self.receipt.billing_month
        return found


@dataclass(frozen=True)
class ReceivedPayment:
    """Money that came and was not taken back; the receipt of `posted_period` shows it."""

    received_on: date
    amount: Decimal
    channel: Channel
    posted_period: Period


def receipts_of(account_id: int) -> list[Receipt]:
    """Every receipt of the account, the newest first; two statements."""
    # The index begins with the month, so it is asked month by month.
    months = BillingMonth.select(BillingMonth.period).where(BillingMonth.state.in_(HAVE_RECEIPTS))
    periods = [period for (period,) in months.tuples()]
    if not periods:
        return []
    mine = Receipt.select().where(Receipt.period.in_(periods), Receipt.account == account_id)
    return list(mine.order_by(Receipt.period.desc()))


def billed_months(account_id: int, periods: Collection[Period]) -> Mapping[Period, BilledMonth]:
    """Those of the months that the account has a receipt of; four statements, or fewer.

    Drafts are left out: a month that is only calculated has lines and no receipt.
    """
    receipts: dict[Period, Receipt] = {each.period: each for each in _receipts(account_id, periods)}
    if not receipts:
        return {}
    asked = list(receipts)
    lines = ChargeLine.select().where(
        ChargeLine.period.in_(asked), ChargeLine.account == account_id
    )
    corrections: Any = Correction.select(Correction, RecalculationBatch).join(
        RecalculationBatch, JOIN.LEFT_OUTER
    )
    mine = (Correction.posted_period.in_(asked), Correction.account == account_id)
    penalties = PenaltyPosting.select().where(
        PenaltyPosting.posted_period.in_(asked), PenaltyPosting.account == account_id
    )
    by_line = _by_month(lines.order_by(ChargeLine.service, ChargeLine.part), "period")
    by_correction = _by_month(corrections.where(*mine).order_by(Correction.id), "posted_period")
    by_penalty = _by_month(penalties.order_by(PenaltyPosting.debt_period), "posted_period")
    return {
        period: BilledMonth(receipt, by_line[period], by_correction[period], by_penalty[period])
        for period, receipt in receipts.items()
    }


def get_receipt(account_id: int, period: Period) -> BilledMonth:
    """The account's receipt of the month; four statements.

    Raises:
        ReceiptNotFoundError: the account has none of that month.
    """
    found = billed_months(account_id, [period]).get(period)
    if found is None:
        raise ReceiptNotFoundError(account_id, period)
    return found


def payments_of(account_id: int, *, since: Period) -> list[ReceivedPayment]:
    """What was paid and not taken back, on receipts from that month on, oldest first; one statement."""
    rows = (
        Payment.select(Payment.received_on, Payment.amount, Payment.channel, Movement.posted_period)
        .join(
            Movement,
            on=(Movement.source_table == SourceTable.PAYMENT) & (Movement.source_id == Payment.id),
        )
        .join(PaymentReversal, JOIN.LEFT_OUTER, on=PaymentReversal.payment == Payment.id)
        .where(
            Payment.account == account_id,
            Movement.posted_period >= since,
            PaymentReversal.id.is_null(),
        )
        .order_by(Payment.received_on, Payment.id)
    )
    return [ReceivedPayment(*row) for row in rows.tuples()]


def _receipts(account_id: int, periods: Collection[Period]) -> Iterable[Receipt]:
    if not periods:
        return []
    rows: Any = Receipt.select(Receipt, BillingMonth).join(
        BillingMonth, on=BillingMonth.period == Receipt.period, attr="billing_month"
    )
    found: Iterable[Receipt] = rows.where(
        Receipt.period.in_(list(periods)), Receipt.account == account_id
    )
    return found


def _by_month(rows: Iterable[Posted], name: str) -> Mapping[Period, Sequence[Posted]]:
    found: dict[Period, list[Posted]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found
