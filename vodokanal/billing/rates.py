"""What the law, the regulator or the utility has set, by day: a day that no row covers is an error.

ПП 354 п. 38: a service is charged at the price set for that day; prices change on any day.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

from vodokanal.billing.errors import BillingError

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
