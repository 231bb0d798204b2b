"""Workers that die one step later each while they do a month's jobs: `month_workers.py URL INSTANCE STRIDE`.

The jobs are there already. Prints how many died; the last one lives until nothing is left to do.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from itertools import count
from pathlib import Path

from flask import Flask

from tests.clock import moment
from tests.conftest import SECRET_KEY
from tests.faults.workers import FAILED, SURVIVED, die_after
from tests.source import PACKAGE
from vodokanal import create_app
from vodokanal.models.database import open_connection
from vodokanal.models.month_orders import MonthOrder
from vodokanal.models.months import BillingMonth
from vodokanal.operations import calculation
from vodokanal.operations.queue import Kind, listen, wake
from vodokanal.settings import Settings
from vodokanal.worker import Worker

NIGHT = moment("2026-10-21T01:00")
STEPS = frozenset(
    str(PACKAGE / name)
    for name in (
        "models/database.py",
        "monthly_jobs.py",
        "operations/calculating.py",
        "operations/drafts.py",
        "operations/issuing.py",
        "operations/month_orders.py",
        "operations/month_work.py",
        "operations/months.py",
        "operations/queue.py",
        "operations/transactions.py",
        "worker.py",
    )
)


def one_life(app: Flask, *, steps: int) -> int:
    """How a worker ended that was called for the month's jobs."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    try:
        open_connection()
        # As if the dead one's time were over.
        BillingMonth.update(leased_until=None).where(BillingMonth.state != "issued").execute()
        # Nor is a job given up that dies of us.
        MonthOrder.update(attempts=0).execute()
        wake(Kind.MONTH)
        huey = listen(Worker(app).jobs)
        die_after(steps, where=STEPS)
        while (task := huey.dequeue()) is not None:
            huey.execute(task)
        sys.settrace(None)
        os._exit(SURVIVED)
    finally:
        os._exit(FAILED)


def main() -> None:
    """Lets workers die until one has lived."""
    url, instance, stride = sys.argv[1:]
    logging.disable()
    calculation.SLICE = 3
    chosen = Settings(Path(instance), url, SECRET_KEY, site_url="http://localhost")
    app = create_app(Settings(**{**vars(chosen), "now": NIGHT, "demo": True}))
    for number, steps in enumerate(count(1, int(stride))):
        ended = one_life(app, steps=steps)
        if ended != signal.SIGKILL:
            sys.stdout.write(f"{number}\n")
            sys.exit(os.waitstatus_to_exitcode(ended))


if __name__ == "__main__":
    main()
