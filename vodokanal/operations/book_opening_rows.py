"""The rows of opening balances that a workbook adds, and the movement of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vodokanal.billing.payments import OpeningKind
from vodokanal.formats.book_columns import Value
from vodokanal.formats.book_rules import account_value
from vodokanal.models.ledger import Movement
from vodokanal.models.payments import OpeningBalance
from vodokanal.operations.book_added import Added, Given
from vodokanal.operations.ledger import movement_row
from vodokanal.operations.opening_balances import source_of


def insert_openings(rows: Sequence[Given], added: Added, *, accounts: Mapping[Value, int]) -> None:
    """Adds opening balances with their movements, posted in the open month."""
    openings = [
        OpeningBalance(
            id=key,
            account=accounts[account_value(given["account"])],
            kind=OpeningKind(given["what"]),
            period=given["month"],
            amount=given["amount"],
            on=given["on"],
            employee=added.employee_id,
            created_at=added.at,
        )
        for given, key in zip(rows, added.number(OpeningBalance, len(rows)), strict=True)
    ]
    added.keep(OpeningBalance, (each.__data__ for each in openings))
    numbers = added.number(Movement, len(openings))
    added.keep(
        Movement,
        (
            {
                "id": key,
                "service": None,
                **movement_row(source_of(each), posted=added.open_month, at=added.at),
            }
            for each, key in zip(openings, numbers, strict=True)
        ),
    )
