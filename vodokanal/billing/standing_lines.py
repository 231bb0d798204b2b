"""The lines of an account's months as they stand, read from their inputs only when asked for.

Nearly all months of nearly all accounts are as they were billed, and reading their inputs would
cost more than the whole calculation.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from vodokanal.billing.account_months import AccountFacts, BilledLine, ChargedLine
from vodokanal.billing.correction_lines import NOTHING, MonthService, Total, posted_totals
from vodokanal.billing.line_inputs import LineInputs, calculated
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.replay import inputs_from_json, inputs_to_json

KeptLine = BilledLine | ChargedLine


@dataclass(frozen=True, slots=True)
class StandingLine:
    """A line with its inputs: m³ and rubles as they were charged."""

    volume: Decimal
    amount: Decimal
    inputs: LineInputs

    @classmethod
    def of(cls, line: KeptLine) -> StandingLine:
        """Return the line as it was charged; what it was made from is read, not judged."""
        return cls(line.volume, line.amount, inputs_from_json(line.inputs))

    @classmethod
    def made_from(cls, inputs: LineInputs) -> StandingLine:
        """Return the line that inputs come to."""
        found = calculated(inputs)
        return cls(found.volume, found.amount, inputs)

    def with_inputs(self, inputs: LineInputs) -> StandingLine:
        """Return the line as it would be from other inputs; from its own it stays as it is."""
        return self if inputs == self.inputs else self.made_from(inputs)


class StandingLines(Mapping[MonthService, Sequence[StandingLine]]):
    """Lines by month and service: as billed, or as a recalculation has put in their place."""

    def __init__(self, facts: AccountFacts, own: Iterable[ChargedLine] = ()) -> None:
        """Take the lines of issued months, and those of the month that is calculated."""
        self.kept = kept_lines(facts.billed)
        for line in own:
            self.kept.setdefault((facts.period, line.service), []).append(line)
        self.anew = posted_totals(facts.posted, {RecalculationReason.RATES})
        self._facts = facts
        self._read: dict[MonthService, Sequence[StandingLine]] = {}

    def __getitem__(self, key: MonthService) -> Sequence[StandingLine]:
        """Return the lines of a month and service, in the order of their parts."""
        found = self._read.get(key)
        if found is None:
            found = self._read[key] = self._in_force(key, _in_parts(self.kept[key]))
        return found

    def __iter__(self) -> Iterator[MonthService]:
        """Yield the months and services that have lines."""
        return iter(self.kept)

    def __len__(self) -> int:
        """Return how many months and services have lines."""
        return len(self.kept)

    def with_lines(self, lines: Mapping[MonthService, Sequence[StandingLine]]) -> StandingLines:
        """Return the same with other lines for some months and services."""
        found = StandingLines(self._facts)
        found.kept, found.anew = self.kept, self.anew
        found._read = {**self._read, **lines}
        return found

    def _in_force(
        self, key: MonthService, billed: Sequence[StandingLine]
    ) -> Sequence[StandingLine]:
        """Return the lines that explain what is billed and posted: a batch may be taken back."""
        posted = self.anew.get(key, NOTHING)
        if posted == NOTHING:
            return billed
        stands = total_of(billed).plus(posted)
        return next((each for each in self._anew(key) if total_of(each) == stands), billed)

    def _anew(self, key: MonthService) -> Iterator[list[StandingLine]]:
        """Yield the lines of every recalculation of a month and service, taken back or not."""
        for each in self._facts.posted:
            if (each.for_period, each.service) == key:
                yield lines_from_json(each.inputs)


def kept_lines(billed: Iterable[BilledLine]) -> dict[MonthService, list[KeptLine]]:
    """Return lines as they are kept, by month and service."""
    found: dict[MonthService, list[KeptLine]] = {}
    for line in billed:
        found.setdefault((line.period, line.service), []).append(line)
    return found


def total_of(lines: Iterable[StandingLine | KeptLine]) -> Total:
    """Return what the lines come to together."""
    found = NOTHING
    for line in lines:
        found = found.plus(Total(line.volume, line.amount))
    return found


def lines_to_json(lines: Iterable[StandingLine]) -> list[Any]:
    """Return the inputs of lines as they are kept with a correction: `replay` reads each."""
    return [
        json.loads(inputs_to_json(line.inputs, calculated(line.inputs).product)) for line in lines
    ]


def lines_from_json(text: str) -> list[StandingLine]:
    """Return the lines that were kept with a correction; none, where it has none."""
    kept = json.loads(text).get("lines", ())
    return [StandingLine.made_from(inputs_from_json(json.dumps(each))) for each in kept]


def _in_parts(lines: Sequence[KeptLine]) -> list[StandingLine]:
    return [StandingLine.of(line) for line in sorted(lines, key=lambda line: line.part)]
