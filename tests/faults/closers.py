"""Runs that close October and die of it: many at once, or one after another, a step later each.

`closers.py URL together RUNS DEATHS FILE`: so many processes close the month, each killed at random
moments and started again, beside one that writes payments and readings and notes them in the file.
`closers.py URL boundaries`: each is killed as soon as it has done a slice.
`closers.py URL steps STRIDE`: each lives so many lines of code longer than the one before.

Prints how many died; the last ones live until the month is issued.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.conftest import SECRET_KEY
from tests.faults.workers import FAILED, SURVIVED, die_after
from tests.source import PACKAGE
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Source
from vodokanal.models.accounts import Account
from vodokanal.models.database import (
    BusyDatabaseError,
    OutcomeUnknownError,
    connect_to,
    open_connection,
)
from vodokanal.models.meters import Meter
from vodokanal.models.months import BillingMonth
from vodokanal.operations import calculation, months
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.calculating import calculate_month
from vodokanal.operations.intakes import get_intake
from vodokanal.operations.issuing import issue_month
from vodokanal.operations.judging import Delivery
from vodokanal.operations.months import (
    AlreadyRunningError,
    ChangedSinceError,
    IssuedAlreadyError,
    NotCalculatedError,
    Run,
    RunLostError,
)
from vodokanal.operations.payments import NewPayment, enter_payment
from vodokanal.operations.queue import open_queue
from vodokanal.operations.readings import submit_readings
from vodokanal.operations.submission_keys import new_key

OCTOBER = Period(2026, 10)
ZONE = ZoneInfo("Europe/Moscow")
# October is closed late: readings for November are taken already.
AT = datetime(2026, 11, 17, 10, tzinfo=ZONE)
SLICE, LEASE = 2, timedelta(milliseconds=300)
SHORTEST_LIFE, LONGEST_LIFE = 0.02, 0.12
BREATH, PAUSE = 0.003, 0.03
AFTERWARDS = 3
NOT_YET = (AlreadyRunningError, ChangedSinceError, NotCalculatedError, RunLostError)
UNANSWERED = (BusyDatabaseError, OutcomeUnknownError)
# Where the steps are: on the way of a month and in its transactions.
STEPS = frozenset(
    str(PACKAGE / name)
    for name in (
        "models/bulk.py",
        "models/database.py",
        "operations/calculating.py",
        "operations/drafts.py",
        "operations/issue_rows.py",
        "operations/issuing.py",
        "operations/journal.py",
        "operations/months.py",
        "operations/posting.py",
        "operations/seals.py",
        "operations/transactions.py",
    )
)


def close(run: Run) -> None:
    """Calculates and issues the month, whoever else is at it, until it is issued."""
    while True:
        try:
            calculate(run)
            issue_month(SYSTEM, OCTOBER, run=run)
        except (*NOT_YET, BusyDatabaseError):
            time.sleep(PAUSE)
        except IssuedAlreadyError:
            return


def calculate(run: Run) -> None:
    """Calculates the month unless that is over."""
    try:
        calculate_month(SYSTEM, OCTOBER, run=run)
    except IssuedAlreadyError:
        return


def issue(run: Run) -> None:
    """Issues the month."""
    issue_month(SYSTEM, OCTOBER, run=run)


def begun(deed: Callable[[], None]) -> int:
    """A child that does something on a connection of its own; its pid."""
    child = os.fork()
    if child:
        return child
    try:
        open_connection()
        deed()
        os._exit(SURVIVED)
    except BaseException as error:
        sys.excepthook(type(error), error, error.__traceback__)
        raise
    finally:
        os._exit(FAILED)


def closer() -> None:
    """A run like the command's, by the real clock."""
    close(Run(AT, ZONE, lambda: datetime.now(UTC)))


def closed_together(runs: int, deaths: int) -> int:
    """Lets so many runs die that close the month at once; how many did."""
    died, lives = 0, {begun(closer): lifetime() for _ in range(runs)}
    try:
        while lives:
            died += one_round(lives, is_killing=died < deaths)
    finally:
        for child in lives:
            os.kill(child, signal.SIGKILL)
    return died


def one_round(lives: dict[int, float], *, is_killing: bool) -> int:
    """Kills those whose time has come, starts them again, forgets who has ended; how many died."""
    died = 0
    time.sleep(BREATH)
    for child, until in list(lives.items()):
        if is_killing and time.monotonic() > until:
            os.kill(child, signal.SIGKILL)
        ended, status = os.waitpid(child, os.WNOHANG)
        if not ended:
            continue
        del lives[child]
        if status == signal.SIGKILL:
            died += 1
            lives[begun(closer)] = lifetime()
        elif status:
            raise ChildProcessError(status)
    return died


def lifetime() -> float:
    """The moment (monotonic) at which a life that has just begun is to end."""
    return time.monotonic() + random.uniform(SHORTEST_LIFE, LONGEST_LIFE)


def write_on(file: Path) -> None:
    """Enters payments and readings until the month has been issued for a while; notes the answers."""
    accounts = [number for (number,) in Account.select(Account.id).order_by(Account.id).tuples()]
    left = AFTERWARDS
    with file.open("w", encoding="utf-8") as notes:
        for number in count():
            account = accounts[number % len(accounts)]
            paid = NewPayment(account, Decimal(number % 90 + 10), AT.date())
            payment = answered(lambda key, paid=paid: _paid(paid, key))  # type: ignore[misc]
            reading = None
            if number < len(accounts):
                reading = answered(lambda key, account=account: _read(account, key))  # type: ignore[misc]
            notes.write(json.dumps([payment, reading]) + "\n")
            month = BillingMonth.get_or_none(BillingMonth.period == OCTOBER)
            left -= month is not None and month.state == MonthState.ISSUED
            if not left:
                return
            time.sleep(BREATH)


def answered(send: Callable[[str], int | str]) -> int | str:
    """What a form is answered, sent with one key as often as that takes."""
    key = new_key()
    while True:
        try:
            return send(key)
        except UNANSWERED:
            time.sleep(BREATH)


def _paid(new: NewPayment, key: str) -> int:
    row: int = enter_payment(SYSTEM, new, key=key, today=AT.date(), at=AT).id
    return row


def _read(account: int, key: str) -> str:
    meter = Meter.get(Meter.account == account)
    intake = get_intake(account, today=AT.date())
    delivery = Delivery({meter.id: "150"}, Source.OFFICE)
    return submit_readings(SYSTEM, intake, delivery=delivery, key=key, at=AT)


def closed_beside_writer(file: Path, runs: int, deaths: int) -> int:
    """The same beside a process that writes payments and readings, which is never killed."""
    writer = begun(lambda: write_on(file))
    try:
        died = closed_together(runs, deaths)
    except ChildProcessError:
        os.kill(writer, signal.SIGKILL)
        raise
    if os.waitpid(writer, 0)[1]:
        raise ChildProcessError(writer)
    return died


def lives_of(deed: Callable[[Run], None], *, stride: int) -> int:
    """How many lives a deed took, each beginning when the lease of the one before is over.

    Each is so many lines of code longer than the one before; with no stride at all, a slice long.
    """
    clock = datetime.now(UTC)
    for number in count():
        now = clock + number * timedelta(hours=1)
        told = months.nobody_is_told if stride else killed
        run = Run(AT, ZONE, lambda now=now: now, progress=told)  # type: ignore[misc]
        steps = number * stride + 1 if stride else 0
        child = begun(lambda run=run, steps=steps: live(deed, run, steps))  # type: ignore[misc]
        status = os.waitpid(child, 0)[1]
        if status == SURVIVED:
            return number
        if status != signal.SIGKILL:
            raise ChildProcessError(status)
    raise AssertionError


def live(deed: Callable[[Run], None], run: Run, steps: int) -> None:
    """Does the deed as far as so many lines lead; without a number, to the end."""
    if steps:
        die_after(steps, where=STEPS)
    deed(run)
    sys.settrace(None)


def killed(_done: int, _total: int) -> None:
    """Ends this process."""
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Lets runs die until the month is issued."""
    url, how, *more = sys.argv[1:]
    connect_to(url)
    open_queue(SECRET_KEY)
    calculation.SLICE = SLICE
    if how == "together":
        runs, deaths, file = more
        months.LEASE = LEASE
        died = closed_beside_writer(Path(file), int(runs), int(deaths))
    else:
        stride = int(more[0]) if more else 0
        died = sum(lives_of(deed, stride=stride) for deed in (calculate, issue))
    sys.stdout.write(f"{died}\n")


if __name__ == "__main__":
    main()
