"""The town's prices, norms and key rates: every day up to 2035 has one, each said to be an example."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import groupby, product
from typing import Any

import pytest

from tests.demo.conftest import NOW, Rows
from tests.engines import Engine
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.rates import ONLY, Dated, Rates, bare_days
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.billing.tariffs import price_with_vat, tariff_on, tariff_spans
from vodokanal.billing.terms import Term
from vodokanal.demo.premises import CATEGORY_IDS
from vodokanal.demo.streets import FAR, Supply
from vodokanal.demo.town import NAME, Town
from vodokanal.models.norms import Norm
from vodokanal.models.places import PremisesQuantity
from vodokanal.models.tariffs import Tariff
from vodokanal.operations.rates import get_rates
from vodokanal.operations.towns import load_town, role_ids

FIRST, TODAY, LAST = date(2024, 1, 1), NOW.date(), date(2035, 12, 31)
EVERYWHERE = None


@pytest.fixture
def rates(database: Engine) -> Rates:
    """What a database holds when a town of two accounts is loaded."""
    load_town(Town(NOW, {}, role_ids(), accounts=2, months=1), name=NAME, at=NOW)
    return get_rates()


def by_key(town: Rows) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """The town's prices, those that follow one another together."""

    def key(row: dict[str, Any]) -> tuple[Any, ...]:
        return (row["service"], row.get("group", CustomerGroup.POPULATION), row.get("district"))

    for found, rows in groupby(sorted(town[Tariff], key=lambda row: str(key(row))), key=key):
        yield found, list(rows)


def test_every_day_has_a_price(rates: Rates) -> None:
    for key in product(Service, CustomerGroup, [EVERYWHERE, 1, FAR + 1]):
        spans = tariff_spans(rates.tariffs, key, first=FIRST, last=LAST)
        assert (spans[0].starts_on, spans[-1].ends_on) == (FIRST, LAST), key


def test_prices_step_on_the_days_of_the_law(rates: Rates) -> None:
    key = (Service.COLD, CustomerGroup.POPULATION, EVERYWHERE)
    days = [date(2026, 9, 30), date(2026, 10, 1), date(2027, 10, 1)]
    prices = [tariff_on(rates.tariffs, key, day=day).price for day in days]
    assert prices == [Decimal("66.89"), Decimal("74.25"), Decimal("77.22")]


def test_far_villages_have_cold_water_of_their_own_price(rates: Rates) -> None:
    prices = [
        tariff_on(rates.tariffs, (service, CustomerGroup.POPULATION, zone), day=TODAY).price
        for service in (Service.COLD, Service.SEWAGE)
        for zone in (FAR + 1, EVERYWHERE)
    ]
    assert prices == [Decimal("36.85"), Decimal("74.25"), Decimal("58.28"), Decimal("58.28")]


def test_organisations_pay_the_tax_on_top(rates: Rates) -> None:
    key = (Service.COLD, CustomerGroup.ORGANISATION, EVERYWHERE)
    tariff = tariff_on(rates.tariffs, key, day=TODAY)
    vat = rates.vat.on(ONLY, TODAY)
    assert vat is not None
    assert (tariff.includes_vat, price_with_vat(tariff.price, vat)) == (False, Decimal("74.25"))


def test_penalties_can_be_counted_in_every_year(rates: Rates) -> None:
    ends = [(1, 1), (12, 31)]
    for day in (date(year, *end) for year in range(2024, 2036) for end in ends):
        assert rates.key_rates.on(ONLY, day) > 0
        assert rates.terms.on(Term.PENALTY_CAP, day) == Decimal("9.5")


def test_nothing_holds_twice_on_a_day_or_not_at_all(town: Rows) -> None:
    for _key, rows in by_key(town):
        ordered = sorted(rows, key=lambda row: row["starts_on"])
        spans = [Dated(row["starts_on"], row["ends_on"], row["price"]) for row in ordered]
        assert bare_days(spans) == []
        days = sum((span.last_day - span.starts_on).days + 1 for span in spans)
        assert days == (LAST - spans[0].starts_on).days + 1


def test_every_house_has_norms_for_its_water(rates: Rates) -> None:
    for supply in Supply:
        needed = {Service.COLD}
        needed |= {Service.HOT} if supply.hot else set()
        needed |= {Service.SEWAGE} if supply.has_sewage else set()
        keys = {(NormBasis.PERSON, CATEGORY_IDS[supply], service) for service in needed}
        assert all(key in rates.norms for key in keys), supply


def test_norms_of_a_house_add_up_to_its_sewage(rates: Rates) -> None:
    bath = CATEGORY_IDS[Supply.CENTRAL_HOT]
    cold, hot, sewage = (
        rates.norms.on((NormBasis.PERSON, bath, service), TODAY).volume
        for service in (Service.COLD, Service.HOT, Service.SEWAGE)
    )
    assert (cold + hot, sewage) == (Decimal("8.664"), Decimal("8.664"))


def test_gardens_and_hens_of_the_town_have_norms(town: Rows, rates: Rates) -> None:
    kinds = {(row["kind"].value, row["what"]) for row in town[PremisesQuantity]}
    assert kinds == {("garden", "огород"), ("livestock", "куры")}
    for basis, what in kinds:
        assert (NormBasis(basis), what, Service.COLD) in rates.norms


def test_every_price_and_norm_says_that_it_is_an_example(town: Rows) -> None:
    documents = {row["document"] for table in (Tariff, Norm) for row in town[table]}
    assert documents
    assert all(document.startswith("Пример") for document in documents)
