"""What the law, the regulator or the utility has set, by day: a day that no row covers is an error.

ПП 354 п. 38: a service is charged at the price set for that day; prices change on any day.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import accumulate
from typing import Generic, TypeVar

from vodokanal.billing.errors import BillingError
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.billing.terms import Term

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
ONE_DAY = timedelta(days=1)


class NoRateError(BillingError):
    """No row of {table} covers {day} for {key}."""

    def __init__(self, table: str, key: object, *, day: date) -> None:
        """Keep the table's name in the database, what was looked for, and the first bare day."""
        super().__init__(table, key, day)
        self.table = table
        self.key = key
        self.day = day


@dataclass(frozen=True, slots=True)
class Dated(Generic[Value]):
    """A value that holds from a day to a day, both inclusive; without a last day, still."""

    starts_on: date
    ends_on: date | None
    value: Value

    @property
    def last_day(self) -> date:
        """The last day on which the value holds; while it goes on, the calendar's last."""
        return date.max if self.ends_on is None else self.ends_on

    def holds_on(self, day: date) -> bool:
        """Say whether the value holds on that day."""
        return self.starts_on <= day <= self.last_day


def bare_days(rows: Iterable[Dated[Value]]) -> list[tuple[date, date]]:
    """Return the days between the rows that none of them covers: first and last, both inclusive.

    The days before the first row and after the last are not between.
    """
    ordered = sorted(rows, key=lambda row: row.starts_on)
    covered = accumulate((row.last_day for row in ordered), max)
    return [
        (until + ONE_DAY, row.starts_on - ONE_DAY)
        for until, row in zip(covered, ordered[1:], strict=False)
        if row.starts_on - until > ONE_DAY
    ]


class Timetable(Generic[Key, Value]):
    """The dated rows of one table, by what they are set for."""

    def __init__(self, table: str, rows: Iterable[tuple[Key, Dated[Value]]] = ()) -> None:
        """Take rows of one table, in any order; `table` is its name in the database."""
        self.table = table
        found: dict[Key, list[Dated[Value]]] = {}
        for key, row in rows:
            found.setdefault(key, []).append(row)
        self._rows: Mapping[Key, list[Dated[Value]]] = {
            key: sorted(each, key=lambda row: row.starts_on) for key, each in found.items()
        }

    def __contains__(self, key: Key) -> bool:
        """Say whether anything was ever set for the key."""
        return key in self._rows

    def on(self, key: Key, day: date) -> Value:
        """Return the value that holds on the day; raises `NoRateError` when none does."""
        for row in reversed(self._rows.get(key, [])):
            if row.holds_on(day):
                return row.value
        raise NoRateError(self.table, key, day=day)

    def spans(self, key: Key, *, first: date, last: date) -> Iterator[Dated[Value]]:
        """Yield the values of all days from the first to the last, both inclusive, in order.

        Each is cut to the days asked for. Raises `NoRateError` for the first day without one.
        """
        day = first
        for row in self.parts(key, first=first, last=last):
            if row.starts_on > day:
                break
            yield row
            day = row.last_day + ONE_DAY
        if day <= last:
            raise NoRateError(self.table, key, day=day)

    def parts(self, key: Key, *, first: date, last: date) -> Iterator[Dated[Value]]:
        """Yield the values of the days from the first to the last, both inclusive, in order.

        Each is cut to the days asked for; days without a value are left out.
        """
        for row in self._rows.get(key, []):
            starts_on, ends_on = max(row.starts_on, first), min(row.last_day, last)
            if starts_on <= ends_on:
                yield Dated(starts_on, ends_on, row.value)


@dataclass(frozen=True, slots=True)
class Tariff:
    """The price of a cubic metre in rubles; without VAT it is added to the line."""

    price: Decimal
    includes_vat: bool = True


@dataclass(frozen=True, slots=True)
class NormValue:
    """Cubic metres a month for each unit; with a season, only in these months, both inclusive."""

    volume: Decimal
    season_from: int | None = None
    season_to: int | None = None


@dataclass(frozen=True, slots=True)
class PaymentTerm:
    """By which days of the next month a month is billed and paid."""

    bill_by_day: int
    pay_by_day: int
    moves_to_working_day: bool = True


class MultiplierDay(StrEnum):
    """Which day of a month decides on its multiplier."""

    FIRST = "first"
    LAST = "last"


class LateReadings(StrEnum):
    """Which months without a reading a later reading corrects."""

    NONE = "none"
    AVERAGE = "average"
    ALL = "all"


class MixedSewage(StrEnum):
    """What sewage is charged by where only one of the waters has a working meter."""

    NORM = "norm"
    PARTS = "parts"


@dataclass(frozen=True, slots=True)
class Policy:
    """What the law leaves to the utility."""

    multiplier_day: MultiplierDay = MultiplierDay.LAST
    late_readings: LateReadings = LateReadings.AVERAGE
    mixed_sewage: MixedSewage = MixedSewage.PARTS
    multiplies_too_young: bool = False


# A zone is a district's id; None is everywhere. A norm is set for a category's id, or for a kind
# of garden or livestock by its name.
TariffKey = tuple[Service, CustomerGroup, int | None]
NormKey = tuple[NormBasis, int | str, Service]
# Of key rates, terms of payment and VAT there is one at a time.
ONLY = "only"


@dataclass(frozen=True)
class Rates:
    """Everything that is set by day, as it is known when a calculation begins."""

    tariffs: Timetable[TariffKey, Tariff]
    norms: Timetable[NormKey, NormValue]
    multipliers: Timetable[Service, Decimal]
    key_rates: Timetable[str, Decimal]
    moratoria: Sequence[Dated[None]]
    payment_terms: Timetable[str, PaymentTerm]
    vat: Timetable[str, Decimal | None]
    terms: Timetable[Term, Decimal]
    days_off: Mapping[date, bool]
    policy: Policy = Policy()
