"""A line can be made again from what it says of itself, and made anew with other volumes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.billing.households import (
    COLD,
    HOT,
    LONG_AGO,
    NOVEMBER,
    POPULATION,
    SEWAGE,
    day,
    flat,
    inputs_of,
    meter,
    month,
    norms,
    only_line,
    read,
    readings,
    regular,
    services,
    since,
    tariffs,
)
from vodokanal.billing.account_months import (
    AccountFacts,
    ChargedLine,
    ImpossibleSpan,
    MeterMonth,
    PeopleSpan,
    QuantitySpan,
)
from vodokanal.billing.line_inputs import LineInputs, MeterUse, calculated
from vodokanal.billing.methods import Cause, Method
from vodokanal.billing.month_lines import charged_lines
from vodokanal.billing.month_rates import MonthRates, Price
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.rates import ONLY, MixedSewage, NormValue, Policy, Tariff
from vodokanal.billing.readings import Kind
from vodokanal.billing.replay import inputs_from_json, inputs_to_json, replayed, with_volumes

ALL = services(COLD, HOT, SEWAGE)
OWN_NORM = month(policy=Policy(mixed_sewage=MixedSewage.NORM))
SILENT = regular(until="2026-06")
SILENT_HOT = regular(Kind.HOT, until="2026-06")
COLD_PRICES = (COLD, POPULATION, None)
BEDS = (NormBasis.GARDEN, "beds", COLD)
STEPPED = month(
    tariffs=[
        (COLD_PRICES, since(Tariff(Decimal("45.88")), ends_on=day(10))),
        (COLD_PRICES, since(Tariff(Decimal("50.93")), day(11))),
    ]
)

STORIES: dict[str, tuple[AccountFacts, MonthRates]] = {
    "meters": (flat(regular(), regular(Kind.HOT), services=ALL), month()),
    "average": (flat(regular(until="2026-10"), services=services(COLD, SEWAGE)), month()),
    "norm": (flat(SILENT, SILENT_HOT, services=ALL), month()),
    "mixed": (flat(regular(), SILENT_HOT, services=ALL), month()),
    "mixed by norm": (flat(regular(), services=ALL), OWN_NORM),
    "no meters": (flat(services=ALL), month()),
    "price step": (flat(regular()), STEPPED),
    "owners": (flat(people=[PeopleSpan(0, 2, LONG_AGO)]), STEPPED),
    "vat on top": (
        flat(regular()),
        month(tariffs=tariffs({COLD: "41.75"}, includes_vat=False)),
    ),
    "no vat": (flat(regular()), month(vat=[(ONLY, since(None))])),
    "a garden": (
        flat(quantities=[QuantitySpan(NormBasis.GARDEN, "beds", Decimal("12.5"), LONG_AGO)]),
        month(norms=[*norms(), (BEDS, since(NormValue(Decimal("0.12"))))]),
    ),
    "shared": (flat(replace(SILENT, readings=[*SILENT.readings, read("2026-11", "131")])), month()),
}


@pytest.mark.parametrize(("facts", "rates"), STORIES.values(), ids=STORIES)
def test_each_line_is_replayed_from_its_inputs_alone(
    facts: AccountFacts, rates: MonthRates
) -> None:
    lines = charged_lines(facts, rates)
    assert lines
    for line in lines:
        assert replayed(inputs_of(line)) == (line.volume, line.amount, line.excess)


@pytest.mark.parametrize(("facts", "rates"), STORIES.values(), ids=STORIES)
def test_inputs_are_kept_and_read_without_a_loss(facts: AccountFacts, rates: MonthRates) -> None:
    for line in charged_lines(facts, rates):
        inputs = inputs_of(line)
        assert inputs_to_json(inputs, calculated(inputs).product) == line.inputs
        assert inputs_from_json(line.inputs) == inputs


def kept(line: ChargedLine) -> Any:
    """The JSON that is kept with a line."""
    return json.loads(line.inputs)


def test_a_metered_line_keeps_both_readings() -> None:
    assert kept(only_line(flat(regular()))) == {
        "method": "meter",
        "of": 30,
        "price": "50.93",
        "since": "2020-01-01",
        "vat": "22",
        "product": "203.72000",
        "meters": [
            {
                "id": 1,
                "kind": "cold",
                "serial": "11111",
                "by": "meter",
                "volume": "4.000",
                "values": [
                    ["136", "2026-10-15", "resident"],
                    ["140", "2026-11-15", "resident"],
                ],
            }
        ],
    }


def test_a_line_by_average_keeps_its_months_and_why() -> None:
    (use,) = kept(only_line(flat(regular(until="2026-09"))))["meters"]
    assert (use["by"], use["cause"], use["silent"]) == ("average", "no_reading", 2)
    assert use["values"] == [["132", "2026-09-15", "resident"]]
    assert use["averaged"] == [[f"2026-0{number}", "4.000"] for number in range(4, 10)]


def test_a_line_by_norm_keeps_its_people_and_its_multiplier() -> None:
    found = kept(only_line(flat(people=[PeopleSpan(0, 2, LONG_AGO)])))
    assert (found["multiplier"], found["product"]) == ("3.00", "1532.7892800")
    assert found["norms"] == [
        {
            "service": "cold",
            "basis": "person",
            "units": "2",
            "norm": "5.016",
            "days": 30,
            "owners": True,
        }
    ]


def test_a_part_of_a_month_keeps_its_days_and_the_meters_part() -> None:
    first, later = charged_lines(flat(regular()), STEPPED)
    assert (kept(first)["days"], kept(first)["meters"][0]["spread"]) == ([[1, 10]], [[0, 10]])
    assert (kept(later)["days"], kept(later)["meters"][0]["spread"]) == ([[11, 30]], [[10, 30]])
    assert kept(later)["meters"][0]["of"] == 30


@pytest.mark.parametrize("serial", ['12"34', "СВК-15 № 7\\", "", "12345", "line\nbreak"])
def test_any_serial_number_survives(serial: str) -> None:
    line = only_line(flat(regular(serial=serial)))
    assert inputs_of(line).meters[0].serial == serial
    assert kept(line)["meters"][0]["serial"] == serial


def charge_with(line: ChargedLine, **volumes: str) -> tuple[Method, Decimal, Decimal]:
    """The line as it would be had its meters counted these volumes, by id like m1="5"."""
    given = {int(name[1:]): Decimal(volume) for name, volume in volumes.items()}
    inputs = with_volumes(inputs_of(line), given)
    volume, amount, _ = replayed(inputs)
    return inputs.method, volume, amount


def test_an_average_is_replaced_by_what_was_really_counted() -> None:
    line = only_line(flat(regular(until="2026-10")))
    assert charge_with(line, m1="5.5") == (Method.METER, Decimal("5.5"), Decimal("280.12"))
    assert inputs_of(line).cause is Cause.NO_READING
    assert with_volumes(inputs_of(line), {1: Decimal("5.5")}).cause is None


def test_volumes_of_other_meters_change_nothing() -> None:
    inputs = inputs_of(only_line(flat(regular(until="2026-10"))))
    assert with_volumes(inputs, {99: Decimal(5)}) == inputs
    assert with_volumes(inputs, {}) == inputs


def test_the_average_of_one_of_two_meters_may_stay() -> None:
    second = regular(id=3, serial="33333", until="2026-10")
    line = only_line(flat(regular(until="2026-10"), second))
    assert charge_with(line, m1="5") == (Method.AVERAGE, Decimal(9), Decimal("458.37"))
    assert charge_with(line, m1="5", m3="6")[:2] == (Method.METER, Decimal(11))


def test_a_norm_and_its_multiplier_go_when_the_meter_has_spoken() -> None:
    failed = replace(SILENT, failed_on=day(1, 7))
    line = only_line(flat(failed))
    assert line.multiplier == 3
    inputs = with_volumes(inputs_of(line), {1: Decimal(4)})
    assert (inputs.method, inputs.norms, inputs.multiplier) == (Method.METER, (), Decimal(1))
    assert replayed(inputs) == (Decimal(4), Decimal("203.72"), Decimal("0.00"))


def test_a_norm_stays_until_all_its_meters_have_spoken() -> None:
    line = only_line(flat(SILENT, replace(SILENT, id=3, serial="33333")))
    assert charge_with(line, m1="4")[0] is Method.NORM
    assert charge_with(line, m1="4")[1] == Decimal("15.048")
    assert charge_with(line, m1="4", m3="1")[:2] == (Method.METER, Decimal(5))


def test_a_meter_that_was_read_counts_once_the_other_has_spoken() -> None:
    line = only_line(flat(regular(), replace(SILENT, id=3, serial="33333")))
    assert line.volume == Decimal("15.048")
    assert charge_with(line, m3="1")[:2] == (Method.METER, Decimal(5))


def sewage(*meters: MeterMonth, rates: MonthRates | None = None) -> ChargedLine:
    """The flat's line of sewage."""
    lines = charged_lines(flat(*meters, services=ALL), rates or month())
    return next(line for line in lines if line.service is SEWAGE)


def test_sewage_follows_the_averages_that_it_was_made_of() -> None:
    line = sewage(regular(), regular(Kind.HOT, until="2026-10"))
    assert charge_with(line, m2="3")[:2] == (Method.SUM, Decimal(7))


def test_sewage_by_its_own_norm_becomes_the_sum_once_both_have_spoken() -> None:
    line = sewage(SILENT, SILENT_HOT)
    assert charge_with(line, m1="4")[:2] == (Method.NORM, Decimal("25.992"))
    assert charge_with(line, m1="4", m2="2")[:2] == (Method.SUM, Decimal(6))


def test_the_norm_of_one_water_in_the_sewage_goes_when_its_meter_has_spoken() -> None:
    line = sewage(regular(), SILENT_HOT)
    assert line.volume == Decimal("14.944")
    assert charge_with(line, m2="2")[:2] == (Method.SUM, Decimal(6))


def test_sewage_by_the_policy_becomes_the_sum_too() -> None:
    line = sewage(regular(), SILENT_HOT, rates=OWN_NORM)
    assert charge_with(line, m2="2")[:2] == (Method.SUM, Decimal(6))


def test_a_norm_without_meters_is_never_replaced() -> None:
    line = sewage(regular())
    assert charge_with(line, m1="5")[:2] == (Method.SUM, Decimal("15.944"))
    assert charge_with(only_line(flat()), m1="5")[1] == Decimal("15.048")


def test_a_part_of_a_month_takes_its_part_of_the_new_volume() -> None:
    first, later = charged_lines(flat(regular(until="2026-10")), STEPPED)
    volumes = [charge_with(line, m1="10")[1] for line in (first, later)]
    assert volumes == [Decimal("3.333333"), Decimal("6.666667")]


def test_a_volume_that_does_not_count_adds_nothing() -> None:
    price = Price(Decimal("50.93"), LONG_AGO, None)
    use = MeterUse(1, Kind.COLD, "1", Method.METER, Decimal(4), counts=False)
    none = replace(use, volume=None, counts=True)
    inputs = LineInputs(Method.NORM, ((1, 30),), 30, price, meters=(use, none))
    assert replayed(inputs) == (Decimal(0), Decimal(0), Decimal(0))


def test_products_have_no_exponents() -> None:
    same = meter(given=readings(m10="136", m11="136"))
    assert kept(only_line(flat(same)))["product"] == "0.00000"


def test_a_month_before_is_replayed_by_its_own_prices() -> None:
    october = replace(NOVEMBER, month=10)
    facts = flat(regular(), period=october)
    rates = month(october)
    assert (rates.first, rates.last) == (date(2026, 10, 1), date(2026, 10, 31))
    assert inputs_of(only_line(facts, rates)).of == 31


def test_acts_leave_no_trace_but_the_multiplier() -> None:
    act = [ImpossibleSpan(Kind.COLD, LONG_AGO)]
    assert "multiplier" not in kept(only_line(flat(impossible=act)))
