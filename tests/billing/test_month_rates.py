"""The rates of one month, looked up once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.billing.households import (
    CATEGORY,
    COLD,
    HOT,
    LONG_AGO,
    NOVEMBER,
    POPULATION,
    ZONE,
    day,
    month,
    since,
    tariffs,
)
from vodokanal.billing.month_rates import MonthRates, Price, PriceDays
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.periods import Period
from vodokanal.billing.rates import ONLY, MultiplierDay, NoRateError, NormValue, Policy, Tariff
from vodokanal.billing.terms import Term
from vodokanal.billing.troubles import NoNormError

TARIFF_KEY = (COLD, POPULATION, None)
NORM_KEY = (NormBasis.PERSON, CATEGORY, COLD)


def test_a_month_knows_its_days() -> None:
    rates = month(Period(2028, 2))
    assert (rates.days, rates.whole, rates.previous) == (29, (1, 29), Period(2028, 1))
    assert (rates.first, rates.last, rates.day(7)) == (
        date(2028, 2, 1),
        date(2028, 2, 29),
        date(2028, 2, 7),
    )


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "days"),
    [
        (LONG_AGO, None, (1, 30)),
        (day(1), day(30), (1, 30)),
        (day(5), None, (5, 30)),
        (LONG_AGO, day(5), (1, 5)),
        (day(30), day(30), (30, 30)),
        (LONG_AGO, date(2026, 10, 31), None),
        (date(2026, 12, 1), None, None),
    ],
)
def test_a_span_has_days_in_the_month(
    starts_on: date, ends_on: date | None, days: tuple[int, int] | None
) -> None:
    assert month().days_of(starts_on, ends_on) == days


def test_one_price_holds_all_month() -> None:
    price = Price(Decimal("50.93"), LONG_AGO, Decimal(22))
    assert month().prices(COLD, POPULATION, zone=ZONE) == [PriceDays((1, 30), price)]


def test_a_price_says_since_when_it_holds_even_if_that_is_long_ago() -> None:
    rows = [
        (TARIFF_KEY, since(Tariff(Decimal(40)), ends_on=date(2026, 9, 30))),
        (TARIFF_KEY, since(Tariff(Decimal(44)), date(2026, 10, 1))),
    ]
    (found,) = month(tariffs=rows).prices(COLD, POPULATION, zone=ZONE)
    assert (found.price.price, found.price.since) == (Decimal(44), date(2026, 10, 1))


def test_a_zone_with_a_price_for_some_days_has_the_common_one_on_the_others() -> None:
    zone = (COLD, POPULATION, ZONE)
    rows = [*tariffs(), (zone, since(Tariff(Decimal(70)), day(11), day(20)))]
    found = month(tariffs=rows).prices(COLD, POPULATION, zone=ZONE)
    assert [(each.days, each.price.since) for each in found] == [
        ((1, 10), LONG_AGO),
        ((11, 20), day(11)),
        ((21, 30), LONG_AGO),
    ]


def test_prices_are_looked_up_once() -> None:
    rates = month()
    first = rates.prices(COLD, POPULATION, zone=ZONE)
    assert rates.prices(COLD, POPULATION, zone=ZONE) is first


def test_a_gap_in_prices_names_its_first_day() -> None:
    rows = [(TARIFF_KEY, since(Tariff(Decimal(44)), ends_on=day(20)))]
    with pytest.raises(NoRateError) as refusal:
        month(tariffs=rows).prices(COLD, POPULATION, zone=ZONE)
    assert (refusal.value.table, refusal.value.day) == ("tariff", day(21))


def test_a_gap_in_vat_names_its_first_day() -> None:
    rows = [(ONLY, since(Decimal(20), ends_on=day(5)))]
    with pytest.raises(NoRateError) as refusal:
        month(vat=rows).prices(COLD, POPULATION, zone=ZONE)
    assert (refusal.value.table, refusal.value.day) == ("vat_rate", day(6))


def test_a_norm_holds_on_its_days() -> None:
    rows = [
        (NORM_KEY, since(NormValue(Decimal(6)), ends_on=day(10))),
        (NORM_KEY, since(NormValue(Decimal(3)), day(11), day(20))),
    ]
    rates = month(norms=rows)
    volumes = [
        rates.norm_on(NormBasis.PERSON, CATEGORY, service=COLD, day=number)
        for number in (1, 10, 11, 20)
    ]
    assert volumes == [6, 6, 3, 3]
    assert rates.norm_starts(CATEGORY) == {1, 11, 21}
    with pytest.raises(NoNormError, match="2026-11-21"):
        rates.norm_on(NormBasis.PERSON, CATEGORY, service=COLD, day=21)


def test_norms_of_another_category_do_not_cut_the_month() -> None:
    rates = month()
    assert rates.norm_starts(99) == frozenset()
    assert rates.norm_starts(99) is rates.norm_starts(99)


def test_a_norm_out_of_season_is_nothing() -> None:
    key = (NormBasis.GARDEN, "beds", COLD)
    rows = [(key, since(NormValue(Decimal("0.12"), 4, 9)))]
    assert month(norms=rows).norm_on(NormBasis.GARDEN, "beds", service=COLD, day=1) == 0
    july = month(Period(2026, 7), norms=rows)
    assert july.norm_on(NormBasis.GARDEN, "beds", service=COLD, day=1) == Decimal("0.12")


@pytest.mark.parametrize(
    ("which", "value"), [(MultiplierDay.FIRST, "1.50"), (MultiplierDay.LAST, "3.00")]
)
def test_a_multiplier_is_that_of_one_day(which: MultiplierDay, value: str) -> None:
    rows = [
        (COLD, since(Decimal("1.50"), ends_on=date(2025, 12, 5))),
        (COLD, since(Decimal("3.00"), date(2025, 12, 6))),
    ]
    rates = month(Period(2025, 12), multipliers=rows, policy=Policy(multiplier_day=which))
    assert rates.multiplier(COLD) == rates.multiplier(COLD) == Decimal(value)


def test_a_water_without_a_multiplier_is_an_error() -> None:
    with pytest.raises(NoRateError) as refusal:
        month(multipliers=[(COLD, since(Decimal(3)))]).multiplier(HOT)
    assert (refusal.value.table, refusal.value.key) == ("multiplier", HOT)


def test_a_term_is_that_of_the_last_day() -> None:
    rows = [
        (Term.MONTHS_BY_AVERAGE, since(Decimal(3), ends_on=day(20))),
        (Term.MONTHS_BY_AVERAGE, since(Decimal("4.00"), day(21))),
    ]
    rates = month(terms=rows)
    assert rates.term(Term.MONTHS_BY_AVERAGE) == rates.term(Term.MONTHS_BY_AVERAGE) == 4


def test_rates_are_at_hand_for_what_a_month_does_not_know() -> None:
    rates = MonthRates(month().rates, NOVEMBER)
    assert rates.rates.vat.on(ONLY, day(1)) == 22
    assert rates.policy == Policy()
