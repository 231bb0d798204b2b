"""What waits for somebody: readings that were asked about or are to be decided."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import JOIN, fn

from vodokanal.billing.readings import ReadingState
from vodokanal.models.accounts import Account, Holder
from vodokanal.models.meters import Meter
from vodokanal.models.people import Employee, Resident
from vodokanal.models.places import House, Premises
from vodokanal.models.readings import IS_WAITING, Reading, Submission
from vodokanal.operations.consumption import KeptReading, kept_readings

WAITS = (ReadingState.ASKED, ReadingState.HELD)


@dataclass(frozen=True)
class Waiting:
    """Readings in one state: how many, and since when the oldest of them."""

    state: ReadingState
    count: int
    since: date


@dataclass(frozen=True)
class WaitingReading:
    """A reading that waits, with the story of its meter: whose account it is, who has sent it."""

    kept: KeptReading
    account: Account
    holder: Holder | None

    @property
    def sender(self) -> str:
        """The name of the resident or the employee."""
        reading = self.kept.reading
        return str(reading.employee or reading.resident or "")


def readings_waiting() -> list[Waiting]:
    """Every state in which readings wait, the longest waiting first; one statement."""
    oldest = fn.MIN(Reading.received_at).converter(Reading.received_at.python_value)
    rows = (
        Reading.select(Reading.state, fn.COUNT(Reading.id), oldest)
        .where(IS_WAITING)
        .group_by(Reading.state)
        .tuples()
    )
    found = [Waiting(state, count, since.date()) for state, count, since in rows]
    return sorted(found, key=lambda each: each.since)


def waiting_list(
    states: Collection[ReadingState], *, today: date, skip: int, limit: int
) -> list[WaitingReading]:
    """Readings that wait in these states, the longest waiting first; three statements."""
    page = (
        Reading.select(Reading.id)
        .where(IS_WAITING, Reading.state.in_(list(states)))
        .order_by(Reading.received_at, Reading.id)
        .limit(limit)
        .offset(skip)
    )
    ids = [reading_id for (reading_id,) in page.tuples()]
    if not ids:
        return []
    holds = (Holder.starts_on <= today) & (Holder.ends_on.is_null() | (Holder.ends_on >= today))
    rows: Any = (
        Reading.select(
            Reading, Meter, Submission, Account, Premises, House, Holder, Resident, Employee
        )
        .join(Meter)
        .switch(Reading)
        .join(Submission)
        .join(Account)
        .join(Premises)
        .join(House)
        .switch(Account)
        .join(Holder, JOIN.LEFT_OUTER, on=(Holder.account == Account.id) & holds, attr="held_by")
        .switch(Reading)
        .join(Resident, JOIN.LEFT_OUTER)
        .switch(Reading)
        .join(Employee, JOIN.LEFT_OUTER)
        .where(Reading.id.in_(ids))
    )
    found = {row.id: row for row in rows}
    readings = [found[each] for each in ids if each in found]
    return [
        WaitingReading(
            kept, kept.reading.submission.account, _holder_of(kept.reading.submission.account)
        )
        for kept in kept_readings(readings)
    ]


def _holder_of(account: Any) -> Holder | None:
    found: Holder | None = getattr(account, "held_by", None)
    return found
