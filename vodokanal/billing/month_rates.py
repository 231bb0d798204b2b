"""What is set for one month, looked up once and used for every account of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import product

from vodokanal.billing.norms import NormBasis, norm_volume
from vodokanal.billing.periods import Period
from vodokanal.billing.rates import (
    ONLY,
    MultiplierDay,
    NormKey,
    Policy,
    Rates,
    Tariff,
    TariffKey,
)
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.billing.tariffs import tariff_spans
from vodokanal.billing.terms import Term
from vodokanal.billing.troubles import NoNormError

# Days of the month by their numbers, from the first to the last, both inclusive.
Days = tuple[int, int]


@dataclass(frozen=True)
class Price:
    """A price in rubles a m³: since which day it holds, and the VAT in it or on top of it.

    `vat` is per cent; None: without VAT.
    """

    price: Decimal
    since: date
    vat: Decimal | None
    includes_vat: bool = True

    @cached_property
    def written(self) -> str:
        """How lines keep it (see `replay`): prices are few, lines are many."""
        vat = "" if self.vat is None else f',"vat":"{self.vat!s}"'
        on_top = "" if self.includes_vat else ',"vat_on_top":true'
        return f'"price":"{self.price!s}","since":"{self.since.isoformat()}"{vat}{on_top}'


@dataclass(frozen=True, slots=True)
class PriceDays:
    """The days of the month on which a price holds."""

    days: Days
    price: Price


class MonthRates:
    """The rates of one month; made once a run, asked for every account."""

    def __init__(self, rates: Rates, period: Period) -> None:
        """Take everything that is set, and the month that is calculated."""
        self.rates = rates
        self.period = period
        self.previous: Period = period.previous
        self.first: date = period.first_day
        self.last: date = period.last_day
        self.days: int = period.days
        self.whole: Days = (1, self.days)
        self._prices: dict[TariffKey, Sequence[PriceDays]] = {}
        self._price_starts: dict[TariffKey, frozenset[int]] = {}
        self._norms: dict[NormKey, Sequence[tuple[Days, Decimal]]] = {}
        self._norm_starts: dict[int | str, frozenset[int]] = {}
        self._multipliers: dict[Service, Decimal] = {}
        self._terms: dict[Term, int] = {}

    @property
    def policy(self) -> Policy:
        """What the law leaves to the utility."""
        return self.rates.policy

    def day(self, number: int) -> date:
        """Return the date of that day of the month."""
        return self.first.replace(day=number)

    def days_of(self, starts_on: date, ends_on: date | None) -> Days | None:
        """Return the days of the month in a span of days, both inclusive; None when there are none."""
        if starts_on > self.last or (ends_on is not None and ends_on < self.first):
            return None
        first = 1 if starts_on <= self.first else starts_on.day
        return first, self.days if ends_on is None or ends_on >= self.last else ends_on.day

    def prices(self, service: Service, group: CustomerGroup, *, zone: int) -> Sequence[PriceDays]:
        """Return the prices of all days of the month, in order, those of the zone first.

        Raises `NoRateError` for a day without a tariff or without a line on VAT.
        """
        key = (service, group, zone)
        found = self._prices.get(key)
        if found is None:
            found = self._prices[key] = self._prices_of(key)
        return found

    def price_starts(self, service: Service, group: CustomerGroup, *, zone: int) -> frozenset[int]:
        """Return the days from which a price holds; raises what `prices` raises."""
        key = (service, group, zone)
        found = self._price_starts.get(key)
        if found is None:
            prices = self.prices(service, group, zone=zone)
            found = self._price_starts[key] = frozenset(each.days[0] for each in prices)
        return found

    def norms(
        self, basis: NormBasis, what: int | str, *, service: Service
    ) -> Sequence[tuple[Days, Decimal]]:
        """Return the m³ a month of one unit on the days on which a norm is set, in order.

        Out of season it is zero.
        """
        key = (basis, what, service)
        found = self._norms.get(key)
        if found is None:
            spans = self.rates.norms.parts(key, first=self.first, last=self.last)
            found = self._norms[key] = [
                (
                    (each.starts_on.day, each.last_day.day),
                    norm_volume(each.value, self.period.month),
                )
                for each in spans
            ]
        return found

    def norm_on(self, basis: NormBasis, what: int | str, *, service: Service, day: int) -> Decimal:
        """Return the m³ a month of one unit; raises `NoNormError` where none is set that day."""
        for (first, last), volume in self.norms(basis, what, service=service):
            if first <= day <= last:
                return volume
        raise NoNormError(basis, what, service=service, day=self.day(day))

    def norm_starts(self, what: int | str) -> frozenset[int]:
        """Return the days from which norms of a category, or of a kind, are others than before."""
        found = self._norm_starts.get(what)
        if found is None:
            found = self._norm_starts[what] = frozenset(
                day
                for basis, each, service in product(NormBasis, [what], Service)
                for (first, last), _ in self.norms(basis, each, service=service)
                for day in (first, last + 1)
            )
        return found

    def multiplier(self, service: Service) -> Decimal:
        """Return by how much a norm is multiplied where a meter could be (ПП 354 п. 42).

        One number for the whole month: the one of its last day, or of its first by the policy.
        Raises `NoRateError` when none is set for that day.
        """
        found = self._multipliers.get(service)
        if found is None:
            is_first = self.policy.multiplier_day is MultiplierDay.FIRST
            day = self.first if is_first else self.last
            found = self._multipliers[service] = self.rates.multipliers.on(service, day)
        return found

    def term(self, term: Term) -> int:
        """Return a whole number of the law, of the month's last day; raises `NoRateError`."""
        found = self._terms.get(term)
        if found is None:
            found = self._terms[term] = int(self.rates.terms.on(term, self.last))
        return found

    def _prices_of(self, key: TariffKey) -> Sequence[PriceDays]:
        """Return each tariff of the month with the VAT of its days."""
        found: list[PriceDays] = []
        for tariff in tariff_spans(self.rates.tariffs, key, first=self.first, last=self.last):
            first, last = tariff.starts_on, tariff.last_day
            since = self._since(key, first)
            for vat in self.rates.vat.spans(ONLY, first=first, last=last):
                price = self._price(tariff.value, since, vat=vat.value)
                days = (vat.starts_on.day, vat.last_day.day)
                if found and found[-1].price == price:
                    days = (found.pop().days[0], days[1])
                found.append(PriceDays(days, price))
        return found

    def _since(self, key: TariffKey, day: date) -> date:
        """Return the first day of the row that holds on the day."""
        service, group, _zone = key
        rows = [
            row
            for each in (key, (service, group, None))
            for row in self.rates.tariffs.parts(each, first=date.min, last=day)
            if row.last_day == day
        ]
        return rows[0].starts_on

    @staticmethod
    def _price(tariff: Tariff, since: date, *, vat: Decimal | None) -> Price:
        return Price(tariff.price, since, vat, includes_vat=tariff.includes_vat)
