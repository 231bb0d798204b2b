"""Requests over kept-open connections, as many threads as asked, for a bounded time."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

CHUNK = 65536
HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Result:
    """What a run brought."""

    name: str
    answers: int
    wrong: int
    seconds: float
    times: tuple[float, ...]

    @property
    def rate(self) -> float:
        """Right answers a second."""
        return (self.answers - self.wrong) / self.seconds

    def percentile(self, share: float) -> float:
        """The milliseconds within which that share of the answers came."""
        ordered = sorted(self.times)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


def run(
    name: str, port: int, *, request: Callable[[], bytes], status: bytes, connections: int = 16
) -> Result:
    """Sends what `request` makes, for three seconds after a short warm-up."""
    start = threading.Barrier(connections)

    def one(_number: int) -> list[tuple[float, bool]]:
        found: list[tuple[float, bool]] = []
        with socket.create_connection(("127.0.0.1", port)) as line:
            for _ in range(3):
                _ask(line, request())
            start.wait()
            until = time.monotonic() + SECONDS
            while (began := time.monotonic()) < until:
                right = _ask(line, request()).startswith(b"HTTP/1.1 " + status)
                found.append((time.monotonic() - began, right))
        return found

    with ThreadPoolExecutor(connections) as pool:
        found = [each for part in pool.map(one, range(connections)) for each in part]
    wrong = sum(not right for _, right in found)
    return Result(name, len(found), wrong, SECONDS, tuple(seconds for seconds, _ in found))


SECONDS = 3.0


def request_of(
    method: str, path: str, *, port: int, cookies: dict[str, str] | None = None, body: str = ""
) -> bytes:
    """A request as it goes over the wire."""
    jar = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
    head = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    if jar:
        head.append(f"Cookie: {jar}")
    if body:
        head += [
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body.encode())}",
        ]
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode()


def _ask(line: socket.socket, request: bytes) -> bytes:
    line.sendall(request)
    answer = b""
    while HEAD_END not in answer:
        answer += _more(line)
    head, _, body = answer.partition(HEAD_END)
    length = _length(head)
    while len(body) < length:
        body += _more(line)
    return head


def _more(line: socket.socket) -> bytes:
    chunk = line.recv(CHUNK)
    if not chunk:
        raise ConnectionResetError
    return chunk


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return 0
