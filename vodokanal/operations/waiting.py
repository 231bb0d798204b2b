"""What waits for somebody: readings that were asked about or are to be decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from peewee import fn

from vodokanal.billing.readings import ReadingState
from vodokanal.models.readings import IS_WAITING, Reading

WAITS = (ReadingState.ASKED, ReadingState.HELD)


@dataclass(frozen=True)
class Waiting:
    """Readings in one state: how many, and since when the oldest of them."""

    state: ReadingState
    count: int
    since: date


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
