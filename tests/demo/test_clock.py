"""When the demo's clock starts."""

from __future__ import annotations

import pytest

from tests.clock import MOSCOW, moment
from tests.engines import Engine
from tests.factories import make_journal_entry
from vodokanal.demo.clock import demo_start


def test_clock_follows_the_real_one_inside_the_window(database: Engine) -> None:
    assert demo_start(moment("2026-11-20T23:59"), MOSCOW) is None


@pytest.mark.parametrize("now", ["2026-11-09T23:59", "2026-11-21T00:00", "2026-11-30T12:00"])
def test_clock_starts_in_the_middle_of_the_window_outside_of_it(database: Engine, now: str) -> None:
    assert demo_start(moment(now), MOSCOW) == moment("2026-11-15T12:00")


def test_clock_never_starts_before_what_was_already_done(database: Engine) -> None:
    make_journal_entry(at=moment("2026-11-18T09:30"))
    assert demo_start(moment("2026-11-21T10:00"), MOSCOW) == moment("2026-11-18T09:30")


def test_old_deeds_do_not_hold_the_clock_back(database: Engine) -> None:
    make_journal_entry(at=moment("2026-10-15T12:00"))
    assert demo_start(moment("2026-11-21T10:00"), MOSCOW) == moment("2026-11-15T12:00")


def test_deeds_of_the_future_are_waited_for_inside_the_window_too(database: Engine) -> None:
    make_journal_entry(at=moment("2026-11-19T10:00"))
    assert demo_start(moment("2026-11-12T10:00"), MOSCOW) == moment("2026-11-19T10:00")


def test_month_is_that_of_the_utilitys_zone(database: Engine) -> None:
    assert demo_start(moment("2026-11-30T21:30:00+00:00"), MOSCOW) == moment("2026-12-15T12:00")
