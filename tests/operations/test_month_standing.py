"""How the month in work stands on a day: its days left, and everything that is in its way."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.cast import Cast
from tests.factories import (
    make_account,
    make_account_service,
    make_extension,
    make_meter,
    make_reading,
)
from tests.month_factories import make_correction, make_month_order
from tests.months import closed, make_rates, run_at, settle
from tests.statements import statements
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.billing.services import CustomerGroup
from vodokanal.models.months import BillingMonth
from vodokanal.models.tariffs import Tariff
from vodokanal.models.terms import PaymentTerm
from vodokanal.models.windows import ReadingWindow
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.calculating import calculate_month
from vodokanal.operations.journal import record
from vodokanal.operations.month_corrections import corrections_in
from vodokanal.operations.month_obstacles import Obstacle
from vodokanal.operations.month_orders import end_order
from vodokanal.operations.month_standing import Standing, get_standing
from vodokanal.operations.windows import get_calendar

OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)
NIGHT = run_at("2026-11-21T01:00")


@pytest.fixture
def rated(cast: Cast) -> Cast:
    """The cast in a utility with prices; two people live at Anna's."""
    settle(cast.account, make_rates())
    return cast


def standing(today: date = NIGHT.today) -> Standing:
    return get_standing(today, calendar=get_calendar(today))


def in_the_way(today: date = NIGHT.today) -> list[tuple[str, dict[str, object]]]:
    return [(each.code, dict(each.values)) for each in standing(today).obstacles]


def test_new_utility_has_everything_before_it(cast: Cast) -> None:
    found = standing(date(2026, 11, 12))
    assert (found.period, found.month, found.is_running) == (NOVEMBER, None, False)
    assert in_the_way(date(2026, 11, 12)) == [
        ("window_open", {"last_day": "2026-11-20"}),
        ("not_calculated", {}),
    ]


@pytest.mark.parametrize(
    ("today", "days", "working"),
    [
        # The bills of November are due on Saturday, the 5th of December.
        (date(2026, 11, 30), 5, 4),
        (date(2026, 12, 3), 2, 1),
        (date(2026, 12, 4), 1, 0),
        (date(2026, 12, 5), 0, 0),
        (date(2026, 12, 8), -3, 0),
    ],
)
def test_days_to_the_bills(rated: Cast, today: date, days: int, working: int) -> None:
    closed(OCTOBER, "2026-10-25T10:00")
    found = standing(today)
    assert (found.period, found.days_left, found.working_days) == (NOVEMBER, days, working)


def test_day_of_the_bills_that_nobody_has_set(cast: Cast) -> None:
    PaymentTerm.delete().execute()
    found = standing()
    assert (found.days, found.days_left) == (None, None)
    wanted = {"table": "payment_term", "key": ["only"], "day": "2026-11-01"}
    assert ("no_rate", wanted) in in_the_way()


def test_prolonged_intake_is_in_the_way(cast: Cast) -> None:
    make_extension(period=NOVEMBER, ends_on=date(2026, 11, 25))
    assert ("window_open", {"last_day": "2026-11-25"}) in in_the_way(date(2026, 11, 25))
    assert [code for code, _ in in_the_way(date(2026, 11, 26))] == ["not_calculated"]


def test_district_that_still_sends_is_named(cast: Cast) -> None:
    make_extension(period=NOVEMBER, district=cast.district, ends_on=date(2026, 11, 25))
    told = {"last_day": "2026-11-25", "districts": str(cast.district.name)}
    assert ("window_open", told) in in_the_way()


def test_district_is_named_where_there_are_no_days_for_all(cast: Cast) -> None:
    ReadingWindow.update(district=cast.district).execute()
    told = {"last_day": "2026-11-20", "districts": str(cast.district.name)}
    assert ("window_open", told) in in_the_way(date(2026, 11, 20))


def test_readings_that_wait_are_counted_by_what_they_wait_for(rated: Cast) -> None:
    make_reading(rated.cold, period=NOVEMBER, state=ReadingState.HELD)
    make_reading(rated.hot, period=NOVEMBER, state=ReadingState.ASKED)
    make_reading(rated.vera_meter, period=NOVEMBER.next, state=ReadingState.ASKED)
    calculate_month(SYSTEM, NOVEMBER, run=NIGHT)
    assert in_the_way() == [("held", {"count": 1}), ("asked", {"count": 1})]


def test_nothing_is_in_the_way_of_a_calculated_month(rated: Cast) -> None:
    calculate_month(SYSTEM, NOVEMBER, run=NIGHT)
    assert in_the_way() == []


def test_changes_and_troubles_are_counted(rated: Cast) -> None:
    shop = make_account(group=CustomerGroup.ORGANISATION)
    make_account_service(account=shop)
    make_meter(account=shop)
    calculate_month(SYSTEM, NOVEMBER, run=NIGHT)
    record(SYSTEM, "update", subject=rated.cold, at=NIGHT.at)
    assert in_the_way() == [("changed", {"accounts": 1}), ("troubles", {"count": 1})]
    record(SYSTEM, "update", subject=Tariff.get(), at=NIGHT.at)
    assert in_the_way()[0] == ("changed", {"accounts": None})


def test_changes_are_not_counted_while_readings_come_in(rated: Cast) -> None:
    calculate_month(SYSTEM, NOVEMBER, run=run_at("2026-11-12T10:00"))
    record(SYSTEM, "submit_readings", subject=rated.cold, at=NIGHT.at)
    assert [code for code, _ in in_the_way(date(2026, 11, 20))] == ["window_open"]
    assert [code for code, _ in in_the_way(date(2026, 11, 21))] == ["changed"]


def test_interrupted_issue_says_only_that(rated: Cast) -> None:
    calculate_month(SYSTEM, NOVEMBER, run=NIGHT)
    BillingMonth.update(state=MonthState.ISSUING).execute()
    record(SYSTEM, "update", subject=rated.cold, at=NIGHT.at)
    assert in_the_way() == [("unfinished", {})]


def test_what_stood_in_the_last_jobs_way_is_told_until_it_is_calculated(rated: Cast) -> None:
    order = make_month_order()
    assert standing().is_running
    end_order(order, at=NIGHT.at, obstacle=Obstacle("failed"))
    assert in_the_way() == [("failed", {}), ("not_calculated", {})]
    calculate_month(SYSTEM, NOVEMBER, run=run_at("2026-11-21T02:00"))
    assert in_the_way() == []


def test_what_is_looked_at_anew_is_not_told_from_memory(rated: Cast) -> None:
    order = make_month_order()
    end_order(order, at=NIGHT.at, obstacle=Obstacle("window_open", {"last_day": "2026-11-20"}))
    assert in_the_way() == [("not_calculated", {})]


def test_standing_is_known_by_few_statements(rated: Cast) -> None:
    calculate_month(SYSTEM, NOVEMBER, run=NIGHT)
    calendar = get_calendar(NIGHT.today)
    with statements() as seen:
        get_standing(NIGHT.today, calendar=calendar)
    assert len(seen) <= 7, "\n".join(seen)


def test_corrections_of_the_month_are_added_up_whoever_decided(cast: Cast) -> None:
    assert corrections_in(NOVEMBER) == (0, Decimal("0.00"))
    make_correction(account=cast.account, posted_period=NOVEMBER, amount="-50")
    make_correction(account=cast.account, posted_period=NOVEMBER, amount="12.34")
    make_correction(account=cast.account, posted_period=OCTOBER, amount="7")
    assert corrections_in(NOVEMBER) == (2, Decimal("-37.66"))
