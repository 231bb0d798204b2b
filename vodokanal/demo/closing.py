"""The town's closed years: every month is calculated and issued, and most people pay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, Decimal
from zoneinfo import ZoneInfo

from vodokanal.billing.payments import Channel
from vodokanal.billing.periods import Period, months_between
from vodokanal.demo.credentials import DEBTOR, OWNER
from vodokanal.demo.dice import Dice
from vodokanal.demo.house_readings import read_common_meters
from vodokanal.models.accounts import Account
from vodokanal.models.receipts import Receipt
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.calculating import calculate_month
from vodokanal.operations.issuing import issue_month
from vodokanal.operations.months import Run, last_day_of_intake
from vodokanal.operations.past_payments import keep_payments
from vodokanal.operations.payments import NewPayment
from vodokanal.operations.windows import get_calendar

MONTHS_CLOSED = 24
MIDDAY = time(12)
ONE_DAY = timedelta(days=1)
# From these days on people pay; the slow ones a week later.
EARLIEST_DAY, LATEST_DAY, SLOW = 5, 14, 7
# Of a hundred people: who pays at once, rounds up, is slow, pays a part; the rest seldom pay.
AT_ONCE, ROUNDED_UP, SLOWLY, IN_PART = 70, 80, 90, 96
SELDOM = 3
# Some of those who round up pay for half a year at once.
AHEAD, A_LOT = 79, Decimal(5000)
HUNDRED = Decimal(100)
CHANNELS = (*[Channel.BANK] * 5, *[Channel.POST] * 2, *[Channel.DESK] * 3)
# The debtor of the demo has paid nothing since then.
MONTHS_OF_DEBT = 5


def close_past_months(
    now: datetime, zone: ZoneInfo, *, months: int, told: Callable[[int], None]
) -> int:
    """Closes so many months before the one of that moment; how many there were.

    A month whose intake of readings is not over yet stays open.
    """
    present = Period.of(now.astimezone(zone).date())
    done = 0
    for period in months_between(present.plus(-months), present.previous):
        at = _closing_moment(period, zone)
        if at > now:
            break
        run = Run(at, zone, lambda: now)
        people = list(_paid(period, present))
        keep_payments(SYSTEM, people, today=run.today, at=at)
        calculate_month(SYSTEM, period, run=run)
        issue_month(SYSTEM, period, run=run, forced=True)
        read_common_meters(period, run=run)
        done += 1
        told(1)
    return done


def _closing_moment(period: Period, zone: ZoneInfo) -> datetime:
    """The midday after everybody's intake: until then somebody may still send."""
    last_day = last_day_of_intake(period, get_calendar(period.first_day)) or period.last_day
    return datetime.combine(last_day + ONE_DAY, MIDDAY, tzinfo=zone)


def _paid(period: Period, present: Period) -> Iterator[NewPayment]:
    """What people pay during a month for the receipt of the month before."""
    receipts = (
        Receipt.select(Receipt.account, Receipt.charged, Receipt.closing, Account.number_key)
        .join(Account)
        .where(Receipt.period == period.previous, Receipt.closing > 0)
        .order_by(Receipt.account)
        .tuples()
    )
    for account_id, charged, closing, number in receipts:
        dice = Dice(f"payer/{account_id}")
        habit = dice.randrange(100)
        rng = Dice(f"payer/{account_id}/{period}")
        amount = _amount(habit, closing, charged=charged, rng=rng)
        if number == DEBTOR:
            is_paying = period < present.plus(-MONTHS_OF_DEBT)
            amount = closing if is_paying else Decimal(0)
        elif number == OWNER:
            amount = closing if period != present.previous else (closing / 2).quantize(HUNDRED)
        if amount > 0:
            yield NewPayment(
                account_id,
                amount,
                _day(period, habit, rng=rng),
                channel=rng.choice(CHANNELS),
            )


def _amount(habit: int, closing: Decimal, *, charged: Decimal, rng: Dice) -> Decimal:
    if habit < AT_ONCE or ROUNDED_UP <= habit < SLOWLY:
        return closing
    if habit < ROUNDED_UP:
        more = A_LOT if habit == AHEAD else Decimal(0)
        return (closing / HUNDRED).to_integral_value(ROUND_CEILING) * HUNDRED + more
    if habit < IN_PART:
        return (charged / 2).quantize(Decimal(1))
    return closing if rng.randrange(SELDOM) == 0 else Decimal(0)


def _day(period: Period, habit: int, *, rng: Dice) -> date:
    day = rng.randint(EARLIEST_DAY, LATEST_DAY)
    return date(period.year, period.month, day + (SLOW if ROUNDED_UP <= habit < SLOWLY else 0))
