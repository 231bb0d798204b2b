"""Whether a sheet was filled in a row too low or too high: its values would fit the neighbours.

No act speaks of it: it is our own guard against a whole street charged by the flat next door.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from vodokanal.billing.usage import Expectation

# Fewer doubtful rows are looked at one by one; a third of a sheet has one cause.
ROWS_NEEDED = 6
ONE_IN = 3
# The value stands a row too low: it would fit the row above. Or too high.
STEPS = (-1, 1)


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A meter of a sheet: its value in m³, if any, where it should lie, whether it is doubtful."""

    value: Decimal | None
    expected: Expectation
    is_doubtful: bool


@dataclass(frozen=True, slots=True)
class Shift:
    """The cause that was found: each value fits the line `step` away; `explained` of them do."""

    step: int
    explained: int


def is_suspect(*, saved: int, doubtful: int) -> bool:
    """Say whether so many rows are doubtful that the sheet itself is: a third, and six at least."""
    return doubtful >= ROWS_NEEDED and doubtful * ONE_IN >= saved


def shift_of(columns: Sequence[Sequence[SheetLine]]) -> Shift | None:
    """Return the shift that explains more than half of the doubtful values, or None.

    Each column holds meters of one kind in walking order, so that lines next to each other stand
    next to each other on the sheet. A value is explained when it fits the neighbour and not its
    own line.
    """
    doubtful = sum(line.is_doubtful for column in columns for line in column)
    found = [Shift(step, sum(_explained(column, step) for column in columns)) for step in STEPS]
    best = max(found, key=lambda shift: shift.explained)
    return best if best.explained * 2 > doubtful else None


def _explained(column: Sequence[SheetLine], step: int) -> int:
    return sum(
        line.is_doubtful and _fits_neighbour(column, at, step=step)
        for at, line in enumerate(column)
    )


def _fits_neighbour(column: Sequence[SheetLine], at: int, *, step: int) -> bool:
    value, other = column[at].value, at + step
    if value is None or not 0 <= other < len(column):
        return False
    return column[other].expected.fits(value) and not column[at].expected.fits(value)
