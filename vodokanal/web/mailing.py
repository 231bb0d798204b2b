"""Letters on their way: a worker takes one, finds its words, hands it over and notes how it went."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from urllib.parse import unquote, urlsplit

from flask import Flask
from flask_mailman import Mail
from peewee import PeeweeException

from vodokanal.gateways.mail import (
    MailUnavailableError,
    OutboxBackend,
    Post,
    PutOffError,
    RefusedError,
    SmtpBackend,
    send,
)
from vodokanal.models.database import BusyDatabaseError, OutcomeUnknownError, open_connection
from vodokanal.models.letters import Letter, LetterKind, LetterState
from vodokanal.operations.dispute_letters import find_dispute_news
from vodokanal.operations.letters import (
    find_reading_news,
    give_back,
    has_due_letter,
    mark_sent,
    put_off,
    settle_letter,
    take_letter,
)
from vodokanal.operations.month_mornings import find_standing_news
from vodokanal.operations.receipt_letters import find_receipt_news
from vodokanal.settings import Settings
from vodokanal.web.clock import now, real_now, today
from vodokanal.web.dispute_letters import dispute_post
from vodokanal.web.letters import reading_post
from vodokanal.web.logs import log_event
from vodokanal.web.month_letters import standing_post
from vodokanal.web.receipt_letters import receipt_post

OUTBOX = "outbox"
ANSWER_SECONDS = 20
PLAIN_PORT, SUBMISSION_PORT, TLS_PORT = 25, 587, 465
# A letter that has gone out is noted as sent, however long the database is busy.
NOTE_TRIES, NOTE_PAUSE = 20, 3.0
UNWRITABLE = "unwritable"
DATABASE_TROUBLE = (PeeweeException, BusyDatabaseError, OutcomeUnknownError)

log = logging.getLogger(__name__)


def install_mail(app: Flask, settings: Settings) -> None:
    """Chooses the way out: the mail server of the settings, or a folder."""
    parts = urlsplit(settings.smtp_url)
    is_tls, has_name = parts.scheme == "smtps", bool(parts.username)
    usual = TLS_PORT if is_tls else SUBMISSION_PORT if has_name else PLAIN_PORT
    app.config.update(
        MAIL_BACKEND=SmtpBackend if settings.smtp_url else OutboxBackend,
        MAIL_FILE_PATH=str(settings.instance / OUTBOX),
        MAIL_SERVER=parts.hostname or "",
        MAIL_PORT=parts.port or usual,
        MAIL_USERNAME=unquote(parts.username or ""),
        MAIL_PASSWORD=unquote(parts.password or ""),
        MAIL_USE_SSL=is_tls,
        # A password never travels in the open.
        MAIL_USE_TLS=has_name and not is_tls,
        MAIL_TIMEOUT=ANSWER_SECONDS,
    )
    Mail(app)


def send_due_letters(goes_on: Callable[[], bool]) -> None:
    """Sends every letter that is due, one after the other, while it may go on."""
    while goes_on() and has_due_letter(real_now()):
        letter = take_letter(real_now())
        if letter is None or not _send_one(letter):
            return


def _send_one(letter: Letter) -> bool:
    """Sends a letter; False: no other one would go out now."""
    try:
        post = _written(letter)
        if post is not None:
            # Outside of any transaction: a mail server may take its time.
            send(post)
            _note_sent(letter, post)
    except MailUnavailableError as error:
        give_back(letter, error.code, real_now=real_now())
        facts = {"code": error.code, "detail": error.detail, "letter": letter.id}
        log_event("mail_unavailable", level=logging.ERROR, **facts)
        return False
    except PutOffError as error:
        put_off(letter, error.code, real_now=real_now())
        log_event("letter_put_off", letter=letter.id, code=error.code, attempt=letter.attempts)
    except RefusedError as error:
        settle_letter(letter, LetterState.FAILED, code=error.code)
        log_event("letter_failed", level=logging.WARNING, letter=letter.id, code=error.code)
    return True


def _written(letter: Letter) -> Post | None:
    """The finished letter; None: it was dropped, or cannot be written and waits."""
    try:
        post = POSTS[letter.kind](letter)
        if not isinstance(post, str):
            return post
    except DATABASE_TROUBLE:
        raise
    except Exception:
        # One letter that cannot be written must not keep all the others.
        log.exception(UNWRITABLE, extra={"event": "letter_unwritable", "letter": letter.id})
        put_off(letter, UNWRITABLE, real_now=real_now())
        return None
    settle_letter(letter, LetterState.DROPPED, code=post)
    log_event("letter_dropped", letter=letter.id, code=post)
    return None


def _about_readings(letter: Letter) -> Post | str:
    news = find_reading_news(letter)
    return news if isinstance(news, str) else reading_post(letter, news)


def _about_receipt(letter: Letter) -> Post | str:
    news = find_receipt_news(letter)
    return news if isinstance(news, str) else receipt_post(letter, news)


def _about_month(letter: Letter) -> Post | str:
    news = find_standing_news(letter, today())
    return news if isinstance(news, str) else standing_post(letter, news)


def _about_dispute(letter: Letter) -> Post | str:
    news = find_dispute_news(letter)
    return news if isinstance(news, str) else dispute_post(letter, news)


# The finished letter, or the code of why there is nothing to tell any more.
POSTS: Mapping[LetterKind, Callable[[Letter], Post | str]] = {
    LetterKind.READINGS_RECEIVED: _about_readings,
    LetterKind.RECEIPT_READY: _about_receipt,
    LetterKind.MONTH_STANDING: _about_month,
    LetterKind.DISPUTE_ANSWERED: _about_dispute,
}


def _note_sent(letter: Letter, post: Post) -> None:
    """Notes that the letter is out; without the note it would go out once more."""
    for left in reversed(range(NOTE_TRIES)):
        try:
            open_connection()
            mark_sent(letter, message_id=post.id, at=now())
            break
        except DATABASE_TROUBLE:
            if not left:
                raise
            time.sleep(NOTE_PAUSE)
    log_event("letter_sent", letter=letter.id, kind=letter.kind.value, attempt=letter.attempts)
