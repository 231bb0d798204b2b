"""Issuing a month: what was calculated is owed from then on, told to everybody and sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from vodokanal.billing.month_ends import MonthEnd
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.penalties import PenaltyRates
from vodokanal.billing.periods import Period
from vodokanal.billing.rates import ONLY, Rates
from vodokanal.billing.seals import seal_of_month
from vodokanal.billing.terms import PaymentDays, payment_days
from vodokanal.models.accounts import Account
from vodokanal.models.database import lock
from vodokanal.models.months import BillingMonth, MonthSlice
from vodokanal.operations.actors import Actor
from vodokanal.operations.calculating import what_has_changed
from vodokanal.operations.changes import newest_entry
from vodokanal.operations.due_days import DueDays
from vodokanal.operations.issued_months import last_issued_month
from vodokanal.operations.journal import record
from vodokanal.operations.long_runs import few_collections
from vodokanal.operations.month_rows import Range
from vodokanal.operations.months import (
    ChangedSinceError,
    EarlierMonthOpenError,
    IssuedAlreadyError,
    NotCalculatedError,
    Run,
    RunStoppedError,
    change_month,
    done_in,
    find_month,
    hold_month,
    leave_month,
    month_in_work,
    refuse_issuing,
    slices_in,
    take_month,
)
from vodokanal.operations.posting import Terms, posted_rows
from vodokanal.operations.rates import get_rates
from vodokanal.operations.receipt_facts import Told, details_of
from vodokanal.operations.receipt_letters import write_receipt_letters
from vodokanal.operations.seals import digest_of
from vodokanal.operations.settings import get_house_settings
from vodokanal.operations.transactions import writes

# What a receipt says of the utility, as it was then.
REQUISITES = (
    "utility_name",
    "utility_address",
    "utility_hours",
    "office_phone",
    "emergency_phone",
    "utility_email",
    "inn",
    "kpp",
    "bank_name",
    "bank_bic",
    "bank_account",
    "bank_correspondent_account",
)


@few_collections()
def issue_month(actor: Actor, period: Period, *, run: Run, forced: bool = False) -> BillingMonth:
    """Posts a calculated month to the ledger and freezes its receipts; the issued month.

    Each slice of accounts is a transaction: a run that is killed is gone on with by the next one,
    and every account is charged once. `forced` leaves readings that still wait behind.

    Raises:
        MonthRefusedError: the month cannot be issued now; see its subclasses.
        NoRateError: a day of payment or of a penalty that no row of a table covers.
        RunStoppedError: it was told to stop.
        RunLostError: another run has taken over.
    """
    month = begin_issuing(actor, period, run=run, forced=forced)
    try:
        terms = get_terms(period, run=run)
        done, total = done_in(month)
        for each in slices_in(month):
            if each.is_issued:
                continue
            accounts = Range(each.first_account, each.last_account, period)
            # Read before the lock is taken: of sums and debts there is nothing in it.
            details = details_of(accounts)
            done += issue_slice(month, each, run=run, issue=Issue(accounts, details, terms))
            run.progress(done, total)
            if not run.goes_on():
                raise RunStoppedError
    except BaseException:
        leave_month(month)
        raise
    return finish_issuing(actor, month, run=run)


@writes
def begin_issuing(actor: Actor, period: Period, *, run: Run, forced: bool) -> BillingMonth:
    """Closes the month to changes: from here on only its ledger rows and receipts are added.

    Raises:
        MonthRefusedError: see its subclasses.
        NoRateError: the days of payment are not known.
    """
    month = find_month(period)
    if month is None:
        raise NotCalculatedError(period)
    _refuse_uncalculated(month)
    take_month(month, run)
    _refuse_uncalculated(month)
    if month.state == MonthState.ISSUING:
        return month
    # Nobody adds to the journal between this look and COMMIT.
    newest_entry()
    _refuse_too_early(period, run=run, forced=forced)
    days = _payment_days(period, get_rates())
    house = asdict(get_house_settings())
    change_month(
        month,
        state=MonthState.ISSUING,
        is_forced=forced,
        bill_by=days.bill_by,
        pay_by=days.pay_by,
        requisites=json.dumps({name: house[name] for name in REQUISITES}, ensure_ascii=False),
        issued_by=actor.employee_id,
    )
    record(actor, "begin_issuing", subject=month, at=run.at, changes=({}, {"period": period}))
    return month


@dataclass(frozen=True)
class Issue:
    """What a slice is issued with: its accounts, what their receipts show besides sums, the terms."""

    accounts: Range
    details: Mapping[int, Told]
    terms: Terms


@writes
def issue_slice(month: BillingMonth, part: MonthSlice, *, run: Run, issue: Issue) -> int:
    """Posts a slice and freezes its receipts; how many accounts it has."""
    accounts, details = issue.accounts, issue.details
    hold_month(month, run)
    # A payment that is being entered belongs to this receipt or to the next one.
    lock(Account, *details)
    rows = posted_rows(accounts, details, terms=issue.terms)
    rows.write(accounts)
    write_receipt_letters(accounts, at=run.at)
    MonthSlice.update(is_issued=True, digest=digest_of(accounts)).where(
        MonthSlice.id == part.id
    ).execute()
    return part.accounts


@writes
def finish_issuing(actor: Actor, month: BillingMonth, *, run: Run) -> BillingMonth:
    """Seals the month: nothing is added to it any more."""
    hold_month(month, run)
    change_month(
        month,
        seal=seal_of_month(each.digest for each in slices_in(month)),
        state=MonthState.ISSUED,
        issued_at=run.at,
        leased_until=None,
    )
    after = {"period": month.period, "accounts": month.accounts, "seal": month.seal}
    record(actor, "issue_month", subject=month, at=run.at, changes=({}, after))
    return month


def get_terms(period: Period, *, run: Run) -> Terms:
    """What the month is issued by."""
    rates = get_rates()
    due_on = DueDays(rates)
    return Terms(
        period=period,
        previous=last_issued_month(),
        at=run.at,
        household=MonthEnd(period, due_on, PenaltyRates(rates)),
        other=MonthEnd(period, due_on, None),
    )


def _refuse_uncalculated(month: BillingMonth) -> None:
    if month.state == MonthState.ISSUED:
        raise IssuedAlreadyError(month.period)
    if month.state == MonthState.CALCULATING:
        raise NotCalculatedError(month.period)


def _refuse_too_early(period: Period, *, run: Run, forced: bool) -> None:
    expected = month_in_work(run.today)
    if period != expected:
        raise EarlierMonthOpenError(expected)
    refuse_issuing(period, run.today, forced=forced)
    changes = what_has_changed(period)
    if changes:
        raise ChangedSinceError(None if changes.of_all else len(changes.accounts))


def _payment_days(period: Period, rates: Rates) -> PaymentDays:
    term = rates.payment_terms.on(ONLY, period.first_day)
    return payment_days(period, term, days_off=rates.days_off)
