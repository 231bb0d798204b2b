"""The portal as it is served: `python app.py` on a free port, and a plain HTTP client."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psutil

from tests.source import ENTRY, ROOT

START_SECONDS = 20.0
STOP_SECONDS = 35.0
ANSWER_SECONDS = 30.0
FORM = "application/x-www-form-urlencoded"


class ServerDiedError(Exception):
    """The server ended by itself; its words are in the message."""


@dataclass(frozen=True)
class Answer:
    """What came back over the wire."""

    status: int
    headers: Mapping[str, str]
    body: str
    seconds: float

    @property
    def location(self) -> str:
        """Where a redirect leads, without the host."""
        parts = urlsplit(self.headers.get("location", ""))
        return parts.path + (f"?{parts.query}" if parts.query else "")


@dataclass
class Server:
    """A running portal."""

    port: int
    process: psutil.Popen
    log: Path
    cookies: dict[str, str] = field(default_factory=dict)
    # Seconds from the start to the first answer.
    began_in: float = 0.0
    # What every form of this session carries.
    form: dict[str, str] = field(default_factory=dict)
    # How it was begun, so that it can be begun again.
    begin: Callable[[], psutil.Popen] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def workers(self) -> list[psutil.Process]:
        """The processes that answer."""
        found = []
        for each in self.process.children(recursive=True):
            # One that has just been killed may be gone before it is asked for its name.
            with suppress(psutil.NoSuchProcess):
                found += [each] if "python" in each.name() else []
        return found

    def kill(self) -> None:
        """Ends parent and workers at once, as the kernel does when memory runs out."""
        ended = [self.process, *self.workers]
        for each in ended:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        psutil.wait_procs(ended, timeout=STOP_SECONDS)

    def start_again(self) -> None:
        """Starts what was killed, at the same address."""
        if self.begin is not None:
            self.process = self.begin()
        await_answer(self)

    def get(self, path: str) -> Answer:
        """Asks for a page; `OSError` or `HTTPException` when no whole answer comes."""
        return self._ask("GET", path, "")

    def post(self, path: str, data: Mapping[str, str]) -> Answer:
        """Sends a form."""
        return self._ask("POST", path, urlencode({**self.form, **data}))

    def _ask(self, method: str, path: str, body: str) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if method == "POST":
            headers["Content-Type"] = FORM
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        with closing(connection):
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
        found = {name.lower(): value for name, value in response.getheaders()}
        if not {"content-length", "transfer-encoding"} & found.keys():
            # A server that was killed in the middle of its headers has said nothing.
            raise http.client.IncompleteRead(text.encode())
        return Answer(response.status, found, text, time.monotonic() - began)


@contextmanager
def served(
    instance: Path,
    database: str,
    *,
    now: str = "2026-11-12T10:42",
    with_worker: bool = False,
    **environment: str,
) -> Iterator[Server]:
    """The portal on a free port, on a database that is there already; stopped afterwards."""
    port = free_port()
    log = instance / f"server-{port}.log"
    clean = {name: value for name, value in os.environ.items() if "VODOKANAL" not in name}
    chosen = {
        "VODOKANAL_INSTANCE": str(instance),
        "VODOKANAL_DATABASE": database,
        "VODOKANAL_PORT": str(port),
        "VODOKANAL_DEMO": "1",
        "VODOKANAL_NOW": now,
        # Another process at its start, in the way of those that are measured and killed.
        "VODOKANAL_NIGHTLY_COPIES": "0",
        **environment,
    }

    def begin() -> psutil.Popen:
        with log.open("ab") as words:
            return psutil.Popen(
                [sys.executable, str(ENTRY), *(["--with-worker"] if with_worker else [])],
                cwd=ROOT,
                env={**clean, **chosen},
                stdout=words,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    server = Server(port, begin(), log, begin=begin)
    try:
        server.began_in = await_answer(server)
        yield server
    finally:
        stop(server)


def await_answer(server: Server) -> float:
    """Seconds until the server answered for the first time."""
    began = time.monotonic()
    while time.monotonic() - began < START_SECONDS:
        if server.process.poll() is not None:
            break
        try:
            if server.get("/healthz").status == 200:
                return time.monotonic() - began
        except (OSError, http.client.HTTPException):
            time.sleep(0.02)
    raise ServerDiedError(server.log.read_text(encoding="utf-8", errors="replace"))


def stop(server: Server) -> int:
    """Asks the server to end and waits; its exit code."""
    children = server.process.children(recursive=True) if server.process.is_running() else []
    if server.process.poll() is None:
        server.process.send_signal(signal.SIGTERM)
        try:
            server.process.wait(STOP_SECONDS)
        except psutil.TimeoutExpired:
            server.process.kill()
            server.process.wait(STOP_SECONDS)
    for child in psutil.wait_procs(children, timeout=STOP_SECONDS)[1]:
        child.kill()
    code: int = server.process.poll()
    return code


def cookies_of(header: str) -> dict[str, str]:
    """The cookies that an answer sets."""
    return {name: each.value for name, each in SimpleCookie(header).items()}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
