"""The hands of both clocks: the utility's, which every test fixes, and the real one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from vodokanal.web import clock as portal_clock

MOSCOW = ZoneInfo("Europe/Moscow")
# A Thursday inside the ordinary window.
START = "2026-11-12T10:42"


def moment(text: str) -> datetime:
    """The moment written in the utility's zone: `2026-11-12T10:42`."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=MOSCOW)


class Clock:
    """What the portal takes for now; stands still until it is moved."""

    def __init__(self, patch: pytest.MonkeyPatch, stack: ExitStack) -> None:
        self._stack = stack
        self.now = moment(START)
        patch.setattr(portal_clock, "moment_by", lambda _settings: self.now)

    def at(self, text: str) -> datetime:
        """Sets the utility's clock: windows, periods, moments of receipt."""
        self.now = moment(text)
        return self.now

    def really_at(self, text: str) -> None:
        """Moves the real clock, which runs on: sign-ins, tokens, throttling."""
        self._stack.enter_context(time_machine.travel(moment(text), tick=True))


@contextmanager
def standing_clock(patch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """A clock for one test; the real one is given back afterwards."""
    with ExitStack() as stack:
        yield Clock(patch, stack)
