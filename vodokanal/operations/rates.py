"""Everything that is set by day, as the rules of billing take it; what the law leaves to us too."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from vodokanal.billing.norms import NormBasis
from vodokanal.billing.rates import (
    ONLY,
    Dated,
    LateReadings,
    MixedSewage,
    MultiplierDay,
    NormKey,
    NormValue,
    PaymentTerm,
    Policy,
    Rates,
    Tariff,
    Timetable,
)
from vodokanal.models import norms, tariffs, terms
from vodokanal.models.base import Table
from vodokanal.models.prepared import Prepared
from vodokanal.operations.settings import YES, HouseSettings, get_house_settings


def _all(table: type[Table]) -> Prepared[Any]:
    return Prepared(lambda: table.select().order_by(table.id))


TARIFFS, NORMS = _all(tariffs.Tariff), _all(norms.Norm)
MULTIPLIERS, KEY_RATES = _all(norms.Multiplier), _all(terms.KeyRate)
MORATORIA, PAYMENT_TERMS = _all(terms.Moratorium), _all(terms.PaymentTerm)
VAT_RATES, LEGAL_TERMS = _all(terms.VatRate), _all(terms.LegalTerm)
DAYS_OFF = _all(terms.DayOff)


def get_rates() -> Rates:
    """Everything that is set by day, as it is now; ten statements, however large the town."""
    return Rates(
        tariffs=_timetable(tariffs.Tariff, TARIFFS, key=_tariff_key, value=_price),
        norms=_timetable(norms.Norm, NORMS, key=_norm_key, value=_norm),
        multipliers=_timetable(
            norms.Multiplier, MULTIPLIERS, key=lambda row: row.service, value=lambda row: row.value
        ),
        key_rates=_timetable(terms.KeyRate, KEY_RATES, key=_only, value=_percent),
        moratoria=[Dated(row.starts_on, row.ends_on, None) for row in MORATORIA.rows()],
        payment_terms=_timetable(terms.PaymentTerm, PAYMENT_TERMS, key=_only, value=_days),
        vat=_timetable(terms.VatRate, VAT_RATES, key=_only, value=_percent),
        terms=_timetable(
            terms.LegalTerm, LEGAL_TERMS, key=lambda row: row.term, value=lambda row: row.value
        ),
        days_off={row.on: row.is_working for row in DAYS_OFF.rows()},
        policy=policy_of(get_house_settings()),
    )


def policy_of(house: HouseSettings) -> Policy:
    """What the utility has decided where the law leaves it to decide."""
    return Policy(
        multiplier_day=MultiplierDay(house.multiplier_day),
        late_readings=LateReadings(house.late_readings),
        mixed_sewage=MixedSewage(house.mixed_sewage),
        multiplies_too_young=house.multiplies_too_young == YES,
    )


def _timetable(
    table: type[Table],
    found: Prepared[Any],
    *,
    key: Callable[[Any], Hashable],
    value: Callable[[Any], Any],
) -> Timetable[Any, Any]:
    rows = [(key(row), Dated(row.starts_on, row.ends_on, value(row))) for row in found.rows()]
    return Timetable(table._meta.table_name, rows)


def _tariff_key(row: Any) -> Hashable:
    return (row.service, row.group, row.district_id)


def _price(row: Any) -> Tariff:
    return Tariff(row.price, row.includes_vat)


def _norm_key(row: Any) -> NormKey:
    what = row.category_id if row.basis is NormBasis.PERSON else row.what
    return (row.basis, what, row.service)


def _norm(row: Any) -> NormValue:
    return NormValue(row.volume, row.season_from, row.season_to)


def _only(_row: Any) -> str:
    return ONLY


def _percent(row: Any) -> Any:
    return row.percent


def _days(row: Any) -> PaymentTerm:
    return PaymentTerm(row.bill_by_day, row.pay_by_day, row.moves_to_working_day)
