"""Calculating a month: thrown away and calculated again as often as needed, until it is issued."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.models.months import BillingMonth, MonthSlice
from vodokanal.operations.actors import Actor
from vodokanal.operations.calculation import draft, get_basis, slices_of
from vodokanal.operations.changes import Changes, changes_since, newest_entry
from vodokanal.operations.drafts import Drafts, added, write_drafts
from vodokanal.operations.journal import record
from vodokanal.operations.long_runs import few_collections
from vodokanal.operations.month_comparison import largest_changes
from vodokanal.operations.months import (
    IssuedAlreadyError,
    Run,
    RunStoppedError,
    change_month,
    done_in,
    find_month,
    gaps_between,
    hold_month,
    leave_month,
    refuse_calculating,
    slices_in,
    take_month,
)
from vodokanal.operations.transactions import writes


@few_collections()
def calculate_month(
    actor: Actor, period: Period, *, run: Run, afresh: bool = False
) -> BillingMonth:
    """Calculates what is not calculated yet, or has changed since; the month with its totals.

    Each slice of accounts is a transaction: a run that is killed is gone on with by the next one.
    Accounts that cannot be counted are listed and stop nobody else.

    Raises:
        MonthRefusedError: the month cannot be calculated now; see its subclasses.
        NoRateError: a date that no row of a table covers.
        RunStoppedError: it was told to stop.
        RunLostError: another run has taken over.
    """
    month = begin_calculation(period, run=run, afresh=afresh)
    try:
        basis = get_basis(period, zone=run.zone)
        done, total = done_in(month)
        for after, until in list(gaps_between(slices_in(month))):
            for accounts in slices_of(period, after=after, until=until):
                done += keep_slice(month, draft(accounts, basis), run=run)
                run.progress(done, total)
                if not run.goes_on():
                    raise RunStoppedError
    except BaseException:
        leave_month(month)
        raise
    return finish_calculation(actor, month, run=run)


@writes
def begin_calculation(period: Period, *, run: Run, afresh: bool) -> BillingMonth:
    """Takes the month and forgets the slices that have changed; those that stay are not repeated.

    Raises:
        MonthRefusedError: see its subclasses.
    """
    refuse_calculating(period, run.today)
    month, is_new = BillingMonth.get_or_create(period=period)
    _refuse_issued(month)
    take_month(month, run)
    _refuse_issued(month)
    changes = changes_since(month.mark, period=period)
    if is_new or afresh or changes.of_all:
        MonthSlice.delete().where(MonthSlice.month == month).execute()
    else:
        _forget(month, changes)
    change_month(month, mark=newest_entry(), state=MonthState.CALCULATING)
    return month


@writes
def keep_slice(month: BillingMonth, drafts: Drafts, *, run: Run) -> int:
    """Writes the drafts of a slice in the place of earlier ones; how many accounts it has."""
    hold_month(month, run)
    totals = write_drafts(drafts, at=run.at)
    MonthSlice.create(
        month=month,
        first_account=drafts.first,
        last_account=drafts.last,
        accounts=drafts.accounts,
        totals=json.dumps(totals),
    )
    return drafts.accounts


@writes
def finish_calculation(actor: Actor, month: BillingMonth, *, run: Run) -> BillingMonth:
    """Notes that every account was looked at, and what all comes to."""
    hold_month(month, run)
    slices = slices_in(month)
    totals = added(json.loads(each.totals) for each in slices)
    totals["largest"] = largest_changes(month.period)
    change_month(
        month,
        totals=json.dumps(totals),
        accounts=sum(each.accounts for each in slices),
        state=MonthState.CALCULATED,
        calculated_at=run.at,
        leased_until=None,
    )
    _tell(actor, month, at=run.at)
    return month


def what_has_changed(period: Period) -> Changes:
    """Whose month would come out differently now."""
    month = find_month(period)
    if month is None:
        return Changes(of_all=True, accounts=frozenset())
    return changes_since(month.mark, period=period)


def _refuse_issued(month: BillingMonth) -> None:
    if month.state in {MonthState.ISSUING, MonthState.ISSUED}:
        raise IssuedAlreadyError(month.period)


def _forget(month: BillingMonth, changes: Changes) -> None:
    """Takes away the slices in which some account has changed."""
    if not changes:
        return
    for each in slices_in(month):
        if any(each.first_account <= one <= each.last_account for one in changes.accounts):
            each.delete_instance()


def _tell(actor: Actor, month: BillingMonth, *, at: datetime) -> None:
    totals: dict[str, Any] = json.loads(month.totals)
    counts = {name: totals.get(name, 0) for name in ("corrections", "troubles")}
    after = {"period": month.period, "accounts": month.accounts, **counts}
    record(actor, "calculate_month", subject=month, at=at, changes=({}, after))
