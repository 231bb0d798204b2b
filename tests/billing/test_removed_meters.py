"""Days after a meter was taken down: its average while it may stand, then a flat without a meter."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.billing.households import (
    COLD,
    HOT,
    LONG_AGO,
    SEWAGE,
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
    services,
    tariffs,
)
from tests.billing.stories import half_a_year
from vodokanal.billing.account_months import AccountFacts, ImpossibleSpan, MeterMonth
from vodokanal.billing.charges import needs_history
from vodokanal.billing.line_inputs import ShownValue
from vodokanal.billing.methods import Cause, Method
from vodokanal.billing.month_lines import charged_lines
from vodokanal.billing.month_rates import MonthRates
from vodokanal.billing.periods import Period
from vodokanal.billing.rates import LateReadings, Policy
from vodokanal.billing.readings import Kind
from vodokanal.billing.recalculations import difference
from vodokanal.billing.replay import inputs_from_json
from vodokanal.billing.services import Charging, CustomerGroup
from vodokanal.billing.troubles import OrganisationWithoutReadingError

# Read until October, 4 m³ a month, and taken down on 20 November.
GONE = regular(until="2026-10", removed_on=day(20), final_reading=Decimal(138))
OTHER: dict[str, Any] = {"id": 3, "serial": "33333", "initial_reading": Decimal(0)}


def after(*meters: MeterMonth, in_month: str, **changes: Any) -> list[tuple[str, str, str]]:
    """Method, volume and multiplier of the lines of a month."""
    facts = flat(*meters, period=Period.parse(in_month), **changes)
    return told(facts)


def told(facts: AccountFacts) -> list[tuple[str, str, str]]:
    lines = charged_lines(facts, month(facts.period))
    return [(line.method.value, str(line.volume), str(line.multiplier)) for line in lines]


def test_rest_of_the_month_goes_by_the_average_of_the_meter() -> None:
    assert told(flat(GONE)) == [("meter", "2.000", "1"), ("average", "1.333333", "1")]


def test_average_says_of_which_meter_it_is_and_that_it_is_gone() -> None:
    by_meter, by_average = charged_lines(flat(GONE), month())
    (use,) = inputs_of(by_average).meters
    assert (use.id, use.method, use.cause, use.silent, use.gone) == (
        1,
        Method.AVERAGE,
        Cause.METER_INVALID,
        1,
        True,
    )
    assert [str(each) for each, _ in use.averaged] == [f"2026-{n:02}" for n in range(5, 11)]
    assert use.values == (ShownValue(Decimal(138), day(20), "final"),)
    assert not inputs_of(by_meter).meters[0].gone


@pytest.mark.parametrize("in_month", ["2026-12", "2027-01"])
def test_average_stands_for_the_month_of_the_removal_and_two_more(in_month: str) -> None:
    assert after(GONE, in_month=in_month) == [("average", "4.000", "1")]


def test_then_it_is_a_flat_without_a_meter() -> None:
    assert after(GONE, in_month="2027-02") == [("no_meter", "15.048", "3.00")]


def test_meter_taken_down_on_the_last_day_is_averaged_for_three_whole_months() -> None:
    gone = replace(GONE, removed_on=day(31, 10), final_reading=Decimal(136))
    assert [after(gone, in_month=f"2026-{number}")[0][0] for number in (10, 11, 12)] == [
        "meter",
        "average",
        "average",
    ]
    assert after(gone, in_month="2027-01")[0][0] == "average"
    assert after(gone, in_month="2027-02")[0][0] == "no_meter"


def test_silent_months_before_the_removal_count_too() -> None:
    silent = regular(until="2026-09", removed_on=day(20))
    assert told(flat(silent)) == [("average", "4.000", "1")]
    assert inputs_of(only_line(flat(silent))).meters[1].silent == 2
    assert after(silent, in_month="2026-12")[0][0] == "average"
    assert after(silent, in_month="2027-01")[0][0] == "no_meter"


def test_last_value_at_the_removal_ends_the_silence() -> None:
    silent = regular(until="2026-07", removed_on=day(20), final_reading=Decimal(140))
    assert after(silent, in_month="2027-01")[0][0] == "average"
    assert after(silent, in_month="2027-02")[0][0] == "no_meter"


def test_part_of_the_month_of_removal_is_in_no_average() -> None:
    early = replace(GONE, removed_on=day(2), final_reading=Decimal("136.100"))
    assert after(early, in_month="2026-12") == [("average", "4.000", "1")]


def test_young_meter_needs_three_months_for_its_average() -> None:
    young = meter(
        given=readings(m9="6", m10="12"),
        installed_on=day(1, 7),
        commissioned_on=day(1, 7),
        removed_on=day(20),
        final_reading=Decimal(14),
    )
    assert told(flat(young))[1] == ("average", "1.333333", "1")
    younger = replace(young, commissioned_on=day(2, 8), installed_on=day(2, 8))
    assert told(flat(younger))[1] == ("norm", "5.016", "1")


def test_too_young_is_multiplied_by_the_policy() -> None:
    young = meter(installed_on=day(1, 11), commissioned_on=day(2), removed_on=day(20))
    facts = flat(young, opened_on=day(2))
    line = charged_lines(facts, month(policy=Policy(multiplies_too_young=True)))[-1]
    assert (line.method, line.multiplier) == (Method.NORM, Decimal(3))
    assert [use.gone for use in inputs_of(line).meters] == [True]


def test_another_meter_ends_the_average_on_the_day_it_is_commissioned() -> None:
    new = meter(given=readings(m11="1"), installed_on=day(25), commissioned_on=day(25), **OTHER)
    new = replace(new, readings=[replace(new.readings[0], taken_on=day(29))])
    lines = charged_lines(flat(GONE, new), month())
    assert [(line.method, inputs_of(line).days) for line in lines] == [
        (Method.METER, ((1, 20), (26, 30))),
        (Method.AVERAGE, ((21, 25),)),
    ]
    assert [str(line.volume) for line in lines] == ["3.000", "0.666667"]


def test_months_between_two_meters_go_by_the_average() -> None:
    new = meter(installed_on=day(10, 12), commissioned_on=day(10, 12), **OTHER)
    new = replace(new, readings=[read("2026-12", "2", taken_on=day(28, 12))])
    assert after(GONE, new, in_month="2026-12") == [
        ("average", "1.290323", "1"),
        ("meter", "2.000", "1"),
    ]


def test_another_meter_that_hangs_says_everything() -> None:
    assert told(flat(GONE, regular(**OTHER))) == [("meter", "6.000", "1")]


def test_meters_taken_down_together_stand_together() -> None:
    both = [GONE, replace(GONE, **OTHER)]
    assert after(*both, in_month="2026-12") == [("average", "8.000", "1")]


def test_where_no_meter_can_be_none_is_waited_for() -> None:
    act = [ImpossibleSpan(Kind.COLD, day(21)), ImpossibleSpan(Kind.HOT, LONG_AGO)]
    assert told(flat(GONE, impossible=act))[1] == ("no_meter", "5.016", "1")


def test_act_of_earlier_days_is_no_act() -> None:
    act = [ImpossibleSpan(Kind.COLD, LONG_AGO, day(1, 10))]
    assert told(flat(GONE, impossible=act))[1] == ("average", "1.333333", "1")


def test_meter_that_was_never_commissioned_has_no_average() -> None:
    never = replace(GONE, commissioned_on=None)
    assert told(flat(never)) == [("no_meter", "15.048", "3.00")]


def test_organisation_is_not_charged_by_what_is_for_citizens() -> None:
    shops = CustomerGroup.ORGANISATION
    with pytest.raises(OrganisationWithoutReadingError) as refusal:
        charged_lines(flat(GONE, group=shops), month(tariffs=tariffs(group=shops)))
    assert refusal.value.parameters["serial"] == "11111"


def test_sewage_follows_the_average() -> None:
    hot = regular(Kind.HOT)
    lines = charged_lines(flat(GONE, hot, services=services(COLD, HOT, SEWAGE)), month())
    assert [(line.service, line.method, str(line.volume)) for line in lines][-1] == (
        SEWAGE,
        Method.SUM,
        "5.333333",
    )
    assert [(use.id, use.gone) for use in inputs_of(lines[-1]).meters] == [
        (1, False),
        (2, False),
        (1, True),
    ]


def test_line_keeps_that_the_meter_is_gone() -> None:
    line = charged_lines(flat(GONE), month())[1]
    assert '"gone":true' in line.inputs
    assert inputs_from_json(line.inputs).meters[0].gone


def test_account_closed_with_its_meter_has_no_days_after() -> None:
    assert told(flat(GONE, closed_on=day(21))) == [("meter", "2.000", "1")]


def test_water_that_is_counted_only_is_averaged_for_the_sewage() -> None:
    supplied = services(SEWAGE, counted=[COLD])
    assert supplied[1].charging is Charging.COUNTED
    assert told(flat(GONE, services=supplied)) == [("sum", "3.333333", "1")]


@pytest.mark.parametrize("number", [11, 12])
def test_days_after_a_removal_need_the_history(number: int) -> None:
    facts = flat(GONE, period=Period(2026, number), has_history=False, billed=())
    assert needs_history(facts)


def test_meter_followed_at_once_is_forgotten_in_the_next_month() -> None:
    new = meter(given=[read("2026-12", "5"), read("2027-01", "9")], commissioned_on=day(20))
    new = replace(new, id=3, installed_on=day(20))
    facts = flat(GONE, new, period=Period(2027, 1), has_history=False, billed=())
    assert not needs_history(facts)
    assert [line.method for line in charged_lines(facts, month(facts.period))] == [Method.METER]


def test_successor_that_was_removed_first_is_none() -> None:
    before = meter(removed_on=day(15), final_reading=Decimal(1), **OTHER)
    assert needs_history(flat(GONE, before, has_history=False, billed=()))


def test_no_reading_corrects_the_days_after_the_removal() -> None:
    story = half_a_year(late_readings=LateReadings.ALL)
    story.issued("2026-07")
    story.meters = [
        replace(each, removed_on=day(10, 8), final_reading=Decimal(140)) for each in story.meters
    ]
    assert story.issued("2026-08") == []
    story.meters = [replace(each, final_reading=Decimal(142)) for each in story.meters]
    assert [each[:4] for each in story.told("2026-09")] == [
        ("2026-07", "cold", "true_up", "1.000"),
        ("2026-08", "cold", "reading_corrected", "1.000"),
    ]


def test_check_before_the_removal_leaves_the_days_after_it_alone() -> None:
    story = half_a_year()
    story.read({"2026-07": "135"})
    story.issued("2026-07")
    story.meters = [
        replace(
            each,
            checks=[check(day(5, 8), "139")],
            removed_on=day(10, 8),
            final_reading=Decimal(140),
        )
        for each in story.meters
    ]
    assert [each[1:4] for each in story.told("2026-08")] == [("cold", "check", "4.000")]


def test_water_that_no_service_names_is_not_averaged() -> None:
    facts = flat(GONE, services=services(SEWAGE))
    assert [each[0] for each in told(facts)] == ["sum", "no_meter"]


def test_recalculation_tells_both_uses_of_a_meter_apart() -> None:
    story = half_a_year(facts={"services": services(COLD, SEWAGE)})
    story.issued("2026-07")
    gone = replace(story.meters[0], removed_on=day(10, 8), final_reading=Decimal(140))
    story.meters = [gone]
    story.issued("2026-08")
    story.meters = [replace(gone, final_reading=Decimal(142))]
    facts = replace(story.known("2026-08"), billed=[], posted=[])
    lines = charged_lines(facts, MonthRates(story.rates(), facts.period))
    assert difference(story.known("2026-12"), {facts.period: lines}) == []
