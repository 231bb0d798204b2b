"""Prices by day and zone, and the tax in them."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vodokanal.billing.money import rubles
from vodokanal.billing.periods import Period
from vodokanal.billing.rates import Dated, NoRateError, Tariff, TariffKey, Timetable
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.billing.tariffs import (
    price_with_vat,
    tariff_on,
    tariff_spans,
    vat_inside,
    vat_on_top,
)

EXAMPLES = tomllib.loads(
    (Path(__file__).parents[1] / "examples" / "tariffs.toml").read_text(encoding="utf-8")
)
Case = dict[str, Any]
Days = tuple[date, date | None]
NORTH, SOUTH = 1, 2
NOVEMBER = Period(2026, 11)


def key(zone: int | None = None) -> TariffKey:
    return (Service.COLD, CustomerGroup.POPULATION, zone)


def price(first: date, last: date | None, amount: str) -> Dated[Tariff]:
    return Dated(first, last, Tariff(rubles(amount)))


def november(first: int, last: int | None = None) -> Days:
    return date(2026, 11, first), None if last is None else date(2026, 11, last)


def prices(
    *everywhere: Dated[Tariff], north: tuple[Dated[Tariff], ...] = ()
) -> Timetable[TariffKey, Tariff]:
    rows = [(key(), row) for row in everywhere] + [(key(NORTH), row) for row in north]
    return Timetable("tariff", rows)


def found(tariffs: Timetable[TariffKey, Tariff], zone: int | None = NORTH) -> list[tuple[int, str]]:
    """The first days of November's prices, and the prices."""
    first, last = NOVEMBER.first_day, NOVEMBER.last_day
    spans = tariff_spans(tariffs, key(zone), first=first, last=last)
    assert spans[0].starts_on == first
    assert spans[-1].ends_on == last
    return [(span.starts_on.day, str(span.value.price)) for span in spans]


ALWAYS = price(date(2020, 1, 1), None, "50.93")


@pytest.mark.parametrize("case", EXAMPLES["series"], ids=lambda case: case["id"])
def test_published_series_gives_the_price_of_the_day(case: Case) -> None:
    days = [row["from"] for row in case["rows"]]
    ends = [day - timedelta(days=1) for day in days[1:]]
    tariffs = prices(
        *(
            price(row["from"], end, row["price"])
            for row, end in zip(case["rows"], [*ends, None], strict=True)
        )
    )
    on = [tariff_on(tariffs, key(), day=each["date"]).price for each in case["on"]]
    assert on == [rubles(each["price"]) for each in case["on"]]
    with pytest.raises(NoRateError):
        tariff_on(tariffs, key(), day=days[0] - timedelta(days=1))


@pytest.mark.parametrize("case", EXAMPLES["vat"], ids=lambda case: case["id"])
def test_published_prices_with_vat_follow_from_those_without(case: Case) -> None:
    percent = Decimal(case["rate_percent"])
    made = [price_with_vat(rubles(each), percent) for each in case["without"]]
    assert made == [rubles(each) for each in case["with"]]


def test_examples_say_who_says_so() -> None:
    cases = EXAMPLES["series"] + EXAMPLES["vat"]
    assert all(case["id"] and case["title"] and case["source"] for case in cases)


def test_month_without_a_step_has_one_price() -> None:
    assert found(prices(ALWAYS)) == [(1, "50.93")]


def test_step_inside_the_month_makes_two_prices() -> None:
    steps = prices(
        price(date(2026, 1, 1), date(2026, 11, 14), "40.00"), price(*november(15), "45.00")
    )
    assert found(steps) == [(1, "40.00"), (15, "45.00")]


def test_price_of_the_zone_goes_before_the_one_for_everywhere() -> None:
    own = (price(date(2026, 1, 1), None, "33.20"),)
    assert found(prices(ALWAYS, north=own)) == [(1, "33.20")]
    assert found(prices(ALWAYS, north=own), SOUTH) == [(1, "50.93")]
    assert found(prices(ALWAYS, north=own), None) == [(1, "50.93")]


def test_price_for_everywhere_fills_the_days_without_one_of_the_zone() -> None:
    own = (price(*november(5, 9), "33.20"), price(*november(20, 25), "33.80"))
    assert found(prices(ALWAYS, north=own)) == [
        (1, "50.93"),
        (5, "33.20"),
        (10, "50.93"),
        (20, "33.80"),
        (26, "50.93"),
    ]


def test_zone_with_prices_of_its_own_for_all_days_needs_no_other() -> None:
    own = (price(date(2026, 1, 1), None, "33.20"),)
    assert found(prices(north=own)) == [(1, "33.20")]


def test_neighbouring_days_of_one_price_are_one_line() -> None:
    again = prices(price(*november(1, 14), "45.00"), price(*november(15), "45.00"))
    assert found(again) == [(1, "45.00")]
    with_tax = Dated(date(2026, 11, 15), None, Tariff(rubles("45.00"), includes_vat=False))
    assert found(prices(price(*november(1, 14), "45.00"), with_tax)) == [
        (1, "45.00"),
        (15, "45.00"),
    ]


@pytest.mark.parametrize(
    ("own", "everywhere", "bare"),
    [
        ((), (), 1),
        ((november(1, 9),), (), 10),
        ((november(10),), (), 1),
        ((november(1, 9), november(20)), (november(1, 15),), 16),
        ((), (november(1, 29),), 30),
    ],
)
def test_day_that_nothing_covers_is_named(
    own: tuple[Days, ...], everywhere: tuple[Days, ...], bare: int
) -> None:
    tariffs = prices(
        *(price(days[0], days[1], "50.93") for days in everywhere),
        north=tuple(price(days[0], days[1], "33.20") for days in own),
    )
    with pytest.raises(NoRateError) as error:
        found(tariffs)
    assert (error.value.table, error.value.day) == ("tariff", date(2026, 11, bare))


def test_price_of_another_group_is_no_price() -> None:
    with pytest.raises(NoRateError):
        tariff_on(
            prices(ALWAYS),
            (Service.COLD, CustomerGroup.ORGANISATION, None),
            day=NOVEMBER.first_day,
        )


@pytest.mark.parametrize(
    ("total", "percent", "inside"),
    [
        ("122.00", "22", "22.00"),
        ("100.00", "22", "18.03"),
        ("0.03", "22", "0.01"),
        ("120.00", "20", "20.00"),
        ("-122.00", "22", "-22.00"),
        ("100.00", "0", "0.00"),
    ],
)
def test_tax_inside_a_total(total: str, percent: str, inside: str) -> None:
    assert vat_inside(rubles(total), Decimal(percent)) == rubles(inside)


@pytest.mark.parametrize(
    ("amount", "percent", "tax"), [("100.00", "22", "22.00"), ("0.25", "22", "0.06")]
)
def test_tax_on_top_of_an_amount(amount: str, percent: str, tax: str) -> None:
    assert vat_on_top(rubles(amount), Decimal(percent)) == rubles(tax)


amounts = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(10**9), places=2)


@given(amounts, st.sampled_from([Decimal(18), Decimal(20), Decimal(22)]))
def test_tax_put_on_top_is_found_inside(amount: Decimal, percent: Decimal) -> None:
    tax = vat_on_top(amount, percent)
    assert abs(vat_inside(amount + tax, percent) - tax) <= Decimal("0.01")


spans = st.lists(st.tuples(st.integers(1, 30), st.integers(0, 10)), max_size=4)


@given(spans)
def test_every_day_has_the_price_that_its_span_says(wanted: list[tuple[int, int]]) -> None:
    own, free_from = [], 1
    for first, length in sorted(wanted):
        if first >= free_from:
            last = min(first + length, 30)
            own.append(price(*november(first, last), f"{first}.00"))
            free_from = last + 1
    tariffs = prices(ALWAYS, north=tuple(own))
    days = dict.fromkeys(range(1, 31), "50.93")
    for row in own:
        days |= {
            day: str(row.value.price) for day in range(row.starts_on.day, row.last_day.day + 1)
        }
    whole = tariff_spans(tariffs, key(NORTH), first=NOVEMBER.first_day, last=NOVEMBER.last_day)
    said = {
        day: str(span.value.price)
        for span in whole
        for day in range(span.starts_on.day, span.last_day.day + 1)
    }
    assert said == days
