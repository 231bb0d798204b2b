"""Illustrative tariffs, norms and key rates of the town, up to 2035: no regulator has set them.

Most of the first prices are published ones of other places; what follows goes on like them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from vodokanal.billing.money import rounded, rubles
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.billing.terms import Term
from vodokanal.demo.rows import Rows
from vodokanal.demo.streets import FAR, Supply
from vodokanal.models.norms import Norm
from vodokanal.models.tariffs import Tariff
from vodokanal.models.terms import KeyRate, LegalTerm

Steps = Sequence[tuple[date, str]]

EXAMPLE = "Пример для демонстрации"
LAST_DAY = date(2035, 12, 31)
# In October of these years everything becomes dearer by so much.
GROWING, GROWTH = range(2027, 2036), Decimal("1.04")
NEW_VAT = date(2026, 1, 1)
STEPS = (
    date(2019, 1, 1),
    date(2019, 7, 1),
    date(2020, 7, 1),
    date(2021, 7, 1),
    date(2022, 7, 1),
    date(2022, 12, 1),
    date(2024, 7, 1),
    date(2025, 7, 1),
    date(2026, 1, 1),
    date(2026, 10, 1),
)
PRICES = {
    Service.COLD: "38.70 40.48 42.30 43.57 45.88 50.93 59.80 65.77 66.89 74.25",
    Service.SEWAGE: "27.47 29.57 30.90 32.02 35.53 39.97 46.95 51.62 52.50 58.28",
    Service.HOT: "188.40 197.15 204.30 211.67 223.40 243.16 283.70 312.50 317.81 352.77",
}
# The far villages have a well of their own.
WELL: Steps = (
    (date(2024, 1, 1), "23.90"),
    (date(2024, 7, 1), "27.50"),
    (date(2025, 7, 1), "32.64"),
    (date(2026, 1, 1), "33.20"),
    (date(2026, 10, 1), "36.85"),
)
NORMS_SINCE, NORMS_BY = date(2011, 1, 1), "Пример по распоряжению от 30.12.2010 № 85"
BATH = {Service.COLD: "5.016", Service.HOT: "3.648", Service.SEWAGE: "8.664"}
NORMS = {
    Supply.CENTRAL_HOT: BATH,
    Supply.HOT_BY_OTHERS: BATH,
    Supply.GAS_HEATER: {Service.COLD: "6.688", Service.SEWAGE: "6.688"},
    Supply.DORMITORY: {Service.COLD: "1.520", Service.HOT: "1.824", Service.SEWAGE: "3.344"},
    Supply.HEATER_AND_CESSPOOL: {Service.COLD: "5.472"},
    Supply.STANDPIPE: {Service.COLD: "1.520"},
}
# Per cent a year; below the cap of penalties from 2028 on, so that it can be seen to give way.
KEY_RATES: Steps = (
    (date(2026, 1, 1), "16"),
    (date(2026, 6, 22), "14"),
    (date(2026, 10, 26), "12.5"),
    (date(2027, 4, 26), "10"),
    (date(2028, 2, 14), "8"),
    (date(2030, 2, 11), "7.5"),
)


def add_rates(rows: Rows) -> None:
    """Adds prices for everybody and for the far villages, norms, and what penalties go by."""
    for service, prices in PRICES.items():
        steps = _continued(tuple(zip(STEPS, prices.split(), strict=True)))
        _add_prices(rows, steps, service=service)
    for first, last, price in _spans(_continued(WELL)):
        _add_price(rows, (first, last), service=Service.COLD, price=rubles(price), district=FAR + 1)
    _add_norms(rows)
    for first, last, percent in _spans(KEY_RATES):
        rows.append(KeyRate, percent=Decimal(percent), starts_on=first, ends_on=last)
    rows.append(
        LegalTerm,
        term=Term.PENALTY_CAP,
        value=Decimal("9.5"),
        starts_on=date(2027, 1, 1),
        ends_on=LAST_DAY,
        document=EXAMPLE,
    )


def _add_prices(rows: Rows, steps: Steps, *, service: Service) -> None:
    for first, last, price in _spans(steps):
        _add_price(rows, (first, last), service=service, price=rubles(price))
        rate = Decimal(22 if first >= NEW_VAT else 20)
        net = rounded(rubles(price) * 100 / (100 + rate))
        for group in (CustomerGroup.ORGANISATION, CustomerGroup.BUDGET):
            _add_price(
                rows, (first, last), service=service, price=net, group=group, includes_vat=False
            )


def _add_price(rows: Rows, days: tuple[date, date], **values: Any) -> None:
    rows.append(Tariff, **values, document=EXAMPLE, starts_on=days[0], ends_on=days[1])


def _add_norms(rows: Rows) -> None:
    since = {"document": NORMS_BY, "starts_on": NORMS_SINCE}
    for category, supply in enumerate(Supply, start=1):
        for service, volume in NORMS[supply].items():
            rows.append(Norm, category=category, service=service, volume=Decimal(volume), **since)
    cold = {"service": Service.COLD, "document": EXAMPLE, "starts_on": NORMS_SINCE}
    garden = {"what": "огород", "volume": Decimal("0.012"), "season_from": 5, "season_to": 8}
    rows.append(Norm, basis=NormBasis.GARDEN, **garden, **cold)
    rows.append(Norm, basis=NormBasis.LIVESTOCK, what="куры", volume=Decimal("0.011"), **cold)


def _continued(steps: Steps) -> Steps:
    """The steps, and one in October of every following year."""
    price = rubles(steps[-1][1])
    later = (
        (date(year, 10, 1), str(rounded(price * GROWTH**n))) for n, year in enumerate(GROWING, 1)
    )
    return (*steps, *later)


def _spans(steps: Steps) -> Iterator[tuple[date, date, str]]:
    """Each value with its first and its last day; the last value holds to the end of 2035."""
    ends = (LAST_DAY + timedelta(days=1), "")
    for (first, value), (following, _) in pairwise([*steps, ends]):
        yield first, following - timedelta(days=1), value
