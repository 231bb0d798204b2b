"""Closes a month of a town in a process of its own: how long it took, with how much memory.

`python -m tests.bench.closing_run URL [FILE]`: with a file, every question that was asked of SQLite
is written there, to be asked again without us.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from unittest.mock import patch
from zoneinfo import ZoneInfo

from vodokanal.billing.periods import Period
from vodokanal.models import database as models_database
from vodokanal.models.database import connect_to, database, open_connection
from vodokanal.models.months import BillingMonth
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.calculating import calculate_month
from vodokanal.operations.issuing import issue_month
from vodokanal.operations.months import Run
from vodokanal.operations.queue import open_queue

ZONE = ZoneInfo("Europe/Moscow")
MONTH = Period(2026, 10)
# After the last district's intake.
AT = datetime(2026, 11, 5, 10, tzinfo=ZONE)
SECRET = "a secret of the bench alone, thirty-two bytes"
KIBIBYTE = 1024


def main(url: str, questions: str = "") -> None:
    """Prints the figures as JSON."""
    connect_to(url)
    open_connection()
    open_queue(SECRET)
    run = Run(AT, ZONE, lambda: datetime.now(UTC))
    held: list[float] = []
    with recorded(Path(questions)) if questions else nullcontext(), watched(held):
        calculated, month = timed(lambda: calculate_month(SYSTEM, MONTH, run=run))
        issued, month = timed(lambda: issue_month(SYSTEM, MONTH, run=run, forced=True))
    told = {
        "accounts": month.accounts,
        "calculated": calculated,
        "issued": issued,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIBIBYTE,
        "totals": json.loads(month.totals),
        "longest": max(held),
        "usual": median(held),
    }
    sys.stdout.write(json.dumps(told))


def timed(deed: Callable[[], BillingMonth]) -> tuple[float, BillingMonth]:
    """How many seconds something took, and what came of it."""
    began = time.monotonic()
    found = deed()
    return time.monotonic() - began, found


@contextmanager
def watched(held: list[float]) -> Iterator[None]:
    """Notes the seconds of every transaction: on SQLite nobody else can write meanwhile."""
    committed = models_database._committed

    def timed_transaction() -> Iterator[None]:
        began = time.monotonic()
        try:
            yield from committed()
        finally:
            held.append(time.monotonic() - began)

    with patch.object(models_database, "_committed", timed_transaction):
        yield


@contextmanager
def recorded(file: Path) -> Iterator[None]:
    """Writes every question that SQLite is asked, with its values, one a line."""
    with file.open("w", encoding="utf-8") as lines:

        def note(text: str) -> None:
            if text.startswith("SELECT"):
                lines.write(json.dumps(text) + "\n")

        database.connection().set_trace_callback(note)
        yield
        database.connection().set_trace_callback(None)


if __name__ == "__main__":
    main(*sys.argv[1:])
