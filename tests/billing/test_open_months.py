"""A month's debt while payments are being added: parts by day, the rest handed on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from vodokanal.billing.money import from_kopecks, rubles
from vodokanal.billing.open_months import OpenMonth
from vodokanal.billing.penalties import MonthDebt, Part
from vodokanal.billing.periods import Period

JULY = Period(2026, 7)
DUE, EARLY, LATE = date(2026, 8, 15), date(2026, 8, 3), date(2026, 9, 20)
OWED = MonthDebt(
    JULY,
    DUE,
    rubles("120.50"),
    (Part(EARLY, rubles("30")),),
    penalty=rubles("4.10"),
    posted=rubles("5.00"),
    since=date(2026, 9, 1),
)


def test_untouched_month_is_the_same_debt() -> None:
    assert OpenMonth.of(OWED).debt() == OWED


def test_new_month_owes_nothing_yet() -> None:
    assert OpenMonth(JULY, DUE).debt() == MonthDebt(JULY, DUE, rubles(0))


def test_debt_takes_what_it_needs_and_hands_on_the_rest() -> None:
    month = OpenMonth.of(OWED)
    assert month.cover(rubles("200"), LATE) == rubles("79.50")
    assert month.principal == 0
    assert month.cover(rubles("79.50"), LATE) == rubles("79.50")


def test_parts_come_by_day_and_those_of_a_day_are_one() -> None:
    month = OpenMonth.of(OWED)
    month.cover(rubles("10"), LATE)
    month.cover(rubles("1"), EARLY)
    assert month.debt().parts == (Part(EARLY, rubles("31")), Part(LATE, rubles("10")))


def test_penalty_is_paid_without_becoming_a_part_of_the_debt() -> None:
    month = OpenMonth.of(OWED)
    assert month.cover_penalty(rubles("5")) == rubles("0.90")
    assert month.debt() == OWED._replace(penalty=rubles(0))


@given(st.integers(0, 10**6).map(from_kopecks), st.dates(EARLY, LATE))
def test_nothing_is_lost_between_a_payment_and_a_debt(paid: Decimal, on: date) -> None:
    month = OpenMonth.of(OWED)
    rest = month.cover(paid, on)
    assert month.principal + sum(part.amount for part in month.debt().parts) == rubles("150.50")
    assert paid - rest == OWED.principal - month.principal
