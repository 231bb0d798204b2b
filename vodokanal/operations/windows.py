"""When readings are accepted: the dated rules, and a month's end moved later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from peewee import JOIN

from vodokanal.billing.periods import Period
from vodokanal.billing.windows import (
    Window,
    WindowRule,
    next_window,
    open_window,
    window_of,
)
from vodokanal.billing.windows import WindowExtension as Extension
from vodokanal.models.prepared import Prepared, slot
from vodokanal.models.windows import ReadingWindow, WindowExtension
from vodokanal.operations.actors import Actor
from vodokanal.operations.journal import record
from vodokanal.operations.transactions import writes

# Both tables hold a handful of rows, so every pair of them is less than a second statement.
RULES: Prepared[Any] = Prepared(
    lambda: ReadingWindow.select(ReadingWindow, WindowExtension).join(
        WindowExtension,
        JOIN.LEFT_OUTER,
        on=(WindowExtension.period >= slot("since", WindowExtension.period)),
        attr="extension",
    )
)


class TooEarlyEndError(Exception):
    """A month's end can only be moved later, and only before the next window begins."""


@dataclass(frozen=True)
class Calendar:
    """The rules and extensions that hold now; answers for any district."""

    rules: Sequence[WindowRule]
    extensions: Sequence[Extension]

    def open_on(self, today: date, *, district_id: int | None) -> Window | None:
        """The window that is open on the day, or None."""
        return open_window(today, self.rules, extensions=self.extensions, district_id=district_id)

    def next_after(self, today: date, *, district_id: int | None) -> Window:
        """The first window that opens after the day."""
        return next_window(today, self.rules, extensions=self.extensions, district_id=district_id)

    def of(self, period: Period, *, district_id: int | None) -> Window:
        """The window of a period."""
        return window_of(period, self.rules, extensions=self.extensions, district_id=district_id)


@dataclass(frozen=True)
class Term:
    """What a day means for readings: the period they are for and the window, open or next."""

    today: date
    period: Period
    window: Window
    is_open: bool


def get_calendar(today: date) -> Calendar:
    """The rules and the extensions from last month on; one statement."""
    found: dict[int, WindowRule] = {}
    extensions: set[Extension] = set()
    for row in RULES.rows(since=Period.of(today).previous):
        found[row.id] = _rule(row)
        moved = row.extension
        if moved is not None:
            extensions.add(
                Extension(
                    moved.period, moved.ends_on, moved.sentence, district_id=moved.district_id
                )
            )
    return Calendar(tuple(found.values()), tuple(extensions))


def get_term(today: date, *, district_id: int | None, calendar: Calendar) -> Term:
    """The open window, or else the one that opens next."""
    window = calendar.open_on(today, district_id=district_id)
    is_open = window is not None
    if window is None:
        window = calendar.next_after(today, district_id=district_id)
    return Term(today, window.period, window, is_open)


@writes
def move_window_end(
    actor: Actor, window: Window, *, ends_on: date, sentence: str, at: datetime
) -> None:
    """Moves the end of a general window later, with a sentence shown to all.

    Raises:
        TooEarlyEndError: the new end is not later, or reaches into the next window.
    """
    calendar = get_calendar(window.first_day)
    following = calendar.of(window.period.next, district_id=None)
    if not window.last_day < ends_on < following.first_day or not sentence.strip():
        raise TooEarlyEndError(ends_on)
    row, _ = WindowExtension.get_or_create(
        period=window.period,
        district=None,
        defaults={"ends_on": ends_on, "sentence": sentence, "decided_at": at},
    )
    row.ends_on, row.sentence, row.decided_at = ends_on, sentence, at
    row.decided_by = actor.employee_id
    row.save()
    record(
        actor,
        "move_window_end",
        subject=row,
        at=at,
        changes=({"ends_on": window.last_day}, {"ends_on": ends_on, "sentence": sentence}),
    )


def _rule(row: ReadingWindow) -> WindowRule:
    return WindowRule(
        row.from_day, row.to_day, row.starts_on, row.ends_on, district_id=row.district_id
    )
