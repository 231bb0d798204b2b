"""The letter that a receipt is ready: the sum, the day, the way to it, and nobody's name."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.cast import Cast
from tests.clock import moment
from tests.conftest import SECRET_KEY
from tests.factories import make_email, make_setting
from tests.month_factories import make_receipt
from vodokanal.gateways.mail import Post
from vodokanal.models.accounts import Account, ReceiptDelivery
from vodokanal.models.letters import Letter, LetterState
from vodokanal.models.people import AccountAccess
from vodokanal.operations.month_rows import Range
from vodokanal.operations.queue import open_queue
from vodokanal.operations.receipt_letters import (
    ReceiptNews,
    find_receipt_news,
    write_receipt_letters,
)
from vodokanal.web.mailing import send_due_letters
from vodokanal.web.receipt_letters import receipt_post

AT = moment("2026-11-01T09:00")


def written(cast: Cast, **sums: str) -> Letter:
    """The letter that Anna gets about October."""
    open_queue(SECRET_KEY)
    make_email(cast.anna)
    Account.update(receipt_delivery=ReceiptDelivery.BOTH).execute()
    receipt = make_receipt(account=cast.account, **sums)
    accounts = Range(cast.account.id, cast.account.id, receipt.period)
    write_receipt_letters(accounts, at=AT)
    found: Letter = Letter.get()
    return found


def told(app: Flask, letter: Letter) -> Post:
    with app.app_context():
        news = find_receipt_news(letter)
        assert isinstance(news, ReceiptNews)
        return receipt_post(letter, news)


def test_letter_says_how_much_by_when_and_where(app: Flask, cast: Cast) -> None:
    make_setting("office_phone", "+7 (000) 211-04-00")
    post = told(app, written(cast))
    text = post.text.replace("\xa0", " ")
    assert post.subject.replace("\xa0", " ") == "Квитанция за октябрь готова"
    assert "Готова квитанция за октябрь по лицевому счёту 12-34." in text
    assert "К оплате: 173,78 ₽ до 16 ноября 2026 года." in text
    assert "http://localhost/personal/12-34/receipts/2026-10/" in text
    assert "211-04-00" in text
    assert "Иванова" not in post.text + post.html + post.subject


@pytest.mark.parametrize(
    ("paid", "closing", "words"),
    [
        ("173.78", "0", "Платить не нужно."),
        ("200", "-26.22", "Платить не нужно: переплата 26,22 ₽."),
    ],
)
def test_paid_receipt_asks_for_nothing(
    app: Flask, cast: Cast, paid: str, closing: str, words: str
) -> None:
    post = told(app, written(cast, paid=paid, closing=closing))
    assert words in post.text.replace("\xa0", " ")


def test_worker_sends_it(app: Flask, cast: Cast) -> None:
    letter = written(cast)
    with app.app_context():
        send_due_letters(lambda: True)
    assert Letter.get_by_id(letter.id).state == LetterState.SENT


def test_worker_drops_it_once_the_access_is_revoked(app: Flask, cast: Cast) -> None:
    letter = written(cast)
    AccountAccess.update(revoked_at=AT).execute()
    with app.app_context():
        send_due_letters(lambda: True)
    assert Letter.get_by_id(letter.id).state == LetterState.DROPPED
