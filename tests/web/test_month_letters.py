"""The words of the morning's letter, and every sentence about what stands in a month's way."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from tests.cast import Cast
from tests.clock import Clock, moment
from tests.conftest import SECRET_KEY
from tests.factories import make_reading
from tests.months import closed, make_rates, settle
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.billing.terms import PaymentDays
from vodokanal.gateways.mail import Post
from vodokanal.models.letters import Letter
from vodokanal.models.people import Employee
from vodokanal.operations.letters import take_letter
from vodokanal.operations.month_mornings import find_standing_news, write_standing_letters
from vodokanal.operations.month_obstacles import Obstacle
from vodokanal.operations.month_standing import Standing
from vodokanal.operations.queue import open_queue
from vodokanal.web.language import speaking
from vodokanal.web.month_letters import standing_post
from vodokanal.web.month_words import days_words, obstacle_words

AT = moment("2026-12-02T08:00")
NOVEMBER = Period(2026, 11)
DAYS = PaymentDays(date(2026, 12, 5), date(2026, 12, 15))


def told(app: Flask, cast: Cast) -> Post:
    """The letter that the chief gets on the 2nd of December."""
    open_queue(SECRET_KEY)
    settle(cast.account, make_rates())
    closed(Period(2026, 10), "2026-10-25T10:00")
    Employee.update(email="olga@water.example").where(Employee.id == cast.olga.id).execute()
    write_standing_letters(AT.date(), at=AT, real_now=AT)
    letter = take_letter(AT)
    assert isinstance(letter, Letter)
    with app.app_context():
        news = find_standing_news(letter, AT.date())
        assert isinstance(news, Standing)
        return standing_post(letter, news)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_letter_says_days_obstacles_and_where_to_go(app: Flask, cast: Cast, clock: Clock) -> None:
    clock.at("2026-12-02T08:00")
    make_reading(cast.cold, period=NOVEMBER, state=ReadingState.HELD)
    post = told(app, cast)
    assert (post.recipient, plain(post.subject)) == (
        "olga@water.example",
        "Месяц не выпущен: ноябрь",
    )
    assert plain(post.text).splitlines()[2:8] == [
        "До счетов 3 дня: их выставляют до 5 декабря, рабочих из них 2.",
        "",
        "* Ждёт решения 1 показание.",
        "* Месяц ещё не рассчитан.",
        "",
        "Что осталось сделать, показано на странице месяца:",
    ]
    assert "http://localhost/staff/month/" in post.html


@pytest.mark.parametrize(
    ("obstacle", "words"),
    [
        (Obstacle("issued"), "Месяц уже выпущен."),
        (Obstacle("earlier_open", {"period": "2026-10"}), "Сначала выпускается октябрь."),
        (Obstacle("asked", {"count": 2}), "Без ответа 2 сомнительных показания."),
        (
            Obstacle("changed", {"accounts": 5}),
            "После расчёта изменилось 5 лицевых счетов.",
        ),
        (
            Obstacle(
                "no_rate", {"table": "legal_term", "key": ["average_months"], "day": "2026-11-01"}
            ),
            "Число из закона: на 1 ноября 2026 года ничего не задано.",
        ),
    ],
)
def test_every_obstacle_has_its_sentence(app: Flask, obstacle: Obstacle, words: str) -> None:
    with app.app_context(), speaking("ru"):
        assert plain(obstacle_words(obstacle)) == words


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2026, 12, 5), "Счета нужно выставить сегодня."),
        (date(2026, 12, 7), "Счета нужно было выставить до 5 декабря, опоздание 2 дня."),
    ],
)
def test_late_month_says_how_late(app: Flask, clock: Clock, today: date, words: str) -> None:
    clock.at(f"{today}T09:00")
    standing = Standing(NOVEMBER, today, None, DAYS, 0, None, ())
    with app.app_context(), speaking("ru"):
        assert plain(days_words(standing)) == words


def test_unknown_day_of_the_bills_is_said(app: Flask) -> None:
    standing = Standing(NOVEMBER, date(2026, 12, 5), None, None, 0, None, ())
    with app.app_context(), speaking("ru"):
        assert days_words(standing) == "День, до которого выставляют счета, не задан."
