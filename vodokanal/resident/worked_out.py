"""A receipt's lines, corrections and penalties, each to be opened down to its column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from vodokanal.billing.penalty_inputs import penalty_from_json
from vodokanal.billing.periods import Period
from vodokanal.billing.replay import inputs_from_json
from vodokanal.casework.disputes import charge_code, correction_code, penalty_code
from vodokanal.operations.receipts import BilledMonth
from vodokanal.web.charge_words import Column, column_of, days_words, method_word, service_word
from vodokanal.web.correction_words import correction_column, correction_title
from vodokanal.web.numbers import money, signed_money
from vodokanal.web.penalty_words import penalty_column, penalty_title


@dataclass(frozen=True)
class Opened:
    """A row that opens: what it is, a word beside it, its sum, and the column inside.

    `line` is its name on the receipt of `period`, `standing` how a disagreement with it stands.
    """

    title: str
    aside: str
    sum: str
    column: Column
    period: Period
    line: str
    standing: str = ""


@dataclass(frozen=True)
class WorkedOut:
    """Everything that a month's receipt is made of."""

    period: Period
    charges: Sequence[Opened]
    corrections: Sequence[Opened]
    penalties: Sequence[Opened]

    @property
    def rows(self) -> Sequence[Opened]:
        """All of them."""
        return [*self.charges, *self.corrections, *self.penalties]

    def standing(self, told: Mapping[str, tuple[str, str]]) -> WorkedOut:
        """The same with how disagreements stand: a word beside and a sentence, by lines' names."""
        return replace(
            self,
            charges=[_told(each, told) for each in self.charges],
            corrections=[_told(each, told) for each in self.corrections],
            penalties=[_told(each, told) for each in self.penalties],
        )


def worked_out(billed: BilledMonth) -> WorkedOut:
    """The rows of a month, replayed from what was kept with them."""
    return WorkedOut(
        billed.period,
        [_charge(line, billed.period) for line in billed.lines],
        [
            Opened(
                correction_title(each),
                "",
                signed_money(each.amount),
                correction_column(each),
                billed.period,
                correction_code(each.id),
            )
            for each in billed.corrections
        ],
        _penalties(billed),
    )


def _told(row: Opened, told: Mapping[str, tuple[str, str]]) -> Opened:
    word, sentence = told.get(row.line, ("", ""))
    return replace(row, aside=", ".join(filter(None, (row.aside, word))), standing=sentence)


# A row without a type of its own: audiences do not name tables.
def _charge(line: Any, period: Period) -> Opened:
    inputs = inputs_from_json(line.inputs)
    beside = (method_word(line.method), days_words(inputs, period))
    return Opened(
        service_word(line.service),
        ", ".join(filter(None, beside)),
        money(line.amount),
        column_of(inputs),
        period,
        charge_code(line.service, line.part),
    )


def _penalties(billed: BilledMonth) -> list[Opened]:
    return [
        Opened(
            penalty_title(each.debt_period),
            "",
            signed_money(each.amount),
            penalty_column(each.amount, penalty_from_json(each.inputs), posted=each.posted_period),
            billed.period,
            penalty_code(each.debt_period),
        )
        for each in billed.penalties
    ]
