"""The morning's letter: the bills' day is near and the month is not issued; once a date."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

from peewee import Value

from vodokanal.billing.periods import Period
from vodokanal.models.jobs import JobRun
from vodokanal.models.letters import Letter, LetterKind, LetterState
from vodokanal.models.people import Employee, EmployeeRole, RolePermission
from vodokanal.operations.month_standing import Standing, get_standing
from vodokanal.operations.queue import Kind, wake
from vodokanal.operations.transactions import writes
from vodokanal.operations.windows import get_calendar

JOB = "month_standing"
MORNING_HOUR = 8
DAYS_BEFORE = 3
LANGUAGE = "ru"
# Whoever can do something about it: in the starting roles the clerk who charges, and the chief.
DEED = "months.issue"
# Why a letter is not sent any more.
MONTH_ISSUED, EMPLOYEE_GONE = "month_issued", "employee_gone"


def morning_of(local_now: datetime) -> date:
    """The date of the last morning that has begun by this moment in the utility's zone."""
    return (local_now - timedelta(hours=MORNING_HOUR)).date()


def is_morning_due(on: date) -> bool:
    """Whether nobody has looked that morning yet; one statement."""
    return not JobRun.select().where(JobRun.job == JOB, JobRun.date == on).exists()


@writes
def write_standing_letters(on: date, *, at: datetime, real_now: datetime) -> int:
    """Adds the letters of the date if the month is late or nearly so; how many.

    Only the first call for a date adds any.
    """
    row = {"job": JOB, "date": on, "leased_until": real_now, "finished_at": real_now}
    taken = JobRun.insert(row).on_conflict_ignore().as_rowcount().execute()
    standing = get_standing(on, calendar=get_calendar(on))
    if not taken or not is_near(standing):
        return 0
    run = JobRun.get(JobRun.job == JOB, JobRun.date == on)
    added = _add_letters(run, standing.period, at=at)
    if added:
        wake(Kind.LETTERS)
    return added


def is_near(standing: Standing) -> bool:
    """Whether the day of the bills is at most three days away, or over."""
    left = standing.days_left
    return left is not None and left <= DAYS_BEFORE


def find_standing_news(letter: Letter, today: date) -> Standing | str:
    """What the letter tells as things are now, or the code of why it is not sent any more."""
    employee = letter.employee
    if employee.disabled_at is not None or not employee.email:
        return EMPLOYEE_GONE
    standing = get_standing(today, calendar=get_calendar(today))
    if str(standing.period) != json.loads(letter.parameters)["period"]:
        return MONTH_ISSUED
    return standing


def _add_letters(run: JobRun, period: Period, *, at: datetime) -> int:
    may = (
        EmployeeRole.select(EmployeeRole.employee)
        .join(RolePermission, on=RolePermission.role == EmployeeRole.role)
        .where(RolePermission.permission == DEED)
    )
    rows: Any = Employee.select(
        Value(LetterKind.MONTH_STANDING.value),
        Employee.id,
        Value(LANGUAGE),
        Value(JobRun._meta.table_name),
        Value(run.id),
        Value(json.dumps({"period": str(period)})),
        Value(LetterState.WAITING.value),
        Value(0),
        Value(""),
        Value(""),
        Value(at, converter=Letter.created_at.db_value),
    ).where(Employee.id.in_(may), Employee.email != "", Employee.disabled_at.is_null())
    columns = ["kind", "employee", "language", "subject_table", "subject_id", "parameters"]
    columns += ["state", "attempts", "last_error", "message_id", "created_at"]
    return int(Letter.insert_from(rows, columns).as_rowcount().execute())
