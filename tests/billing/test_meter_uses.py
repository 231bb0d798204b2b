"""By its readings, by its average, or by the norm: what a flat with a meter is charged."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.billing.households import (
    billed,
    check,
    day,
    flat,
    inputs_of,
    meter,
    month,
    only_line,
    read,
    readings,
    regular,
    since,
)
from vodokanal.billing.account_months import AccessRefusalSpan, MeterMonth
from vodokanal.billing.line_inputs import ShownValue
from vodokanal.billing.methods import Cause, Method
from vodokanal.billing.periods import Period
from vodokanal.billing.rates import Policy
from vodokanal.billing.terms import Term
from vodokanal.billing.troubles import ReadingsContradictError, ReadingWithoutPreviousError

LINE = (Method.METER, Decimal(4), Decimal("203.72"))


def charged(*meters: MeterMonth, rates: Any = None, **changes: Any) -> tuple[Any, ...]:
    """The method, the volume and the amount of the flat's cold water."""
    line = only_line(flat(*meters, **changes), rates)
    return line.method, line.volume, line.amount


def cause_of(*meters: MeterMonth, rates: Any = None, **changes: Any) -> tuple[Any, ...]:
    """The method, why, and the multiplier of the flat's cold water."""
    line = only_line(flat(*meters, **changes), rates)
    return line.method, inputs_of(line).cause, line.multiplier


def test_a_read_meter_is_charged_by_the_difference() -> None:
    assert charged(regular()) == LINE


def test_the_plain_month_needs_two_readings_only() -> None:
    plain = meter(given=readings(m10="136", m11="140"))
    assert charged(plain, has_history=False, billed=()) == LINE
    assert only_line(flat(plain, has_history=False, billed=())) == only_line(flat(regular()))


def test_a_display_that_began_again_is_charged_once_around() -> None:
    around = meter(given=readings(m10="99998.500", m11="3.250"))
    assert charged(around)[1] == Decimal("4.750")


def test_two_meters_of_a_kind_add_up() -> None:
    second = regular(id=3, serial="33333")
    assert charged(regular(), second)[:2] == (Method.METER, Decimal(8))


def test_a_meter_swapped_within_the_month_is_two_parts() -> None:
    old = regular(until="2026-10", removed_on=day(10), final_reading=Decimal("137.300"))
    new = meter(
        given=readings(m11="1.900"),
        id=3,
        serial="33333",
        installed_on=day(10),
        commissioned_on=day(10),
        initial_reading=Decimal("0.200"),
    )
    line = only_line(flat(new, old))
    assert (line.method, line.volume, line.amount) == (
        Method.METER,
        Decimal("3.000"),
        Decimal("152.79"),
    )
    assert [each.volume for each in inputs_of(line).meters] == [Decimal("1.300"), Decimal("1.700")]


def test_the_first_silent_month_is_charged_by_the_average_of_six() -> None:
    uneven = regular(until="2026-04", id=1)
    more = readings(m5="113", m6="118", m7="124", m8="131", m9="139", m10="148")
    line = only_line(flat(replace(uneven, readings=[*uneven.readings, *more])))
    assert (line.method, line.volume) == (Method.AVERAGE, Decimal("6.000000"))
    (use,) = inputs_of(line).meters
    assert use.averaged[0] == (Period(2026, 5), Decimal(1))
    assert (len(use.averaged), use.silent, use.cause) == (6, 1, Cause.NO_READING)
    assert use.values == (ShownValue(Decimal(148), day(15, 10), "resident"),)


def test_an_average_keeps_six_decimals_and_is_multiplied_as_it_is() -> None:
    begun = replace(regular(until="2026-04"), readings=readings(m4="100", m10="125"))
    line = only_line(flat(begun))
    assert (line.method, line.volume, line.amount) == (
        Method.AVERAGE,
        Decimal("4.166667"),
        Decimal("212.21"),
    )


def test_a_young_meter_has_an_average_of_three_months() -> None:
    young = meter(
        given=readings(m7="3", m8="6", m9="12", m10="15"),
        installed_on=day(1, 7),
        commissioned_on=day(1, 7),
    )
    line = only_line(flat(young))
    assert (line.method, line.volume) == (Method.AVERAGE, Decimal("4.000000"))
    assert [each for each, _ in inputs_of(line).meters[0].averaged] == [
        Period(2026, 8),
        Period(2026, 9),
        Period(2026, 10),
    ]


def test_a_meter_too_young_for_an_average_is_charged_by_the_norm() -> None:
    young = meter(
        given=readings(m9="3", m10="6"), installed_on=day(1, 9), commissioned_on=day(1, 9)
    )
    assert charged(young) == (Method.NORM, Decimal("15.048"), Decimal("766.39"))
    assert cause_of(young) == (Method.NORM, Cause.TOO_YOUNG, 1)


def test_the_policy_may_multiply_the_norm_of_a_young_meter() -> None:
    young = meter(installed_on=day(1, 9), commissioned_on=day(1, 9))
    policy = month(policy=Policy(multiplies_too_young=True))
    assert cause_of(young, rates=policy) == (Method.NORM, Cause.TOO_YOUNG, 3)


def test_an_old_meter_of_which_little_is_known_has_no_average() -> None:
    little = meter(given=readings(m8="100", m9="104", m10="108"))
    assert cause_of(little, issued=Period(2026, 8)) == (Method.NORM, Cause.TOO_YOUNG, 1)


@pytest.mark.parametrize(
    ("last_read", "method"),
    [
        ("2026-10", Method.AVERAGE),
        ("2026-09", Method.AVERAGE),
        ("2026-08", Method.AVERAGE),
        ("2026-07", Method.NORM),
        ("2026-06", Method.NORM),
    ],
)
def test_the_average_stands_for_three_months_in_a_row(last_read: str, method: Method) -> None:
    assert cause_of(regular(until=last_read)) == (method, Cause.NO_READING, 1)


def test_how_many_months_in_a_row_is_a_number_of_the_law() -> None:
    longer = month(terms=[(term, since(Decimal(4))) for term in Term])
    silent = regular(until="2026-07")
    assert cause_of(silent) == (Method.NORM, Cause.NO_READING, 1)
    assert cause_of(silent, rates=longer) == (Method.AVERAGE, Cause.NO_READING, 1)


def test_a_reading_begins_the_count_of_silent_months_anew() -> None:
    pause = regular(until="2026-06")
    spoke = replace(pause, readings=[*pause.readings, read("2026-09", "132")])
    line = only_line(flat(spoke))
    assert (line.method, line.volume) == (Method.AVERAGE, Decimal("4.000000"))
    assert inputs_of(line).meters[0].silent == 2


def test_a_late_reading_is_shared_by_the_silent_months() -> None:
    pause = regular(until="2026-08")
    spoke = replace(pause, readings=[*pause.readings, read("2026-11", "138.5")])
    line = only_line(flat(spoke))
    assert (line.method, line.volume) == (Method.METER, Decimal("3.500000"))
    (use,) = inputs_of(line).meters
    assert (use.shared_by, [each.value for each in use.values]) == (3, [128, Decimal("138.5")])


def test_in_the_first_month_ever_charged_nobody_has_paid_the_months_before() -> None:
    spoke = meter(given=readings(m8="100", m11="112"))
    assert charged(spoke, billed=())[1] == Decimal(12)
    assert charged(spoke, billed=[billed(Period(2026, 10))])[1] == Decimal(6)


def test_a_recorded_reading_is_not_charged_by() -> None:
    recorded = regular(until="2026-10")
    last = read("2026-11", "300", is_accepted=False)
    found = cause_of(replace(recorded, readings=[*recorded.readings, last]))
    assert found == (Method.AVERAGE, Cause.NO_READING, 1)


INVALID = [{"failed_on": day(3, 8)}, {"verify_by": day(20, 8)}]


@pytest.mark.parametrize("why", INVALID)
def test_an_invalid_meter_is_charged_by_average_for_three_months(why: dict[str, Any]) -> None:
    until_july = regular(until="2026-07", **why)
    ignored = [read(f"2026-{each:02d}", "200", is_accepted=False) for each in (8, 9, 10)]
    invalid = replace(until_july, readings=[*until_july.readings, *ignored])
    october = flat(replace(invalid, readings=invalid.readings[:-1]), period=Period(2026, 10))
    assert inputs_of(only_line(october)).cause is Cause.METER_INVALID
    assert only_line(october).method is Method.AVERAGE
    line = only_line(flat(invalid))
    assert (line.method, line.multiplier) == (Method.NORM, Decimal(3))
    assert (line.volume, line.amount, line.excess) == (
        Decimal("15.048"),
        Decimal("2299.18"),
        Decimal("1532.79"),
    )


def test_a_meter_overdue_within_the_month_is_charged_by_average_in_it() -> None:
    assert cause_of(regular(verify_by=day(20))) == (Method.AVERAGE, Cause.METER_INVALID, 1)


def test_who_lets_nobody_in_pays_the_multiplied_norm_after_three_months() -> None:
    refused = [AccessRefusalSpan(day(5, 8))]
    assert cause_of(regular(until="2026-09"), access_refused=refused) == (
        Method.AVERAGE,
        Cause.NO_ACCESS,
        1,
    )
    assert cause_of(regular(until="2026-07"), access_refused=refused) == (
        Method.NORM,
        Cause.NO_ACCESS,
        3,
    )


def test_an_access_refused_until_last_month_is_no_cause_any_more() -> None:
    refused = [AccessRefusalSpan(day(5, 8), day(31, 10))]
    assert cause_of(regular(until="2026-07"), access_refused=refused)[1] is Cause.NO_READING


def test_a_reading_sent_counts_even_while_access_is_refused() -> None:
    assert charged(regular(), access_refused=[AccessRefusalSpan(day(5, 8))]) == LINE


def test_of_two_meters_the_silent_one_adds_its_own_average() -> None:
    silent = regular(until="2026-09", id=3, serial="33333")
    line = only_line(flat(regular(), silent))
    assert (line.method, line.volume) == (Method.AVERAGE, Decimal("8.000000"))
    assert [each.method for each in inputs_of(line).meters] == [Method.METER, Method.AVERAGE]


def test_where_one_meter_must_go_by_norm_all_of_its_water_does() -> None:
    silent = regular(until="2026-06", id=3, serial="33333")
    line = only_line(flat(regular(), silent))
    assert (line.method, line.volume, line.multiplier) == (
        Method.NORM,
        Decimal("15.048"),
        Decimal(1),
    )
    assert [(each.volume, each.counts) for each in inputs_of(line).meters] == [
        (Decimal(4), False),
        (None, False),
    ]


def test_of_two_causes_the_graver_one_multiplies() -> None:
    silent = regular(until="2026-06")
    failed = regular(until="2026-06", id=3, serial="33333", failed_on=day(1, 7))
    assert cause_of(silent, failed) == (Method.NORM, Cause.METER_INVALID, 3)


def test_a_broken_meter_whose_average_still_stands_multiplies_nothing() -> None:
    silent = regular(until="2026-06")
    failed = regular(id=3, serial="33333", failed_on=day(5))
    assert cause_of(failed, silent) == (Method.NORM, Cause.NO_READING, 1)
    assert cause_of(failed) == (Method.AVERAGE, Cause.METER_INVALID, 1)


def test_a_meter_commissioned_this_month_is_charged_for_what_it_counted() -> None:
    new = meter(given=readings(m11="1.500"), installed_on=day(10), commissioned_on=day(10), id=3)
    assert charged(new, opened_on=day(10))[:2] == (Method.METER, Decimal("1.500"))


def test_a_meter_commissioned_after_the_window_is_charged_next_month() -> None:
    new = meter(installed_on=day(26), commissioned_on=day(26))
    assert charged(new, opened_on=day(26))[:2] == (Method.METER, Decimal("0.000"))


def test_a_meter_that_fails_in_its_first_month_is_charged_by_the_norm() -> None:
    new = meter(installed_on=day(10), commissioned_on=day(10), failed_on=day(20))
    line = only_line(flat(new, opened_on=day(10)))
    assert (line.method, inputs_of(line).meters[0].silent) == (Method.NORM, 1)


def test_the_month_of_a_check_is_charged_from_what_was_found() -> None:
    checked = regular(checks=[check(day(10), "139.250")])
    assert charged(checked)[:2] == (Method.METER, Decimal("0.750"))


def test_a_removed_meter_without_a_last_value_is_averaged_for_its_days() -> None:
    gone = regular(until="2026-10", removed_on=day(15))
    new = meter(id=3, serial="33333", installed_on=day(15), commissioned_on=day(15))
    line = only_line(flat(gone, new, closed_on=day(16)))
    assert (line.method, line.volume) == (Method.AVERAGE, Decimal("2.000000"))
    assert inputs_of(line).meters[0].volume == Decimal("2.000000")


def test_contradicting_readings_are_refused_with_both_values() -> None:
    wrong = meter(given=readings(m10="50", m11="40"))
    with pytest.raises(ReadingsContradictError) as refusal:
        only_line(flat(wrong))
    assert refusal.value.parameters == {"serial": "11111", "previous": "50", "last": "40"}


def test_a_reading_from_before_the_meter_hung_is_refused() -> None:
    wrong = meter(given=readings(m11="40"), installed_on=day(20), commissioned_on=day(20))
    with pytest.raises(ReadingWithoutPreviousError) as refusal:
        only_line(flat(wrong))
    assert refusal.value.code == "reading_without_previous"
    assert refusal.value.parameters == {"serial": "11111", "taken_on": "2026-11-15"}


def test_a_meter_that_never_had_an_accepted_value_shows_none() -> None:
    noted = read("2026-09", "5", is_accepted=False)
    new = meter(given=[noted], installed_on=day(1, 9), commissioned_on=day(1))
    line = only_line(flat(new, period=Period(2026, 12)))
    (use,) = inputs_of(line).meters
    assert (use.method, use.values) == (Method.NORM, ())
