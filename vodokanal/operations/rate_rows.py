"""Writing what is set by day: no day twice, none left out, nothing that a bill was made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from vodokanal.billing.month_states import MonthState
from vodokanal.billing.rates import ONE_DAY, Dated, bare_days
from vodokanal.billing.terms import TERM_LIMITS
from vodokanal.models.base import Table
from vodokanal.models.database import lock_table
from vodokanal.models.months import BillingMonth
from vodokanal.models.norms import Multiplier, Norm
from vodokanal.models.tariffs import Tariff
from vodokanal.models.terms import KeyRate, LegalTerm, Moratorium, PaymentTerm, VatRate
from vodokanal.operations.actors import Actor
from vodokanal.operations.records import (
    DaysOverlapError,
    RowRefusedError,
    body_of,
    insert_record,
    rows_alike,
    rows_beside,
    update_record,
)
from vodokanal.operations.submission_keys import claim_key, keep_answer
from vodokanal.operations.transactions import writes

RATES = (Tariff, Norm, Multiplier, KeyRate, Moratorium, PaymentTerm, VatRate, LegalTerm)
# No act says so: what is further from the value before is a slip of the finger.
MOST_TIMES = 100
CLOSED = (MonthState.ISSUING, MonthState.ISSUED)


class RateRefusedError(RowRefusedError):
    """A row of what is set by day cannot be like this."""


class GapError(RateRefusedError):
    """Between two rows, days would be left that none covers: first and last, both inclusive."""

    def __init__(self, first: date, last: date) -> None:
        super().__init__(first, last)
        self.first = first
        self.last = last


class UsedRateError(RateRefusedError):
    """Bills have been issued by this row; it can only be ended, on `last_day` or later."""

    def __init__(self, last_day: date) -> None:
        super().__init__(last_day)
        self.last_day = last_day


class ImpossibleValueError(RateRefusedError):
    """The value of `column` lies outside its limits, both inclusive, or is not whole."""

    def __init__(self, column: str, limits: Limits) -> None:
        super().__init__(column, limits)
        self.column = column
        self.limits = limits


class UnlikelyValueError(RateRefusedError):
    """The value of `column` is more than a hundred times what was set before, or less."""

    def __init__(self, column: str, before: Decimal) -> None:
        super().__init__(column, before)
        self.column = column
        self.before = before


@dataclass(frozen=True)
class Limits:
    """Between which values, both inclusive, a column's value can be."""

    column: str
    least: Decimal
    most: Decimal
    is_whole: bool = False


# A number of the law has limits of its own: see `billing.terms.TERM_LIMITS`.
LIMITS: Mapping[type[Table], Limits] = {
    Tariff: Limits("price", Decimal("0.01"), Decimal(100_000)),
    Norm: Limits("volume", Decimal(0), Decimal(1000)),
    Multiplier: Limits("value", Decimal(1), Decimal(10)),
    KeyRate: Limits("percent", Decimal(0), Decimal(100)),
    VatRate: Limits("percent", Decimal(0), Decimal(100)),
}
COMPARED = (Tariff, Norm)


@dataclass(frozen=True)
class AddedRate:
    """The new row, and the earlier one that it has ended."""

    row: Any
    ended: Any | None = None


@writes
def add_rate(
    actor: Actor, table: type[Table], *, values: Mapping[str, Any], at: datetime, key: str
) -> AddedRate:
    """Adds a dated row; with the same key it is added once.

    One that begins while another goes on ends it on the day before; so does one that covers all
    that is left of another.

    Raises:
        UsedRateError: bills have been issued by the row that would be ended, for later days.
        DaysOverlapError: another row holds on some of the days.
        GapError: days between two rows would be left without any.
        ImpossibleValueError: a value that cannot be.
        UnlikelyValueError: a value too far from the one before.
        RowRefusedError: a constraint of the table does not allow it.
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    claim = claim_key(actor, key, body=body_of(table, values), at=at)
    if claim.answer is not None:
        return AddedRate(table.get_by_id(claim.answer["id"]))
    _lock_rates()
    row: Any = table(**values)
    _refuse_impossible(row)
    bare = _bare_days(row)
    ended = _end_earlier(actor, row, at=at)
    insert_record(actor, row, at=at)
    _refuse_new_gaps(row, bare=bare)
    keep_answer(claim, {"id": row.id})
    return AddedRate(row, ended)


@writes
def change_rate(
    actor: Actor, row: Table, *, values: Mapping[str, Any], seen: Mapping[str, Any], at: datetime
) -> Table:
    """Changes the columns named in `values`; `seen` is what the employee had before them.

    Raises:
        UsedRateError: bills have been issued by the row.
        RowChangedError: one of the columns to change is no longer what was seen.
        and what `add_rate` raises.
    """
    _lock_rates()
    table: Any = type(row)
    before = table.get_by_id(row.id)
    wanted = table(**{**before.__data__, **values})
    _refuse_impossible(wanted)
    bare = _bare_days(before) | _bare_days(wanted)
    changed = update_record(actor, row, values=values, seen=seen, at=at)
    _refuse_used(before, changed)
    _refuse_new_gaps(before, bare=bare)
    _refuse_new_gaps(changed, bare=bare)
    return changed


def _lock_rates() -> None:
    # No month begins to be issued, and nobody else changes a rate, until this transaction ends.
    lock_table(BillingMonth)


def _billed_days() -> tuple[date, date] | None:
    """The first and the last day that bills have been issued for, or are being issued for now."""
    closed = BillingMonth.select().where(BillingMonth.state.in_(CLOSED))
    months = sorted(month.period for month in closed)
    return (months[0].first_day, months[-1].last_day) if months else None


def _refuse_used(before: Any, changed: Any) -> None:
    """Refuses to change what bills were made from; later days may be taken from it."""
    billed = _billed_days()
    if billed is None or before.starts_on > billed[1]:
        return
    first_day, last_day = billed
    if before.ends_on is not None and before.ends_on < first_day:
        return
    other = {n for n, value in changed.__data__.items() if value != before.__data__[n]}
    ends_late = changed.ends_on is None or changed.ends_on >= last_day
    if other - {"ends_on"} or not ends_late:
        raise UsedRateError(last_day)


def _end_earlier(actor: Actor, row: Any, *, at: datetime) -> Any | None:
    """Ends the row that the new one takes the place of, if there is one."""
    table = type(row)
    earlier = (
        rows_beside(row)
        .where(
            table.starts_on < row.starts_on,
            table.ends_on.is_null() | (table.ends_on >= row.starts_on),
        )
        .first()
    )
    if earlier is None:
        return None
    if earlier.ends_on is not None and row.ends_on is not None and row.ends_on < earlier.ends_on:
        raise DaysOverlapError(earlier)
    ended = update_record(
        actor, earlier, values={"ends_on": row.starts_on - ONE_DAY}, seen={}, at=at
    )
    _refuse_used(earlier, ended)
    return ended


def _bare_days(row: Any) -> set[tuple[date, date]]:
    """The days between the rows of the same thing that none covers; the row itself as it is kept.

    A district without a price of its own has the one for everywhere, and days without a moratorium
    are the usual ones: they lack nothing.
    """
    if isinstance(row, Moratorium) or (isinstance(row, Tariff) and row.district_id is not None):
        return set()
    return set(bare_days(Dated(each.starts_on, each.ends_on, None) for each in rows_alike(row)))


def _refuse_new_gaps(row: Any, *, bare: set[tuple[date, date]]) -> None:
    """Refuses days without a row that were not without one before."""
    for first, last in sorted(_bare_days(row)):
        if not any(begin <= first and last <= end for begin, end in bare):
            raise GapError(first, last)


def _limits_of(row: Any) -> Limits | None:
    if isinstance(row, LegalTerm):
        least, most, is_whole = TERM_LIMITS[row.term]
        return Limits("value", Decimal(least), Decimal(most), is_whole)
    return LIMITS.get(type(row))


def _refuse_impossible(row: Any) -> None:
    limits = _limits_of(row)
    value = None if limits is None else getattr(row, limits.column)
    # Days without penalties have no value, and a utility that pays no tax has no rate of it.
    if limits is None or value is None:
        return
    value = Decimal(value)
    is_odd = limits.is_whole and value != value.to_integral_value()
    if is_odd or not limits.least <= value <= limits.most:
        raise ImpossibleValueError(limits.column, limits)
    if isinstance(row, COMPARED):
        _refuse_unlikely(row, limits.column, value=value)


def _refuse_unlikely(row: Any, column: str, *, value: Decimal) -> None:
    before = _value_before(row, column)
    # Where nothing was set, or is set now, nothing can be compared.
    if before and value and not before <= value * MOST_TIMES <= before * MOST_TIMES**2:
        raise UnlikelyValueError(column, before)


def _value_before(row: Any, column: str) -> Decimal | None:
    """What was set before the row, or else after it."""
    table = type(row)
    beside = rows_beside(row)
    earlier = beside.where(table.starts_on < row.starts_on).order_by(table.starts_on.desc())
    found = earlier.first() or beside.order_by(table.starts_on).first()
    return None if found is None else getattr(found, column)
