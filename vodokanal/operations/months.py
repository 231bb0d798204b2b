"""A month on its way: what it is, what stands in its way, and whose turn it is to work on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from peewee import Case, fn

from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.billing.windows import NoWindowRuleError
from vodokanal.models.accounts import Account
from vodokanal.models.fields import whole_total
from vodokanal.models.months import BillingMonth, MonthSlice
from vodokanal.models.places import District
from vodokanal.models.readings import IS_WAITING, Reading
from vodokanal.operations.issued_months import last_issued_month
from vodokanal.operations.transactions import writes
from vodokanal.operations.windows import Calendar, get_calendar

# A run that dies leaves the month to another one after that.
LEASE = timedelta(minutes=2)


class MonthRefusedError(Exception):
    """The month cannot be calculated or issued now."""


class FutureMonthError(MonthRefusedError):
    """The month has not begun yet."""


class IssuedAlreadyError(MonthRefusedError):
    """The month is issued and stays as it is."""


class EarlierMonthOpenError(MonthRefusedError):
    """The month before it has not been issued: it is kept in `period`."""

    def __init__(self, period: Period) -> None:
        super().__init__(period)
        self.period = period


class AlreadyRunningError(MonthRefusedError):
    """Somebody is calculating or issuing the month at this moment."""


class NotCalculatedError(MonthRefusedError):
    """There is nothing to issue yet."""


class ChangedSinceError(MonthRefusedError):
    """Something that the month was calculated from has changed: for so many accounts, or for all."""

    def __init__(self, accounts: int | None) -> None:
        super().__init__(accounts)
        self.accounts = accounts


class WindowOpenError(MonthRefusedError):
    """Readings for the month are still taken, up to `last_day`."""

    def __init__(self, last_day: date) -> None:
        super().__init__(last_day)
        self.last_day = last_day


class ReadingsLeftError(MonthRefusedError):
    """Readings up to the month wait for an answer or a decision: `asked` and `held` of them."""

    def __init__(self, asked: int, held: int) -> None:
        super().__init__(asked, held)
        self.asked = asked
        self.held = held


class RunStoppedError(Exception):
    """The run was told to stop; what it has done stays, and the next one goes on from there."""


class RunLostError(Exception):
    """Another run has taken the month over, since this one was silent for too long."""


def nobody_is_told(done: int, total: int) -> None:
    """Tells nobody how far a run is."""


def nobody_stops() -> bool:
    """Goes on to the end."""
    return True


@dataclass(frozen=True)
class Run:
    """One run over a month: the moment it is for, the real clock, and whom it tells how far it is."""

    at: datetime
    zone: ZoneInfo
    real_now: Callable[[], datetime]
    progress: Callable[[int, int], None] = nobody_is_told
    goes_on: Callable[[], bool] = nobody_stops

    @property
    def today(self) -> date:
        """The day that it is for the utility."""
        return self.at.astimezone(self.zone).date()


def find_month(period: Period) -> BillingMonth | None:
    """The month, if it was ever calculated."""
    found: BillingMonth | None = BillingMonth.get_or_none(BillingMonth.period == period)
    return found


def months() -> list[BillingMonth]:
    """Every month that was ever calculated, the newest first."""
    return list(BillingMonth.select().order_by(BillingMonth.period.desc()))


def month_in_work(today: date) -> Period:
    """The month to be calculated and issued next: the one after the last issued one."""
    return _month_after(last_issued_month()) or Period.of(today)


def _month_after(last: Period | None) -> Period | None:
    """The month after the last issued one, or the one that somebody has begun with, if any."""
    if last is not None:
        return last.next
    begun = BillingMonth.select().order_by(BillingMonth.period).first()
    return None if begun is None else begun.period


def done_in(month: BillingMonth) -> tuple[int, int]:
    """How many accounts the run has dealt with, and how many there are."""
    is_issuing = month.state in {MonthState.ISSUING, MonthState.ISSUED}
    counted: Any = MonthSlice.accounts
    if is_issuing:
        counted = Case(None, [(MonthSlice.is_issued, MonthSlice.accounts)], 0)
    done = MonthSlice.select(whole_total(counted)).where(MonthSlice.month == month).scalar() or 0
    total = Account.select().where(Account.opened_on <= month.period.last_day).count()
    return int(done), int(total)


def totals_of(month: BillingMonth) -> Mapping[str, Any]:
    """The sums that the month was calculated or issued with."""
    found: Mapping[str, Any] = json.loads(month.totals)
    return found


def readings_left(period: Period) -> dict[ReadingState, int]:
    """How many readings up to the month are asked or held; one statement."""
    query = (
        Reading.select(Reading.state, fn.COUNT(Reading.id))
        .where(IS_WAITING, Reading.period <= period)
        .group_by(Reading.state)
    )
    return dict(query.tuples())


def refuse_calculating(period: Period, today: date) -> None:
    """Lets the month be calculated that comes next.

    Raises:
        FutureMonthError: it has not begun.
        IssuedAlreadyError: it is issued.
        EarlierMonthOpenError: another one comes first.
    """
    if period > Period.of(today):
        raise FutureMonthError(period)
    last = last_issued_month()
    if last is not None and period <= last:
        raise IssuedAlreadyError(period)
    expected = _month_after(last)
    if expected is not None and period != expected:
        raise EarlierMonthOpenError(expected)


def refuse_issuing(period: Period, today: date, *, forced: bool) -> None:
    """Lets the month be issued once readings are neither taken nor left undecided.

    Raises:
        WindowOpenError: some district may still send.
        ReadingsLeftError: readings wait, and nobody said to leave them.
    """
    last_day = last_day_of_intake(period, get_calendar(period.first_day))
    if last_day is not None and last_day >= today:
        raise WindowOpenError(last_day)
    left = readings_left(period)
    if left and not forced:
        raise ReadingsLeftError(left.get(ReadingState.ASKED, 0), left.get(ReadingState.HELD, 0))


def last_day_of_intake(period: Period, calendar: Calendar) -> date | None:
    """The last day on which any district may send readings for the month."""
    ids: Sequence[int | None] = [None, *(row.id for row in District.select(District.id))]
    days = []
    for district_id in ids:
        try:
            days.append(calendar.of(period, district_id=district_id).last_day)
        except NoWindowRuleError:
            continue
    return max(days, default=None)


def take_month(month: BillingMonth, run: Run) -> None:
    """Takes the month for this run alone, and reads it again; in a transaction.

    Raises:
        IssuedAlreadyError: another run has just issued it.
        AlreadyRunningError: another run has it.
    """
    until = run.real_now() + LEASE
    is_free = BillingMonth.leased_until.is_null() | (BillingMonth.leased_until <= run.real_now())
    mine = (BillingMonth.id == month.id) & (BillingMonth.state != MonthState.ISSUED) & is_free
    is_taken = BillingMonth.update(leased_until=until).where(mine).execute()
    # PostgreSQL: another run may have ended since the month was looked at.
    month.__data__.update(BillingMonth.get_by_id(month.id).__data__)
    if month.state == MonthState.ISSUED:
        raise IssuedAlreadyError(month.period)
    if not is_taken:
        raise AlreadyRunningError(month.period)
    setattr(month, BillingMonth.leased_until.name, until)


def hold_month(month: BillingMonth, run: Run) -> None:
    """Holds the month for some longer; in a transaction.

    Raises:
        RunLostError: another run has taken it.
    """
    until = run.real_now() + LEASE
    mine = (BillingMonth.id == month.id) & (BillingMonth.leased_until == month.leased_until)
    if not BillingMonth.update(leased_until=until).where(mine).execute():
        raise RunLostError(month.period)
    setattr(month, BillingMonth.leased_until.name, until)


def change_month(month: BillingMonth, **values: Any) -> None:
    """Sets columns of the month and keeps them; in a transaction."""
    for name, value in values.items():
        setattr(month, name, value)
    month.save()


@writes
def leave_month(month: BillingMonth) -> None:
    """Gives the month back unfinished: whoever comes next need not wait."""
    mine = (BillingMonth.id == month.id) & (BillingMonth.leased_until == month.leased_until)
    BillingMonth.update(leased_until=None).where(mine).execute()


def slices_in(month: BillingMonth) -> list[MonthSlice]:
    """The slices of a month, by account."""
    return list(
        MonthSlice.select().where(MonthSlice.month == month).order_by(MonthSlice.first_account)
    )


def gaps_between(slices: Iterable[MonthSlice]) -> Iterable[tuple[int, int | None]]:
    """The ids of accounts that no slice covers: after which one, and up to which one."""
    after = 0
    for each in slices:
        if each.first_account > after + 1:
            yield after, each.first_account - 1
        after = each.last_account
    yield after, None
