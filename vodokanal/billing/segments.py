"""A month cut into runs of days on which nothing changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain, pairwise
from typing import Protocol

from vodokanal.billing.account_months import AccountFacts
from vodokanal.billing.line_inputs import MeterUse
from vodokanal.billing.month_rates import Days, MonthRates
from vodokanal.billing.readings import Kind
from vodokanal.billing.services import Charging, Service
from vodokanal.billing.values import value_class

LAST = 31
Supplies = dict[Service, list[tuple[Days, Charging]]]
SERVICE_OF = {Kind.COLD: Service.COLD, Kind.HOT: Service.HOT}


class Span(Protocol):
    """Something that holds from a day to a day, both inclusive; without a last day, still."""

    @property
    def starts_on(self) -> date:
        """Its first day."""

    @property
    def ends_on(self) -> date | None:
        """Its last day."""


@value_class
class MeterDays:
    """A meter's use in the month, and the days of the month on which it was charged by."""

    use: MeterUse
    days: Sequence[Days]


@value_class
class AccountMonth:
    """An account in a month: its days, the services on them, and the meters.

    `charged` are the services that we bill on some of the days, in the order of a bill.
    """

    facts: AccountFacts
    month: MonthRates
    days: Days
    supplies: Supplies
    charged: list[Service]
    meters: dict[Kind, list[MeterDays]]

    def charging_on(self, service: Service, day: int) -> Charging | None:
        """Return who bills the service on a day; None: it is not supplied then."""
        for (first, last), charging in self.supplies.get(service, ()):
            if first <= day <= last:
                return charging
        return None


def overlap(one: Days, other: Days) -> Days | None:
    """Return the days that are in both; None when there are none."""
    first, last = max(one[0], other[0]), min(one[1], other[1])
    return (first, last) if first <= last else None


def without(days: Days, others: Iterable[Days]) -> list[Days]:
    """Return the runs of the days that are in none of the others."""
    left = [days]
    for first, last in others:
        parts = [overlap(run, part) for run in left for part in ((1, first - 1), (last + 1, LAST))]
        left = [each for each in parts if each is not None]
    return left


def days_in(runs: Iterable[Days]) -> int:
    """Return how many days there are in runs of them."""
    return sum([last - first + 1 for first, last in runs])


def number_of(days: Iterable[Days], *, until: int) -> int:
    """Return how many of the days there are up to a day, itself included."""
    return sum(max(0, min(last, until) - first + 1) for first, last in days)


def segments_of(account: AccountMonth) -> list[Days]:
    """Return the account's days cut where a span begins or ends, in order."""
    first, last = account.days
    starts = {day for day in _changes(account) if first < day <= last}
    if not starts:
        return [account.days]
    bounds = [first, *sorted(starts), last + 1]
    return [(begun, after - 1) for begun, after in pairwise(bounds)]


def _changes(account: AccountMonth) -> set[int]:
    """Return the days on which something is not as it was the day before."""
    facts, month = account.facts, account.month
    found: set[int] = set()
    spans: Iterable[Span] = chain(
        facts.services, facts.people, facts.categories, facts.impossible, facts.quantities
    )
    for span in spans:
        if month.first < span.starts_on <= month.last:
            found.add(span.starts_on.day)
        if span.ends_on is not None and month.first <= span.ends_on < month.last:
            found.add(span.ends_on.day + 1)
    for service in account.charged:
        found |= month.price_starts(service, facts.group, zone=facts.zone)
    for category in facts.categories:
        found |= month.norm_starts(category.category)
    for quantity in facts.quantities:
        found |= month.norm_starts(quantity.what)
    for first, last in chain.from_iterable(
        each.days for meters in account.meters.values() for each in meters
    ):
        found.update((first, last + 1))
    return found
