"""The words of letters: what was received, what is asked, links by the settings alone."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.cast import COLD_NEXT, HOT_NEXT, Cast, actor_of
from tests.clock import moment
from tests.conftest import SECRET_KEY
from tests.factories import make_email, make_setting
from vodokanal.billing.readings import Source
from vodokanal.gateways.mail import Post
from vodokanal.models.letters import Letter
from vodokanal.models.meters import Meter
from vodokanal.models.readings import Submission
from vodokanal.operations.intakes import get_intake
from vodokanal.operations.judging import Delivery
from vodokanal.operations.letters import ReadingNews, find_reading_news
from vodokanal.operations.queue import open_queue
from vodokanal.operations.readings import submit_readings
from vodokanal.web.configuration import KEY
from vodokanal.web.language import chosen_language, speaking
from vodokanal.web.letters import reading_post

AT = moment("2026-11-12T10:42")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def told(app: Flask, cast: Cast, *, cold: str = COLD_NEXT, hot: str = HOT_NEXT) -> Post:
    """The letter that Anna gets after sending these."""
    open_queue(SECRET_KEY)
    make_email(cast.anna)
    delivery = Delivery({cast.cold.id: cold, cast.hot.id: hot}, Source.RESIDENT)
    intake = get_intake(cast.account.id, today=AT.date())
    submit_readings(actor_of(cast.anna), intake, delivery=delivery, key="1", at=AT)
    letter = Letter.get()
    with app.app_context():
        news = find_reading_news(letter)
        assert isinstance(news, ReadingNews)
        return reading_post(letter, news)


def code() -> str:
    found: str = Submission.select().order_by(Submission.id.desc()).get().code
    return found


def test_letter_tells_what_was_received_when_and_how_it_stands(app: Flask, cast: Cast) -> None:
    post = told(app, cast)
    number = Submission.select().order_by(Submission.id.desc()).get().number
    text = plain(post.text)
    assert plain(post.subject) == f"Показания № {number}: приняты"
    assert text.startswith(
        f"Мы получили показания по лицевому счёту 12-34: № {number}, 12 ноября в 10:42.\n\n"
        "Холодная вода · кухня · счётчик № 00012345\n161,200 м³ (161 кубометр 200 литров), принято\n"
        "С 15 октября: 3,200 м³\n\n"
        "Горячая вода · ванная · счётчик № 00054321\n"
    )
    assert f"http://localhost/check/{code()}\n" in text
    assert "нужен ваш ответ" not in text
    assert text.endswith("ответы на него никто не читает.\n\n-- \nВодоканал\n")


def test_html_says_the_same(app: Flask, cast: Cast) -> None:
    post = told(app, cast)
    words = plain(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", post.html)))
    for part in ("161,200 м³", "105,700 м³", "№ 00054321", f"http://localhost/check/{code()}"):
        assert part in words
        assert part in plain(post.text)
    assert '<html lang="ru">' in post.html


def test_open_question_comes_with_the_way_to_its_answer(app: Flask, cast: Cast) -> None:
    post = told(app, cast, cold="1612")
    number = Submission.select().order_by(Submission.id.desc()).get().number
    assert plain(post.subject) == f"Показания № {number}: нужен ваш ответ"
    assert f"http://localhost/personal/12-34/readings/{number}\n" in post.text
    assert "нужен ответ" in post.text


def test_recorded_reading_says_why_it_is_not_charged_by(app: Flask, cast: Cast) -> None:
    Meter.update(verify_by="2026-05-01").where(Meter.id == cast.cold.id).execute()
    post = told(app, cast)
    assert plain(post.subject).endswith(": получены")
    assert "Срок поверки прошёл" in plain(post.text)
    assert "Срок поверки прошёл" in plain(post.html)


def test_reading_without_a_volume_is_told_without_one(app: Flask, cast: Cast) -> None:
    post = told(app, cast, cold="150,0")
    assert plain(post.text).count("С 15 октября:") == 1


def test_names_with_angle_brackets_are_only_text(app: Flask, cast: Cast) -> None:
    Meter.update(place="<script>alert(1)</script>").where(Meter.id == cast.cold.id).execute()
    post = told(app, cast)
    assert "<script>" not in post.html
    assert "&lt;script&gt;" in post.html
    assert "<script>alert(1)</script>" in post.text


def test_sender_is_the_utility(app: Flask, cast: Cast) -> None:
    make_setting("utility_name", "Водоканал Верхнеозёрска")
    make_setting("office_phone", "+7 495 000-00-02")
    assert told(app, cast).sender == "noreply@localhost"
    make_setting("utility_email", "office@voda.example")
    with app.app_context():
        news = find_reading_news(Letter.get())
        assert isinstance(news, ReadingNews)
        post = reading_post(Letter.get(), news)
    assert (post.sender, post.sender_name) == ("office@voda.example", "Водоканал Верхнеозёрска")
    assert post.text.endswith("-- \nВодоканал Верхнеозёрска\n+7 495 000-00-02\n")


def test_host_of_a_request_never_gets_into_a_letter(app: Flask, cast: Cast) -> None:
    with app.test_request_context(base_url="http://evil.example"):
        post = told(app, cast)
    assert "evil.example" not in post.text + post.html + post.id
    assert app.config[KEY].site_url in post.text


def test_same_letter_is_recognised_however_often_it_is_written(app: Flask, cast: Cast) -> None:
    first = told(app, cast)
    with app.app_context():
        news = find_reading_news(Letter.get())
        assert isinstance(news, ReadingNews)
        second = reading_post(Letter.get(), news)
    assert (first.id, first.date) == (second.id, second.date)
    assert (first.id, first.date) == (f"letter-{Letter.get().id}-20261112074200@localhost", AT)


@pytest.mark.parametrize(("asked", "spoken"), [("ru", "ru"), ("tt", "ru"), ("", "ru")])
def test_unknown_language_is_ours(app: Flask, asked: str, spoken: str) -> None:
    with speaking(asked):
        assert chosen_language() == spoken
