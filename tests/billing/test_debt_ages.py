"""How old a debt is, for lists of debtors."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.billing.penalty_rates import debt_of
from vodokanal.billing.debt_ages import Age, age_of, debt_by_age

TODAY = date(2026, 11, 12)


@pytest.mark.parametrize(
    ("days", "age"),
    [
        (-3, Age.NOT_DUE),
        (0, Age.NOT_DUE),
        (1, Age.TO_30),
        (30, Age.TO_30),
        (31, Age.TO_90),
        (90, Age.TO_90),
        (91, Age.TO_365),
        (365, Age.TO_365),
        (366, Age.OLDER),
    ],
)
def test_age_counts_days_since_the_last_day_of_payment(days: int, age: Age) -> None:
    assert age_of(TODAY - timedelta(days=days), TODAY) == age


def test_debts_are_added_up_by_age() -> None:
    debts = [
        debt_of("100.00", date(2026, 11, 16)),
        debt_of("70.50", date(2026, 10, 15)),
        debt_of("29.50", date(2026, 10, 20)),
    ]
    assert debt_by_age(debts, TODAY) == {
        Age.NOT_DUE: Decimal("100.00"),
        Age.TO_30: Decimal("100.00"),
        Age.TO_90: 0,
        Age.TO_365: 0,
        Age.OLDER: 0,
    }
