"""The penalty on one month's debt: by day, by the rate of the day of payment, rounded once.

ЖК ст. 155 ч. 14: from day 31 after the last day of payment 1/300 of the rate for each day, from
day 91 on 1/130, up to and with the day of payment. ПП 474 of 2022 and those that prolong it: the
rate is the lower of 9.5 % and the key rate of the day of payment; while a debt is unpaid, of the
day that is counted to. Days of moratoria are left out but go on being numbered. No penalty grows
on a penalty, and organisations have other rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import groupby, pairwise
from typing import NamedTuple

from vodokanal.billing.money import from_kopecks
from vodokanal.billing.periods import Period
from vodokanal.billing.rates import ONLY, Rates
from vodokanal.billing.terms import ONE_DAY, Term

NO_SHARE = Fraction(0)
HALF = Fraction(1, 2)
HUNDRED = 100


class Part(NamedTuple):
    """What was paid of a debt on a day, in rubles."""

    on: date
    amount: Decimal


class MonthDebt(NamedTuple):
    """The debt of one month in rubles: what is left of it and what has been paid of it.

    `due_on` is the last day of payment. `penalty` is what is left to pay of its penalty, `posted`
    how much of that was ever posted here. `since` is the last day whose penalty somebody else has
    counted, before the portal kept the account.
    """

    period: Period
    due_on: date
    principal: Decimal
    parts: tuple[Part, ...] = ()
    penalty: Decimal = Decimal(0)
    posted: Decimal = Decimal(0)
    since: date | None = None

    @property
    def left(self) -> Decimal:
        """What is left to pay of the debt and its penalty together."""
        return self.principal + self.penalty


@dataclass(frozen=True, slots=True)
class Span:
    """Days in a row, both ends inclusive, each of which counts the same share of the rate."""

    first: date
    last: date
    share: Fraction

    @property
    def days(self) -> int:
        """How many days there are."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Segment:
    """What a span adds to the penalty: rubles of debt, per cent a year, rubles in full precision."""

    span: Span
    debt: Decimal
    percent: Decimal
    amount: Fraction


class PenaltyRates:
    """The dated numbers that penalties need; what is found once for a day is kept.

    Accounts share their days: make one for a whole run, not one for each of them.
    """

    def __init__(self, rates: Rates) -> None:
        """Take them from everything that is set by day."""
        self._rates = rates
        self.weight = cache(self._weight)
        self.percent = cache(self._percent)
        self.factor = cache(self._factor)

    def spans(self, due_on: date, last: date, *, cuts: Iterable[date] = ()) -> Iterator[Span]:
        """Yield the days after the last day of payment up to another, both ends inclusive.

        A new span begins wherever the share may change, and on each of `cuts`. Raises
        `NoRateError` for a day without a term of the law.
        """
        if last <= due_on:
            return
        first = due_on + ONE_DAY
        starts = {*self._changes(due_on, first=first, last=last), *cuts}
        inner = sorted(day for day in starts if first < day <= last)
        for start, following in pairwise([first, *inner, last + ONE_DAY]):
            yield Span(start, following - ONE_DAY, self._share(due_on, start))

    def first_day(self, due_on: date) -> date:
        """Return the first day that a debt costs a penalty, moratoria aside."""
        number = self._rates.terms.on(Term.PENALTY_FIRST_DAY, due_on + ONE_DAY)
        return due_on + timedelta(days=int(number))

    def _weight(self, due_on: date, last: date) -> Fraction:
        """The sum of the shares of all days after `due_on` up to `last`, inclusive."""
        return sum((each.days * each.share for each in self.spans(due_on, last)), NO_SHARE)

    def _percent(self, day: date) -> Decimal:
        """The rate of the day, per cent a year."""
        cap = self._rates.terms.on(Term.PENALTY_CAP, day)
        return min(cap, self._rates.key_rates.on(ONLY, day))

    def _factor(self, due_on: date, last: date, *, since: date | None) -> Fraction:
        """What a ruble costs from the day after `since`, or after `due_on`, to `last` inclusive."""
        weight = self.weight(due_on, last)
        if since is not None:
            weight -= self.weight(due_on, min(since, last))
        return weight * Fraction(self.percent(last)) / HUNDRED if weight else NO_SHARE

    def _changes(self, due_on: date, *, first: date, last: date) -> Iterator[date]:
        """Days on which the share may change."""
        for each in self._rates.moratoria:
            yield each.starts_on
            yield each.last_day + ONE_DAY
        for term in (Term.PENALTY_FIRST_SHARE, Term.PENALTY_SECOND_SHARE):
            for row in self._rates.terms.spans(term, first=first, last=last):
                yield row.starts_on
        for term in (Term.PENALTY_FIRST_DAY, Term.PENALTY_SECOND_DAY):
            for row in self._rates.terms.spans(term, first=first, last=last):
                yield row.starts_on
                yield due_on + timedelta(days=int(row.value))

    def _share(self, due_on: date, day: date) -> Fraction:
        """The share of the rate that one day costs: 1/300, 1/130 or nothing."""
        terms, number = self._rates.terms, (day - due_on).days
        if number < terms.on(Term.PENALTY_FIRST_DAY, day):
            return NO_SHARE
        if any(each.holds_on(day) for each in self._rates.moratoria):
            return NO_SHARE
        is_second = number >= terms.on(Term.PENALTY_SECOND_DAY, day)
        share = Term.PENALTY_SECOND_SHARE if is_second else Term.PENALTY_FIRST_SHARE
        return 1 / Fraction(terms.on(share, day))


def penalty_of(debt: MonthDebt, as_of: date, *, rates: PenaltyRates) -> Decimal:
    """Return the whole penalty on a debt up to a day inclusive, in rubles, rounded once half-up.

    What was paid later than that day counts as unpaid on it. Raises `NoRateError` for a day that
    costs a penalty and has no rate.
    """
    exact = NO_SHARE
    for amount, last in _counted_to(debt, as_of):
        factor = rates.factor(debt.due_on, last, since=debt.since)
        # Nearly every debt is young: fractions are slow.
        if factor:
            exact += Fraction(amount) * factor
    return from_kopecks(int(exact * HUNDRED + HALF)) if exact else Decimal("0.00")


def penalty_segments(debt: MonthDebt, as_of: date, *, rates: PenaltyRates) -> tuple[Segment, ...]:
    """Return how the penalty of `penalty_of` comes about, in order of days; the sum is the same.

    Where parts were paid at different rates, their days come once for each rate.
    """
    counted = sorted(_counted_to(debt, as_of), key=lambda each: rates.percent(each[1]))
    if not counted:
        return ()
    last = max(day for _, day in counted)
    cuts = {day + ONE_DAY for _, day in counted}
    first = debt.since or debt.due_on
    return tuple(
        segment
        for span in rates.spans(debt.due_on, last, cuts={*cuts, first + ONE_DAY})
        if span.first > first
        for segment in _segments_of(span, counted, rates=rates)
    )


def _segments_of(
    span: Span, counted: Sequence[tuple[Decimal, date]], *, rates: PenaltyRates
) -> Iterator[Segment]:
    """Yield what one span costs, for each rate that its debts are counted by."""
    unpaid = [each for each in counted if each[1] >= span.first]
    for percent, parts in groupby(unpaid, key=lambda each: rates.percent(each[1])):
        debt = sum((amount for amount, _ in parts), Decimal(0))
        cost = Fraction(debt) * Fraction(percent) / HUNDRED * span.days * span.share
        yield Segment(span, debt, percent, cost)


def _counted_to(debt: MonthDebt, as_of: date) -> Iterator[tuple[Decimal, date]]:
    """Yield each amount of a debt with the last day that it is counted to."""
    for part in debt.parts:
        yield part.amount, min(part.on, as_of)
    if debt.principal:
        yield debt.principal, as_of
