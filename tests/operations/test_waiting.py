"""What waits for somebody, and what a meter would show if all were as usual."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.cast import Cast
from tests.factories import make_reading
from tests.statements import statements
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.models.database import database, is_sqlite
from vodokanal.operations.expectations import expected_on
from vodokanal.operations.meters import stories_of
from vodokanal.operations.waiting import Waiting, readings_waiting

TODAY = date(2026, 11, 12)
NOVEMBER = Period(2026, 11)


def test_nothing_waits_at_first(cast: Cast) -> None:
    assert readings_waiting() == []


def test_waiting_readings_are_counted_since_the_oldest(cast: Cast) -> None:
    make_reading(cast.cold, period=NOVEMBER, state=ReadingState.ASKED)
    make_reading(cast.hot, period=NOVEMBER, state=ReadingState.ASKED)
    make_reading(cast.vera_meter, period=Period(2026, 9), state=ReadingState.HELD)
    make_reading(cast.vera_meter, period=Period(2026, 8), state=ReadingState.REPLACED)
    assert readings_waiting() == [
        Waiting(ReadingState.HELD, 1, date(2026, 9, 15)),
        Waiting(ReadingState.ASKED, 2, date(2026, 11, 15)),
    ]


def test_waiting_readings_are_found_without_reading_the_others(cast: Cast) -> None:
    with statements() as asked:
        readings_waiting()
    (query,) = asked
    if is_sqlite():
        plan = [row[3] for row in database.execute_sql(f"EXPLAIN QUERY PLAN {query}")]
        assert any("reading_waits" in step for step in plan)
    assert "'asked', 'held'" in query


def test_usual_consumption_is_expected(cast: Cast) -> None:
    cold, hot = stories_of(cast.account.id, today=TODAY)
    assert expected_on(cold, TODAY, period=NOVEMBER) == Decimal("160.890")
    assert expected_on(hot, TODAY, period=NOVEMBER) == Decimal("105.403")


def test_young_meter_expects_nothing(cast: Cast) -> None:
    (story,) = stories_of(cast.vera_account.id, today=TODAY)
    assert expected_on(story, TODAY, period=NOVEMBER) is None


@pytest.mark.parametrize("digits_before", [3])
def test_nothing_is_expected_beyond_the_display(cast: Cast, digits_before: int) -> None:
    cast.cold.digits_before = digits_before
    cast.cold.save()
    make_reading(cast.cold, period=NOVEMBER, value="999.9")
    cold, _hot = stories_of(cast.account.id, today=TODAY)
    assert expected_on(cold, date(2026, 12, 12), period=Period(2026, 12)) is None
