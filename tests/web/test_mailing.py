"""A worker's round: what becomes of each letter, and what one letter must not do to the others."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask

from tests.clock import Clock
from tests.factories import BEFORE, make_email, make_letter, make_resident
from vodokanal.gateways.mail import (
    MailError,
    MailUnavailableError,
    Post,
    PutOffError,
    RefusedError,
    send,
)
from vodokanal.models.database import BusyDatabaseError
from vodokanal.models.letters import Letter, LetterState
from vodokanal.models.people import AccountAccess
from vodokanal.operations.letters import ReadingNews, mark_sent
from vodokanal.web import mailing
from vodokanal.web.letters import reading_post
from vodokanal.web.mailing import send_due_letters


@pytest.fixture
def outbox(app: Flask, tmp_path: Path) -> Path:
    """Where the letters of this test go."""
    app.extensions["mailman"].file_path = str(tmp_path / "outbox")
    return tmp_path / "outbox"


def send_all(app: Flask, *, goes_on: bool = True) -> None:
    with app.app_context():
        send_due_letters(lambda: goes_on)


def states() -> list[tuple[str, str]]:
    return [(row.state, row.last_error) for row in Letter.select().order_by(Letter.id)]


def names(outbox: Path) -> list[str]:
    return sorted(path.name for path in outbox.glob("*"))


def failing(patch: pytest.MonkeyPatch, errors: Mapping[int, MailError]) -> None:
    """Lets letters of these ids fail on their way out."""

    def failing_send(post: Post) -> None:
        number = int(post.id.split("-")[1])
        if number in errors:
            raise errors[number]
        send(post)

    patch.setattr(mailing, "send", failing_send)


def test_every_due_letter_goes_out(app: Flask, clock: Clock, outbox: Path) -> None:
    first, second = make_letter(), make_letter()
    send_all(app)
    assert states() == [("sent", ""), ("sent", "")]
    assert names(outbox) == [f"letter-{each.id}-20260101000000.eml" for each in (first, second)]
    row = Letter.get_by_id(first.id)
    assert (row.message_id, row.sent_at) == (
        f"letter-{first.id}-20260101000000@localhost",
        clock.now,
    )


def test_order_to_stop_is_heard_between_two_letters(app: Flask, outbox: Path) -> None:
    make_letter()
    send_all(app, goes_on=False)
    assert states() == [("waiting", "")]


def test_refused_and_put_off_letters_do_not_keep_the_others(
    app: Flask, outbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, _third = make_letter(), make_letter(), make_letter()
    errors = {first.id: RefusedError("smtp_550"), second.id: PutOffError("smtp_451")}
    failing(monkeypatch, errors)
    send_all(app)
    assert states() == [("failed", "smtp_550"), ("waiting", "smtp_451"), ("sent", "")]


def test_closed_way_out_ends_the_round_with_a_sentence_in_the_log(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first, _second = make_letter(), make_letter()
    detail = "/srv/outbox: No space left on device"
    failing(monkeypatch, {first.id: MailUnavailableError("outbox", detail)})
    with caplog.at_level(logging.ERROR):
        send_all(app)
    assert states() == [("waiting", "outbox"), ("waiting", "")]
    (line,) = [vars(each) for each in caplog.records]
    assert (line["event"], line["code"], line["detail"]) == ("mail_unavailable", "outbox", detail)


def test_letter_without_words_waits_and_lets_the_others_pass(
    app: Flask, outbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = make_letter(), make_letter()

    def broken(letter: Letter, news: ReadingNews) -> Post:
        if letter.id == first.id:
            raise KeyError(letter.id)
        return reading_post(letter, news)

    monkeypatch.setattr(mailing, "reading_post", broken)
    send_all(app)
    assert states() == [("waiting", "unwritable"), ("sent", "")]
    assert names(outbox) == [f"letter-{second.id}-20260101000000.eml"]


def test_letter_with_nothing_left_to_tell_is_dropped(app: Flask, outbox: Path) -> None:
    make_letter()
    AccountAccess.update(revoked_at=BEFORE).execute()
    make_letter(make_resident())
    send_all(app)
    assert states() == [("dropped", "nothing_to_tell"), ("dropped", "no_address")]
    assert not outbox.exists()


def test_busy_database_delays_the_note_but_repeats_no_letter(
    app: Flask, outbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_letter()
    troubles = [BusyDatabaseError(), BusyDatabaseError()]

    def busy(letter: Letter, **noted: object) -> None:
        if troubles:
            raise troubles.pop()
        mark_sent(letter, **noted)  # type: ignore[arg-type]

    monkeypatch.setattr(mailing, "mark_sent", busy)
    monkeypatch.setattr(mailing, "NOTE_PAUSE", 0.01)
    send_all(app)
    assert (states(), troubles, len(names(outbox))) == ([("sent", "")], [], 1)


def test_database_that_stays_away_leaves_the_letter_to_others(
    app: Flask, outbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_letter()

    def busy(_letter: Letter, **_noted: object) -> None:
        raise BusyDatabaseError

    monkeypatch.setattr(mailing, "mark_sent", busy)
    monkeypatch.setattr(mailing, "NOTE_PAUSE", 0.001)
    with pytest.raises(BusyDatabaseError):
        send_all(app)
    assert states() == [("sending", "")]


def test_gone_database_is_no_fault_of_the_letter(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_letter()

    def gone(_letter: Letter) -> object:
        raise BusyDatabaseError

    monkeypatch.setattr(mailing, "find_reading_news", gone)
    with pytest.raises(BusyDatabaseError):
        send_all(app)
    assert Letter.get().state == LetterState.SENDING


def test_letter_goes_to_the_address_of_the_day(app: Flask, outbox: Path) -> None:
    letter = make_letter()
    make_email(letter.resident, "new@mail.example")
    send_all(app)
    (path,) = outbox.glob("*.eml")
    assert message_from_bytes(path.read_bytes(), policy=policy.default)["To"] == "new@mail.example"
