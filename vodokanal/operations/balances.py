"""What an account owes: the last receipt, and what came after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import add
from typing import Any

from peewee import Value, fn

from vodokanal.billing.debts import Debts, debts_from_json, fold, folded_on, must_fold_anew
from vodokanal.billing.ledger import Movement as Moved
from vodokanal.billing.ledger import balance_of
from vodokanal.billing.payments import Channel
from vodokanal.billing.periods import Period
from vodokanal.models.months import BillingMonth
from vodokanal.models.payments import Payment
from vodokanal.models.prepared import Prepared, slot
from vodokanal.models.receipts import Receipt
from vodokanal.operations.due_days import DueDays
from vodokanal.operations.issued_months import CLOSED
from vodokanal.operations.ledger import FIRST, LAST, movements_of

NOTHING = Decimal("0.00")


def _receipts() -> Any:
    """The account's receipts, the last first."""
    # By months: what is looked up is the receipts' own index of (month, account).
    months = BillingMonth.select(BillingMonth.period).where(BillingMonth.state.in_(sorted(CLOSED)))
    return (
        Receipt.select()
        .where(
            Receipt.account == slot("account", Receipt.account),
            Receipt.period.in_(months),
            Receipt.period <= slot("until", Receipt.period),
        )
        .order_by(Receipt.period.desc())
        .limit(1)
    )


LAST_RECEIPT: Prepared[Receipt] = Prepared(_receipts)
NEWEST_PAYMENTS: Prepared[tuple[str, Any]] = Prepared(
    # Channel by channel: each looks at one end of the index, and never at the payments.
    lambda: reduce(add, map(_newest, Channel))
)


def _newest(channel: Channel) -> Any:
    newest = fn.MAX(Payment.received_on)
    return Payment.select(Value(channel.value), newest).where(Payment.channel == channel)


@dataclass(frozen=True)
class OpenDebt:
    """A month that is not paid in full: what is left of it and of its penalty in rubles."""

    period: Period
    principal: Decimal
    penalty: Decimal
    due_on: date

    @property
    def left(self) -> Decimal:
        """What is left to pay, penalty included."""
        return self.principal + self.penalty


@dataclass(frozen=True)
class ReceiptSums:
    """The sums of a receipt in rubles; debt is positive."""

    period: Period
    opening: Decimal
    charged: Decimal
    corrected: Decimal
    penalty: Decimal
    paid: Decimal
    closing: Decimal
    pay_by: date


@dataclass(frozen=True)
class Balance:
    """What an account owes in rubles: positive is debt, negative paid ahead.

    `debts` are the open months, oldest first; `newer` what was posted after the last receipt.
    """

    amount: Decimal
    debts: tuple[OpenDebt, ...] = ()
    advance: Decimal = NOTHING
    last_receipt: ReceiptSums | None = None
    newer: tuple[Moved, ...] = ()
    overdue: Decimal = NOTHING

    @property
    def penalty(self) -> Decimal:
        """What is left to pay of penalties."""
        return sum((each.penalty for each in self.debts), NOTHING)


def get_balance(account_id: int, *, today: date) -> Balance:
    """What the account owes now, by month; two statements, a few more where months are new.

    Raises:
        NoRateError: no terms of payment cover the month of a debt.
    """
    last = find_last_receipt(account_id)
    first = FIRST if last is None else last.period.next
    newer = movements_of(account_id, first=first)
    before = Debts() if last is None else debts_from_json(last.debts)
    state = debts_after(account_id, before, newer=newer)
    debts = tuple(
        OpenDebt(each.period, each.principal, each.penalty, each.due_on) for each in state.open
    )
    return Balance(
        amount=balance_of(newer, opening=NOTHING if last is None else last.closing),
        debts=debts,
        advance=state.advance,
        last_receipt=None if last is None else sums_of(last),
        newer=tuple(newer),
        overdue=sum((each.left for each in debts if each.due_on < today), NOTHING),
    )


def debts_after(account_id: int, before: Debts, *, newer: Sequence[Moved]) -> Debts:
    """What is open after the movements since a receipt; all are folded anew if one comes late."""
    due_days = DueDays()
    if must_fold_anew(before, newer):
        return fold(movements_of(account_id), due_days)
    return folded_on(before, newer, due_on=due_days)


def find_last_receipt(account_id: int, *, until: Period = LAST) -> Receipt | None:
    """The account's last receipt of a month up to `until`, inclusive; one statement."""
    return LAST_RECEIPT.first(account=account_id, until=until)


def sums_of(receipt: Receipt) -> ReceiptSums:
    """A receipt's sums."""
    return ReceiptSums(
        receipt.period,
        receipt.opening,
        receipt.charged,
        receipt.corrected,
        receipt.penalty,
        receipt.paid,
        receipt.closing,
        receipt.pay_by,
    )
