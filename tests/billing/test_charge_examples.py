"""The worked cases of charges.toml and norms.toml hold, to the kopeck."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.billing.households import (
    COLD,
    HOT,
    LONG_AGO,
    SEWAGE,
    flat,
    inputs_of,
    meter,
    month,
    norms,
    only_line,
    readings,
    services,
    since,
    tariffs,
)
from vodokanal.billing.account_months import ImpossibleSpan, PeopleSpan
from vodokanal.billing.methods import Method
from vodokanal.billing.month_lines import charged_lines
from vodokanal.billing.month_rates import MonthRates
from vodokanal.billing.readings import Kind
from vodokanal.billing.replay import replayed
from vodokanal.billing.services import Service

FOLDER = Path(__file__).parents[1] / "examples"
CHARGES = tomllib.loads((FOLDER / "charges.toml").read_text(encoding="utf-8"))
NORMS = tomllib.loads((FOLDER / "norms.toml").read_text(encoding="utf-8"))
IMPOSSIBLE = [ImpossibleSpan(kind, LONG_AGO) for kind in Kind]

Case = dict[str, Any]


def cases(kind: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", CHARGES[kind], ids=lambda case: case["id"])


def rates_of(case: Case) -> MonthRates:
    service = Service(case["service"])
    return month(
        tariffs=tariffs({service: case["price"]}),
        norms=norms({service: case.get("norm", "0")}),
        multipliers=[(service, since(Decimal(case.get("multiplier", "1"))))],
    )


@pytest.mark.parametrize("kind", ["case", "sum"])
def test_every_example_says_what_it_is_and_who_says_so(kind: str) -> None:
    assert all(case["id"] and case["title"] and case["source"] for case in CHARGES[kind])


@cases("case")
def test_a_line_is(case: Case) -> None:
    meters = []
    if "current" in case:
        meters = [meter(given=readings(m10=case["previous"], m11=case["current"]))]
    facts = flat(
        *meters,
        services=services(Service(case["service"])),
        people=[PeopleSpan(case.get("residents", 1), 1, LONG_AGO)],
        impossible=() if "multiplier" in case else IMPOSSIBLE,
    )
    line = only_line(facts, rates_of(case))
    assert line.amount == Decimal(case["amount"])
    assert line.excess == Decimal(case.get("excess", "0"))
    assert replayed(inputs_of(line)) == (line.volume, line.amount, line.excess)


@cases("sum")
def test_a_bill_is(case: Case) -> None:
    assert sum(map(Decimal, case["parts"]), Decimal(0)) == Decimal(case["total"])


@pytest.mark.parametrize("case", NORMS["identity"], ids=lambda case: case["id"])
def test_sewage_by_its_norm_is_both_waters_by_theirs(case: Case) -> None:
    volumes = {service: case[service.value] for service in Service}
    facts = flat(impossible=IMPOSSIBLE, services=services(COLD, HOT, SEWAGE))
    cold, hot, sewage = charged_lines(facts, month(norms=norms(volumes)))
    assert sewage.volume == cold.volume + hot.volume == 3 * Decimal(case["sewage"])
    assert {line.method for line in (cold, hot, sewage)} == {Method.NO_METER}
