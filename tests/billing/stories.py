"""An account told month by month: what is calculated is issued, and is known from then on."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.billing.households import LONG_AGO, TERMS, flat, meter, norms, read, since
from tests.billing.households import rates as rates_of
from vodokanal.billing.account_months import (
    AccountFacts,
    BilledLine,
    ChargedLine,
    CorrectionLine,
    ImpossibleSpan,
    MeterMonth,
    PostedCorrection,
)
from vodokanal.billing.charges import charged_lines
from vodokanal.billing.month_rates import MonthRates
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.periods import Period
from vodokanal.billing.rates import (
    ONLY,
    Dated,
    LateReadings,
    MixedSewage,
    NormValue,
    Policy,
    Rates,
    Tariff,
)
from vodokanal.billing.readings import Kind
from vodokanal.billing.recalculations import corrections_of
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.billing.terms import Term

BREAK_TERMS = {
    Term.ABSENCE_DAYS: "5",
    Term.BREAK_HOURS_A_MONTH: "8",
    Term.BREAK_HOURS_AT_ONCE: "4",
    Term.BREAK_PERCENT_AN_HOUR: "0.15",
}
# 0.1 m³ a month for a square metre from May to September.
GARDEN = (
    (NormBasis.GARDEN, "roses", Service.COLD),
    since(NormValue(Decimal("0.1"), season_from=5, season_to=9)),
)
# Rubles a m³ until June 2026 and from July on.
PRICES = {
    Service.COLD: ("50.00", "60.00"),
    Service.HOT: ("200.00", "240.00"),
    Service.SEWAGE: ("40.00", "45.00"),
}


def stepped(
    prices: dict[Service, tuple[str, str]], dearer: date
) -> list[tuple[Any, Dated[Tariff]]]:
    """Prices that change once, the same for citizens and organisations."""
    return [
        ((service, group, None), Dated(starts_on, ends_on, Tariff(Decimal(price))))
        for service, (low, high) in prices.items()
        for group in CustomerGroup
        for starts_on, ends_on, price in [
            (LONG_AGO, dearer - timedelta(days=1), low),
            (dearer, None, high),
        ]
    ]


def month(text: str) -> Period:
    return Period.parse(text)


def impossible(*kinds: Kind) -> tuple[ImpossibleSpan, ...]:
    return tuple(ImpossibleSpan(each, LONG_AGO) for each in kinds)


@dataclass
class Story:
    """A dwelling of three people; `facts` change the next months that are calculated."""

    late_readings: LateReadings = LateReadings.AVERAGE
    mixed_sewage: MixedSewage = MixedSewage.PARTS
    meters: list[MeterMonth] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    billed: list[BilledLine] = field(default_factory=list)
    posted: list[PostedCorrection] = field(default_factory=list)
    prices: dict[Service, tuple[str, str]] = field(default_factory=lambda: dict(PRICES))
    dearer: date = date(2026, 7, 1)

    def rates(self) -> Rates:
        """What is set now; what is issued keeps what was set then."""
        terms = [(term, since(Decimal(each))) for term, each in (TERMS | BREAK_TERMS).items()]
        return rates_of(
            tariffs=stepped(self.prices, self.dearer),
            norms=[*norms(), GARDEN],
            terms=terms,
            vat=[(ONLY, since(None))],
            policy=Policy(late_readings=self.late_readings, mixed_sewage=self.mixed_sewage),
        )

    def read(self, values: dict[str, str], *, kind: Kind = Kind.COLD) -> None:
        """Note readings of months, the last one of each counts."""
        meter_before = next((each for each in self.meters if each.kind is kind), meter(kind))
        known = {each.period: each for each in meter_before.readings}
        known |= {month(period): read(period, value) for period, value in values.items()}
        others = [each for each in self.meters if each.kind is not kind]
        self.meters = [
            *others,
            replace(meter_before, readings=[known[each] for each in sorted(known)]),
        ]

    def known(self, period: str, **changes: Any) -> AccountFacts:
        """What is known of the account when a month is calculated."""
        self.facts |= changes
        own = {
            "period": month(period),
            "billed": list(self.billed),
            "posted": list(self.posted),
        }
        return flat(*self.meters, **self.facts, **own)

    def calculated(
        self, period: str, **changes: Any
    ) -> tuple[list[ChargedLine], list[CorrectionLine]]:
        """Return the lines and the corrections of a month, which is not issued by this."""
        facts = self.known(period, **changes)
        rates = MonthRates(self.rates(), facts.period)
        lines = charged_lines(facts, rates)
        return lines, corrections_of(facts, rates, lines=lines)

    def issued(self, period: str, **changes: Any) -> list[CorrectionLine]:
        """Issue a month and return its corrections."""
        lines, corrections = self.calculated(period, **changes)
        self.post(period, lines, corrections=corrections)
        return corrections

    def post(
        self,
        period: str,
        lines: Iterable[ChargedLine],
        *,
        corrections: Iterable[CorrectionLine] = (),
    ) -> None:
        """Issue lines and corrections in a month."""
        self.billed += [as_billed(month(period), line) for line in lines]
        self.posted += [as_posted(each) for each in corrections]

    def told(self, period: str, **changes: Any) -> list[tuple[str, str, str, str, str]]:
        """Issue a month and return its corrections as they are read aloud."""
        return told(self.issued(period, **changes))

    def volume(self, service: Service = Service.COLD) -> Decimal:
        """Everything that was billed of a service and corrected since, in m³."""
        corrected = [each.volume or Decimal(0) for each in self.posted if each.service is service]
        return sum(
            [each.volume for each in self.billed if each.service is service] + corrected,
            Decimal(0),
        )

    def amount(self, period: str, service: Service = Service.COLD) -> Decimal:
        """What a month costs by now, in rubles."""
        key = (month(period), service)
        billed = [each.amount for each in self.billed if (each.period, each.service) == key]
        corrected = [each.amount for each in self.posted if (each.for_period, each.service) == key]
        return sum(billed + corrected, Decimal(0))


def half_a_year(*kinds: Kind, **story: Any) -> Story:
    """Meters read from December 2025, when they showed 100, to June 2026: 5 m³ a month each.

    The months from January to June are issued.
    """
    told = Story(**story)
    for kind in kinds or (Kind.COLD,):
        values = {f"2026-{number:02}": str(100 + 5 * number) for number in range(1, 7)}
        told.read({"2025-12": "100"} | values, kind=kind)
    for number in range(1, 7):
        assert told.issued(f"2026-{number:02}") == []
    return told


def as_billed(period: Period, line: ChargedLine) -> BilledLine:
    return BilledLine(
        period,
        line.service,
        line.part,
        line.method,
        line.volume,
        line.price,
        line.amount,
        line.inputs,
    )


def as_posted(line: CorrectionLine) -> PostedCorrection:
    return PostedCorrection(
        line.for_period,
        line.service,
        line.reason,
        line.volume,
        line.amount,
        line.cause_table,
        line.cause_id,
        line.inputs,
    )


def told(corrections: Iterable[CorrectionLine]) -> list[tuple[str, str, str, str, str]]:
    """Return corrections as they are read aloud: for when, of what, why, m³, rubles."""
    return [
        (
            str(each.for_period),
            "" if each.service is None else each.service.value,
            each.reason.value,
            "" if each.volume is None else str(each.volume),
            str(each.amount),
        )
        for each in corrections
    ]


def explained(line: CorrectionLine) -> dict[str, Any]:
    """Return what a correction was found from."""
    found: dict[str, Any] = json.loads(line.inputs)
    return found
