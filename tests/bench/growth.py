"""How the town grows: how quickly it is loaded, and that a page asks no more of a large one."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask

from tests.bench.table import Row
from tests.bench.town import BenchTown, Flat, Signature, copied, opened, signed_in_flats
from tests.statements import statements
from vodokanal.operations.submission_keys import new_key

QUICK_ENOUGH, SMALL_ENOUGH = 2000, 500
MOST_OF_PAGE, MOST_OF_SUBMISSION = 6, 12


def load_rows(town: BenchTown) -> Iterator[Row]:
    """How quickly the town was loaded, and with how much memory."""
    yield Row(
        f"load-town, {town.accounts} accounts",
        town.loaded_at,
        "accounts/s",
        goal=f"≥ {QUICK_ENOUGH}",
        reached=town.loaded_at >= QUICK_ENOUGH,
    )
    yield Row(
        f"load-town, {town.accounts} accounts: memory",
        town.megabytes,
        "MB",
        goal=f"< {SMALL_ENOUGH} MB",
        reached=town.megabytes < SMALL_ENOUGH,
    )


def statement_rows(small: BenchTown, large: BenchTown) -> Iterator[Row]:
    """What a page and a submission ask of the database in a small town and in a large one."""
    counts = {town.accounts: _counted(town) for town in (small, large)}
    pairs = zip(counts[small.accounts], counts[large.accounts], strict=True)
    limits = (("readings page", MOST_OF_PAGE), ("submission", MOST_OF_SUBMISSION))
    for (what, most), (few, many) in zip(limits, pairs, strict=True):
        yield Row(
            f"SQL statements of a {what}, {large.accounts} accounts",
            many,
            "",
            limit=few,
            limit_name=f"at {small.accounts}",
            goal=f"≤ {most}, the same",
            reached=few == many <= most,
        )


def _counted(town: BenchTown) -> tuple[int, int]:
    with copied(town) as copy, opened(copy) as app:
        signature = Signature.of(app)
        flat = next(each for each in signed_in_flats(signature, most=200) if len(each.values) > 1)
        page, first = _statements(app, flat), _statements(app, flat, token=signature.token)
    return page, first


def _statements(app: Flask, flat: Flat, *, token: str = "") -> int:
    client = app.test_client()
    client.set_cookie("session", flat.cookie)
    form = {"csrf_token": token, "key": new_key(), **flat.form()}
    expected = 303 if token else 200
    with statements() as asked:
        answer = client.post(flat.path, data=form) if token else client.get(flat.path)
    if answer.status_code != expected:
        raise LookupError(f"{flat.path}: {answer.status_code}, not {expected}")
    return len(asked)
