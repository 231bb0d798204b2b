"""What an account's statement and its certificate of owing nothing show, read from the ledger."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from peewee import JOIN

from vodokanal.billing.ledger import balance_of
from vodokanal.billing.periods import Period
from vodokanal.billing.receipts import LastPayment, Requisites
from vodokanal.billing.statements import (
    NoDebtCertificate,
    StatementPaper,
    Whose,
    assert_debt_free,
)
from vodokanal.models.accounts import Account, Holder
from vodokanal.models.payments import Payment, PaymentReversal
from vodokanal.models.places import House, Premises
from vodokanal.operations.balances import NOTHING, find_last_receipt
from vodokanal.operations.ledger import FIRST, movements_of
from vodokanal.operations.movements import account_statement
from vodokanal.operations.settings import get_house_settings
from vodokanal.operations.waiting_corrections import waiting_sum


def get_statement(account_id: int, first: Period, *, last: Period) -> StatementPaper:
    """Every movement of the months from the first to the last, both included; five statements.

    The month is that whose receipt shows a movement, so that the sums are those of the receipts.
    """
    statement = account_statement(account_id, first, last=last)
    return StatementPaper(
        whose=whose_on(account_id, last.last_day),
        first=first,
        last=last,
        opening=statement.opening,
        rows=tuple(statement.rows),
    )


def get_certificate(account_id: int, today: date) -> NoDebtCertificate:
    """The certificate that nothing is owed today; seven statements.

    It goes by the ledger, and says which corrections will only stand on the next receipt.

    Raises:
        NotDebtFreeError: something is owed, were it only the newest receipt.
    """
    last = find_last_receipt(account_id)
    first = FIRST if last is None else last.period.next
    opening = NOTHING if last is None else last.closing
    balance = balance_of(movements_of(account_id, first=first), opening=opening)
    assert_debt_free(balance)
    return NoDebtCertificate(
        whose=whose_on(account_id, today),
        on=today,
        paid_ahead=-balance,
        last_payment=_last_payment(account_id),
        waiting=waiting_sum(account_id, first),
    )


def whose_on(account_id: int, on: date) -> Whose:
    """The account as a paper of that day names it, and the utility as it is now; three statements."""
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
