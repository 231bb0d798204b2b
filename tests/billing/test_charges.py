"""What a month costs an account, and whether more must be known of it than two months."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.billing.households import (
    CATEGORY,
    COLD,
    HOT,
    NOVEMBER,
    SEWAGE,
    billed,
    check,
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
    shown,
    since,
    tariffs,
)
from vodokanal.billing.account_months import (
    AbsenceFact,
    AccountFacts,
    BreakFact,
    ImpossibleSpan,
    MeterMonth,
    PeopleSpan,
    QuantitySpan,
)
from vodokanal.billing.charges import charge_account, charged_lines, needs_history
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.periods import Period
from vodokanal.billing.rates import NoRateError, NormValue
from vodokanal.billing.readings import Kind
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.troubles import (
    CannotChargeError,
    NobodyKnownError,
    NoCategoryError,
    NoNormError,
)

PLAIN = meter(given=readings(m10="136", m11="140"))
GARDEN = QuantitySpan(NormBasis.GARDEN, "beds", Decimal(200), date(2020, 1, 1))


def garden_norm(volume: str, first: int | None = None, last: int | None = None, **of: Any) -> Any:
    """A norm of a m² of beds, in a season."""
    key = (NormBasis.GARDEN, "beds", of.get("service", COLD))
    return key, since(NormValue(Decimal(volume), first, last))


def test_a_month_costs_its_lines() -> None:
    charge = charge_account(plain_flat(PLAIN), month())
    assert shown(charge.lines) == [("cold", "meter", "4.000", "203.72")]
    assert list(charge.corrections) == []


def test_a_late_reading_costs_what_the_average_has_left_out() -> None:
    october = Period(2026, 10)
    average = only_line(flat(regular(until="2026-09"), period=october))
    known = billed(october, method=average.method, inputs=average.inputs)
    late = [*regular(until="2026-09").readings, read("2026-11", "142")]
    charge = charge_account(flat(meter(given=late), billed=[known]), month())
    assert shown(charge.lines) == [("cold", "meter", "5.000", "254.65")]
    (found,) = charge.corrections
    assert (found.for_period, found.reason) == (october, RecalculationReason.TRUE_UP)
    assert (found.volume, found.amount) == (Decimal("1.000"), Decimal("50.93"))


def test_without_a_meter_people_pay_the_multiplied_norm() -> None:
    line = only_line(flat())
    assert (line.volume, line.multiplier) == (Decimal("15.048"), Decimal(3))
    assert (line.amount, line.excess, line.vat) == (
        Decimal("2299.18"),
        Decimal("1532.79"),
        Decimal("414.61"),
    )


def test_where_no_meter_can_be_the_norm_is_not_multiplied() -> None:
    act = [ImpossibleSpan(Kind.COLD, date(2024, 1, 1))]
    line = only_line(flat(impossible=act))
    assert (line.multiplier, line.amount, line.excess) == (
        Decimal(1),
        Decimal("766.39"),
        Decimal("0.00"),
    )


def test_an_act_for_hot_water_says_nothing_of_cold() -> None:
    act = [ImpossibleSpan(Kind.HOT, date(2024, 1, 1))]
    assert only_line(flat(impossible=act)).multiplier == 3


def test_where_nobody_is_registered_the_owners_pay() -> None:
    line = only_line(flat(people=[PeopleSpan(0, 2, date(2020, 1, 1))]))
    assert line.volume == Decimal("10.032")
    (norm,) = inputs_of(line).norms
    assert (norm.units, norm.registered) == (Decimal(2), False)


@pytest.mark.parametrize("people", [[], [PeopleSpan(0, 0, date(2020, 1, 1))]])
def test_an_account_of_nobody_is_refused(people: list[PeopleSpan]) -> None:
    with pytest.raises(NobodyKnownError) as refusal:
        only_line(flat(people=people))
    assert (refusal.value.code, refusal.value.parameters) == (
        "nobody_known",
        {"day": "2026-11-01"},
    )


def test_premises_without_a_category_are_refused() -> None:
    with pytest.raises(NoCategoryError) as refusal:
        only_line(flat(categories=()))
    assert refusal.value.parameters == {"day": "2026-11-01"}


def test_a_category_without_a_norm_is_refused() -> None:
    with pytest.raises(NoNormError) as refusal:
        only_line(flat(), month(norms=norms({HOT: "3.648"})))
    assert refusal.value.code == "no_norm"
    assert refusal.value.parameters == {
        "basis": "person",
        "what": CATEGORY,
        "service": "cold",
        "day": "2026-11-01",
    }


def test_a_norm_with_a_gap_is_refused_for_its_first_bare_day() -> None:
    gap = [
        ((NormBasis.PERSON, CATEGORY, COLD), since(NormValue(Decimal(5)), ends_on=day(10))),
        ((NormBasis.PERSON, CATEGORY, COLD), since(NormValue(Decimal(5)), day(12))),
    ]
    with pytest.raises(NoNormError, match="2026-11-11"):
        only_line(flat(), month(norms=gap))


def test_a_metered_flat_needs_neither_people_nor_norms() -> None:
    line = only_line(flat(regular(), people=(), categories=()), month(norms=[]))
    assert line.volume == Decimal(4)


def test_a_missing_price_stops_everything() -> None:
    with pytest.raises(NoRateError) as refusal:
        only_line(flat(regular()), month(tariffs=tariffs({HOT: "243.16"})))
    assert (refusal.value.table, refusal.value.day) == ("tariff", day(1))
    assert not isinstance(refusal.value, CannotChargeError)


def test_a_missing_multiplier_stops_everything() -> None:
    with pytest.raises(NoRateError) as refusal:
        only_line(flat(), month(multipliers=[]))
    assert (refusal.value.table, refusal.value.day) == ("multiplier", day(30))


def test_missing_terms_and_vat_stop_everything() -> None:
    with pytest.raises(NoRateError, match="legal_term"):
        only_line(flat(regular(until="2026-10")), month(terms=[]))
    with pytest.raises(NoRateError, match="vat_rate"):
        only_line(flat(regular()), month(vat=[]))


def test_services_are_lines_in_the_order_of_a_bill() -> None:
    lines = charged_lines(
        flat(regular(), regular(Kind.HOT), services=services(SEWAGE, HOT, COLD)), month()
    )
    assert shown(lines) == [
        ("cold", "meter", "4.000", "203.72"),
        ("hot", "meter", "2.000", "486.32"),
        ("sewage", "sum", "6.000", "239.82"),
    ]


def test_an_account_without_services_of_ours_has_no_lines() -> None:
    assert charged_lines(flat(regular(), services=()), month()) == []
    assert charged_lines(flat(regular(), services=services(counted=[COLD])), month()) == []


def test_an_account_that_is_not_open_has_no_lines() -> None:
    assert charged_lines(flat(opened_on=date(2026, 12, 1)), month()) == []
    assert charged_lines(flat(closed_on=day(1)), month()) == []


def test_a_garden_without_a_meter_is_a_line_of_its_own_that_is_not_multiplied() -> None:
    lines = charged_lines(
        flat(quantities=[GARDEN]), month(norms=[*norms(), garden_norm("0.120", 10, 4)])
    )
    assert [(line.part, line.volume, line.multiplier) for line in lines] == [
        (0, Decimal("15.048"), Decimal(3)),
        (1, Decimal("24.000"), Decimal(1)),
    ]
    assert [each.what for each in inputs_of(lines[1]).norms] == ["beds"]


def test_where_no_meter_can_be_people_and_garden_are_one_line() -> None:
    act = [ImpossibleSpan(Kind.COLD, date(2024, 1, 1))]
    line = only_line(
        flat(quantities=[GARDEN], impossible=act), month(norms=[*norms(), garden_norm("0.120")])
    )
    assert line.volume == Decimal("39.048")
    assert [(each.basis.value, each.days) for each in inputs_of(line).norms] == [
        ("person", 30),
        ("garden", 30),
    ]


def test_a_garden_out_of_season_costs_nothing() -> None:
    rates = month(norms=[*norms(), garden_norm("0.120", 5, 8)])
    assert only_line(flat(quantities=[GARDEN]), rates) == only_line(flat(), rates)


def test_a_garden_watered_through_a_meter_is_in_its_readings() -> None:
    rates = month(norms=[*norms(), garden_norm("0.120")])
    assert only_line(flat(regular(), quantities=[GARDEN]), rates).volume == Decimal(4)


def test_a_garden_that_was_given_up_costs_nothing() -> None:
    rates = month(norms=[*norms(), garden_norm("0.120")])
    gone = replace(GARDEN, ends_on=date(2026, 10, 31))
    assert only_line(flat(quantities=[gone]), rates).volume == Decimal("15.048")


def test_a_garden_without_a_norm_is_refused() -> None:
    with pytest.raises(NoNormError, match="beds"):
        only_line(flat(quantities=[GARDEN]))


def test_cows_drink_cold_water_by_their_norm() -> None:
    cows = QuantitySpan(NormBasis.LIVESTOCK, "cow", Decimal(2), date(2020, 1, 1))
    key = (NormBasis.LIVESTOCK, "cow", COLD)
    rates = month(norms=[*norms(), (key, since(NormValue(Decimal("1.800"))))])
    lines = charged_lines(flat(quantities=[cows], services=services(COLD, HOT, SEWAGE)), rates)
    assert shown(lines) == [
        ("cold", "no_meter", "15.048", "2299.18"),
        ("cold", "no_meter", "3.600", "183.35"),
        ("hot", "no_meter", "10.944", "3991.71"),
        ("sewage", "no_meter", "25.992", "1038.90"),
    ]


ODD: dict[str, MeterMonth] = {
    "silent": meter(given=readings(m10="136")),
    "silent before": meter(given=readings(m11="140")),
    "never read": meter(),
    "lower": meter(given=readings(m10="136", m11="130")),
    "recorded": meter(given=[*readings(m10="136"), read("2026-11", "140", is_accepted=False)]),
    "recorded before": meter(
        given=[read("2026-10", "136", is_accepted=False), *readings(m11="140")]
    ),
    "overdue": replace(PLAIN, verify_by=day(29)),
    "failed": replace(PLAIN, failed_on=day(29)),
    "checked": replace(PLAIN, checks=[check(day(20), "141")]),
    "removed without a last value": meter(given=readings(m10="136"), removed_on=day(20)),
    "hung before it was commissioned": meter(
        given=readings(m11="3"), installed_on=day(3, 8), commissioned_on=day(3)
    ),
    "new and silent": meter(installed_on=day(3, 10), commissioned_on=day(3, 10)),
    "taken over and silent last month": meter(
        given=readings(m11="3"),
        installed_on=day(3, 10),
        commissioned_on=day(3, 10),
        is_taken_over=True,
    ),
}
PLAIN_METERS: dict[str, MeterMonth] = {
    "read twice": PLAIN,
    "read in both, any order": replace(PLAIN, readings=PLAIN.readings[::-1]),
    "not commissioned": meter(commissioned_on=None),
    "commissioned later": meter(commissioned_on=date(2026, 12, 1)),
    "new last month": meter(
        given=readings(m11="3"), installed_on=day(3, 10), commissioned_on=day(3, 10)
    ),
    "new and read": meter(given=readings(m11="3"), installed_on=day(3), commissioned_on=day(3)),
    "new and not read": meter(installed_on=day(23), commissioned_on=day(23)),
    "taken over and not read": meter(
        installed_on=day(23), commissioned_on=day(23), is_taken_over=True
    ),
    "removed on the last day": meter(
        given=readings(m10="136"), removed_on=day(30), final_reading=Decimal("140.5")
    ),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_what_is_odd_about_a_meter_needs_its_history(odd: MeterMonth) -> None:
    assert needs_history(plain_flat(odd))
    assert needs_history(plain_flat(PLAIN, odd))


@pytest.mark.parametrize("plain", PLAIN_METERS.values(), ids=PLAIN_METERS)
def test_a_plain_month_needs_no_history(plain: MeterMonth) -> None:
    assert not needs_history(plain_flat(plain))


@pytest.mark.parametrize("plain", PLAIN_METERS.values(), ids=PLAIN_METERS)
def test_a_plain_month_is_the_same_with_history(plain: MeterMonth) -> None:
    facts = plain_flat(plain)
    assert charged_lines(facts, month()) == charged_lines(replace(facts, has_history=True), month())


def test_a_flat_without_meters_needs_no_history() -> None:
    assert not needs_history(plain_flat())


def test_an_absence_and_a_break_need_the_history() -> None:
    away = AbsenceFact(1, 1, day(1, 10), day(12, 10))
    broken = BreakFact(1, COLD, datetime(2026, 10, 3, 8), datetime(2026, 10, 4, 8))
    assert needs_history(replace(plain_flat(), absences=[away]))
    assert needs_history(replace(plain_flat(), breaks=[broken]))


def plain_flat(*meters: MeterMonth) -> AccountFacts:
    """A flat of which only this month and the one before are known."""
    return flat(*meters, has_history=False, billed=(), period=NOVEMBER)


def test_january_looks_back_into_the_year_before() -> None:
    january = meter(given=[read("2025-12", "10"), read("2026-01", "13.5")])
    facts = replace(plain_flat(january), period=Period(2026, 1))
    assert not needs_history(facts)
    assert only_line(facts).volume == Decimal("3.500")
