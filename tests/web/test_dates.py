"""Days and months in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from tests.clock import Clock
from vodokanal.billing.periods import Period
from vodokanal.web import dates


@pytest.fixture(autouse=True)
def _asked_for(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def test_day_never_breaks_between_number_and_month() -> None:
    assert dates.day(date(2026, 11, 20)) == "20\xa0ноября"


def test_another_year_is_said() -> None:
    assert dates.day(date(2025, 12, 14)) == "14\xa0декабря 2025\xa0года"
    assert dates.full_day(date(2026, 3, 3)) == "3\xa0марта 2026\xa0года"


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 12, 7, 44, tzinfo=UTC), "12 ноября в 10:44"),
        (datetime(2026, 11, 12, 21, 0, tzinfo=UTC), "13 ноября в 00:00"),
        (datetime(2025, 12, 31, 20, 59, tzinfo=UTC), "31 декабря 2025 года в 23:59"),
    ],
)
def test_moment_is_said_in_the_zone_of_the_utility(at: datetime, words: str) -> None:
    assert dates.moment(at).replace("\xa0", " ") == words


def test_weekday_is_a_word() -> None:
    assert dates.weekday(date(2026, 11, 12)) == "четверг"


def test_months_decline() -> None:
    may, march = Period(2026, 5), Period(2026, 3)
    assert [dates.month(may), dates.month_title(may), dates.month_letters(may)] == [
        "май",
        "Май",
        "май",
    ]
    assert [dates.in_month(may), dates.in_month(march)] == ["в\xa0мае", "в\xa0марте"]
    assert dates.about_month(march).replace("\xa0", " ") == "А что с мартом?"


def test_month_of_another_year_says_so() -> None:
    assert dates.month_title(Period(2025, 12)) == "Декабрь\xa02025"


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_has_its_forms(month: int) -> None:
    period = Period(2026, month)
    assert dates.in_month(period).startswith("в\xa0")
    assert dates.about_month(period).endswith("?")
    assert len(dates.month_letters(period)) == 3


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-11-12T10:00", "Осталось 8 дней"),
        ("2026-11-18T10:00", "Осталось 2 дня"),
        ("2026-11-19T23:59", "Остался 1 день"),
        ("2026-11-20T23:59", "Сегодня последний день"),
    ],
)
def test_distance_is_counted_in_days(clock: Clock, now: str, words: str) -> None:
    clock.at(now)
    assert dates.days_left(date(2026, 11, 20)).replace("\xa0", " ") == words


def test_span_names_a_shared_month_once() -> None:
    same = dates.span(date(2026, 12, 10), date(2026, 12, 20))
    crossing = dates.span(date(2026, 11, 25), date(2026, 12, 3))
    assert same.replace("\xa0", " ") == "С 10 по 20 декабря"
    assert crossing.replace("\xa0", " ") == "С 25 ноября по 3 декабря"
