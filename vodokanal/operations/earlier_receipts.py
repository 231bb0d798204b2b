"""Accounts that have no receipt of the month before: what they were told last, and what came since.

They are new, and paid or brought something along while an earlier month was open, or were closed
and settled, and somebody still pays.
"""

from __future__ import annotations

from collections.abc import Sequence

from peewee import JOIN

from vodokanal.billing.ledger import Movement as Moved
from vodokanal.billing.periods import Period
from vodokanal.models.ledger import Movement
from vodokanal.models.payments import PaymentReversal
from vodokanal.models.receipts import Receipt
from vodokanal.operations.issue_rows import Before
from vodokanal.operations.issued_months import issued_months
from vodokanal.operations.ledger import COLUMNS, TAKEN_BACK, moved_of


def told_last(ids: Sequence[int]) -> dict[int, tuple[Period, Before]]:
    """The last receipt of each account that has one, with its month; two statements."""
    query = Receipt.select(
        Receipt.account,
        Receipt.period,
        Receipt.closing.cast("BIGINT"),
        Receipt.debts,
        Receipt.details,
    ).where(Receipt.period.in_(issued_months()), Receipt.account.in_(ids))
    rows = query.order_by(Receipt.period).tuples()
    return {account_id: (period, Before(*row)) for account_id, period, *row in rows}


def entered_up_to(ids: Sequence[int], until: Period) -> list[tuple[int, Moved]]:
    """All that was posted for the accounts up to a month, by account; one statement."""
    query = (
        Movement.select(Movement.account, *COLUMNS)
        .join(PaymentReversal, JOIN.LEFT_OUTER, on=TAKEN_BACK)
        .where(Movement.account.in_(ids), Movement.posted_period <= until)
        .order_by(Movement.account, Movement.on, Movement.id)
    )
    return [(account_id, moved_of(row)) for account_id, *row in query.tuples()]
