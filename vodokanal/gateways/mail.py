"""Letters on their way out: into a folder, or to a mail server."""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from pathlib import Path
from typing import Any

from flask_mailman import EmailMultiAlternatives
from flask_mailman.backends import smtp
from flask_mailman.backends.base import BaseEmailBackend

# What every mail server takes; anything odder was typed by mistake.
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[^\W_](?:[\w.-]{0,190}\w)?")
LONGEST_CODE = 40
# "The service is about to end", whatever was asked; and from here on answers are final.
CLOSING, PERMANENT = 421, 500


class MailError(Exception):
    """A letter has not gone out; `code` says why in a word, `detail` in the system's words."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code[:LONGEST_CODE]
        self.detail = detail


class MailUnavailableError(MailError):
    """No letter can go out at the moment: the folder or the server does not take any."""


class PutOffError(MailError):
    """The server asks to try this letter again later."""


class RefusedError(MailError):
    """This letter will never be taken."""


@dataclass(frozen=True)
class Post:
    """A finished letter; its id and date stay the same however often it is sent."""

    id: str
    date: datetime
    sender_name: str
    sender: str
    recipient: str
    subject: str
    text: str
    html: str


def send(post: Post) -> None:
    """Hands the letter over; once this returns, it has gone out.

    Raises:
        MailUnavailableError: the way out is closed; other letters would fare no better.
        PutOffError: this one is to be tried later.
        RefusedError: this one will never be taken.
    """
    if not ADDRESS.fullmatch(post.recipient):
        raise RefusedError("bad_address")
    if not ADDRESS.fullmatch(post.sender):
        raise MailUnavailableError("bad_sender")
    with _told_apart():
        message = message_of(post)
        with message.get_connection() as connection:
            connection.send_messages([message])


class _Letter(EmailMultiAlternatives):
    def message(self) -> Any:
        message = super().message()
        # As the library writes it, a long one begins with an empty line.
        message.replace_header("Subject", Header(self.subject, "utf-8", header_name="Subject"))
        return message


def message_of(post: Post) -> EmailMultiAlternatives:
    """The letter as it goes over the wire."""
    message = _Letter(
        subject=_one_line(post.subject),
        body=post.text,
        from_email=formataddr((_one_line(post.sender_name), post.sender)),
        to=[post.recipient],
        headers={
            "Message-ID": f"<{post.id}>",
            "Date": format_datetime(post.date),
            # Neither absence notes nor mailing lists shall answer a machine.
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(post.html, "text/html")
    return message


class OutboxBackend(BaseEmailBackend):
    """Writes one file a letter; the same letter again takes the place of the first."""

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        folder = Path(self.mailman.file_path)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for message in email_messages:
                name = message.extra_headers["Message-ID"].strip("<>").partition("@")[0]
                _write_whole(folder / f"{name}.eml", message.message().as_bytes())
        except OSError as error:
            raise MailUnavailableError("outbox", f"{folder}: {error.strerror}") from error
        return len(email_messages)


class _Connection(smtplib.SMTP):
    def starttls(self, *_arguments: Any, **_options: Any) -> Any:
        # Left to itself the library asks for no certificate, and the password would follow.
        return super().starttls(context=ssl.create_default_context())


class SmtpBackend(smtp.EmailBackend):
    """Flask-Mailman's own, which believes certified servers only."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return smtplib.SMTP_SSL if self.use_ssl else _Connection

    def close(self) -> None:
        # The letters have been taken: a server that hangs up without a word changes nothing.
        with suppress(OSError):
            super().close()


@contextmanager
def _told_apart() -> Iterator[None]:
    """Tells trouble with the way out from trouble with the letter."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        ((code, _words),) = error.recipients.values()
        raise _answer_to_letter(code) from error
    except smtplib.SMTPDataError as error:
        raise _answer_to_letter(error.smtp_code) from error
    except smtplib.SMTPResponseException as error:
        # To the greeting, the password or the sender: the same for every letter.
        raise MailUnavailableError(f"smtp_{error.smtp_code}") from error
    except smtplib.SMTPException as error:
        raise MailUnavailableError("smtp_failed", type(error).__name__) from error
    except OSError as error:
        raise MailUnavailableError("unreachable", error.strerror or type(error).__name__) from error
    except ValueError as error:
        # A header or an address that no mail may have.
        raise RefusedError("bad_header") from error


def _answer_to_letter(code: int) -> MailError:
    if code == CLOSING:
        return MailUnavailableError(f"smtp_{code}")
    return (RefusedError if code >= PERMANENT else PutOffError)(f"smtp_{code}")


def _one_line(text: str) -> str:
    """The text without what would begin another header."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _write_whole(path: Path, content: bytes) -> None:
    """Makes the file appear with all of its content, to stay after a power cut, or not at all."""
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
