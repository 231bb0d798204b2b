"""Sewage: the sum of both waters, its own norm, or one of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.billing.households import (
    COLD,
    HOT,
    LONG_AGO,
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
from vodokanal.billing.account_months import (
    ChargedLine,
    ImpossibleSpan,
    MeterMonth,
    QuantitySpan,
    ServiceSpan,
)
from vodokanal.billing.methods import Cause, Method
from vodokanal.billing.month_lines import charged_lines
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.rates import MixedSewage, NormValue, Policy
from vodokanal.billing.readings import Kind
from vodokanal.billing.services import Charging
from vodokanal.billing.volumes import billed_volume

ALL = services(COLD, HOT, SEWAGE)
OWN_NORM = month(policy=Policy(mixed_sewage=MixedSewage.NORM))
HOT_METER = regular(Kind.HOT)


def sewage(*meters: MeterMonth, rates: Any = None, **changes: Any) -> ChargedLine:
    """The one line of sewage that the flat is charged."""
    facts = flat(*meters, **{"services": ALL} | changes)
    lines = charged_lines(facts, rates or month())
    (line,) = [each for each in lines if each.service is SEWAGE]
    return line


def found(line: ChargedLine) -> tuple[Method, Decimal, Decimal]:
    """By what it was found, its m³ and its rubles."""
    return line.method, line.volume, line.amount


def test_sewage_is_the_sum_of_both_waters() -> None:
    line = sewage(regular(), HOT_METER)
    assert found(line) == (Method.SUM, Decimal("6.000"), Decimal("239.82"))
    assert [each.serial for each in inputs_of(line).meters] == ["11111", "22222"]


def test_an_average_counts_like_a_reading() -> None:
    line = sewage(regular(until="2026-10"), HOT_METER)
    assert found(line)[:2] == (Method.SUM, Decimal("6.000000"))
    assert inputs_of(line).cause is Cause.NO_READING


def test_a_hot_meter_that_is_only_counted_enters_the_sewage() -> None:
    lines = charged_lines(
        flat(regular(), HOT_METER, services=services(COLD, SEWAGE, counted=[HOT])), month()
    )
    assert [(line.service, line.volume) for line in lines] == [
        (COLD, Decimal("4.000")),
        (SEWAGE, Decimal("6.000")),
    ]


def test_a_hot_meter_without_any_service_enters_the_sewage() -> None:
    line = sewage(regular(), HOT_METER, services=services(COLD, SEWAGE))
    assert found(line)[:2] == (Method.SUM, Decimal("6.000"))


def test_such_a_meter_counts_on_the_days_on_which_it_hangs_and_no_norm_on_others() -> None:
    gone: dict[str, Any] = {"until": "2026-10", "removed_on": day(10)}
    gone["final_reading"] = Decimal("119.5")
    line = sewage(regular(), regular(Kind.HOT, **gone), services=services(COLD, SEWAGE))
    assert found(line)[:2] == (Method.SUM, Decimal("5.500"))


def test_what_is_only_counted_needs_no_price() -> None:
    line = sewage(
        regular(),
        HOT_METER,
        services=services(COLD, SEWAGE, counted=[HOT]),
        rates=month(tariffs=tariffs({COLD: "50.93", SEWAGE: "39.97"})),
    )
    assert line.amount == Decimal("239.82")


def test_a_counted_water_that_nobody_drains_is_not_looked_at() -> None:
    facts = flat(regular(), services=services(COLD, counted=[HOT]))
    (line,) = charged_lines(facts, month(norms=[]))
    assert line.volume == Decimal("4.000")


def test_a_well_with_a_meter_is_drained_without_being_billed() -> None:
    line = sewage(regular(), services=services(SEWAGE))
    assert found(line) == (Method.SUM, Decimal("4.000"), Decimal("159.88"))


def test_cold_water_alone_is_drained_alone() -> None:
    line = sewage(regular(), services=services(COLD, SEWAGE))
    assert found(line)[:2] == (Method.SUM, Decimal("4.000"))


def test_without_meters_sewage_goes_by_its_own_norm_never_multiplied() -> None:
    line = sewage()
    assert found(line) == (Method.NO_METER, Decimal("25.992"), Decimal("1038.90"))
    assert (line.multiplier, line.excess) == (Decimal(1), Decimal(0))


def test_sewage_alone_goes_by_its_own_norm() -> None:
    line = sewage(services=services(SEWAGE))
    assert found(line) == (Method.NO_METER, Decimal("25.992"), Decimal("1038.90"))


def test_meters_silent_for_long_leave_sewage_to_its_own_norm() -> None:
    line = sewage(regular(until="2026-06"), regular(Kind.HOT, until="2026-06"))
    assert found(line)[:2] == (Method.NORM, Decimal("25.992"))
    assert [each.counts for each in inputs_of(line).meters] == [False, False]
    assert inputs_of(line).norms[0].stands_for_meters


def test_one_metered_water_and_a_norm_of_the_other_are_added_up() -> None:
    line = sewage(regular())
    assert found(line) == (Method.SUM, Decimal("14.944"), Decimal("597.31"))
    (norm,) = inputs_of(line).norms
    assert (norm.service, norm.norm, norm.stands_for_meters) == (HOT, Decimal("3.648"), False)


def test_by_the_policy_a_mixed_flat_goes_by_the_norm_of_sewage() -> None:
    line = sewage(regular(), rates=OWN_NORM)
    assert found(line)[:2] == (Method.NORM, Decimal("25.992"))
    assert not inputs_of(line).norms[0].stands_for_meters


def test_by_the_policy_a_silent_meter_beside_a_read_one_is_mixed_too() -> None:
    silent = regular(Kind.HOT, until="2026-06")
    assert found(sewage(regular(), silent, rates=OWN_NORM))[:2] == (
        Method.NORM,
        Decimal("25.992"),
    )
    assert found(sewage(regular(), silent))[:2] == (Method.SUM, Decimal("14.944"))


def test_the_policy_does_not_touch_a_flat_with_both_meters() -> None:
    assert found(sewage(regular(), HOT_METER, rates=OWN_NORM))[0] is Method.SUM


def test_an_act_that_no_meter_can_be_does_not_change_the_sewage() -> None:
    acts = [ImpossibleSpan(kind, LONG_AGO) for kind in Kind]
    assert found(sewage(impossible=acts)) == found(sewage())


GARDEN = [QuantitySpan(NormBasis.GARDEN, "beds", Decimal(200), LONG_AGO)]


def garden(*drained: str) -> Any:
    """Norms of people and of beds; of what the beds drain too."""
    drunk = ((NormBasis.GARDEN, "beds", COLD), since(NormValue(Decimal("0.120"))))
    beds = (NormBasis.GARDEN, "beds", SEWAGE)
    more = [(beds, since(NormValue(Decimal(volume)))) for volume in drained]
    return month(norms=[*norms(), drunk, *more])


def test_what_a_garden_drinks_does_not_come_back() -> None:
    assert found(sewage(quantities=GARDEN, rates=garden()))[1] == Decimal("25.992")
    mixed = sewage(HOT_METER, quantities=GARDEN, rates=garden())
    assert found(mixed)[:2] == (Method.SUM, Decimal("17.048"))


def test_where_a_region_says_that_a_garden_drains_it_does() -> None:
    line = sewage(quantities=GARDEN, rates=garden("0.010"))
    assert found(line)[:2] == (Method.NO_METER, Decimal("27.992"))


def test_sewage_from_the_sixteenth_on_is_half_of_the_water() -> None:
    begun = [*services(COLD), ServiceSpan(SEWAGE, Charging.CHARGED, day(16))]
    line = sewage(regular(), services=begun)
    assert found(line) == (Method.SUM, Decimal("2.000000"), Decimal("79.94"))
    assert inputs_of(line).meters[0].spread == ((15, 30),)


def test_a_meter_hung_within_the_month_makes_two_parts() -> None:
    new = replace(
        regular(until="2026-01"),
        installed_on=day(10),
        commissioned_on=day(10),
        initial_reading=Decimal(1),
        readings=regular().readings[-1:],
    )
    lines = charged_lines(flat(new, services=services(COLD, SEWAGE)), month())
    assert [(line.service, line.part, line.method, line.volume) for line in lines] == [
        (COLD, 0, Method.NO_METER, Decimal("5.016000")),
        (COLD, 1, Method.METER, Decimal("139.000")),
        (SEWAGE, 0, Method.NO_METER, Decimal("8.664000")),
        (SEWAGE, 1, Method.SUM, Decimal("139.000")),
    ]


@pytest.mark.parametrize("ended", [date(2026, 10, 31), day(20)])
def test_sewage_needs_to_be_supplied(ended: date) -> None:
    over = [*services(COLD), ServiceSpan(SEWAGE, Charging.CHARGED, LONG_AGO, ended)]
    lines = charged_lines(flat(regular(), services=over), month())
    drained = [line.volume for line in lines if line.service is SEWAGE]
    assert drained == ([Decimal("2.666667")] if ended.month == 11 else [])


def test_a_meter_that_shares_a_norm_on_some_days_counts_on_the_others() -> None:
    silent = regular(until="2026-06", removed_on=day(10))
    read_all = replace(regular(), id=3, serial="33333")
    line = sewage(silent, read_all, HOT_METER)
    # Ten days by the norm of cold water, twenty by its meter, and the hot water's 2 m³.
    assert line.volume == Decimal("5.016") + billed_volume(Decimal(80) / 30) + 2
