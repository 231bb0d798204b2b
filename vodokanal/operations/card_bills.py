"""What is read out from an account's card: the bill for today, where it is not the plain balance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from vodokanal.billing.periods import Period
from vodokanal.billing.rates import NoRateError
from vodokanal.casework.disputes import held_back
from vodokanal.models.accounts import Account
from vodokanal.operations.balances import Balance
from vodokanal.operations.todays_bills import get_todays_bill


@dataclass(frozen=True)
class CardBill:
    """What the bill for today asks for in rubles, negative: paid ahead; and why it differs.

    It has corrections that no receipt shows, the last charges of a closed account, or leaves out
    what is disputed.
    """

    amount: Decimal
    has_corrections: bool = False
    is_final: bool = False
    is_disputed: bool = False


@dataclass(frozen=True)
class Waits:
    """What may make the bill another sum: a correction, and the months of debt in dispute.

    Each month with the rubles that are disputed in it.
    """

    has_corrections: bool = True
    disputed: Sequence[tuple[Period, Decimal]] = ()


def find_card_bill(
    account: Account, owed: Balance, *, waits: Waits, today: date, zone: ZoneInfo
) -> CardBill | None:
    """The sum of the bill for today where it is another one than the ledger's; None: the same.

    No statement as a rule; those of a bill where a correction waits or the account is closed.
    Where a rate is missing nobody can say: None.
    """
    is_closed = account.closed_on is not None and account.closed_on <= today
    found: CardBill | None
    if is_closed or waits.has_corrections:
        found = _of_bill(account, today=today, zone=zone)
    else:
        left = {each.period: each.left for each in owed.debts}
        found = CardBill(owed.amount - held_back(waits.disputed, left), is_disputed=True)
    return None if found is None or found.amount == owed.amount else found


def _of_bill(account: Account, *, today: date, zone: ZoneInfo) -> CardBill | None:
    try:
        bill = get_todays_bill(account, today=today, zone=zone)
    except NoRateError:
        return None
    return CardBill(
        bill.owed - bill.disputed,
        has_corrections=bool(bill.corrections),
        is_final=bill.is_final,
        is_disputed=bool(bill.disputed),
    )
