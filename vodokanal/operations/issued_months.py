"""Which months are still open: a reading that comes late belongs to the earliest of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from peewee import Case, fn

from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.models.database import database, is_sqlite
from vodokanal.models.months import BillingMonth
from vodokanal.models.prepared import Prepared

ISSUED = frozenset({MonthState.ISSUED})
# A month that is being issued takes nothing more: accounts whose turn has come have receipts.
CLOSED = frozenset({MonthState.ISSUING, MonthState.ISSUED})


def _ends(states: Collection[MonthState]) -> Any:
    """The last month in one of the states, and the first that was ever begun."""
    last = Case(None, [(BillingMonth.state.in_(sorted(states)), BillingMonth.period)])
    return BillingMonth.select(fn.MAX(last), fn.MIN(BillingMonth.period)).tuples()


# Asked on the page that everybody opens on the 20th.
ISSUED_ENDS: Prepared[tuple[int | None, int | None]] = Prepared(lambda: _ends(ISSUED))
CLOSED_ENDS: Prepared[tuple[int | None, int | None]] = Prepared(lambda: _ends(CLOSED))


def earliest_open_month(today: date) -> Period:
    """The first month that has not been issued; before any is, the first begun, or today's.

    One statement.
    """
    return _after(ISSUED_ENDS, today)


def posting_month(today: date) -> Period:
    """The month whose receipts show what is entered now: the first that is not being issued.

    One statement. Inside a transaction the month stays open until COMMIT: whoever begins to issue
    it looks into the journal first, and waits for those who are going to write there.
    """
    if database.in_transaction() and not is_sqlite():
        database.execute_sql("LOCK TABLE journal_entry IN ROW EXCLUSIVE MODE")
    return _after(CLOSED_ENDS, today)


def last_issued_month() -> Period | None:
    """The last month that has been issued, or None; one statement."""
    last = BillingMonth.select(fn.MAX(BillingMonth.period)).where(
        BillingMonth.state == MonthState.ISSUED
    )
    found = last.scalar()
    return None if found is None else _period(found)


def issued_months() -> list[Period]:
    """Every month that has been issued, oldest first; one statement."""
    query = (
        BillingMonth.select(BillingMonth.period)
        .where(BillingMonth.state == MonthState.ISSUED)
        .order_by(BillingMonth.period)
    )
    return [period for (period,) in query.tuples()]


def _after(ends: Prepared[tuple[int | None, int | None]], today: date) -> Period:
    found = ends.first()
    last, begun = found or (None, None)
    if last is not None:
        return _period(last).next
    return Period.of(today) if begun is None else _period(begun)


def _period(found: int | Period) -> Period:
    return found if isinstance(found, Period) else Period.from_int(found)
