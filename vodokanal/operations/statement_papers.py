"""What an account's statement and its certificate of owing nothing show, read from the ledger."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal

from peewee import JOIN

from vodokanal.billing.ledger import Movement, MovementKind, balance_of
from vodokanal.billing.money import rubles
from vodokanal.billing.payments import Channel
from vodokanal.billing.periods import Period
from vodokanal.billing.receipts import LastPayment, Requisites
from vodokanal.billing.statements import (
    NoDebtCertificate,
    StatementPaper,
    Whose,
    assert_debt_free,
    statement_rows,
)
from vodokanal.models.accounts import Account, Holder
from vodokanal.models.payments import Payment, PaymentReversal
from vodokanal.models.places import House, Premises
from vodokanal.operations.balances import find_last_receipt
from vodokanal.operations.ledger import FIRST, LAST, movements_of
from vodokanal.operations.settings import get_house_settings

NOTHING = rubles(0)


def get_statement(account_id: int, first: Period, *, last: Period) -> StatementPaper:
    """Every movement of the months from the first to the last, both included; seven statements.

    The month is that whose receipt shows a movement, so that the sums are those of the receipts.
    """
    opening = NOTHING if first == FIRST else _balance(account_id, first.previous)
    return StatementPaper(
        whose=_whose(account_id, last.last_day),
        first=first,
        last=last,
        opening=opening,
        rows=statement_rows(_movements(account_id, first, last=last), opening=opening),
    )


def get_certificate(account_id: int, today: date) -> NoDebtCertificate:
    """The certificate that nothing is owed today; six statements.

    Raises:
        NotDebtFreeError: something is owed, were it only the newest receipt.
    """
    balance = _balance(account_id, LAST)
    assert_debt_free(balance)
    return NoDebtCertificate(
        whose=_whose(account_id, today),
        on=today,
        paid_ahead=-balance,
        last_payment=_last_payment(account_id),
    )


def _balance(account_id: int, until: Period) -> Decimal:
    """What was owed when that month was over: its receipt, or the last one and what came after."""
    last = find_last_receipt(account_id, until=until)
    if last is None:
        return balance_of(movements_of(account_id, last=until))
    newer = movements_of(account_id, first=last.period.next, last=until)
    return balance_of(newer, opening=last.closing)


def _movements(
    account_id: int, first: Period, *, last: Period
) -> list[tuple[Movement, Channel | None]]:
    """The movements of the months; payments with how they came."""
    channels = dict(
        Payment.select(Payment.id, Payment.channel).where(Payment.account == account_id).tuples()
    )
    return [
        (each, channels.get(each.payment) if each.kind is MovementKind.PAYMENT else None)
        for each in movements_of(account_id, first=first, last=last)
    ]


def _whose(account_id: int, on: date) -> Whose:
    account = (
        Account.select(Account, Premises, House)
        .join(Premises)
        .join(House)
        .where(Account.id == account_id)
        .get()
    )
    holder = (
        Holder.select(Holder.name)
        .where(Holder.account == account_id, Holder.starts_on <= on)
        .order_by(Holder.starts_on.desc())
        .scalar()
    )
    return Whose(
        number=account.number,
        holder=holder or "",
        address=account.premises.address,
        requisites=Requisites.of(asdict(get_house_settings())),
    )


def _last_payment(account_id: int) -> LastPayment | None:
    query = (
        Payment.select(Payment.received_on, Payment.amount)
        .join(PaymentReversal, JOIN.LEFT_OUTER)
        .where(Payment.account == account_id, PaymentReversal.id.is_null())
        .order_by(Payment.received_on.desc(), Payment.id.desc())
    )
    row = query.tuples().first()
    return None if row is None else LastPayment(*row)
