"""`close-period`: a month is calculated or issued from the command line, and can be gone on with."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from threading import Event
from typing import Any

import click
from flask.cli import with_appcontext

from vodokanal.billing.money import from_kopecks
from vodokanal.billing.periods import NotAPeriodError, Period
from vodokanal.billing.rates import NoRateError
from vodokanal.billing.troubles import CannotChargeError
from vodokanal.billing.volumes import from_cubic_centimetres
from vodokanal.cli import current_database, current_moment
from vodokanal.models.months import BillingMonth
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.calculating import calculate_month
from vodokanal.operations.drafts import sums_of
from vodokanal.operations.issuing import issue_month
from vodokanal.operations.month_obstacles import parts_of
from vodokanal.operations.month_troubles import numbers_of, troubles_of
from vodokanal.operations.months import (
    AlreadyRunningError,
    ChangedSinceError,
    EarlierMonthOpenError,
    FutureMonthError,
    IssuedAlreadyError,
    MonthRefusedError,
    NotCalculatedError,
    ReadingsLeftError,
    Run,
    RunLostError,
    RunStoppedError,
    WindowOpenError,
    totals_of,
)
from vodokanal.web.clock import real_now
from vodokanal.web.configuration import settings
from vodokanal.web.progress import told

# The rest is on the desk.
MOST_TROUBLES = 50
STOPPED = "Stopped; what is done stays, and the next run goes on from there."
LOST = "This run was silent for too long and another one has taken the month over."
REFUSALS: Mapping[type[Exception], Callable[[Period, Any], str]] = {
    FutureMonthError: lambda period, _error: f"{period} has not begun yet.",
    IssuedAlreadyError: lambda period, _error: f"{period} is issued and stays as it is.",
    EarlierMonthOpenError: lambda _period, error: f"{error.period} comes first: it is not issued.",
    AlreadyRunningError: lambda period, _error: (
        f"Another run is working on {period}; if it has died, try again in two minutes."
    ),
    NotCalculatedError: lambda period, _error: (
        f"{period} is not calculated: run `flask --app app close-period {period} --calculate`."
    ),
    ChangedSinceError: lambda period, error: (
        f"{_whose(error.accounts)} changed since {period} was calculated: calculate it once more."
    ),
    WindowOpenError: lambda period, error: (
        f"Readings for {period} are taken until {error.last_day}."
    ),
    ReadingsLeftError: lambda _period, error: (
        f"Readings wait: {error.asked} without an answer, {error.held} to be decided on;"
        " settle them, or leave them behind with --force."
    ),
    NoRateError: lambda _period, error: (
        f"Table {error.table} has no row for {error.day} ({', '.join(parts_of(error.key))})."
    ),
    RunStoppedError: lambda _period, _error: STOPPED,
    RunLostError: lambda _period, _error: LOST,
}


@click.command("close-period")
@click.argument("period")
@click.option("--calculate", "deed", flag_value="calculate", help="For the staff to look at.")
@click.option("--issue", "deed", flag_value="issue", help="Ledger, receipts, letters: for good.")
@click.option("--force", is_flag=True, help="Issue although readings wait for a decision.")
@click.option("--afresh", is_flag=True, help="Calculate every account again, not the changed ones.")
@with_appcontext
def close_period_command(period: str, *, deed: str | None, force: bool, afresh: bool) -> None:
    """Calculate or issue a month such as 2026-11; a run that was stopped is gone on with."""
    if deed is None or (force and deed != "issue") or (afresh and deed != "calculate"):
        raise click.UsageError("Say --calculate [--afresh] or --issue [--force].")
    try:
        month = Period.parse(period)
    except NotAPeriodError:
        raise click.ClickException(f"A month is written like 2026-11, not {period}.") from None
    with current_database(), stoppable() as goes_on, ExitStack() as stack:
        run = _run(goes_on, stack)
        try:
            if deed == "calculate":
                done = calculate_month(SYSTEM, month, run=run, afresh=afresh)
            else:
                done = issue_month(SYSTEM, month, run=run, forced=force)
        except (MonthRefusedError, NoRateError, RunStoppedError, RunLostError) as error:
            raise click.ClickException(REFUSALS[type(error)](month, error)) from None
        finally:
            stack.close()
        for line in _told(done, is_issued=deed == "issue"):
            click.echo(line)


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """Whether to go on: until Ctrl-C or SIGTERM, which end the run after its slice."""
    stopping = Event()
    kept = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    for each in kept:
        signal.signal(each, lambda _number, _frame: stopping.set())
    try:
        yield lambda: not stopping.is_set()
    finally:
        for each, before in kept.items():
            signal.signal(each, before)


def _run(goes_on: Callable[[], bool], stack: ExitStack) -> Run:
    """A run that shows a bar from its first slice on, which may be far into the month."""
    bar: list[Callable[[int], None]] = []
    shown = [0]

    def progress(done: int, total: int) -> None:
        if not bar:
            bar.append(stack.enter_context(told("accounts", total)))
        bar[0](done - shown[0])
        shown[0] = done

    chosen = settings()
    at = current_moment(chosen)
    return Run(at=at, zone=chosen.zone, real_now=real_now, progress=progress, goes_on=goes_on)


def _told(month: BillingMonth, *, is_issued: bool) -> Iterator[str]:
    totals = totals_of(month)
    rows = list(sums_of(totals))
    charged = from_kopecks(sum(sums[2] for *_key, sums in rows))
    lines = sum(sums[0] for *_key, sums in rows)
    what = "issued" if is_issued else "calculated"
    yield f"{month.period} is {what}: {month.accounts} accounts, {lines} lines, {charged:,} rubles."
    if is_issued:
        yield f"To be billed by {month.bill_by}, paid by {month.pay_by}. Seal: {month.seal}"
        return
    for service, method, group, (count, volume, amount, _excess) in rows:
        cubic, money = from_cubic_centimetres(volume), from_kopecks(amount)
        key = f"{service:7} {method:9} {group:12}"
        yield f"  {key} {count:>8} lines {cubic:>16,.3f} m³ {money:>16,} rubles"
    corrected = from_kopecks(totals.get("corrected", 0))
    yield f"Corrections: {totals.get('corrections', 0)}, {corrected:,} rubles."
    yield from _troubles(month.period, totals.get("troubles", 0))
    yield from _largest(month.period, totals.get("largest", ()))


def _troubles(period: Period, count: int) -> Iterator[str]:
    yield f"Accounts that cannot be charged: {count}."
    for each in troubles_of(period, limit=MOST_TROUBLES):
        yield f"  {each.account.number}: {_sentence(each.code, json.loads(each.parameters))}"
    if count > MOST_TROUBLES:
        yield f"  … and {count - MOST_TROUBLES} more: see the desk of the month."


def _sentence(code: str, values: Mapping[str, Any]) -> str:
    """The sentence of the error that a code was kept of."""
    known = {each.code: each for each in CannotChargeError.__subclasses__()}
    return (known.get(code, CannotChargeError).__doc__ or code).format(**values)


def _largest(period: Period, largest: Any) -> Iterator[str]:
    numbers = numbers_of(account_id for account_id, _was, _now in largest)
    yield f"Largest changes against {period.previous}:"
    for account_id, was, now in largest:
        yield f"  {numbers[account_id]}: {from_kopecks(was):,} -> {from_kopecks(now):,} rubles"


def _whose(accounts: int | None) -> str:
    if accounts is None:
        return "Rates or settings have"
    return "1 account has" if accounts == 1 else f"{accounts} accounts have"
