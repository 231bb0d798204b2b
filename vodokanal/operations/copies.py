"""The copies of all data: which were made and proven, and whether the newest is too old."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from vodokanal.models.copies import DataCopy
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.journal import record
from vodokanal.operations.transactions import writes

JOB = "copy"
# A copy of every night, with two hours for a slow one.
TOO_OLD = timedelta(hours=26)
# What is being copied to may be slow; a worker that dies leaves it to another one after that.
LEASE = timedelta(hours=3)


@dataclass(frozen=True)
class MadeCopy:
    """A copy that was written and read back: its file, its bytes, how long it took, what failed."""

    file_name: str
    size: int
    seconds: float
    faults: int
    second_refusal: str = ""


@writes
def keep_copy(made: MadeCopy, *, real_now: datetime, at: datetime) -> DataCopy:
    """Notes that a copy was made, and how it proved."""
    row = DataCopy.create(
        file_name=made.file_name,
        made_at=real_now,
        size=made.size,
        seconds=made.seconds,
        faults=made.faults,
        second_refusal=made.second_refusal[: DataCopy.second_refusal.max_length],
    )
    after = {"file_name": made.file_name, "size": made.size, "faults": made.faults}
    record(SYSTEM, "copy", subject=row, at=at, changes=({}, after))
    return row


def newest_copy() -> DataCopy | None:
    """The last copy that was made, whole or not; one statement."""
    found: DataCopy | None = DataCopy.select().order_by(DataCopy.made_at.desc()).first()
    return found


def newest_proven_copy() -> DataCopy | None:
    """The last copy in which nothing was found to be wrong; one statement."""
    query = DataCopy.select().where(DataCopy.faults == 0)
    found: DataCopy | None = query.order_by(DataCopy.made_at.desc()).first()
    return found


def is_too_old(copy: DataCopy | None, real_now: datetime) -> bool:
    """Whether there is no proven copy of the last 26 hours."""
    return copy is None or real_now - copy.made_at > TOO_OLD
