"""Books that have brought opening balances above the set sum: they do not wait, they are listed.

A book is looked through, imported and undone as a whole; row by row nobody could decide on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from peewee import JOIN

from vodokanal.models.book_imports import BookImport, BookState
from vodokanal.models.fields import total
from vodokanal.models.payments import OpeningBalance
from vodokanal.models.people import Employee
from vodokanal.operations.book_import import table_rows
from vodokanal.operations.settings import get_house_settings

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class BookAbove:
    """An import with its employee: how many balances are above the sum, and what they come to."""

    book: Any
    count: int
    amount: Decimal


def books_above(since: datetime) -> list[BookAbove]:
    """The imports since then that stand and have such balances, the newest first; in rubles."""
    limit = get_house_settings().approval_limit
    if limit is None:
        return []
    query = (
        BookImport.select(BookImport, Employee)
        .join(Employee, JOIN.LEFT_OUTER)
        .where(BookImport.state == BookState.DONE, BookImport.decided_at >= since)
        .order_by(BookImport.decided_at.desc(), BookImport.id.desc())
    )
    found = (_above(book, limit) for book in query)
    return [each for each in found if each.count]


def _above(book: BookImport, limit: Decimal) -> BookAbove:
    count, amount = 0, NOTHING
    for first, last in table_rows(book, OpeningBalance):
        rows = OpeningBalance.select().where(
            OpeningBalance.id.between(first, last), OpeningBalance.amount > limit
        )
        count += rows.count()
        amount += rows.select(total(OpeningBalance.amount)).scalar() or NOTHING
    return BookAbove(book, count, amount)
