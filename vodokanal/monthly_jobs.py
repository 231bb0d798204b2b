"""What the worker does for the month: its jobs, the look whether it is due, the morning's letter."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date

from vodokanal.operations.file_jobs import is_file_due
from vodokanal.operations.month_mornings import (
    is_morning_due,
    morning_of,
    write_standing_letters,
)
from vodokanal.operations.month_orders import (
    Outlook,
    glance,
    is_order_due,
    order_by_itself,
    outlook,
)
from vodokanal.operations.month_work import DONE, LEFT_OPEN, do_next_order
from vodokanal.operations.months import Run
from vodokanal.operations.previews import is_preview_due, make_next_preview
from vodokanal.operations.queue import Kind, wake
from vodokanal.web.clock import now, real_now, today
from vodokanal.web.configuration import settings
from vodokanal.web.logs import log_event


class MonthWatch:
    """What one worker remembers between its looks at the month."""

    def __init__(self) -> None:
        # The newest journal entry and the day at the last look that found nothing to be done.
        self._quiet: tuple[int, date] | None = None
        self._morning: date | None = None

    def look(self) -> None:
        """Wakes for what waits, and for a month that is to be calculated by itself.

        Mostly one small statement: without a new entry in the journal nothing has changed.
        """
        seen = glance()
        if seen.has_preview and is_preview_due(real_now()):
            wake(Kind.PREVIEW)
        if seen.has_file and is_file_due(real_now()):
            wake(Kind.FILES)
        if seen.has_order:
            if is_order_due(real_now()):
                wake(Kind.MONTH)
            return
        if self._quiet == (seen.newest, today()):
            return
        found = outlook(today(), real_now())
        if found is Outlook.DUE:
            order_by_itself(today(), at=now())
        self._quiet = (seen.newest, today()) if found is Outlook.QUIET else None

    def look_at_morning(self) -> None:
        """Wakes for the morning's letter, once a date."""
        morning = morning_of(now())
        if morning != self._morning and is_morning_due(morning):
            wake(Kind.MORNING)
        self._morning = morning


def work_on_months(goes_on: Callable[[], bool]) -> None:
    """Does the jobs that wait, one after another, while it may go on."""
    while goes_on():
        found = do_next_order(_run(goes_on))
        if found is None:
            return
        order, ended = found
        level = logging.INFO if ended in {DONE, LEFT_OPEN} else logging.WARNING
        facts = {"period": str(order.period), "deed": order.deed.value, "ended": ended}
        log_event("month_job", level=level, **facts)
        if ended == LEFT_OPEN:
            return


def make_previews(goes_on: Callable[[], bool]) -> None:
    """Makes the previews that wait, one after another, while it may go on."""
    while goes_on():
        preview = make_next_preview(_run(goes_on))
        if preview is None or preview.ended_at is None:
            return
        log_event("preview_made", preview=preview.id, refusal=preview.refusal)


def _run(goes_on: Callable[[], bool]) -> Run:
    return Run(at=now(), zone=settings().zone, real_now=real_now, goes_on=goes_on)


def tell_the_morning() -> None:
    """Writes the letters of this morning, if the bills' day is near."""
    added = write_standing_letters(morning_of(now()), at=now(), real_now=real_now())
    if added:
        log_event("month_letters", letters=added)
