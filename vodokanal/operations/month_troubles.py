"""Accounts that a month could not be calculated for, and accounts by their numbers."""

from __future__ import annotations

from collections.abc import Iterable

from vodokanal.billing.periods import Period
from vodokanal.models.accounts import Account
from vodokanal.models.months import MonthTrouble
from vodokanal.models.places import House, Premises


def troubles_of(period: Period, *, limit: int, skip: int = 0) -> list[MonthTrouble]:
    """The troubles of a month with their accounts, by account; one statement."""
    query = (
        MonthTrouble.select(MonthTrouble, Account, Premises, House)
        .join(Account)
        .join(Premises)
        .join(House)
        .where(MonthTrouble.period == period)
        .order_by(MonthTrouble.account)
    )
    return list(query.limit(limit).offset(skip))


def numbers_of(account_ids: Iterable[int]) -> dict[int, str]:
    """The numbers of accounts by id; one statement."""
    query = Account.select(Account.id, Account.number).where(Account.id.in_(list(account_ids)))
    return {account_id: str(number) for account_id, number in query.tuples()}
