"""A flat in November 2026, its meters and the rates of that month, each to be varied by a test."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from vodokanal.billing.account_months import (
    AccountFacts,
    BilledLine,
    CategorySpan,
    ChargedLine,
    CheckedReading,
    MeterMonth,
    MeterReading,
    PeopleSpan,
    ServiceSpan,
)
from vodokanal.billing.line_inputs import LineInputs
from vodokanal.billing.methods import Method
from vodokanal.billing.month_lines import charged_lines
from vodokanal.billing.month_rates import MonthRates
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.periods import Period, months_between
from vodokanal.billing.rates import (
    ONLY,
    Dated,
    NormKey,
    NormValue,
    Policy,
    Rates,
    Tariff,
    TariffKey,
    Timetable,
)
from vodokanal.billing.readings import Kind
from vodokanal.billing.replay import inputs_from_json
from vodokanal.billing.services import Charging, CustomerGroup, Service
from vodokanal.billing.terms import Term

NOVEMBER = Period(2026, 11)
LONG_AGO = date(2020, 1, 1)
POPULATION = CustomerGroup.POPULATION
COLD, HOT, SEWAGE = Service.COLD, Service.HOT, Service.SEWAGE
CATEGORY = 7
ZONE = 3

PRICES = {COLD: "50.93", HOT: "243.16", SEWAGE: "39.97"}
NORMS = {COLD: "5.016", HOT: "3.648", SEWAGE: "8.664"}
MULTIPLIERS = {COLD: "3.00", HOT: "1.50"}
TERMS = {Term.AVERAGE_MONTHS: 6, Term.AVERAGE_MONTHS_YOUNG: 3, Term.MONTHS_BY_AVERAGE: 3}


def day(number: int, month: int = 11) -> date:
    """A day of 2026, of November where nothing else is said."""
    return date(2026, month, number)


def since(value: Any, starts_on: date = LONG_AGO, ends_on: date | None = None) -> Dated[Any]:
    """A value that holds from a day on."""
    return Dated(starts_on, ends_on, value)


def tariffs(
    prices: dict[Service, str] | None = None,
    *,
    group: CustomerGroup = POPULATION,
    includes_vat: bool = True,
) -> list[tuple[TariffKey, Dated[Tariff]]]:
    """One price a service, everywhere and since long ago."""
    return [
        ((service, group, None), since(Tariff(Decimal(price), includes_vat)))
        for service, price in (prices or PRICES).items()
    ]


def norms(volumes: dict[Service, str] | None = None) -> list[tuple[NormKey, Dated[NormValue]]]:
    """One norm a service, for people of the flat's category."""
    return [
        ((NormBasis.PERSON, CATEGORY, service), since(NormValue(Decimal(volume))))
        for service, volume in (NORMS if volumes is None else volumes).items()
    ]


def rates(**changes: Any) -> Rates:
    """What is set, with the rows of a table replaced: `tariffs`, `norms`, `multipliers`, `vat`."""
    multipliers = [(service, since(Decimal(value))) for service, value in MULTIPLIERS.items()]
    terms = [(term, since(Decimal(number))) for term, number in TERMS.items()]
    return Rates(
        tariffs=Timetable("tariff", changes.get("tariffs", tariffs())),
        norms=Timetable("norm", changes.get("norms", norms())),
        multipliers=Timetable("multiplier", changes.get("multipliers", multipliers)),
        key_rates=Timetable("key_rate"),
        moratoria=(),
        payment_terms=Timetable("payment_term"),
        vat=Timetable("vat_rate", changes.get("vat", [(ONLY, since(Decimal(22)))])),
        terms=Timetable("legal_term", changes.get("terms", terms)),
        days_off={},
        policy=changes.get("policy", Policy()),
    )


def month(period: Period = NOVEMBER, **changes: Any) -> MonthRates:
    """The rates of one month."""
    return MonthRates(rates(**changes), period)


def read(period: str, value: str, **changes: Any) -> MeterReading:
    """A reading of a month such as 2026-10, taken on its 15th day and accepted."""
    of = Period.parse(period)
    given: dict[str, Any] = {
        "taken_on": of.first_day.replace(day=15),
        "source": "resident",
    } | changes
    return MeterReading(of, Decimal(value), **given)


def readings(**values: str) -> list[MeterReading]:
    """Readings of months of 2026, written like m10="153.200"."""
    return [read(f"2026-{name[1:]:0>2}", value) for name, value in values.items()]


def meter(kind: Kind = Kind.COLD, given: Iterable[MeterReading] = (), **changes: Any) -> MeterMonth:
    """A meter that has hung since 2020 and is verified until 2030."""
    values: dict[str, Any] = {
        "id": 1 if kind is Kind.COLD else 2,
        "serial": "11111" if kind is Kind.COLD else "22222",
        "digits_before": 5,
        "installed_on": LONG_AGO,
        "initial_reading": Decimal("0.000"),
        "commissioned_on": LONG_AGO,
        "verify_by": date(2030, 1, 1),
    } | changes
    return MeterMonth(kind=kind, readings=list(given), **values)


def regular(kind: Kind = Kind.COLD, until: str = "2026-11", **changes: Any) -> MeterMonth:
    """A meter that counts 4 m³ a month (hot: 2), read every month from January of 2026 on."""
    step = 4 if kind is Kind.COLD else 2
    months = months_between(Period(2026, 1), Period.parse(until))
    given = [read(str(each), str(100 + step * number)) for number, each in enumerate(months)]
    return meter(kind, given, **changes)


def check(on: date, found: str, number: int = 1) -> CheckedReading:
    """What a check found."""
    return CheckedReading(number, on, Decimal(found))


def services(*charged: Service, counted: Iterable[Service] = ()) -> list[ServiceSpan]:
    """Services that we bill, and others that are only counted."""
    ours = [ServiceSpan(each, Charging.CHARGED, LONG_AGO) for each in charged]
    return [*ours, *(ServiceSpan(each, Charging.COUNTED, LONG_AGO) for each in counted)]


def flat(*meters: MeterMonth, **changes: Any) -> AccountFacts:
    """A flat of three people with cold water alone; `issued` says since when it was charged."""
    issued = changes.pop("issued", Period(2020, 1))
    values: dict[str, Any] = {
        "id": 15,
        "period": NOVEMBER,
        "group": POPULATION,
        "zone": ZONE,
        "opened_on": LONG_AGO,
        "closed_on": None,
        "services": services(COLD),
        "people": [PeopleSpan(3, 1, LONG_AGO)],
        "categories": [CategorySpan(CATEGORY, LONG_AGO)],
        "has_history": True,
        "billed": [billed(issued)],
    } | changes
    return AccountFacts(meters=list(meters), **values)


def billed(period: Period, **changes: Any) -> BilledLine:
    """A line of an issued month."""
    values: dict[str, Any] = {
        "service": COLD,
        "part": 0,
        "method": Method.METER,
        "volume": Decimal(4),
        "price": Decimal("50.93"),
        "amount": Decimal("203.72"),
        "inputs": "{}",
    } | changes
    return BilledLine(period=period, **values)


def only_line(facts: AccountFacts, rates_of_month: MonthRates | None = None) -> ChargedLine:
    """The one line that the account is charged."""
    (line,) = charged_lines(facts, rates_of_month or month(facts.period))
    return line


def inputs_of(line: ChargedLine) -> LineInputs:
    """What the line says that it was made of."""
    return inputs_from_json(line.inputs)


def shown(lines: Iterable[ChargedLine]) -> list[tuple[str, str, str, str]]:
    """Lines as people compare them: service, method, volume, amount."""
    return [
        (line.service.value, line.method.value, str(line.volume), str(line.amount))
        for line in lines
    ]
