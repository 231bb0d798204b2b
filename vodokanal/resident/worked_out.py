"""A receipt's lines, corrections and penalties, each to be opened down to its column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vodokanal.billing.penalty_inputs import penalty_from_json
from vodokanal.billing.periods import Period
from vodokanal.billing.replay import inputs_from_json
from vodokanal.operations.receipts import BilledMonth
from vodokanal.web.charge_words import Column, column_of, days_words, method_word, service_word
from vodokanal.web.correction_words import correction_column, correction_title
from vodokanal.web.numbers import money, signed_money
from vodokanal.web.penalty_words import penalty_column, penalty_title


@dataclass(frozen=True)
class Opened:
    """A row that opens: what it is, a word beside it, its sum, and the column inside."""

    title: str
    aside: str
    sum: str
    column: Column


@dataclass(frozen=True)
class WorkedOut:
    """Everything that a month's receipt is made of."""

    period: Period
    charges: Sequence[Opened]
    corrections: Sequence[Opened]
    penalties: Sequence[Opened]


def worked_out(billed: BilledMonth) -> WorkedOut:
    """The rows of a month, replayed from what was kept with them."""
    return WorkedOut(
        billed.period,
        [_charge(line, billed.period) for line in billed.lines],
        [
            Opened(correction_title(each), "", signed_money(each.amount), correction_column(each))
            for each in billed.corrections
        ],
        _penalties(billed),
    )


# A row without a type of its own: audiences do not name tables.
def _charge(line: Any, period: Period) -> Opened:
    inputs = inputs_from_json(line.inputs)
    beside = (method_word(line.method), days_words(inputs, period))
    return Opened(
        service_word(line.service),
        ", ".join(filter(None, beside)),
        money(line.amount),
        column_of(inputs),
    )


def _penalties(billed: BilledMonth) -> list[Opened]:
    return [
        Opened(
            penalty_title(each.debt_period),
            "",
            signed_money(each.amount),
            penalty_column(each.amount, penalty_from_json(each.inputs), posted=each.posted_period),
        )
        for each in billed.penalties
    ]
