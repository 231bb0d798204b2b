"""The utility in a few figures for the start page: who has sent so far, what was charged and paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from peewee import fn

from vodokanal.billing.periods import Period
from vodokanal.models.fields import total
from vodokanal.models.payments import Payment, PaymentReversal
from vodokanal.models.readings import COUNTS, Reading, Submission
from vodokanal.models.receipts import Receipt
from vodokanal.operations.issued_months import last_issued_month
from vodokanal.operations.silent import expected_accounts

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Sent:
    """Accounts that are to send readings for a month, and how many had sent the month before by then."""

    period: Period
    expected: int
    sent_before: int


@dataclass(frozen=True)
class Money:
    """The last issued month in rubles, and what was received today.

    `charged` are its lines, as on the desk of the month; `corrected` is by how much its receipts
    correct earlier months besides, less is negative.
    """

    period: Period
    charged: Decimal
    corrected: Decimal
    received_today: Decimal

    @property
    def to_pay(self) -> Decimal:
        """What the receipts of the month ask for, earlier debts left out."""
        return self.charged + self.corrected


def get_sent(period: Period, today: date, *, month_ago: datetime) -> Sent:
    """Who is to send for a month, and who of the month before had sent by `month_ago`.

    Two statements, which look at every meter of the town.
    """
    return Sent(period, expected_accounts(period, today), _sent_by(period.previous, month_ago))


def find_money(today: date) -> Money | None:
    """The last issued month's money, or None before any was issued; three statements."""
    last = last_issued_month()
    if last is None:
        return None
    sums = Receipt.select(total(Receipt.charged), total(Receipt.corrected))
    charged, corrected = sums.where(Receipt.period == last).tuples().first()
    return Money(last, charged or NOTHING, corrected or NOTHING, _received_on(today))


def _sent_by(period: Period, moment: datetime) -> int:
    query = (
        Reading.select(fn.COUNT(Submission.account.distinct()))
        .join(Submission)
        .where(Reading.period == period, Reading.received_at <= moment, COUNTS)
    )
    return int(query.scalar())


def _received_on(day: date) -> Decimal:
    taken_back = PaymentReversal.select(PaymentReversal.payment)
    query = Payment.select(total(Payment.amount)).where(
        Payment.received_on == day, Payment.id.not_in(taken_back)
    )
    return query.scalar() or NOTHING
