"""The load: one process, one loop, many kept-open connections; a job comes in, a result goes out.

It shares the machine with what it measures, so it does as little as it can for each answer.
"""

from __future__ import annotations

import pickle
import re
import select
import socket
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice

CHUNK = 1 << 18
HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"content-length: *([0-9]+)", re.IGNORECASE)
LOCATION = re.compile(rb"\r\nlocation: *([^\r]+)", re.IGNORECASE)
STALLED_SECONDS = 10.0
WARM_UP = 0.5


@dataclass(frozen=True)
class Request:
    """What goes over the wire, and how the right answer begins and what it contains."""

    sent: bytes
    status: bytes
    sign: bytes


@dataclass(frozen=True)
class Job:
    """Which requests to send where, for how long; each once unless they are repeated."""

    port: int
    connections: int
    seconds: float
    requests: Sequence[Request]
    repeated: bool = False
    # Sent before the clock starts.
    warm_up: float = WARM_UP
    # At most so many a second, all connections together; 0: as many as are answered.
    pace: float = 0.0


@dataclass
class Outcome:
    """What came back: seconds of each counted answer, and where the redirects led."""

    times: list[float] = field(default_factory=list)
    seconds: float = 0.0
    answers: int = 0
    wrong: int = 0
    # The first answer that was not the right one.
    example: bytes = b""
    locations: list[bytes] = field(default_factory=list)


class Line:
    """One connection with the request that waits for its answer."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.wanted = 0
        self.began = 0.0
        self.request: Request | None = None

    def send(self, request: Request) -> None:
        """Asks; the answer is awaited by the loop."""
        self.request, self.buffer, self.wanted = request, b"", 0
        self.began = time.perf_counter()
        self.socket.sendall(request.sent)

    def has_answer(self) -> bool:
        """Takes what has arrived; whether the answer is whole. An ended connection is an answer."""
        chunk = self.socket.recv(CHUNK)
        self.buffer += chunk
        if not self.wanted and HEAD_END in self.buffer:
            head = self.buffer.index(HEAD_END) + len(HEAD_END)
            length = LENGTH.search(self.buffer, 0, head)
            self.wanted = head + (int(length[1]) if length else 0)
        return not chunk or bool(self.wanted and len(self.buffer) >= self.wanted)

    def is_right(self) -> bool:
        """Whether the answer is the one that was asked for."""
        asked = self.request
        whole = bool(self.wanted) and len(self.buffer) >= self.wanted
        right = asked is not None and self.buffer.startswith(asked.status, 9)
        return whole and right and asked is not None and asked.sign in self.buffer


def run(job: Job) -> Outcome:
    """Sends until the time is over or nothing is left to send, then waits for the last answers."""
    ahead = iter(cycle(job.requests) if job.repeated else job.requests)
    outcome, poll = Outcome(), select.epoll()
    lines = {line.socket.fileno(): line for line in _opened(job, ahead)}
    for number in lines:
        poll.register(number, select.EPOLLIN)
    begin = time.perf_counter() + job.warm_up
    end, turn = begin + job.seconds, time.perf_counter()
    answered: deque[Line] = deque()
    while lines:
        now = time.perf_counter()
        while answered and now >= turn:
            turn += 1 / job.pace if job.pace else 0.0
            line = answered.popleft()
            request = next(ahead, None) if now < end and line.wanted else None
            if request is not None:
                line.send(request)
                continue
            number = line.socket.fileno()
            poll.unregister(number)
            lines.pop(number).socket.close()
        events = poll.poll(max(turn - now, 0.0) if answered else STALLED_SECONDS) if lines else []
        if lines and not events and not answered:
            outcome.wrong += len(lines)
            outcome.example = outcome.example or b"no answer"
            break
        for line in [lines[number] for number, _ in events]:
            if line.has_answer():
                now = time.perf_counter()
                _note(line, outcome, counted=begin <= now < end, now=now)
                answered.append(line)
        outcome.seconds = max(min(time.perf_counter(), end) - begin, 0.0)
    return outcome


def _opened(job: Job, ahead: Iterator[Request]) -> Iterator[Line]:
    for request in islice(ahead, job.connections):
        line = Line(job.port)
        line.send(request)
        yield line


def _note(line: Line, outcome: Outcome, *, counted: bool, now: float) -> None:
    outcome.answers += 1
    if not line.is_right():
        outcome.wrong += 1
        outcome.example = outcome.example or line.buffer[:2000] or b"hung up"
    elif line.buffer.startswith(b"303", 9):
        found = LOCATION.search(line.buffer)
        outcome.locations.append(found[1] if found else b"")
    if counted:
        outcome.times.append(now - line.began)


def main() -> None:
    """Reads a job, does it, writes what came of it."""
    job: Job = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
    sys.stdout.buffer.write(pickle.dumps(run(job)))
