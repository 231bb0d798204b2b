"""A mail server that takes letters, or answers as it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer

OK = {"EHLO": 250, "HELO": 250, "MAIL": 250, "RCPT": 250, "DATA": 354, ".": 250, "QUIT": 221}


@dataclass
class Sink:
    """What came, and how the server answers instead of taking it."""

    port: int = 0
    answers: dict[str, int] = field(default_factory=dict)
    letters: list[EmailMessage] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address for the settings."""
        return f"smtp://127.0.0.1:{self.port}"


@contextmanager
def mail_server(**answers: int) -> Iterator[Sink]:
    """A mail server on a free port; `RCPT=550` refuses every recipient, `end=451` every text."""
    sink = Sink(answers={"." if name == "end" else name: code for name, code in answers.items()})

    class Talk(StreamRequestHandler):
        def say(self, word: str) -> bool:
            code = sink.answers.get(word, OK.get(word, 502))
            self.wfile.write(f"{code} {word}\r\n".encode())
            return code < 400

        def handle(self) -> None:
            self.wfile.write(f"{sink.answers.get('hello', 220)} sink\r\n".encode())
            while line := self.rfile.readline().decode().strip():
                word = line.partition(" ")[0].upper()
                sink.heard.append(line)
                if self.say(word) and word == "DATA":
                    self.take()
                if word == "QUIT":
                    return

        def take(self) -> None:
            lines = iter(self.rfile.readline, b".\r\n")
            content = b"".join(lines)
            if self.say("."):
                sink.letters.append(message_from_bytes(content, policy=policy.default))

    with ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        sink.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield sink
        finally:
            server.shutdown()
            thread.join()
