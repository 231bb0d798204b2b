"""Debt by its age, for lists of debtors: how long ago the last day of payment was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum, auto

from vodokanal.billing.penalties import MonthDebt

NOTHING = Decimal("0.00")


class Age(StrEnum):
    """How old a debt is, in days since its last day of payment."""

    NOT_DUE = auto()
    TO_30 = auto()
    TO_90 = auto()
    TO_365 = auto()
    OLDER = auto()


# The last day of each age, inclusive.
LAST_DAYS: Mapping[Age, int] = {Age.NOT_DUE: 0, Age.TO_30: 30, Age.TO_90: 90, Age.TO_365: 365}


def age_of(due_on: date, today: date) -> Age:
    """Return the age of a debt; on its last day of payment it is not due yet."""
    days = (today - due_on).days
    return next((age for age, last in LAST_DAYS.items() if days <= last), Age.OLDER)


def debt_by_age(debts: Iterable[MonthDebt], today: date) -> Mapping[Age, Decimal]:
    """Return what is left of debts and their penalties by age in rubles; every age is there."""
    sums = dict.fromkeys(Age, NOTHING)
    for each in debts:
        sums[age_of(each.due_on, today)] += each.left
    return sums
