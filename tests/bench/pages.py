"""The readings page and submissions beside bare Flask and the disk, on the town of 20 000."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from statistics import median

from tests.bench.client import Job, Request
from tests.bench.limits import durable_commits, hello
from tests.bench.load import Result, asking, sending, sent
from tests.bench.table import Row, number
from tests.bench.town import (
    KEY,
    SERVED_AT,
    THIS_MONTH,
    TODAY,
    BenchTown,
    Flat,
    Signature,
    copied,
    opened,
    signed_in_flats,
)
from tests.servers import Server, served
from vodokanal.models.readings import Reading, Submission
from vodokanal.operations.submission_keys import new_key

SECONDS, RUNS = 2.5, 3
FEW, MANY = 16, 50
PAGE_GOAL, PAGE_AIM, SENT_GOAL, SENT_AIM = 0.05, 0.09, 0.04, 0.08
SLOWEST, LATEST_START, LARGEST = 400, 2.0, 120
MEBIBYTE = 1024 * 1024
# More than can be answered while a run lasts.
MOST_SENT = 4000
MOST_ASKING = 2000


class NotThatResidentError(Exception):
    """A signed page is not the page of the resident whose session it is."""


@dataclass
class Bench:
    """A served town with its people; every account sends its first reading once."""

    portal: Server
    bare: Server
    town: BenchTown
    token: str
    flats: list[Flat]
    used: int = 0
    heard: list[str] = field(default_factory=list)
    answered: list[Flat] = field(default_factory=list)
    results: dict[str, list[Result]] = field(default_factory=dict)
    commits: list[float] = field(default_factory=list)

    def note(self, name: str, result: Result) -> None:
        """Keeps what a run brought."""
        self.results.setdefault(name, []).append(result)

    def middle(self, name: str) -> Result:
        """The medians of a measurement's runs; wrong answers are added up."""
        runs = self.results[name]
        figures = {each: median(getattr(run, each) for run in runs) for each in FIGURES}
        wrong = sum(run.wrong for run in runs)
        example = next((run.example for run in runs if run.example), "")
        return replace(runs[0], **figures, wrong=wrong, example=example)


FIGURES = ("rate", "p50", "p99", "cost")


def rows_of_pages(town: BenchTown, *, runs: int = RUNS) -> Iterator[Row]:
    """Measures everything so many times and gives the medians."""
    with copied(town) as copy, served_town(copy) as bench:
        assert_signed(bench)
        for _ in range(runs):
            _round(bench)
        lost, accepted = unkept(bench)
        yield from _limits(bench)
        yield from _figures(bench, lost=lost, accepted=accepted)
        yield _start_row(bench)
        memory = max(each.memory_info().rss for each in bench.portal.workers) / MEBIBYTE
        yield Row(
            "largest worker, resident",
            memory,
            "MB",
            goal=f"≤ {LARGEST} MB",
            reached=memory <= LARGEST,
        )


@contextmanager
def served_town(town: BenchTown) -> Iterator[Bench]:
    """The town behind a portal, beside a bare Flask; some of its people signed in."""
    with opened(town) as app:
        signature = Signature.of(app)
        flats = signed_in_flats(signature)
    with (
        hello(town.folder) as bare,
        served(town.folder, town.url, now=SERVED_AT, VODOKANAL_SECRET_KEY=KEY) as portal,
    ):
        yield Bench(portal, bare, town, signature.token, flats)


def assert_signed(bench: Bench) -> None:
    """A session opens its own account, and no other: the bench would see a wrong page."""
    first, second = bench.flats[0], bench.flats[-1]
    own = _one(bench, _page(bench, first))
    foreign = _one(bench, _page(bench, replace(first, cookie=second.cookie)))
    nobody = _one(bench, _page(bench, replace(first, cookie="")))
    if (own.wrong, foreign.wrong, nobody.wrong) != (0, 1, 1):
        raise NotThatResidentError(own.example or "a foreign page was shown")


def _one(bench: Bench, request: Request) -> Result:
    return sent(bench.portal, Job(bench.portal.port, 1, 5, [request], warm_up=0))


def _round(bench: Bench) -> None:
    bench.note("hello", _run(bench.bare, [asking("/healthz", port=bench.bare.port, sign="hello")]))
    bench.commits.append(durable_commits(bench.town.folder))
    # People who send nothing while the bench runs: the page is the one with the form.
    silent = bench.flats[-MOST_ASKING:]
    pages = [_page(bench, flat) for flat in silent]
    packed = [_page(bench, flat, more="Accept-Encoding: gzip\r\n") for flat in silent[:500]]
    for connections in (FEW, MANY):
        bench.note(f"page {connections}", _run(bench.portal, pages, connections=connections))
    bench.note("gzip", _run(bench.portal, [replace(each, sign=b"") for each in packed]))
    for connections in (FEW, MANY):
        send_first(bench, connections)
        send_corrections(bench, connections)


def _run(server: Server, requests: Sequence[Request], *, connections: int = FEW) -> Result:
    return sent(server, Job(server.port, connections, SECONDS, requests, repeated=True))


def _page(bench: Bench, flat: Flat, more: str = "") -> Request:
    return asking(
        flat.path, port=bench.portal.port, cookie=flat.cookie, sign=f'"{flat.path}"', more=more
    )


def send_first(bench: Bench, connections: int, *, pace: float = 0.0) -> None:
    """People who have sent nothing this month do so for a while, at most so many a second."""
    fresh = bench.flats[bench.used : -MOST_ASKING][:MOST_SENT]
    requests = (_submission(bench, flat) for flat in fresh)
    result = _sent(bench, requests, connections=connections, pace=pace)
    bench.answered = fresh[: result.answers]
    bench.used += result.answers
    bench.note(f"first {connections}", result)


def send_corrections(bench: Bench, connections: int, *, pace: float = 0.0) -> None:
    """Those who have sent last send something else, at most so many a second."""
    again = itertools.islice(itertools.cycle(bench.answered), MOST_SENT)
    several = (
        _submission(bench, flat, more=number + connections) for number, flat in enumerate(again)
    )
    result = _sent(bench, several, connections=connections, pace=pace)
    bench.note(f"correction {connections}", result)


def _sent(bench: Bench, requests: Iterator[Request], *, connections: int, pace: float) -> Result:
    job = Job(bench.portal.port, connections, SECONDS, list(requests), pace=pace)
    result = sent(bench.portal, job)
    bench.heard += [each.rstrip("/").rpartition("/")[2] for each in result.locations]
    return result


def _submission(bench: Bench, flat: Flat, *, more: int = 0) -> Request:
    form = {"csrf_token": bench.token, "key": new_key(), **flat.form(more=more % 400)}
    return sending(
        flat.path,
        form,
        port=bench.portal.port,
        cookie=flat.cookie,
        sign=f"{flat.path}{THIS_MONTH.as_int % 10000}-",
    )


def unkept(bench: Bench) -> tuple[list[str], float]:
    """Numbers that were acknowledged and are not there; the share accepted without a question."""
    sent_at = Reading.received_at >= datetime.combine(TODAY, time(), tzinfo=UTC)
    with opened(bench.town):
        rows = Submission.select().where(Submission.period == THIS_MONTH)
        lost = sorted(set(bench.heard) - {row.number for row in rows})
        sent_today = Reading.select().where(Reading.period == THIS_MONTH, sent_at)
        doubtful = sent_today.where(Reading.state.in_(["asked", "held"])).count()
        return lost, 1 - doubtful / max(sent_today.count(), 1)


def _limits(bench: Bench) -> Iterator[Row]:
    bare = bench.middle("hello")
    yield Row(
        f"hello: bare Flask, {FEW} connections",
        bare.rate,
        p50=bare.p50,
        p99=bare.p99,
        cost=bare.cost,
        wrong=bare.wrong,
    )
    yield Row("durable one-row commits, one writer", median(bench.commits))


def _figures(bench: Bench, *, lost: Sequence[str], accepted: float) -> Iterator[Row]:
    limit, commits = bench.middle("hello").rate, median(bench.commits)
    page = bench.middle(f"page {FEW}")
    yield _rate(
        f"readings page, {FEW} connections",
        page,
        limit=limit,
        goal=f"≥ {PAGE_GOAL:.0%} (aim {PAGE_AIM:.0%})",
        reached=page.rate >= limit * PAGE_GOAL,
    )
    yield _rate("readings page, gzip", bench.middle("gzip"), limit=limit)
    least = min(limit * SENT_GOAL, commits / 2)
    first = bench.middle(f"first {FEW}")
    told = f"{accepted:.1%} of them accepted without a question"
    yield _rate(
        f"accepted first readings, {FEW} connections",
        replace(first, wrong=first.wrong + len(lost), example=first.example or told),
        limit=limit,
        goal=f"≥ {number(least)} /s (aim {SENT_AIM:.0%})",
        reached=first.rate >= least,
    )
    yield _rate(f"corrections, {FEW} connections", bench.middle(f"correction {FEW}"), limit=limit)
    names = (("readings page", "page"), ("first readings", "first"), ("corrections", "correction"))
    for what, name in names:
        yield _slowest(f"{what}, {MANY} connections: p99", bench.middle(f"{name} {MANY}"))


def _rate(
    what: str, result: Result, *, limit: float, goal: str = "", reached: bool | None = None
) -> Row:
    return Row(
        what,
        result.rate,
        limit=limit,
        limit_name="hello",
        goal=goal,
        reached=reached,
        p50=result.p50,
        p99=result.p99,
        cost=result.cost,
        wrong=result.wrong,
        notes=[result.example[:300]] if result.example else [],
    )


def _slowest(what: str, result: Result) -> Row:
    return Row(
        what,
        result.p99,
        "ms",
        goal=f"< {SLOWEST} ms",
        reached=result.p99 < SLOWEST,
        p50=result.p50,
        p99=result.p99,
        cost=result.cost,
        wrong=result.wrong,
    )


def _start_row(bench: Bench) -> Row:
    began = bench.portal.began_in
    return Row(
        "start to first answer",
        began,
        "s",
        goal=f"< {LATEST_START:.0f} s",
        reached=began < LATEST_START,
    )
