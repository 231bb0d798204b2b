"""Whatever the month is cut by and whatever the order, a line is the same and replays itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.billing.households import (
    CATEGORY,
    COLD,
    HOT,
    LONG_AGO,
    POPULATION,
    PRICES,
    SEWAGE,
    check,
    day,
    flat,
    inputs_of,
    meter,
    month,
    norms,
    read,
    readings,
    services,
    since,
    tariffs,
)
from vodokanal.billing.account_months import (
    AccountFacts,
    CategorySpan,
    ImpossibleSpan,
    MeterMonth,
    PeopleSpan,
    QuantitySpan,
    ServiceSpan,
)
from vodokanal.billing.check_differences import check_differences
from vodokanal.billing.line_inputs import calculated
from vodokanal.billing.metering import metered_months
from vodokanal.billing.month_lines import charged_lines
from vodokanal.billing.month_rates import MonthRates
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.periods import Period, months_between
from vodokanal.billing.rates import MixedSewage, NormValue, Policy, Tariff
from vodokanal.billing.readings import Kind
from vodokanal.billing.replay import inputs_from_json, inputs_to_json, replayed
from vodokanal.billing.services import Charging, Service

BEDS = (NormBasis.GARDEN, "beds", COLD)
GARDEN_NORMS = [*norms(), (BEDS, since(NormValue(Decimal("0.120"))))]

# Most services are billed by us.
BILLED = [Charging.CHARGED, Charging.CHARGED, Charging.CHARGED, Charging.COUNTED]

DAYS = st.integers(2, 30)
LITRES = st.integers(0, 90_000)


def value(litres: int) -> str:
    """Litres as a display shows them."""
    return str(Decimal(litres) / 1000)


@st.composite
def meters(draw: st.DrawFn, kind: Kind, number: int) -> MeterMonth:
    """A meter of any fate: read, silent, failed, removed within the month, new."""
    total, given_readings = 0, []
    for period in months_between(Period(2026, 2), Period(2026, 11)):
        total += draw(LITRES)
        if draw(st.integers(0, 3)):
            given_readings.append(read(str(period), value(total)))
    fate: dict[str, Any] = draw(
        st.sampled_from(
            [
                {},
                {},
                {"failed_on": day(5, 8)},
                {"verify_by": day(12)},
                {"installed_on": day(1), "commissioned_on": day(9)},
                {"removed_on": day(20)},
                {"removed_on": day(20), "final_reading": Decimal(total) / 1000},
            ]
        )
    )
    if "installed_on" in fate:
        given_readings = [each for each in given_readings if each.period == Period(2026, 11)]
    return meter(kind, given_readings, id=number, serial=f"{number:05d}", **fate)


@st.composite
def flats(draw: st.DrawFn) -> AccountFacts:
    """A flat with any meters, people, services and acts, changing on any day."""
    changes = draw(st.lists(DAYS, max_size=2, unique=True))
    people = [
        PeopleSpan(draw(st.integers(0, 4)), draw(st.integers(1, 3)), begun, ended)
        for begun, ended in spans(sorted(changes))
    ]
    supplied = [
        ServiceSpan(service, draw(st.sampled_from(BILLED)), LONG_AGO)
        for service in draw(st.lists(st.sampled_from(Service), min_size=1, unique=True))
    ]
    hung = [
        draw(meters(draw(st.sampled_from(Kind)), number))
        for number in range(1, 1 + draw(st.integers(0, 3)))
    ]
    acts = [ImpossibleSpan(draw(st.sampled_from(Kind)), day(draw(DAYS)))]
    garden = QuantitySpan(NormBasis.GARDEN, "beds", Decimal(draw(st.integers(1, 500))), LONG_AGO)
    return flat(
        *hung,
        people=people,
        services=supplied,
        impossible=acts if draw(st.booleans()) else (),
        quantities=[garden] if draw(st.booleans()) else (),
        opened_on=draw(st.sampled_from([LONG_AGO, day(7)])),
        closed_on=draw(st.sampled_from([None, day(25)])),
    )


def spans(starts: Sequence[int]) -> list[tuple[date, date | None]]:
    """All days since long ago, cut on these days of November."""
    begins = [LONG_AGO, *map(day, starts)]
    return list(zip(begins, [*(day(each - 1) for each in starts), None], strict=True))


def rates_cut(starts: Sequence[int], **prices: str) -> MonthRates:
    """The same prices and norms, set anew on these days."""
    rows = [
        ((service, POPULATION, None), replace(row, starts_on=begun, ends_on=ended))
        for (service, _, _), row in tariffs()
        for begun, ended in spans(starts)
    ]
    cut_norms = [
        (key, replace(row, starts_on=begun, ends_on=ended))
        for key, row in GARDEN_NORMS
        for begun, ended in spans(starts)
    ]
    policy = Policy(mixed_sewage=MixedSewage(prices.get("sewage", "parts")))
    return month(tariffs=rows, norms=cut_norms, policy=policy)


MIXED = st.sampled_from([each.value for each in MixedSewage])


@given(flats(), MIXED)
def test_every_line_replays_itself(facts: AccountFacts, sewage: str) -> None:
    for line in charged_lines(facts, rates_cut([], sewage=sewage)):
        inputs = inputs_from_json(line.inputs)
        assert replayed(inputs) == (line.volume, line.amount, line.excess)
        assert inputs_to_json(inputs, calculated(inputs).product) == line.inputs
        assert 0 <= line.excess <= line.amount
        assert line.method is inputs.method


@given(flats(), MIXED, st.lists(DAYS, max_size=3, unique=True))
def test_rows_that_set_the_same_again_change_nothing(
    facts: AccountFacts, sewage: str, starts: list[int]
) -> None:
    whole, cut = rates_cut([], sewage=sewage), rates_cut(sorted(starts), sewage=sewage)
    assert charged_lines(facts, cut) == charged_lines(facts, whole)


@given(flats(), DAYS)
def test_spans_that_say_the_same_again_change_nothing(facts: AccountFacts, number: int) -> None:
    again = replace(
        facts,
        services=cut_in_two(facts.services, number),
        people=cut_in_two(facts.people, number),
        categories=[
            CategorySpan(CATEGORY, LONG_AGO, day(number - 1)),
            CategorySpan(CATEGORY, day(number)),
        ],
        quantities=cut_in_two(facts.quantities, number),
        impossible=cut_in_two(facts.impossible, number),
    )
    assert charged_lines(again, rates_cut([])) == charged_lines(facts, rates_cut([]))


def cut_in_two(spans_of: Sequence[Any], number: int) -> list[Any]:
    """The same spans, those over a day of November as two."""
    found: list[Any] = []
    for span in spans_of:
        ends = span.ends_on or date.max
        if span.starts_on < day(number) <= ends:
            found.append(replace(span, ends_on=day(number) - timedelta(days=1)))
            found.append(replace(span, starts_on=day(number)))
        else:
            found.append(span)
    return found


@given(flats(), st.randoms(use_true_random=False))
def test_the_order_of_what_is_known_does_not_matter(facts: AccountFacts, dice: Random) -> None:
    def mixed(values: Sequence[Any]) -> list[Any]:
        return dice.sample(list(values), len(values))

    again = replace(
        facts,
        services=mixed(facts.services),
        people=mixed(facts.people),
        meters=mixed([replace(each, readings=mixed(each.readings)) for each in facts.meters]),
    )
    assert charged_lines(again, rates_cut([])) == charged_lines(facts, rates_cut([]))


@given(flats())
def test_a_month_calculated_twice_is_the_same(facts: AccountFacts) -> None:
    once = rates_cut([])
    first = charged_lines(facts, once)
    assert charged_lines(facts, once) == charged_lines(facts, rates_cut([])) == first


@given(st.lists(DAYS, max_size=4, unique=True), LITRES, st.integers(1, 20_000))
def test_parts_of_a_metered_month_are_the_whole_to_the_cubic_centimetre(
    starts: list[int], litres: int, kopecks: int
) -> None:
    key = (COLD, POPULATION, None)
    rows = [
        (key, since(Tariff(Decimal(kopecks + number) / 100), begun, ended))
        for number, (begun, ended) in enumerate(spans(sorted(starts)))
    ]
    facts = flat(meter(given=readings(m10="1", m11=str(1 + Decimal(litres) / 1000))))
    lines = charged_lines(facts, month(tariffs=rows))
    assert len(lines) == len(starts) + 1
    assert sum((line.volume for line in lines), Decimal(0)) == Decimal(litres) / 1000
    assert sum(inputs_of(line).days[0][1] - inputs_of(line).days[0][0] + 1 for line in lines) == 30


@given(st.lists(st.tuples(st.booleans(), LITRES), min_size=1, max_size=14), st.integers(0, 13))
def test_late_and_missing_readings_lose_no_litre(
    months: list[tuple[bool, int]], checked: int
) -> None:
    total, given_readings, checks = 0, [], []
    for number, (is_read, litres) in enumerate(months):
        total += litres
        period = Period(2026, 1).plus(number)
        if is_read:
            given_readings.append(read(str(period), value(total)))
        if number == checked:
            checks = [check(period.first_day.replace(day=20), value(total + 7))]
            total += 7
    known = meter(
        given=given_readings, checks=checks, installed_on=day(1, 1), commissioned_on=day(1, 1)
    )
    counted = [each.volume or Decimal(0) for each in metered_months(known).values()]
    found = [each.volume for each in check_differences(known)]
    last = max(
        [each.value for each in given_readings] + [each.found for each in checks],
        default=Decimal(0),
    )
    assert sum(counted, Decimal(0)) + sum(found, Decimal(0)) == last


@given(st.integers(0, 30_000), st.integers(0, 30_000))
def test_sewage_of_metered_waters_is_exactly_their_sum(cold: int, hot: int) -> None:
    facts = flat(
        meter(Kind.COLD, readings(m10="5", m11=str(5 + Decimal(cold) / 1000))),
        meter(Kind.HOT, readings(m10="5", m11=str(5 + Decimal(hot) / 1000))),
        services=services(COLD, HOT, SEWAGE),
    )
    first, second, both = charged_lines(facts, month())
    assert both.volume == first.volume + second.volume
    assert [str(line.price) for line in (first, second, both)] == list(PRICES.values())
