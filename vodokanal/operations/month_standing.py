"""How the month in work stands: what is in its way, and how many days are left to its bills."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.billing.rates import ONLY, Dated, NoRateError, PaymentTerm, Timetable
from vodokanal.billing.readings import ReadingState
from vodokanal.billing.terms import PaymentDays, payment_days, working_days_between
from vodokanal.billing.windows import NoWindowRuleError
from vodokanal.models import terms
from vodokanal.models.month_orders import MonthOrder
from vodokanal.models.months import BillingMonth
from vodokanal.models.places import District
from vodokanal.operations.changes import changes_since
from vodokanal.operations.month_obstacles import Obstacle, kept_obstacle, obstacle_of
from vodokanal.operations.months import last_day_of_intake, readings_left
from vodokanal.operations.rates import DAYS_OFF, PAYMENT_TERMS
from vodokanal.operations.windows import Calendar

ONE_DAY = timedelta(days=1)
# Refusals that show anew, as they are now, whenever they still hold.
SEEN_NOW = frozenset(
    {"window_open", "readings_left", "changed", "not_calculated", "running", "issued", "future"}
)


@dataclass(frozen=True)
class Standing:
    """The month in work on a day; `month` is None as long as nothing was calculated.

    `working_days` are those after today up to the day of the bills, that day included.
    """

    period: Period
    today: date
    month: BillingMonth | None
    days: PaymentDays | None
    working_days: int
    order: MonthOrder | None
    obstacles: tuple[Obstacle, ...]

    @property
    def days_left(self) -> int | None:
        """Calendar days to the bills; negative when they are late, None without a term."""
        return None if self.days is None else (self.days.bill_by - self.today).days

    @property
    def is_running(self) -> bool:
        """Whether a worker has been asked for something that is not done yet."""
        return self.order is not None and self.order.ended_at is None


def get_standing(today: date, *, calendar: Calendar) -> Standing:
    """The month in work and what is in its way; nine small statements."""
    period, month = latest_month(today)
    order = newest_order(period)
    days, working_days, missing = _term_of(period, today)
    intake = _intake(period, today, calendar=calendar)
    found = [missing, intake, *_readings(period), *_kept(month, order)]
    found += _of_calculation(month, is_intake_over=intake is None)
    obstacles = tuple(each for each in found if each is not None)
    return Standing(period, today, month, days, working_days, order, obstacles)


def latest_month(today: date) -> tuple[Period, BillingMonth | None]:
    """The month to be issued next, and its row if it has one; one statement."""
    latest: BillingMonth | None = BillingMonth.select().order_by(BillingMonth.period.desc()).first()
    if latest is None:
        return Period.of(today), None
    if latest.state == MonthState.ISSUED:
        return latest.period.next, None
    return latest.period, latest


def newest_order(period: Period) -> MonthOrder | None:
    """The last job of the month, done or not; one statement."""
    query = MonthOrder.select().where(MonthOrder.period == period)
    found: MonthOrder | None = query.order_by(MonthOrder.id.desc()).first()
    return found


def term_days(period: Period) -> tuple[PaymentDays, dict[date, bool]]:
    """The days by which the month is billed and paid, and the days off; two statements.

    Raises:
        NoRateError: no term of payment covers the month.
    """
    rows = [(ONLY, Dated(row.starts_on, row.ends_on, _term(row))) for row in PAYMENT_TERMS.rows()]
    table: Timetable[str, PaymentTerm] = Timetable(terms.PaymentTerm._meta.table_name, rows)
    days_off = {row.on: row.is_working for row in DAYS_OFF.rows()}
    return payment_days(period, table.on(ONLY, period.first_day), days_off=days_off), days_off


def _term(row: Any) -> PaymentTerm:
    return PaymentTerm(row.bill_by_day, row.pay_by_day, row.moves_to_working_day)


def _term_of(period: Period, today: date) -> tuple[PaymentDays | None, int, Obstacle | None]:
    try:
        days, days_off = term_days(period)
    except NoRateError as error:
        return None, 0, obstacle_of(error)
    left = working_days_between(today + ONE_DAY, days.bill_by, days_off=days_off)
    return days, left, None


def _intake(period: Period, today: date, *, calendar: Calendar) -> Obstacle | None:
    last_day = last_day_of_intake(period, calendar)
    if last_day is None or last_day < today:
        return None
    values = {"last_day": last_day.isoformat()}
    if _ends(period, None, calendar=calendar) != last_day:
        districts = District.select().order_by(District.name)
        still = [
            each for each in districts if _ends(period, each.id, calendar=calendar) == last_day
        ]
        values["districts"] = ", ".join(str(each.name) for each in still)
    return Obstacle("window_open", values)


def _ends(period: Period, district_id: int | None, *, calendar: Calendar) -> date | None:
    """The last day of the intake in a district, or where none has days of its own."""
    try:
        return calendar.of(period, district_id=district_id).last_day
    except NoWindowRuleError:
        return None


def _readings(period: Period) -> list[Obstacle]:
    left = readings_left(period)
    return [
        Obstacle(state.value, {"count": left[state]})
        for state in (ReadingState.HELD, ReadingState.ASKED)
        if left.get(state)
    ]


def _kept(month: BillingMonth | None, order: MonthOrder | None) -> list[Obstacle]:
    """Why the last job came to nothing, unless the month was calculated since."""
    if order is None or not order.refusal or order.refusal in SEEN_NOW:
        return []
    done_at = None if month is None else month.calculated_at
    if done_at is not None and done_at > order.ended_at:
        return []
    return [kept_obstacle(order.refusal, order.parameters)]


def _of_calculation(month: BillingMonth | None, *, is_intake_over: bool) -> list[Obstacle]:
    if month is None or month.calculated_at is None:
        return [Obstacle("not_calculated")]
    if month.state == MonthState.ISSUING:
        return [Obstacle("unfinished")]
    # While readings come in all the time, the night after will calculate them anyway.
    found = _changed(month) if is_intake_over else []
    troubles = json.loads(month.totals).get("troubles", 0)
    if troubles:
        found.append(Obstacle("troubles", {"count": troubles}))
    return found


def _changed(month: BillingMonth) -> list[Obstacle]:
    changes = changes_since(month.mark, period=month.period)
    if not changes:
        return []
    return [Obstacle("changed", {"accounts": None if changes.of_all else len(changes.accounts)})]
