"""The lines of a receipt that can be disputed, each by its name in addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from vodokanal.billing.ledger import Side
from vodokanal.billing.periods import Period
from vodokanal.billing.services import Service
from vodokanal.casework.disputes import charge_code, correction_code, penalty_code
from vodokanal.operations.receipts import BilledMonth, ReceiptNotFoundError, get_receipt


class LineNotFoundError(Exception):
    """The account has no such line on a receipt of that month."""


@dataclass(frozen=True)
class DisputableLine:
    """A line of a receipt: its name, its row, its rubles as they stand there, what it is about.

    `debt_period` is the month whose debt it is part of, `for_period` the one that it was counted for.
    """

    code: str
    row: Any
    amount: Decimal
    debt_period: Period
    for_period: Period
    service: Service | None
    side: Side


def lines_of(billed: BilledMonth) -> Mapping[str, DisputableLine]:
    """Every line of a receipt that can be disputed, by its name."""
    return {each.code: each for each in _lines(billed)}


def get_line(account_id: int, period: Period, *, code: str) -> DisputableLine:
    """The line of that name on the account's receipt of the month; four statements.

    Raises:
        LineNotFoundError: there is none.
    """
    try:
        found = lines_of(get_receipt(account_id, period)).get(code)
    except ReceiptNotFoundError:
        found = None
    if found is None:
        raise LineNotFoundError(account_id, period, code)
    return found


def _lines(billed: BilledMonth) -> Iterator[DisputableLine]:
    period = billed.period
    for line in billed.lines:
        code = charge_code(line.service, line.part)
        yield DisputableLine(code, line, line.amount, period, period, line.service, Side.PRINCIPAL)
    for fix in billed.corrections:
        code = correction_code(fix.id)
        # As it is posted: more is owed of the receipt's own month, less is a credit for the other.
        debt = fix.for_period if fix.amount < 0 else period
        yield DisputableLine(code, fix, fix.amount, debt, fix.for_period, fix.service, fix.side)
    for posting in billed.penalties:
        code, debt = penalty_code(posting.debt_period), posting.debt_period
        yield DisputableLine(code, posting, posting.amount, debt, debt, None, Side.PENALTY)
