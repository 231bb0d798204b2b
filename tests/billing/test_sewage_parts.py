"""Sewage by its own norm becomes its waters' parts once one of them has spoken."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from tests.billing.households import (
    COLD,
    HOT,
    LONG_AGO,
    POPULATION,
    SEWAGE,
    day,
    flat,
    inputs_of,
    month,
    norms,
    regular,
    services,
    since,
    tariffs,
)
from vodokanal.billing.account_months import MeterMonth, PeopleSpan, QuantitySpan
from vodokanal.billing.line_inputs import LineInputs, calculated
from vodokanal.billing.methods import Method
from vodokanal.billing.month_lines import charged_lines
from vodokanal.billing.month_rates import MonthRates
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.rates import NormValue, Tariff
from vodokanal.billing.readings import Kind
from vodokanal.billing.replay import with_volumes
from vodokanal.billing.services import Service
from vodokanal.billing.sewage_parts import in_parts, is_mixed

SILENT = regular(until="2026-06")
SILENT_HOT = regular(Kind.HOT, until="2026-06")
Lines = dict[Service, list[LineInputs]]


def charged(*meters: MeterMonth, rates: MonthRates | None = None, **changes: Any) -> Lines:
    """What the lines of the flat are made of."""
    facts = flat(*(meters or (SILENT, SILENT_HOT)), services=services(COLD, HOT, SEWAGE), **changes)
    found: Lines = {COLD: [], HOT: [], SEWAGE: []}
    for line in charged_lines(facts, rates or month()):
        found[line.service].append(inputs_of(line))
    return found


def spoken(lines: Lines) -> Lines:
    """The same, had the cold water's meter counted 4 m³."""
    four = {1: Decimal(4)}
    return {service: [with_volumes(each, four) for each in lines[service]] for service in lines}


def put_together(lines: Lines) -> list[LineInputs]:
    waters = {each: lines[each] for each in (COLD, HOT) if each in lines}
    return [in_parts(each, waters) for each in lines[SEWAGE]]


def volume(inputs: Iterable[LineInputs]) -> Decimal:
    return sum((calculated(each).volume for each in inputs), Decimal(0))


def test_the_meter_counts_and_the_other_water_goes_by_its_own_norm() -> None:
    (line,) = put_together(spoken(charged()))
    assert (line.method, calculated(line).volume) == (Method.SUM, Decimal("14.944"))
    assert [use.counts for use in line.meters] == [True, False]
    assert [(use.service, use.on) for use in line.norms] == [(HOT, ())]


def test_two_silent_waters_keep_the_norm() -> None:
    lines = charged()
    assert put_together(lines) == lines[SEWAGE]


def test_a_sum_stays_a_sum() -> None:
    lines = charged(regular(), SILENT_HOT)
    assert put_together(lines) == lines[SEWAGE]


def test_a_water_that_others_bill_keeps_the_norm() -> None:
    lines = spoken(charged())
    del lines[HOT]
    assert put_together(lines) == lines[SEWAGE]


def test_a_meter_whose_volume_is_not_for_the_sewage_keeps_the_norm() -> None:
    lines = charged()
    lines[COLD] = spoken(lines)[COLD]
    assert put_together(lines) == lines[SEWAGE]


def test_a_meter_that_counts_on_some_days_only_keeps_the_norm() -> None:
    dearer = ((COLD, POPULATION, None), since(Tariff(Decimal(60)), day(11)))
    cheap = ((COLD, POPULATION, None), since(Tariff(Decimal(50)), ends_on=day(10)))
    others = [each for each in tariffs() if each[0][0] is not COLD]
    before = charged(rates=month(tariffs=[cheap, dearer, *others]))
    lines = spoken(before)
    lines[COLD][0] = before[COLD][0]
    assert put_together(lines) == lines[SEWAGE]


def test_norms_keep_their_days() -> None:
    people = [PeopleSpan(3, 1, LONG_AGO, day(15)), PeopleSpan(2, 1, day(16))]
    (line,) = put_together(spoken(charged(people=people)))
    assert [(use.units, use.days, use.on) for use in line.norms] == [
        (Decimal(3), 15, ((1, 15),)),
        (Decimal(2), 15, ((16, 30),)),
    ]
    assert calculated(line).volume == Decimal("13.12")


def test_two_prices_of_a_month_have_their_days() -> None:
    key = (SEWAGE, POPULATION, None)
    stepped = [
        (key, since(Tariff(Decimal(40)), ends_on=day(10))),
        (key, since(Tariff(Decimal(45)), day(11))),
    ]
    others = [each for each in tariffs() if each[0][0] is not SEWAGE]
    lines = put_together(spoken(charged(rates=month(tariffs=[*stepped, *others]))))
    assert [calculated(each).volume for each in lines] == [
        Decimal("4.981333"),
        Decimal("9.962667"),
    ]


def test_a_water_without_a_meter_brings_the_norm_of_its_people_alone() -> None:
    garden = QuantitySpan(NormBasis.GARDEN, "beds", Decimal(100), LONG_AGO)
    beds = [
        ((NormBasis.GARDEN, "beds", each), since(NormValue(Decimal("0.1")))) for each in (COLD, HOT)
    ]
    lines = spoken(charged(SILENT, quantities=[garden], rates=month(norms=[*norms(), *beds])))
    assert len(lines[HOT]) == 2
    assert volume(put_together(lines)) == Decimal("14.944")


def test_sewage_is_mixed_where_one_water_was_known() -> None:
    assert not is_mixed(charged()[SEWAGE][0])
    assert is_mixed(charged(regular(), SILENT_HOT)[SEWAGE][0])
