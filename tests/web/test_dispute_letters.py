"""The letter that a dispute is answered: about which line, what was answered, where to read on."""

from __future__ import annotations

from flask import Flask

from tests.cast import Cast, actor_of
from tests.clock import moment
from tests.conftest import SECRET_KEY
from tests.factories import make_email
from tests.ledgers import charge, correct, issue
from vodokanal.billing.money import rubles
from vodokanal.billing.periods import Period
from vodokanal.gateways.mail import Post
from vodokanal.models.letters import Letter, LetterState
from vodokanal.operations.dispute_letters import DisputeNews, find_dispute_news
from vodokanal.operations.disputes import (
    Fix,
    NewDispute,
    correct_dispute,
    explain_dispute,
    open_dispute,
)
from vodokanal.operations.queue import open_queue
from vodokanal.web.dispute_letters import dispute_post
from vodokanal.web.mailing import send_due_letters

AT = moment("2026-11-12T10:00")
OCTOBER = Period(2026, 10)


def disputed(cast: Cast, line: str = "cold-0") -> int:
    """Anna, who has an address, does not agree with a line of October."""
    open_queue(SECRET_KEY)
    make_email(cast.anna)
    charge(cast.account, OCTOBER, "173.78")
    fix = correct(cast.account, OCTOBER, "-5")
    issue(OCTOBER, cast.account)
    name = f"correction-{fix.id}" if line == "correction" else line
    new = NewDispute(cast.account.id, OCTOBER, name, "Нас не было")
    dispute = open_dispute(actor_of(cast.anna), new, key="k", today=AT.date(), at=AT)
    return int(dispute.id)


def told(app: Flask) -> Post:
    with app.app_context():
        letter = Letter.get()
        news = find_dispute_news(letter)
        assert isinstance(news, DisputeNews)
        return dispute_post(letter, news)


def test_letter_says_what_was_answered_and_where(app: Flask, cast: Cast) -> None:
    explain_dispute(actor_of(cast.galina), disputed(cast), words="Показание верное", key="e", at=AT)
    post = told(app)
    text = post.text.replace("\xa0", " ")
    assert post.subject.replace("\xa0", " ") == "Мы ответили: № 1"
    for words in (
        "строкой квитанции за октябрь, счёт 12-34: Холодная вода за октябрь.",
        "Мы проверили строку: она остаётся как есть.",
        "Показание верное",
        "http://localhost/personal/12-34/receipts/2026-10/disagree/cold-0",
    ):
        assert words in text
    assert "Иванова" not in post.text + post.html + post.subject


def test_letter_tells_of_a_correction(app: Flask, cast: Cast) -> None:
    fix = Fix(disputed(cast, "correction"), rubles(-50), "Никто не жил", is_above=True)
    correct_dispute(actor_of(cast.dmitry), fix, key="c", today=AT.date(), at=AT)
    text = told(app).text.replace("\xa0", " ")
    assert "Перерасчёт в квитанции за октябрь." in text
    assert "Мы исправили; перерасчёт будет в следующей квитанции." in text


def test_worker_sends_it(app: Flask, cast: Cast) -> None:
    explain_dispute(actor_of(cast.galina), disputed(cast), words="Верно", key="e", at=AT)
    with app.app_context():
        send_due_letters(lambda: True)
    assert Letter.get().state is LetterState.SENT
