"""What is known late corrects the month it belongs to; what was right stays as it is."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.cast import Cast
from tests.factories import (
    make_account,
    make_account_service,
    make_meter_possibility,
    make_occupancy,
    make_reading,
)
from tests.month_factories import make_absence, make_interruption
from tests.months import closed, make_rates, run_at, settle
from vodokanal.billing.periods import Period
from vodokanal.models.accounts import Account
from vodokanal.models.places import MeterPossibility
from vodokanal.models.recalculations import Correction
from vodokanal.operations import calculation
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.calculating import calculate_month

OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)
OCTOBER_ENDS, NOVEMBER_ENDS = "2026-11-01T10:00", "2026-12-01T10:00"
ENTERED = datetime(2026, 11, 10, tzinfo=UTC)
# 42.18 rubles × 5.016 m³ × 18 days of 31, for one of two people.
ABSENCE_COSTS = ("2026-10", "absence", "-122.85")


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every account is a slice of its own: what is known of one brings nothing to another."""
    monkeypatch.setattr(calculation, "SLICE", 1)


@pytest.fixture
def rated(cast: Cast) -> Cast:
    """The cast in a utility with prices; two people live at Anna's."""
    settle(cast.account, make_rates())
    return cast


@pytest.fixture
def unmetered(rated: Cast) -> Account:
    """Two people with cold water, where by an act no meter can be."""
    account = make_account(premises=rated.account.premises)
    make_account_service(account=account)
    make_occupancy(account=account, registered=2)
    make_meter_possibility(premises=account.premises, possible=False, act_number="3")
    return account


def corrected(period: Period, account: Account) -> list[tuple[str, str, str]]:
    """Calculate a month, and return its corrections of an account: for when, why, rubles."""
    calculate_month(SYSTEM, period, run=run_at(NOVEMBER_ENDS))
    rows = Correction.select().where(
        Correction.posted_period == period, Correction.account == account
    )
    return [(str(row.for_period), row.reason.value, str(row.amount)) for row in rows]


def test_absence_that_is_proved_late_corrects_its_month(unmetered: Account) -> None:
    closed(OCTOBER, OCTOBER_ENDS)
    make_absence(account=unmetered, created_at=ENTERED)
    assert corrected(NOVEMBER, unmetered) == [ABSENCE_COSTS]


def test_absence_stays_when_a_meter_becomes_possible_later(unmetered: Account) -> None:
    make_absence(account=unmetered)
    MeterPossibility.update(ends_on=date(2026, 10, 31)).execute()
    closed(OCTOBER, OCTOBER_ENDS)
    assert corrected(NOVEMBER, unmetered) == []


def test_break_that_is_entered_late_corrects_its_month(rated: Cast) -> None:
    closed(OCTOBER, OCTOBER_ENDS)
    make_reading(rated.cold, period=NOVEMBER, value="161.2")
    make_reading(rated.hot, period=NOVEMBER, value="105.7")
    make_interruption(house=rated.account.premises.house, created_at=ENTERED)
    assert corrected(NOVEMBER, rated.account) == [("2026-10", "interruption", "-2.02")]


def test_break_of_an_earlier_month_is_not_taken_back_from_the_silent(rated: Cast) -> None:
    make_interruption(house=rated.account.premises.house)
    closed(OCTOBER, OCTOBER_ENDS)
    assert corrected(NOVEMBER, rated.account) == []


def test_two_breaks_of_a_month_stay_together_when_one_is_entered_late(rated: Cast) -> None:
    house = rated.account.premises.house
    make_interruption(house=house)
    closed(OCTOBER, OCTOBER_ENDS)
    began, ended = (datetime(2026, 10, 7, hour, tzinfo=UTC) for hour in (0, 14))
    make_interruption(house=house, began_at=began, ended_at=ended, created_at=ENTERED)
    # 20 hours beyond instead of 10: 3 % of 134.98 rubles instead of 1.5 %.
    assert corrected(NOVEMBER, rated.account) == [("2026-10", "interruption", "-2.03")]
