"""A value that nobody has read is shared by days."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from vodokanal.billing.consumption import PastReading
from vodokanal.billing.displays import Display
from vodokanal.billing.holder_changes import SharedValue, shared_value
from vodokanal.billing.volumes import cubic_metres

FIVE_AND_THREE = Display(5, 3)
START = date(2026, 1, 15)


def past(value: str, days: int) -> PastReading:
    return PastReading(cubic_metres(value), START + timedelta(days=days))


# Three months of 0,1 m³ a day.
REGULAR = [past("100", 0), past("103", 30), past("106", 60), past("109", 90)]


def shared(days: int, **given: object) -> SharedValue:
    usual = {"on": START + timedelta(days=days), "display": FIVE_AND_THREE}
    history = given.pop("history", REGULAR)
    return shared_value(history, **(usual | given))  # type: ignore[arg-type]


def test_usual_of_a_day_for_every_day_since() -> None:
    assert shared(100) == SharedValue(
        cubic_metres("110"), START + timedelta(days=100), REGULAR[-1], 10, Decimal("0.1")
    )


def test_later_reading_says_what_these_days_really_brought() -> None:
    found = shared(100, later=past("112", 105))
    assert (found.value, found.per_day) == (cubic_metres("111"), Decimal("0.2"))


@pytest.mark.parametrize("later", [past("108", 105), past("109", 90)])
def test_later_reading_that_cannot_follow_says_nothing(later: PastReading) -> None:
    assert shared(100, later=later).value == cubic_metres("110")


def test_last_value_stands_where_nothing_is_usual_yet() -> None:
    found = shared(100, history=REGULAR[:2])
    assert (found.value, found.per_day) == (cubic_metres("103"), None)


def test_meter_that_has_failed_showed_nothing_more() -> None:
    assert shared(100, is_counting=False).value == cubic_metres("109")


def test_day_of_the_last_reading_brings_nothing() -> None:
    assert shared(90).value == cubic_metres("109")
    assert shared(80).days == 0


@pytest.mark.parametrize(("decimals", "value"), [(3, "110.033"), (1, "110"), (0, "110")])
def test_value_is_cut_to_what_the_display_shows(decimals: int, value: str) -> None:
    history = [*REGULAR[:3], past("109.033", 90)]
    found = shared(100, history=history, display=Display(5, decimals))
    assert found.value == cubic_metres(value)


def test_nothing_runs_backwards_for_want_of_decimals() -> None:
    history = [*REGULAR[:3], past("109.9", 90)]
    assert shared(91, history=history, display=Display(5, 0)).value == cubic_metres("110")
    assert shared(90, history=history, display=Display(5, 0)).value == cubic_metres("109.9")


def test_display_begins_again_from_zero() -> None:
    history = [
        past(each, days) for each, days in (("980", 0), ("986", 30), ("992", 60), ("998", 90))
    ]
    assert shared(110, history=history, display=Display(3, 3)).value == cubic_metres("2")
