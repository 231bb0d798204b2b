"""The numbers of the law that change by day, and the days by which a month is billed and paid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum, auto
from typing import TYPE_CHECKING, NamedTuple

from vodokanal.billing.periods import Period

if TYPE_CHECKING:
    from vodokanal.billing.rates import PaymentTerm

SATURDAY = 5
ONE_DAY = timedelta(days=1)


class Term(StrEnum):
    """What a number of the law is."""

    # ПП 354 п. 59: months of an average, of a young meter, how many in a row.
    AVERAGE_MONTHS = auto()
    AVERAGE_MONTHS_YOUNG = auto()
    MONTHS_BY_AVERAGE = auto()
    # ЖК ст. 155 ч. 14: first day of each part of the rate, and the part's denominator.
    PENALTY_FIRST_DAY = auto()
    PENALTY_FIRST_SHARE = auto()
    PENALTY_SECOND_DAY = auto()
    PENALTY_SECOND_SHARE = auto()
    # Per cent a year above which the key rate does not count; ПП 474 of 2022.
    PENALTY_CAP = auto()
    # ПП 354 п. 86: full days of absence in a row that are not recalculated yet.
    ABSENCE_DAYS = auto()
    # ПП 354, приложение 1: hours without water in a month and at once, per cent an hour.
    BREAK_HOURS_A_MONTH = auto()
    BREAK_HOURS_AT_ONCE = auto()
    # Its name is longer than the column.
    BREAK_PERCENT_AN_HOUR = "break_percent"
    # ПП 354 п. 31 к: working days for the answer to whoever does not agree.
    ANSWER_DAYS = auto()


class TermLimits(NamedTuple):
    """Between which values, both inclusive, a number of the law can be, and whether it is whole."""

    least: int
    most: int
    is_whole: bool = True


# No act says so: beyond these limits it is a slip of the finger. A share is divided by.
TERM_LIMITS: Mapping[Term, TermLimits] = {
    Term.AVERAGE_MONTHS: TermLimits(1, 36),
    Term.AVERAGE_MONTHS_YOUNG: TermLimits(1, 36),
    Term.MONTHS_BY_AVERAGE: TermLimits(0, 36),
    Term.PENALTY_FIRST_DAY: TermLimits(1, 366),
    Term.PENALTY_FIRST_SHARE: TermLimits(1, 10_000),
    Term.PENALTY_SECOND_DAY: TermLimits(1, 366),
    Term.PENALTY_SECOND_SHARE: TermLimits(1, 10_000),
    Term.PENALTY_CAP: TermLimits(0, 100, is_whole=False),
    Term.ABSENCE_DAYS: TermLimits(0, 31),
    Term.BREAK_HOURS_A_MONTH: TermLimits(0, 744),
    Term.BREAK_HOURS_AT_ONCE: TermLimits(0, 744),
    Term.BREAK_PERCENT_AN_HOUR: TermLimits(0, 100, is_whole=False),
    Term.ANSWER_DAYS: TermLimits(1, 366),
}


class PaymentDays(NamedTuple):
    """By when the bill of a month is there and by when it is paid, both inclusive."""

    bill_by: date
    pay_by: date


def is_working(day: date, days_off: Mapping[date, bool]) -> bool:
    """Return whether people work that day.

    `days_off` names the days that are not what their weekday says, with True for those on which
    people work all the same (ТК ст. 112: the government moves days off every year).
    """
    return days_off.get(day, day.weekday() < SATURDAY)


def next_working_day(day: date, days_off: Mapping[date, bool]) -> date:
    """Return the day itself if people work then, or else the first later one (ГК ст. 193)."""
    while not is_working(day, days_off):
        day += ONE_DAY
    return day


def payment_days(
    period: Period, term: PaymentTerm, *, days_off: Mapping[date, bool]
) -> PaymentDays:
    """Return the days by which a month is billed and paid, both in the month after it.

    `term` is the one that holds on the period's first day. A last day of payment that is a day off
    moves to the next working day if the term says so; the bill's never does (ЖК ст. 155 ч. 1, 2).
    """
    following = period.next
    pay_by = date(following.year, following.month, term.pay_by_day)
    if term.moves_to_working_day:
        pay_by = next_working_day(pay_by, days_off)
    return PaymentDays(date(following.year, following.month, term.bill_by_day), pay_by)


def working_days_between(first: date, last: date, *, days_off: Mapping[date, bool]) -> int:
    """Return how many working days there are from the first to the last, both inclusive.

    None when the last is before the first.
    """
    days = (last - first).days + 1
    return sum(is_working(first + timedelta(days=number), days_off) for number in range(days))
