"""Jobs of a month: asked for by an employee, found due by a worker, taken, ended, kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum, auto
from typing import Any, NamedTuple

from peewee import Select, fn

from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.models.database import database
from vodokanal.models.file_jobs import FileJob
from vodokanal.models.journal import JournalEntry
from vodokanal.models.month_orders import MonthDeed, MonthOrder
from vodokanal.models.months import BillingMonth
from vodokanal.models.people import Employee
from vodokanal.models.previews import RecalculationPreview
from vodokanal.operations.actors import SYSTEM, Actor, ActorKind
from vodokanal.operations.changes import changes_since, newest_entry
from vodokanal.operations.journal import record
from vodokanal.operations.month_obstacles import GIVEN_UP, Obstacle
from vodokanal.operations.month_standing import latest_month, newest_order, term_days
from vodokanal.operations.months import (
    AlreadyRunningError,
    ChangedSinceError,
    MonthRefusedError,
    NotCalculatedError,
    last_day_of_intake,
    refuse_calculating,
    refuse_issuing,
)
from vodokanal.operations.queue import Kind, wake
from vodokanal.operations.submission_keys import claim_key, keep_answer
from vodokanal.operations.transactions import writes
from vodokanal.operations.windows import get_calendar

# A job that is taken more often kills whoever takes it.
MOST_ATTEMPTS = 30
IS_OPEN = MonthOrder.ended_at.is_null()


class SeenOtherwiseError(MonthRefusedError):
    """The month has been calculated again since its sums were looked at."""


@dataclass(frozen=True)
class IssueOrder:
    """A month that somebody lets be issued: as calculated at `seen`, leaving readings behind or not."""

    period: Period
    seen: str
    is_forced: bool = False


class Outlook(Enum):
    """Whether the month in work is to be calculated by itself now."""

    DUE = auto()
    # Somebody is at it, or may have died of it: look again soon.
    BUSY = auto()
    # Only a new entry in the journal or a new day can change that.
    QUIET = auto()


@writes
def order_calculation(actor: Actor, period: Period, *, key: str, at: datetime) -> MonthOrder:
    """Lets a worker calculate the month; a job that waits or goes on already is that job.

    Raises:
        MonthRefusedError: the month cannot be calculated now; see its subclasses.
        KeyReusedError: the key was used for something else.
    """
    body = {"deed": MonthDeed.CALCULATE.value, "period": str(period)}
    claim = claim_key(actor, key, body=body, at=at)
    if claim.answer is not None:
        return MonthOrder.get_by_id(claim.answer["order"])
    refuse_calculating(period, at.date())
    order = _open_order(period)
    if order is None:
        order = MonthOrder.create(
            period=period, deed=MonthDeed.CALCULATE, employee=actor.employee_id, created_at=at
        )
        record(actor, "order_calculation", subject=order, at=at, changes=({}, {"period": period}))
    keep_answer(claim, {"order": order.id})
    wake(Kind.MONTH)
    return order


@writes
def order_issue(actor: Actor, wanted: IssueOrder, *, key: str, at: datetime) -> MonthOrder:
    """Lets a worker issue the month, or go on with issuing it; sent again with the same key: once.

    Raises:
        MonthRefusedError: the month cannot be issued now; see its subclasses.
        NoRateError: the days of payment are not known.
        KeyReusedError: the key was used for something else.
    """
    period = wanted.period
    body = {"deed": "issue", "period": str(period), "seen": wanted.seen, "forced": wanted.is_forced}
    claim = claim_key(actor, key, body=body, at=at)
    if claim.answer is not None:
        return MonthOrder.get_by_id(claim.answer["order"])
    if _open_order(period) is not None:
        raise AlreadyRunningError(period)
    month = _month_to_issue(wanted)
    if month.state == MonthState.CALCULATED:
        _refuse_issuing(month, wanted, today=at.date())
    order: MonthOrder = MonthOrder.create(
        period=period,
        deed=MonthDeed.ISSUE,
        employee=actor.employee_id,
        is_forced=wanted.is_forced,
        created_at=at,
    )
    after = {"period": period, "is_forced": wanted.is_forced}
    record(actor, "order_issue", subject=order, at=at, changes=({}, after))
    keep_answer(claim, {"order": order.id})
    wake(Kind.MONTH)
    return order


def seen_of(month: BillingMonth) -> str:
    """By what a calculation is told from an earlier one."""
    at: Any = month.calculated_at
    return "" if at is None else at.astimezone(UTC).isoformat()


class Glance(NamedTuple):
    """The newest journal entry, whether a job of a month waits, a preview does, a file does."""

    newest: int
    has_order: bool
    has_preview: bool
    has_file: bool


def glance() -> Glance:
    """What there may be to do; one small statement."""
    newest = JournalEntry.select(fn.MAX(JournalEntry.id))
    order = fn.EXISTS(MonthOrder.select(MonthOrder.id).where(IS_OPEN))
    preview = fn.EXISTS(
        RecalculationPreview.select(RecalculationPreview.id).where(
            RecalculationPreview.ended_at.is_null()
        )
    )
    file = fn.EXISTS(FileJob.select(FileJob.id).where(FileJob.ended_at.is_null()))
    (row,) = database.execute(Select(columns=[newest, order, preview, file]))
    return Glance(int(row[0] or 0), bool(row[1]), bool(row[2]), bool(row[3]))


def is_order_due(real_now: datetime) -> bool:
    """Whether a job waits whose month nobody is at; one statement."""
    return _due_orders(real_now).exists()


def outlook(today: date, real_now: datetime) -> Outlook:
    """Whether the month in work is to be calculated by itself now.

    It is once its intake is over, as long as it is new or something that it was calculated from
    has changed. Where nothing has, the month is noted as looked through up to now.
    """
    period, month = latest_month(today)
    if period > Period.of(today) or _is_intake_open(period, today):
        return Outlook.QUIET
    if month is not None and _is_held(month, real_now):
        return Outlook.BUSY
    if month is not None and month.state == MonthState.ISSUING:
        return Outlook.QUIET
    if not _may_be_tried(period):
        return Outlook.QUIET
    is_whole = month is not None and month.state == MonthState.CALCULATED
    if month is None or not is_whole or not _nothing_new(month):
        return Outlook.DUE
    return Outlook.QUIET


@writes
def order_by_itself(today: date, *, at: datetime) -> None:
    """Adds the job of calculating the month in work, unless one waits already."""
    period, _month = latest_month(today)
    row = {"period": period, "deed": MonthDeed.CALCULATE, "created_at": at}
    MonthOrder.insert(row).on_conflict_ignore().execute()
    wake(Kind.MONTH)


@writes
def take_order(real_now: datetime, *, at: datetime) -> MonthOrder | None:
    """The oldest job whose month nobody is at; one that was taken too often is given up."""
    order: MonthOrder | None = _due_orders(real_now).order_by(MonthOrder.id).first()
    if order is None:
        return None
    if order.attempts >= MOST_ATTEMPTS:
        end_order(order, at=at, obstacle=Obstacle(GIVEN_UP))
        return take_order(real_now, at=at)
    MonthOrder.update(attempts=MonthOrder.attempts + 1).where(MonthOrder.id == order.id).execute()
    return order


@writes
def end_order(order: MonthOrder, *, at: datetime, obstacle: Obstacle | None = None) -> None:
    """Notes that a job is done, or what stood in its way."""
    kept: Mapping[str, Any] = {}
    if obstacle is not None:
        kept = {"refusal": obstacle.code, "parameters": obstacle.text, "mark": newest_entry()}
    MonthOrder.update(ended_at=at, **kept).where(MonthOrder.id == order.id, IS_OPEN).execute()


def actor_of_order(order: MonthOrder) -> Actor:
    """Who has asked for it: an employee, or the portal itself."""
    if order.employee_id is None:
        return SYSTEM
    employee = Employee.get_by_id(order.employee_id)
    return Actor(ActorKind.EMPLOYEE, employee.id, str(employee.name))


def _open_order(period: Period) -> MonthOrder | None:
    found: MonthOrder | None = MonthOrder.get_or_none(MonthOrder.period == period, IS_OPEN)
    return found


def _month_to_issue(wanted: IssueOrder) -> BillingMonth:
    month: BillingMonth | None = BillingMonth.get_or_none(BillingMonth.period == wanted.period)
    if month is None or month.state not in {MonthState.CALCULATED, MonthState.ISSUING}:
        raise NotCalculatedError(wanted.period)
    if seen_of(month) != wanted.seen:
        raise SeenOtherwiseError(wanted.period)
    return month


def _refuse_issuing(month: BillingMonth, wanted: IssueOrder, *, today: date) -> None:
    refuse_issuing(wanted.period, today, forced=wanted.is_forced)
    term_days(wanted.period)
    changes = changes_since(month.mark, period=wanted.period)
    if changes:
        raise ChangedSinceError(None if changes.of_all else len(changes.accounts))


def _due_orders(real_now: datetime) -> Any:
    is_held = BillingMonth.select(BillingMonth.id).where(
        BillingMonth.period == MonthOrder.period, BillingMonth.leased_until > real_now
    )
    return MonthOrder.select().where(IS_OPEN, ~fn.EXISTS(is_held))


def _is_intake_open(period: Period, today: date) -> bool:
    last_day = last_day_of_intake(period, get_calendar(period.first_day))
    return today <= (period.last_day if last_day is None else last_day)


def _may_be_tried(period: Period) -> bool:
    """Whether nothing stood in calculating's way last time, or something has changed since."""
    order = newest_order(period)
    if order is None or not order.refusal or order.deed == MonthDeed.ISSUE:
        return True
    return bool(changes_since(order.mark, period=period))


def _nothing_new(month: BillingMonth) -> bool:
    """Whether the month is as it would be calculated now; then it need not be asked again."""
    newest = journal_so_far()
    if changes_since(month.mark, period=month.period):
        return False
    _look_through(month, newest)
    return True


def _is_held(month: BillingMonth, real_now: datetime) -> bool:
    until: Any = month.leased_until
    return until is not None and until > real_now


@writes
def journal_so_far() -> int:
    """The newest entry of the journal, with whatever was under way; a transaction of its own."""
    return newest_entry()


@writes
def _look_through(month: BillingMonth, newest: int) -> None:
    """Notes up to which entry nothing has changed, unless somebody was quicker."""
    BillingMonth.update(mark=newest).where(
        BillingMonth.id == month.id,
        BillingMonth.mark == month.mark,
        BillingMonth.state == MonthState.CALCULATED,
    ).execute()
