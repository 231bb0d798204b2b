"""Hours without water: which are allowed, and what the others take from the month's charge."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vodokanal.billing.account_months import (
    AccountFacts,
    BreakFact,
    CorrectionLine,
    PostedCorrection,
)
from vodokanal.billing.correction_lines import MonthService
from vodokanal.billing.interruptions import (
    BreakLimits,
    break_time,
    interruption_corrections,
    reduction,
)
from vodokanal.billing.periods import Period
from vodokanal.billing.rates import Dated, NoRateError, Timetable
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.billing.terms import Term

NOVEMBER = Period(2026, 11)
OCTOBER = NOVEMBER.previous
COLD, HOT = Service.COLD, Service.HOT
LIMITS = BreakLimits(Decimal(8), Decimal(4), Decimal("0.15"))
SET_IN = date(2020, 1, 1)
TERMS: Timetable[Term, Decimal] = Timetable(
    "term",
    [
        (Term.BREAK_HOURS_A_MONTH, Dated(SET_IN, None, Decimal(8))),
        (Term.BREAK_HOURS_AT_ONCE, Dated(SET_IN, None, Decimal(4))),
        (Term.BREAK_PERCENT_AN_HOUR, Dated(SET_IN, None, Decimal("0.15"))),
    ],
)


def broken(
    began: str, hours: float, *, number: int = 1, service: Service = Service.COLD
) -> BreakFact:
    """A break that began at "11-03 10:00" of 2026."""
    moment = datetime.strptime(f"2026-{began}", "%Y-%m-%d %H:%M")
    return BreakFact(number, service, moment, moment + timedelta(hours=hours))


def account(
    *breaks: BreakFact,
    posted: tuple[PostedCorrection, ...] = (),
    group: CustomerGroup = CustomerGroup.POPULATION,
) -> AccountFacts:
    return AccountFacts(
        id=1,
        period=NOVEMBER,
        group=group,
        zone=1,
        opened_on=SET_IN,
        closed_on=None,
        services=(),
        people=(),
        categories=(),
        meters=(),
        breaks=breaks,
        has_history=True,
        posted=posted,
    )


def posted(amount: str, *, period: Period = NOVEMBER, service: Service = COLD) -> PostedCorrection:
    reason = RecalculationReason.INTERRUPTION
    return PostedCorrection(period, service, reason, None, Decimal(amount), "interruption", 1)


def corrections(facts: AccountFacts, **charges: str) -> list[CorrectionLine]:
    """Charges of November, by service; `october` is of the cold water."""
    rubles: dict[MonthService, Decimal] = {
        (NOVEMBER, Service(name)): Decimal(amount)
        for name, amount in charges.items()
        if name != "october"
    }
    if "october" in charges:
        rubles[OCTOBER, COLD] = Decimal(charges["october"])
    return interruption_corrections(facts, terms=TERMS, charges=rubles)


def hours_beyond(*breaks: BreakFact, period: Period = NOVEMBER) -> int:
    return break_time(breaks, period, limits=LIMITS).hours_beyond


def test_four_hours_at_once_are_allowed() -> None:
    assert hours_beyond(broken("11-03 10:00", 4)) == 0


def test_each_full_hour_after_the_fourth_is_beyond() -> None:
    assert hours_beyond(broken("11-03 10:00", 6.99)) == 2


def test_short_breaks_are_beyond_after_eight_hours_of_a_month() -> None:
    days = [broken(f"11-{day:02} 10:00", 3, number=day) for day in (3, 9, 15, 21)]
    assert hours_beyond(*days) == 4


def test_an_hour_beyond_both_limits_counts_once() -> None:
    assert hours_beyond(broken("11-03 10:00", 10)) == 6


def test_hours_beyond_at_once_do_not_use_up_what_the_month_allows() -> None:
    assert hours_beyond(broken("11-03 10:00", 10), broken("11-20 10:00", 3)) == 6


def test_parts_of_hours_of_several_breaks_add_up() -> None:
    assert hours_beyond(broken("11-03 10:00", 4.5), broken("11-20 10:00", 4.5)) == 1


def test_house_and_district_that_report_the_same_break_are_one() -> None:
    assert hours_beyond(broken("11-03 10:00", 6), broken("11-03 11:00", 2, number=2)) == 2


def test_breaks_that_touch_are_one() -> None:
    assert hours_beyond(broken("11-03 10:00", 4), broken("11-03 14:00", 4, number=2)) == 4


def test_a_break_over_the_end_of_a_month_belongs_to_both_by_its_hours() -> None:
    night = broken("10-31 22:00", 9)
    assert hours_beyond(night, period=OCTOBER) == 0
    assert hours_beyond(night, period=NOVEMBER) == 5
    assert hours_beyond(night, period=NOVEMBER.next) == 0


def test_moments_with_a_zone_are_read_in_their_own() -> None:
    began = datetime(2026, 10, 31, 23, tzinfo=UTC)
    fact = BreakFact(1, COLD, began, began + timedelta(hours=7))
    assert hours_beyond(fact) == 3


@given(
    st.lists(st.tuples(st.integers(0, 720 * 60), st.integers(1, 40 * 60)), max_size=5),
    st.randoms(),
)
def test_hours_beyond_are_bounded_and_know_no_order(
    times: list[tuple[int, int]], shuffled: Random
) -> None:
    start = datetime(2026, 11, 1)
    facts = [
        BreakFact(number, COLD, began, began + timedelta(minutes=length))
        for number, (minute, length) in enumerate(times)
        for began in [start + timedelta(minutes=minute)]
    ]
    found = break_time(facts, NOVEMBER, limits=LIMITS)
    assert timedelta(0) <= found.allowed <= min(found.total, timedelta(hours=8))
    assert found.hours_beyond >= (found.total - timedelta(hours=8)) // timedelta(hours=1)
    shuffled.shuffle(facts)
    assert break_time(facts, NOVEMBER, limits=LIMITS) == found


def test_each_hour_takes_fifteen_hundredths_of_a_per_cent() -> None:
    assert reduction(Decimal("203.68"), 6, percent_an_hour=Decimal("0.15")) == Decimal("1.83")


def test_a_month_without_water_costs_nothing_at_most() -> None:
    assert reduction(Decimal("203.68"), 700, percent_an_hour=Decimal("0.15")) == Decimal("203.68")


def test_nothing_is_taken_from_a_charge_below_nothing() -> None:
    assert reduction(Decimal("-20.00"), 10, percent_an_hour=Decimal("0.15")) == Decimal("0.00")


def test_a_break_is_a_line_that_explains_itself() -> None:
    (line,) = corrections(account(broken("11-03 10:00", 10)), cold="203.68")
    assert (line.for_period, line.service, line.volume) == (NOVEMBER, COLD, None)
    assert (line.amount, line.reason) == (Decimal("-1.83"), RecalculationReason.INTERRUPTION)
    assert (line.cause_table, line.cause_id) == ("interruption", 1)
    assert json.loads(line.inputs) == {
        "breaks": [{"id": 1, "from": "2026-11-03T10:00:00", "to": "2026-11-03T20:00:00"}],
        "minutes": 600,
        "allowed_minutes": 240,
        "hours": 6,
        "percent": "0.15",
        "hours_a_month": "8",
        "hours_at_once": "4",
        "charge": "203.68",
        "is": "-1.83",
        "was": "0.00",
    }


def test_several_breaks_of_a_month_are_one_line_without_a_single_cause() -> None:
    facts = account(broken("11-20 10:00", 5, number=2), broken("11-03 10:00", 10))
    (line,) = corrections(facts, cold="500.00")
    assert (line.amount, line.cause_id) == (Decimal("-5.25"), None)
    assert [each["id"] for each in json.loads(line.inputs)["breaks"]] == [1, 2]


def test_the_order_of_breaks_changes_nothing() -> None:
    breaks = [broken(f"11-{day} 10:00", 5, number=day) for day in (10, 11, 12)]
    found = [corrections(account(*each), cold="500.00") for each in permutations(breaks)]
    assert found == [found[0]] * 6


def test_a_break_of_one_service_leaves_the_others() -> None:
    facts = account(broken("11-03 10:00", 24, service=HOT))
    (line,) = corrections(facts, cold="500.00", hot="1000.00", sewage="300.00")
    assert (line.service, line.amount) == (HOT, Decimal("-30.00"))


def test_a_break_within_the_limits_makes_no_line() -> None:
    assert corrections(account(broken("11-03 10:00", 4)), cold="500.00") == []


def test_a_break_is_posted_only_once() -> None:
    facts = account(broken("10-03 10:00", 10), posted=(posted("-1.83", period=OCTOBER),))
    assert corrections(facts, october="203.68", cold="203.68") == []


def test_a_break_recorded_later_corrects_the_issued_month() -> None:
    (line,) = corrections(account(broken("10-03 10:00", 10)), october="203.68", cold="200.00")
    assert (line.for_period, line.amount) == (OCTOBER, Decimal("-1.83"))


def test_a_break_that_turns_out_longer_adds_the_difference() -> None:
    facts = account(broken("10-03 10:00", 14), posted=(posted("-1.83", period=OCTOBER),))
    (line,) = corrections(facts, october="203.68")
    assert line.amount == Decimal("-1.23")
    assert json.loads(line.inputs)["was"] == "-1.83"


def test_a_break_taken_back_is_charged_again() -> None:
    twice = (posted("-1.83", period=OCTOBER), posted("-1.23", period=OCTOBER))
    (line,) = corrections(account(posted=twice), october="203.68")
    assert (line.amount, line.cause_id) == (Decimal("3.06"), None)
    assert json.loads(line.inputs)["is"] == "0.00"


def test_a_month_corrected_later_changes_what_its_break_took() -> None:
    facts = account(broken("10-03 10:00", 10), posted=(posted("-1.83", period=OCTOBER),))
    (line,) = corrections(facts, october="100.00")
    assert line.amount == Decimal("0.93")


def test_months_that_were_never_billed_have_nothing_to_take_from() -> None:
    assert corrections(account(broken("09-03 10:00", 48)), october="100.00", cold="100.00") == []


def test_organisations_have_no_share_of_it() -> None:
    facts = account(broken("11-03 10:00", 10), group=CustomerGroup.ORGANISATION)
    assert corrections(facts, cold="500.00") == []


def test_corrections_of_other_kinds_are_not_counted_as_posted() -> None:
    other = PostedCorrection(
        NOVEMBER, COLD, RecalculationReason.MANUAL, None, Decimal("-1.83"), "", None
    )
    (line,) = corrections(account(broken("11-03 10:00", 10), posted=(other,)), cold="203.68")
    assert line.amount == Decimal("-1.83")


def test_limits_that_nobody_set_are_a_loud_error() -> None:
    charges = {(NOVEMBER, COLD): Decimal("500.00")}
    facts = account(broken("11-03 10:00", 10))
    with pytest.raises(NoRateError, match="term covers 2026-11-30"):
        interruption_corrections(facts, terms=Timetable("term"), charges=charges)
