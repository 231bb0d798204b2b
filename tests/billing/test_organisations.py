"""Organisations pay for what their meters say, at their own prices: nothing else is for them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.billing.households import (
    COLD,
    HOT,
    NOVEMBER,
    SEWAGE,
    flat,
    meter,
    month,
    only_line,
    readings,
    regular,
    services,
    tariffs,
)
from vodokanal.billing.account_months import AccountFacts, ChargedLine, MeterMonth
from vodokanal.billing.methods import Method
from vodokanal.billing.month_lines import charged_lines
from vodokanal.billing.month_rates import MonthRates
from vodokanal.billing.rates import MixedSewage, Policy
from vodokanal.billing.readings import Kind
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.billing.troubles import OrganisationWithoutReadingError

FOREIGN = {COLD: "61.12", HOT: "250.00", SEWAGE: "47.96"}
GROUPS = (CustomerGroup.ORGANISATION, CustomerGroup.BUDGET)


def prices(group: CustomerGroup = CustomerGroup.ORGANISATION, **changes: Any) -> MonthRates:
    """Prices without VAT, and neither norms nor multipliers nor terms."""
    rows = tariffs(FOREIGN, group=group, includes_vat=False)
    return month(NOVEMBER, tariffs=rows, norms=[], multipliers=[], terms=[], **changes)


def shop(*meters: MeterMonth, group: CustomerGroup = GROUPS[0], **changes: Any) -> AccountFacts:
    """A shop where nobody lives."""
    nobody = {"people": (), "categories": (), "services": services(COLD, SEWAGE)}
    return flat(*meters, group=group, **nobody | changes)


def refused(
    facts: AccountFacts, rates: MonthRates | None = None
) -> OrganisationWithoutReadingError:
    """Why the organisation cannot be charged."""
    with pytest.raises(OrganisationWithoutReadingError) as refusal:
        charged_lines(facts, rates or prices())
    assert refusal.value.code == "organisation_without_reading"
    return refusal.value


def by(lines: list[ChargedLine]) -> list[tuple[Service, Method, Decimal, Decimal, Decimal | None]]:
    """What matters of an organisation's lines."""
    return [(line.service, line.method, line.volume, line.amount, line.vat) for line in lines]


@pytest.mark.parametrize("group", GROUPS)
def test_an_organisation_pays_its_volume_at_its_price_with_vat_on_top(
    group: CustomerGroup,
) -> None:
    lines = charged_lines(shop(regular(), group=group), prices(group))
    assert by(lines) == [
        (COLD, Method.METER, Decimal("4.000"), Decimal("298.27"), Decimal("53.79")),
        (SEWAGE, Method.SUM, Decimal("4.000"), Decimal("234.04"), Decimal("42.20")),
    ]


def test_all_meters_of_an_organisation_add_up() -> None:
    second = regular(id=3, serial="33333")
    line = only_line(shop(regular(), second, services=services(COLD)), prices())
    assert line.volume == Decimal(8)


def test_a_price_with_vat_is_taken_as_it_is() -> None:
    rates = month(tariffs=tariffs(FOREIGN, group=GROUPS[0]))
    line = only_line(shop(regular(), services=services(COLD)), rates)
    assert (line.amount, line.vat) == (Decimal("244.48"), Decimal("44.09"))


def test_a_silent_organisation_has_no_average() -> None:
    assert refused(shop(regular(until="2026-10")), prices_with_terms()).parameters == {
        "kind": "cold",
        "serial": "11111",
    }


def test_an_organisation_silent_for_long_has_no_norm() -> None:
    assert refused(shop(regular(until="2026-06")), prices_with_terms()).kind == "cold"


def prices_with_terms() -> MonthRates:
    """The same prices, with the terms that averages need."""
    rows = tariffs(FOREIGN, group=GROUPS[0], includes_vat=False)
    return month(tariffs=rows)


def test_an_organisation_without_a_meter_has_no_norm_either() -> None:
    assert refused(shop()).parameters == {"kind": "cold", "serial": None}


def test_the_silent_meter_of_several_is_named() -> None:
    silent = meter(Kind.COLD, readings(m10="5"), id=3, serial="33333")
    assert refused(shop(regular(), silent), prices_with_terms()).serial == "33333"


def test_sewage_of_an_organisation_without_any_water_is_refused() -> None:
    assert refused(shop(services=services(SEWAGE))).parameters == {"kind": None, "serial": None}


def test_the_policy_for_mixed_sewage_is_for_citizens() -> None:
    own_norm = prices(policy=Policy(mixed_sewage=MixedSewage.NORM))
    lines = charged_lines(
        shop(regular(), regular(Kind.HOT), services=services(COLD, HOT, SEWAGE)), own_norm
    )
    assert [line.method for line in lines] == [Method.METER, Method.METER, Method.SUM]
