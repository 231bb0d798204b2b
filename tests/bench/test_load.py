"""The bench sees a wrong answer: otherwise its figures would say nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.bench.client import Job, Outcome, Request, run
from tests.bench.table import Row, drawn, number, summary

HELLO = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
GONE = b"GET /gone HTTP/1.1\r\nHost: x\r\n\r\n"
CLOSED = b"GET /closed HTTP/1.1\r\nHost: x\r\n\r\n"


class Answers(BaseHTTPRequestHandler):
    """Says hello, does not find, or hangs up."""

    protocol_version = "HTTP/1.1"
    # Otherwise head and body wait for each other.
    wbufsize = -1

    def do_GET(self) -> None:
        if self.path == "/closed":
            self.close_connection = True
            return
        self.send_response(404 if self.path == "/gone" else 200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *words: object) -> None:
        """Nobody reads it."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A small server of this module's own."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def asked(port: int, *requests: Request, connections: int = 2) -> Outcome:
    return run(Job(port, connections, 1.0, requests, warm_up=0))


def test_right_answers_are_counted_and_timed(port: int) -> None:
    outcome = asked(port, *[Request(HELLO, b"200", b"hello")] * 9)
    assert (outcome.answers, outcome.wrong, len(outcome.times)) == (9, 0, 9)
    assert 0 < min(outcome.times) <= max(outcome.times) < outcome.seconds + 0.1


def test_no_more_are_sent_a_second_than_wanted(port: int) -> None:
    hello = [Request(HELLO, b"200", b"hello")]
    outcome = run(Job(port, 4, 0.5, hello, repeated=True, warm_up=0, pace=40))
    assert (outcome.wrong, 15 <= outcome.answers <= 25) == (0, True)


def test_repeated_requests_are_sent_until_the_time_is_over(port: int) -> None:
    job = Job(port, 2, 0.2, [Request(HELLO, b"200", b"hello")], repeated=True, warm_up=0.05)
    outcome = run(job)
    assert (outcome.wrong, round(outcome.seconds, 2)) == (0, 0.2)
    assert 10 < len(outcome.times) < outcome.answers


@pytest.mark.parametrize(
    "request_",
    [Request(HELLO, b"200", b"bye"), Request(GONE, b"200", b""), Request(CLOSED, b"200", b"")],
)
def test_other_words_status_or_silence_is_wrong(port: int, request_: Request) -> None:
    outcome = asked(port, *[request_] * 3, connections=3)
    assert (outcome.answers, outcome.wrong, bool(outcome.example)) == (3, 3, True)


def test_table_puts_a_figure_beside_its_limit() -> None:
    row = Row("page", 450, limit=9000, limit_name="hello", goal="≥ 4 %", reached=True, wrong=2)
    cells = drawn([row, Row("plain", 1.5, "s", notes=["a word more"])]).splitlines()
    assert cells[2].split() == [
        "page",
        "450",
        "/s",
        "9",
        "000",
        "hello",
        "5.0",
        "%",
        "≥",
        "4",
        "%",
        "yes",
        "2",
    ]
    assert (cells[3].split(), cells[4]) == (["plain", "1.50", "s", "0"], "    a word more")


def test_summary_names_what_was_missed_and_what_was_wrong() -> None:
    rows = [Row("a", 1, goal="≥ 2", reached=False), Row("b", 1, reached=True), Row("c", 1, wrong=3)]
    assert summary(rows).splitlines() == [
        "1 of 2 goals reached.",
        "Missed: a, goal ≥ 2.",
        "Wrong answers: c, 3.",
    ]


@pytest.mark.parametrize(
    ("value", "words"), [(None, ""), (0.561, "0.56"), (42.25, "42.2"), (12023.4, "12 023")]
)
def test_figures_have_as_many_digits_as_say_something(value: float | None, words: str) -> None:
    assert number(value) == words
