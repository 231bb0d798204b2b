"""The sheets and desks of a month on a large town: seconds of the server, and megabytes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from threading import Event, Thread

import psutil
from flask.testing import FlaskClient

from tests.bench.ledger import fill_ledger
from tests.bench.table import Row
from tests.bench.town import MEBIBYTE, TODAY, BenchTown, Signature, copied, opened
from vodokanal.models.people import Employee
from vodokanal.operations.debtors import debtors

SHEET_SECONDS, FILE_SECONDS, FILE_MEGABYTES = 10.0, 30.0, 300.0
DEBTORS_SECONDS, PAGE_SECONDS = 3.0, 1.0
WATCHED_EVERY = 0.02
SHEETS = (
    ("all together, one month", "turnover/?from=2026-10&to=2026-10"),
    ("all together, three months", "turnover/?from=2026-09&to=2026-11"),
    ("by districts", "turnover/?to=2026-10&by=district"),
    ("by houses, a page", "turnover/?to=2026-10&by=house&page=5"),
    ("by accounts, a page", "turnover/?to=2026-10&by=account&page=50"),
)
LISTS = (
    ("charge lines of a month", "charge-lines/"),
    ("charge lines, searched", "charge-lines/?search=озерова"),
    ("receipts of a month", "receipts/"),
    ("receipts of an account", "receipts/?account=77"),
)


def rows_of_reports(town: BenchTown) -> Iterator[Row]:
    """One line a sheet, a desk and a file."""
    with copied(town) as copy, opened(copy) as app:
        began = time.perf_counter()
        movements = fill_ledger()
        yield Row("ledger filled for reports", movements / (time.perf_counter() - began))
        client = app.test_client()
        chief = Employee.get(Employee.login == "chief")
        signature = Signature.of(app)
        client.set_cookie("session", signature.cookie(chief))
        size = f"{town.accounts} accounts"
        for words, path in SHEETS:
            taken = _seconds(partial(_got, client, path))
            yield _row(f"turnover sheet {words}, {size}", taken, most=SHEET_SECONDS)
        for words, path in LISTS:
            taken = _seconds(partial(_got, client, path))
            yield _row(f"{words}, {size}", taken, most=PAGE_SECONDS)
        token = signature.token
        yield from _file_rows(client, "turnover/download/?to=2026-10&by=account", token, size)
        yield _row(f"debtors, {size}", _seconds(partial(debtors, TODAY)), most=DEBTORS_SECONDS)
        yield from _file_rows(client, "debtors/download/", token, size)
        path = "house-balance/?month=2026-10"
        taken = _seconds(partial(_got, client, path))
        yield _row(f"house balance, {size}", taken, most=SHEET_SECONDS)


def _row(what: str, seconds: float, *, most: float) -> Row:
    return Row(what, seconds, "s", goal=f"< {most:.0f} s", reached=seconds < most)


def _file_rows(client: FlaskClient, path: str, token: str, size: str) -> Iterator[Row]:
    form = {"csrf_token": token, "format": "xlsx"}
    before = psutil.Process().memory_info().rss / MEBIBYTE
    done, largest = Event(), [before]
    watcher = Thread(target=_watch, args=(done, largest))
    watcher.start()
    began = time.perf_counter()
    answer = client.post(f"/staff/{path}", data=form)
    taken = time.perf_counter() - began
    done.set()
    watcher.join()
    kilobytes = len(answer.get_data()) / 1024
    answer.close()
    what = f"XLSX {path.partition('/')[0]}, {size}"
    yield Row(
        what,
        taken,
        "s",
        goal=f"< {FILE_SECONDS:.0f} s",
        reached=taken < FILE_SECONDS,
        wrong=int(answer.status_code != 200),
        notes=[f"{kilobytes:.0f} kB; before it the process had {before:.0f} MB"],
    )
    reached = largest[0] < FILE_MEGABYTES
    yield Row(
        f"{what}: memory", largest[0], "MB", goal=f"< {FILE_MEGABYTES:.0f} MB", reached=reached
    )


def _watch(done: Event, largest: list[float]) -> None:
    process = psutil.Process()
    while not done.wait(WATCHED_EVERY):
        largest[0] = max(largest[0], process.memory_info().rss / MEBIBYTE)


def _got(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/staff/{path}")
    if answer.status_code != 200:
        raise LookupError(f"{path}: {answer.status_code}")


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
