"""Whether a sheet stops because its rows look shifted, and what speaks for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from vodokanal.billing.consumption import in_order
from vodokanal.billing.displays import Display
from vodokanal.billing.readings import Kind
from vodokanal.billing.sheet_shifts import SheetLine, Shift, is_suspect, shift_of
from vodokanal.billing.usage import Expectation, expectation_of
from vodokanal.models.database import lock
from vodokanal.models.meters import Meter
from vodokanal.models.reading_sheets import ReadingSheet, SheetScope
from vodokanal.operations.actors import Actor
from vodokanal.operations.journal import record
from vodokanal.operations.meters import MeterStory
from vodokanal.operations.reading_sheets_rows import (
    SheetFigures,
    SheetRow,
    all_rows_of,
    get_sheet,
    is_doubtful,
)
from vodokanal.operations.transactions import writes

# A district is looked at from its first row on; whoever walks enters no more at a time.
MOST_ROWS = 600


@dataclass(frozen=True)
class DoubtfulLine:
    """A doubtful value beside what its own meter and the neighbour's would show, in m³."""

    row: SheetRow
    meter: Meter
    value: Decimal
    own: Decimal
    neighbour: Decimal | None


@dataclass(frozen=True)
class Stop:
    """Why a sheet stopped: how many rows are doubtful, the likely shift, the values."""

    figures: SheetFigures
    shift: Shift | None
    lines: Sequence[DoubtfulLine]


def is_stopped(sheet: ReadingSheet, figures: SheetFigures) -> bool:
    """Whether nothing more is entered until somebody has looked; slips have no order."""
    if sheet.order_confirmed_at is not None or sheet.scope is SheetScope.SLIPS:
        return False
    return is_suspect(saved=figures.saved, doubtful=figures.doubtful)


def stop_of(sheet: ReadingSheet, figures: SheetFigures, *, today: date) -> Stop | None:
    """What speaks for a shift when the sheet has stopped; None when it has not."""
    if not is_stopped(sheet, figures):
        return None
    columns = _columns(sheet, today=today)
    shift = shift_of([[line for _, _, line in column] for column in columns])
    return Stop(figures, shift, [each for column in columns for each in _doubts(column, shift)])


@writes
def confirm_order(actor: Actor, sheet_id: int, *, at: datetime) -> None:
    """Notes that no row of the sheet is shifted: it goes on, and its doubts wait one by one."""
    lock(ReadingSheet, sheet_id)
    sheet = get_sheet(sheet_id)
    if sheet.order_confirmed_at is None:
        ReadingSheet.update(order_confirmed_at=at).where(ReadingSheet.id == sheet_id).execute()
        record(actor, "confirm_sheet_order", subject=sheet, at=at)


# A meter's kind, and the how many-eth of that kind it is among its account's.
Column = tuple[Kind, int]
_Place = tuple[SheetRow, MeterStory]
_Line = tuple[SheetRow, MeterStory, SheetLine]


def columns_of(rows: Iterable[SheetRow]) -> list[list[_Place]]:
    """The meters in walking order: the first cold ones, the second cold ones, the hot ones."""
    columns: dict[Column, list[_Place]] = defaultdict(list)
    for row in rows:
        for column, story in by_column(row):
            columns[column].append((row, story))
    return [columns[key] for key in sorted(columns)]


def by_column(row: SheetRow) -> Iterator[tuple[Column, MeterStory]]:
    """The meters of a row, each with its column."""
    seen: dict[Kind, int] = defaultdict(int)
    for story in row.stories:
        kind = Kind(story.meter.kind)
        yield (kind, seen[kind]), story
        seen[kind] += 1


def _columns(sheet: ReadingSheet, *, today: date) -> list[list[_Line]]:
    columns = columns_of(all_rows_of(sheet, today=today, most=MOST_ROWS))
    return [[(row, story, line_of(story, sheet)) for row, story in each] for each in columns]


def line_of(story: MeterStory, sheet: ReadingSheet) -> SheetLine:
    """A meter as the rule of shifts takes it."""
    reading = story.of(sheet.period)
    return SheetLine(
        None if reading is None else reading.value,
        expectation_on(story, sheet),
        is_doubtful(reading),
    )


def expectation_on(story: MeterStory, sheet: ReadingSheet) -> Expectation:
    """Where a meter's reading of the sheet should lie."""
    display = Display(story.meter.digits_before, story.meter.digits_after)
    known = in_order(story.known_before(sheet.period))
    return expectation_of(known, display=display, taken_on=sheet.taken_on)


def _doubts(column: Sequence[_Line], shift: Shift | None) -> list[DoubtfulLine]:
    found = []
    for at, (row, story, line) in enumerate(column):
        if not line.is_doubtful or line.value is None:
            continue
        other = at + shift.step if shift else -1
        beside = _usual(column[other][2].expected) if 0 <= other < len(column) else None
        found.append(DoubtfulLine(row, story.meter, line.value, _usual(line.expected), beside))
    return found


def _usual(expected: Expectation) -> Decimal:
    return expected.previous + (expected.usage.usual(expected.days) or 0)
