"""The numbers of the law that change by day."""

from __future__ import annotations

from enum import StrEnum, auto


class Term(StrEnum):
    """What a number of the law is; each is kept as its name in small letters."""

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
    BREAK_PERCENT_AN_HOUR = auto()
