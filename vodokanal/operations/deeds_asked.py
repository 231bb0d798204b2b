"""Deeds that wait for a decision, that were decided, and that were done without one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from peewee import JOIN, Expression, fn

from vodokanal.models.accounts import Account
from vodokanal.models.approvals import IS_WAITING, DeedKind, DeedState, PendingDeed
from vodokanal.models.people import Employee
from vodokanal.models.places import House, Premises
from vodokanal.operations.deed_kinds import deed_of
from vodokanal.operations.disputes import Fix


@dataclass(frozen=True)
class DeedsWaiting:
    """How many deeds wait for a decision, and since when the oldest of them (a day in UTC)."""

    count: int
    since: date


def deeds_waiting() -> DeedsWaiting | None:
    """How many wait and since when, or None; one statement."""
    oldest = fn.MIN(PendingDeed.asked_at).converter(PendingDeed.asked_at.python_value)
    rows = PendingDeed.select(fn.COUNT(PendingDeed.id), oldest).where(IS_WAITING)
    count, since = rows.tuples().first()
    return DeedsWaiting(count, since.date()) if count else None


def waiting_deeds(*, limit: int) -> Sequence[Any]:
    """Those that wait, the longest waiting first, with accounts and askers; one statement."""
    rows = _with_people(IS_WAITING).order_by(PendingDeed.asked_at, PendingDeed.id)
    return list(rows.limit(limit))


def deeds_asked_by(employee_id: int, *, limit: int) -> Sequence[Any]:
    """What an employee has asked for, the newest first; one statement."""
    rows = _with_people(PendingDeed.asked_by == employee_id).order_by(PendingDeed.id.desc())
    return list(rows.limit(limit))


def deeds_done_alone(since: datetime) -> Sequence[Any]:
    """What was done without a second person since then, the newest first; one statement."""
    is_alone = (PendingDeed.state == DeedState.ALONE) & (PendingDeed.decided_at >= since)
    return list(_with_people(is_alone).order_by(PendingDeed.decided_at.desc()))


def find_deed(deed_id: int) -> Any | None:
    """One deed with its account and people, or None; one statement."""
    return _with_people(PendingDeed.id == deed_id).first()


def waiting_fix(dispute_id: int, account_id: int) -> Any | None:
    """The deed that would answer a dispute by a correction, or None; one statement."""
    rows = _with_people(
        IS_WAITING & (PendingDeed.kind == DeedKind.DISPUTE) & (PendingDeed.account == account_id)
    )
    fixes = ((each, deed_of(each)) for each in rows)
    return next(
        (row for row, fix in fixes if isinstance(fix, Fix) and fix.dispute_id == dispute_id), None
    )


def _with_people(condition: Expression) -> Any:
    decider: Any = Employee.alias("decider")
    return (
        PendingDeed.select(PendingDeed, Account, Premises, House, Employee, decider)
        .join(Account, JOIN.LEFT_OUTER)
        .join(Premises, JOIN.LEFT_OUTER)
        .join(House, JOIN.LEFT_OUTER)
        .switch(PendingDeed)
        .join(Employee, on=PendingDeed.asked_by == Employee.id)
        .switch(PendingDeed)
        .join(decider, JOIN.LEFT_OUTER, on=PendingDeed.decided_by == decider.id, attr="decider")
        .where(condition)
    )
