"""A new holder's meters, which counted for the old one until the day before: ПП 354 п. 59, 60."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.billing.households import (
    HOT,
    SEWAGE,
    billed,
    day,
    flat,
    inputs_of,
    meter,
    month,
    only_line,
    read,
    readings,
    services,
)
from vodokanal.billing.account_months import AccountFacts, MeterMonth, MeterReading
from vodokanal.billing.charges import charge_account, charged_lines
from vodokanal.billing.metering import metered_months, months_to_average
from vodokanal.billing.methods import Cause, Method
from vodokanal.billing.periods import Period
from vodokanal.billing.rates import LateReadings, Policy
from vodokanal.billing.readings import Kind
from vodokanal.billing.recalculation_reasons import RecalculationReason

OCTOBER, NOVEMBER, DECEMBER = Period(2026, 10), Period(2026, 11), Period(2026, 12)
# The first day of the new holder: 19 days of November are the new account's.
ON = day(12)


def taken_over(*given: MeterReading, on: date = ON, **changes: Any) -> MeterMonth:
    """A meter that showed 100 m³ on the day of the change."""
    begun = {"installed_on": on, "commissioned_on": on, "initial_reading": Decimal(100)}
    return meter(changes.pop("kind", Kind.COLD), given, is_taken_over=True, **begun | changes)


def account(*meters: MeterMonth, **changes: Any) -> AccountFacts:
    """The new holder's account, three people, charged from the day of the change on."""
    usual: dict[str, Any] = {"opened_on": ON, "billed": (), "first_charged": Period(2024, 1)}
    return flat(*meters, **usual | changes)


def test_new_holder_who_sends_nothing_is_charged_by_the_norm() -> None:
    # 3 people × 5,016 m³ × 19/30 = 9,5304 m³; × 50,93 = 485,383272.
    line = only_line(account(taken_over()))
    assert (line.method, line.volume) == (Method.NORM, Decimal("9.530400"))
    assert (line.amount, line.multiplier) == (Decimal("485.38"), Decimal(1))
    (use,) = inputs_of(line).meters
    assert (use.cause, use.silent, use.volume) == (Cause.TOO_YOUNG, 1, None)
    assert [(each.value, each.on) for each in use.values] == [(Decimal(100), ON)]


def test_other_waters_and_sewage_of_the_new_holder_go_by_the_norm_too() -> None:
    facts = account(
        taken_over(), taken_over(kind=Kind.HOT), services=services(SEWAGE, HOT, HOT.COLD)
    )
    # 10,944 × 19/30 = 6,9312 × 243,16 = 1685,390592; 25,992 × 19/30 = 16,4616 × 39,97 = 657,970152.
    assert [line.amount for line in charged_lines(facts, month())] == [
        Decimal("485.38"),
        Decimal("1685.39"),
        Decimal("657.97"),
    ]


def test_reading_of_the_first_month_is_charged_by_from_the_day_of_the_change() -> None:
    line = only_line(account(taken_over(read("2026-11", "102.5", taken_on=day(25)))))
    assert (line.method, line.volume, line.amount) == (
        Method.METER,
        Decimal("2.500"),
        Decimal("127.33"),
    )


def test_meter_that_is_really_new_has_counted_nothing_yet() -> None:
    new = replace(taken_over(), is_taken_over=False)
    assert only_line(account(new)).method is Method.METER
    assert only_line(account(new)).amount == Decimal("0.00")


def test_meter_that_only_the_new_holder_has_commissioned_is_new() -> None:
    line = charged_lines(account(taken_over(commissioned_on=day(20))), month())[-1]
    assert (line.method, line.volume) == (Method.METER, Decimal("0.000"))


@pytest.mark.parametrize("why", [{"failed_on": day(3, 8)}, {"verify_by": day(20, 8)}])
def test_norm_of_a_new_holder_is_multiplied_only_by_the_policy(why: dict[str, Any]) -> None:
    facts = account(taken_over(**why))
    assert only_line(facts).multiplier == Decimal(1)
    policy = month(policy=Policy(multiplies_too_young=True))
    assert only_line(facts, policy).multiplier == Decimal(3)


def test_next_reading_is_shared_by_the_days_of_both_months() -> None:
    # 10 m³ in 19 + 31 days: 3,8 and 6,2; 6,2 × 50,93 = 315,766.
    read_late = taken_over(read("2026-12", "110"))
    found = metered_months(read_late)
    assert [found[each].volume for each in (NOVEMBER, DECEMBER)] == [Decimal("3.8"), Decimal("6.2")]
    line = only_line(account(read_late, period=DECEMBER))
    assert (line.method, line.amount) == (Method.METER, Decimal("315.77"))
    (use,) = inputs_of(line).meters
    assert (use.shared_by, use.by_days) == (2, (31, 50))


def test_silent_months_between_share_by_their_days_and_the_last_takes_the_rest() -> None:
    # 10 m³ in 19 + 31 + 31 days, litres of litres cut: 2,345679 + 3,827160 + 3,827161.
    found = metered_months(taken_over(read("2027-01", "110")), oldest=DECEMBER)
    assert {str(each): of.volume for each, of in found.items() if of.volume} == {
        "2026-12": Decimal("3.827160"),
        "2027-01": Decimal("3.827161"),
    }


def test_days_end_with_a_meter_that_was_removed() -> None:
    # 10 m³ in 19 + 6 days: 7,6 and 2,4.
    gone = taken_over(removed_on=date(2026, 12, 6), final_reading=Decimal(110))
    found = metered_months(gone)
    assert [found[each].volume for each in (NOVEMBER, DECEMBER)] == [Decimal("7.6"), Decimal("2.4")]


def test_contradicting_value_leaves_both_months_unknown() -> None:
    found = metered_months(taken_over(read("2026-12", "90")))
    assert [found[each].volume for each in (NOVEMBER, DECEMBER)] == [None, None]


def test_change_on_the_first_day_leaves_whole_months_which_share_equally() -> None:
    found = metered_months(taken_over(read("2026-12", "110"), on=day(1)))
    assert [found[each].volume for each in (NOVEMBER, DECEMBER)] == [Decimal(5), Decimal(5)]
    assert (found[NOVEMBER].is_whole, found[NOVEMBER].by_days) == (True, ())


@pytest.mark.parametrize(("on", "first"), [(day(1), NOVEMBER), (ON, DECEMBER)])
def test_only_whole_months_enter_the_average(on: date, first: Period) -> None:
    found = metered_months(taken_over(*readings(m11="101", m12="104"), on=on))
    (month_of, _volume), *_ = months_to_average(found, Period(2027, 1), most=6)
    assert month_of == first


def test_norm_of_the_first_month_follows_a_late_reading_only_by_the_policy() -> None:
    first = only_line(account(taken_over()))
    kept = billed(
        NOVEMBER, method=Method.NORM, volume=first.volume, amount=first.amount, inputs=first.inputs
    )
    facts = account(taken_over(read("2026-12", "110")), period=DECEMBER, billed=[kept])
    assert charge_account(facts, month(DECEMBER)).corrections == []
    every = month(DECEMBER, policy=Policy(late_readings=LateReadings.ALL))
    # 3,8 m³ × 50,93 = 193,53 instead of 485,38.
    (found,) = charge_account(facts, every).corrections
    assert (found.reason, found.amount) == (RecalculationReason.TRUE_UP, Decimal("-291.85"))


def test_fourth_month_of_silence_goes_by_the_norm_for_that_reason() -> None:
    line = only_line(account(taken_over(), period=Period(2027, 2)))
    (use,) = inputs_of(line).meters
    assert (use.method, use.cause, use.silent) == (Method.NORM, Cause.NO_READING, 4)
