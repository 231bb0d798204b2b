"""The results: a table that a person can read, and the same as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

HEADINGS = (
    "what was measured",
    "measured",
    "beside it",
    "ratio",
    "goal",
    "reached",
    "p50 / p99",
    "CPU",
    "wrong",
)
RIGHT = frozenset({1, 2, 3, 6, 7, 8})


@dataclass(frozen=True)
class Row:
    """One line: a figure, the limit measured beside it in the same run, and what was to be."""

    what: str
    measured: float
    unit: str = "/s"
    limit: float | None = None
    limit_name: str = ""
    goal: str = ""
    # None where nothing was promised.
    reached: bool | None = None
    p50: float | None = None
    p99: float | None = None
    cost: float | None = None
    wrong: int = 0
    notes: Sequence[str] = field(default=())

    @property
    def ratio(self) -> float | None:
        """The figure as a share of its limit."""
        return self.measured / self.limit if self.limit else None

    def cells(self) -> list[str]:
        """The row in words."""
        beside = f"{number(self.limit)} {self.limit_name}" if self.limit else ""
        spread = "" if self.p50 is None else f"{self.p50:.1f} / {self.p99 or 0:.1f} ms"
        return [
            self.what,
            f"{number(self.measured)} {self.unit}",
            beside,
            "" if self.ratio is None else f"{self.ratio * 100:.1f} %",
            self.goal,
            "" if self.reached is None else "yes" if self.reached else "NO",
            spread,
            "" if self.cost is None else f"{self.cost:.2f} ms",
            str(self.wrong),
        ]


def number(value: float | None) -> str:
    """A figure with as many digits as say something; thousands apart."""
    if value is None:
        return ""
    if value >= 100:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def drawn(rows: Sequence[Row]) -> str:
    """The rows beneath one another, columns aligned, notes below the row they belong to."""
    cells = [list(HEADINGS), *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
    lines = [_line(line, widths) for line in cells]
    lines.insert(1, "-" * len(lines[0]))
    below = 2
    for row in rows:
        for note in row.notes:
            below += 1
            lines.insert(below, f"    {note}")
        below += 1
    return "\n".join(each.rstrip() for each in lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(
        cell.rjust(width) if column in RIGHT else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )


def summary(rows: Sequence[Row]) -> str:
    """What was promised and missed, and what was answered wrongly, in plain words."""
    promised = [row for row in rows if row.reached is not None]
    missed = [row for row in promised if not row.reached]
    wrong = [row for row in rows if row.wrong]
    lines = [f"{len(promised) - len(missed)} of {len(promised)} goals reached."]
    lines += [f"Missed: {row.what}, goal {row.goal}." for row in missed]
    lines += [f"Wrong answers: {row.what}, {row.wrong}." for row in wrong]
    return "\n".join(lines)


def kept(rows: Sequence[Row], target: Path) -> None:
    """Writes the rows for a machine to compare."""
    found = [{**asdict(row), "ratio": row.ratio} for row in rows]
    target.write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")
