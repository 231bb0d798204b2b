"""What the law, the regulator or the utility has set, by day: a day that no row covers is an error.

ПП 354 п. 38: a service is charged at the price set for that day; prices change on any day.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from vodokanal.billing.errors import BillingError
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.billing.terms import Term

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


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

    def holds_on(self, day: date) -> bool:
        """Say whether the value holds on that day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


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
        for row in self._rows.get(key, []):
            if row.ends_on is not None and row.ends_on < day:
                continue
            if row.starts_on > day:
                break
            until = last if row.ends_on is None else min(row.ends_on, last)
            yield Dated(day, until, row.value)
            day = until + timedelta(days=1)
            if day > last:
                return
        raise NoRateError(self.table, key, day=day)


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
