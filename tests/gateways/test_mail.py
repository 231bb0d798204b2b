"""Letters on their way out: whole files, a mail server's answers, nothing slipped into a header."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import SECRET_KEY
from tests.mail_server import mail_server
from tests.servers import free_port
from vodokanal.gateways.mail import (
    MailError,
    MailUnavailableError,
    Post,
    PutOffError,
    RefusedError,
    send,
)
from vodokanal.settings import Settings
from vodokanal.web import mailing

POST = Post(
    id="letter-17-20261112074200@portal.example",
    date=datetime(2026, 11, 12, 7, 42, tzinfo=UTC),
    sender_name="Водоканал",
    sender="office@voda.example",
    recipient="anna@mail.example",
    subject="Показания № 2611-000418: приняты",
    text="Здравствуйте!\n",
    html="<p>Здравствуйте!</p>\n",
)
NAME = "letter-17-20261112074200.eml"

Open = Callable[[str], None]


@pytest.fixture
def way_out(tmp_path: Path) -> Iterator[Open]:
    """Opens the way out that an address names; empty: the folder `outbox`."""
    app = Flask("mail")

    def chosen(url: str) -> None:
        settings = Settings(tmp_path, "", SECRET_KEY, smtp_url=url)
        mailing.install_mail(app, settings)

    with app.app_context():
        yield chosen


@pytest.fixture
def outbox(way_out: Open, tmp_path: Path) -> Path:
    """The folder that letters are written to."""
    way_out("")
    return tmp_path / "outbox"


def written(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def texts(letter: EmailMessage) -> list[tuple[str, str]]:
    return [
        (part.get_content_type(), part.get_content().replace("\r\n", "\n"))
        for part in letter.iter_parts()
    ]


def refusal(post: Post = POST) -> MailError:
    with pytest.raises(MailError) as error:
        send(post)
    return error.value


def test_letter_is_a_file_that_mail_programs_read(outbox: Path) -> None:
    send(POST)
    letter = written(outbox / NAME)
    assert letter["Subject"] == POST.subject
    assert (letter["From"], letter["To"]) == (
        "Водоканал <office@voda.example>",
        "anna@mail.example",
    )
    assert letter["Message-ID"] == "<letter-17-20261112074200@portal.example>"
    assert letter["Date"].datetime == POST.date
    assert letter["Auto-Submitted"] == "auto-generated"
    assert texts(letter) == [("text/plain", POST.text), ("text/html", POST.html)]


def test_same_letter_again_takes_the_place_of_the_first(outbox: Path) -> None:
    send(POST)
    send(replace(POST, text="Ещё раз\n"))
    assert [path.name for path in outbox.iterdir()] == [NAME]
    assert texts(written(outbox / NAME))[0] == ("text/plain", "Ещё раз\n")


def test_outbox_is_nobody_elses_to_read(outbox: Path) -> None:
    send(POST)
    assert outbox.stat().st_mode & 0o077 == 0


def test_full_disk_leaves_no_half_letter(outbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        error = refusal()
    assert isinstance(error, MailUnavailableError)
    assert (error.code, error.detail) == ("outbox", f"{outbox}: No space left on device")
    assert list(outbox.glob("*.eml")) == []
    send(POST)
    assert [path.name for path in outbox.iterdir()] == [NAME]


def test_folder_that_is_none_closes_the_way_out(outbox: Path) -> None:
    outbox.write_text("")
    error = refusal()
    assert (type(error), error.code) == (MailUnavailableError, "outbox")


@pytest.mark.parametrize(
    "recipient",
    [
        "anna@mail.example\nBcc: all@mail.example",
        "anna@mail.example, boris@mail.example",
        "Анна <anna@mail.example>",
        "anna mail.example",
        "анна@mail.example",
        "anna@",
        "@mail.example",
        "",
    ],
)
def test_odd_address_gets_nothing(outbox: Path, recipient: str) -> None:
    error = refusal(replace(POST, recipient=recipient))
    assert (type(error), error.code) == (RefusedError, "bad_address")
    assert not outbox.exists()


def test_address_in_a_russian_domain_is_written_as_servers_read_it(outbox: Path) -> None:
    send(replace(POST, recipient="anna@почта.рф"))
    assert written(outbox / NAME)["To"] == "anna@xn--80a1acny.xn--p1ai"


def test_domain_that_cannot_be_is_refused(outbox: Path) -> None:
    error = refusal(replace(POST, recipient=f"anna@{'ж' * 80}.рф"))
    assert (type(error), error.code) == (RefusedError, "bad_header")


def test_lines_in_names_and_subjects_begin_no_header(outbox: Path) -> None:
    send(replace(POST, sender_name="Вода\r\nBcc: x@y.example", subject="Да\nX-Evil: 1\x00\u2028!"))
    letter = written(outbox / NAME)
    assert letter["From"] == '"Вода Bcc: x@y.example" <office@voda.example>'
    assert letter["Subject"] == "Да X-Evil: 1 !"
    assert (letter["Bcc"], letter["X-Evil"]) == (None, None)


def test_wrong_sender_is_no_fault_of_the_letter(outbox: Path) -> None:
    error = refusal(replace(POST, sender="нет"))
    assert (type(error), error.code) == (MailUnavailableError, "bad_sender")


def test_mail_server_gets_the_letter(way_out: Open) -> None:
    with mail_server() as server:
        way_out(server.url)
        send(POST)
    (letter,) = server.letters
    assert letter["Message-ID"] == "<letter-17-20261112074200@portal.example>"
    assert texts(letter)[0] == ("text/plain", POST.text)
    assert "MAIL FROM:<office@voda.example>" in " ".join(server.heard).upper().replace(
        "OFFICE@VODA.EXAMPLE", "office@voda.example"
    )


@pytest.mark.parametrize(
    ("answers", "kind", "code"),
    [
        ({"RCPT": 550}, RefusedError, "smtp_550"),
        ({"RCPT": 451}, PutOffError, "smtp_451"),
        ({"end": 554}, RefusedError, "smtp_554"),
        ({"end": 452}, PutOffError, "smtp_452"),
        ({"end": 421}, MailUnavailableError, "smtp_421"),
        ({"MAIL": 550}, MailUnavailableError, "smtp_550"),
        ({"hello": 554}, MailUnavailableError, "smtp_554"),
    ],
)
def test_answers_are_told_apart(
    way_out: Open, answers: dict[str, int], kind: type[MailError], code: str
) -> None:
    with mail_server(**answers) as server:
        way_out(server.url)
        error = refusal()
    assert (type(error), error.code, server.letters) == (kind, code, [])


def test_letter_that_was_taken_stays_taken_whatever_the_farewell(way_out: Open) -> None:
    with mail_server(QUIT=500) as server:
        way_out(server.url)
        send(POST)
    assert len(server.letters) == 1


def test_server_that_is_not_there_closes_the_way_out(way_out: Open) -> None:
    way_out(f"smtp://127.0.0.1:{free_port()}")
    error = refusal()
    assert (type(error), error.code) == (MailUnavailableError, "unreachable")
    assert error.detail == "Connection refused"


def test_password_never_travels_in_the_open(way_out: Open) -> None:
    with mail_server() as server:
        way_out(server.url.replace("//", "//portal:secret@"))
        error = refusal()
    assert (type(error), error.code) == (MailUnavailableError, "smtp_failed")
    assert [line.split()[0].upper() for line in server.heard] in (["EHLO"], ["EHLO", "QUIT"])


def test_server_that_promises_tls_must_prove_who_it_is(way_out: Open) -> None:
    with mail_server() as server:
        way_out(server.url.replace("smtp", "smtps"))
        error = refusal()
    assert (type(error), error.code) == (MailUnavailableError, "unreachable")
