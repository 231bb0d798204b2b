"""A load from a process of its own, and what it brought."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

import psutil

from tests.bench.client import Job, Outcome, Request
from tests.servers import Server
from tests.source import ROOT

PATIENCE = 120.0
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Result:
    """What a run brought: right answers a second, how long they took, what they cost."""

    rate: float
    wrong: int
    p50: float
    p99: float
    # Milliseconds of the workers' processor for one answer.
    cost: float
    answers: int = 0
    example: str = ""
    locations: Sequence[str] = field(default=(), repr=False)


def sent(server: Server, job: Job) -> Result:
    """Does the job in a child process, while only the server's workers are watched here."""
    before = _worked(server)
    done = subprocess.run(
        [sys.executable, "-c", "from tests.bench.client import main; main()"],
        input=pickle.dumps(job),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
        timeout=PATIENCE,
    )
    outcome: Outcome = pickle.loads(done.stdout)  # noqa: S301 - from our own child
    return _result(outcome, worked=_worked(server) - before)


def _result(outcome: Outcome, *, worked: float) -> Result:
    times = sorted(outcome.times) or [0.0]
    return Result(
        # A wrong answer is none, whenever it came.
        rate=max(len(outcome.times) - outcome.wrong, 0) / (outcome.seconds or 1.0),
        wrong=outcome.wrong,
        p50=_percentile(times, 0.5),
        p99=_percentile(times, 0.99),
        cost=worked / max(outcome.answers, 1) * 1000,
        answers=outcome.answers,
        example=outcome.example.decode("utf-8", "replace"),
        locations=[each.decode() for each in outcome.locations],
    )


def _percentile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


def _worked(server: Server) -> float:
    """Seconds of processor that the workers have used so far."""
    times = [each.cpu_times() for each in _processes(server)]
    return sum(each.user + each.system for each in times)


def _processes(server: Server) -> list[psutil.Process]:
    return server.workers or [server.process]


def asking(path: str, *, port: int, cookie: str = "", sign: str = "", more: str = "") -> Request:
    """A request for a page that must contain the sign."""
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{_cookie(cookie)}{more}\r\n"
    return Request(head.encode(), b"200", sign.encode())


def sending(path: str, form: dict[str, str], *, port: int, cookie: str, sign: str) -> Request:
    """A form that must be answered by a redirect to what the sign says."""
    body = urlencode(form).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{_cookie(cookie)}"
        f"Content-Type: {FORM}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return Request(head.encode() + body, b"303", sign.encode())


def _cookie(value: str) -> str:
    return f"Cookie: session={value}\r\n" if value else ""
