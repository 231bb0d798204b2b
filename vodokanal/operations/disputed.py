"""What is disputed: of an account, of many, and what waits for an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from peewee import JOIN, fn

from vodokanal.billing.periods import Period
from vodokanal.models.accounts import Account, Holder
from vodokanal.models.disputes import IS_WAITING, Dispute
from vodokanal.models.fields import total
from vodokanal.models.people import Employee, Resident
from vodokanal.models.places import House, Premises

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class DisputesWaiting:
    """How many disputes wait for an answer, and since when the oldest of them (a day in UTC)."""

    count: int
    since: date


def disputed_sum(account_id: int) -> Decimal:
    """Rubles of an account that are disputed and not answered yet; one statement.

    Whatever reminds of a debt leaves this sum alone until the answer.
    """
    return disputed_sums([account_id]).get(account_id, NOTHING)


def disputed_sums(account_ids: Iterable[int]) -> Mapping[int, Decimal]:
    """The same of many accounts, those without a dispute left out; one statement."""
    rows = (
        Dispute.select(Dispute.account, total(Dispute.amount))
        .where(IS_WAITING, Dispute.account.in_(list(account_ids)))
        .group_by(Dispute.account)
    )
    return {account_id: amount for account_id, amount in rows.tuples() if amount}


def disputed_months(account_id: int) -> list[tuple[Period, Decimal]]:
    """The months of debt that are disputed, each with its rubles; one statement."""
    rows = Dispute.select(Dispute.debt_period, Dispute.amount).where(
        IS_WAITING, Dispute.account == account_id
    )
    return list(rows.tuples())


def disputes_on(account_id: int, period: Period) -> Mapping[str, Dispute]:
    """The last dispute about each line of a receipt, by the line's name; one statement."""
    rows = (
        Dispute.select()
        .where(Dispute.account == account_id, Dispute.period == period)
        .order_by(Dispute.id)
    )
    return {row.line: row for row in rows}


def disputes_of(account_id: int) -> list[Dispute]:
    """Every dispute of an account, the newest first; one statement."""
    rows = Dispute.select().where(Dispute.account == account_id)
    return list(rows.order_by(Dispute.id.desc()))


def disputes_waiting() -> DisputesWaiting | None:
    """How many wait for an answer and since when, or None; one statement."""
    oldest = fn.MIN(Dispute.opened_at).converter(Dispute.opened_at.python_value)
    count, since = Dispute.select(fn.COUNT(Dispute.id), oldest).where(IS_WAITING).tuples().first()
    return DisputesWaiting(count, since.date()) if count else None


def waiting_disputes(*, skip: int, limit: int) -> list[Dispute]:
    """Those that wait, the longest waiting first, with their accounts; one statement."""
    rows = _with_places().where(IS_WAITING).order_by(Dispute.opened_at, Dispute.id)
    return list(rows.limit(limit).offset(skip))


def find_dispute(dispute_id: int) -> Dispute | None:
    """A dispute with its account and who has opened and answered it; one statement."""
    answerer: Any = Employee.alias("answerer")
    rows = (
        _with_places(Resident, Employee, answerer)
        .switch(Dispute)
        .join(Resident, JOIN.LEFT_OUTER)
        .switch(Dispute)
        .join(Employee, JOIN.LEFT_OUTER, on=Dispute.employee == Employee.id)
        .switch(Dispute)
        .join(answerer, JOIN.LEFT_OUTER, on=Dispute.answered_by == answerer.id, attr="answerer")
    )
    found: Dispute | None = rows.where(Dispute.id == dispute_id).first()
    return found


def holder_on(account_id: int, on: date) -> Holder | None:
    """Whose account it was on a day; one statement."""
    rows = Holder.select().where(Holder.account == account_id, Holder.starts_on <= on)
    found: Holder | None = rows.order_by(Holder.starts_on.desc()).first()
    return found


def _with_places(*more: Any) -> Any:
    return (
        Dispute.select(Dispute, Account, Premises, House, *more)
        .join(Account)
        .join(Premises)
        .join(House)
    )
