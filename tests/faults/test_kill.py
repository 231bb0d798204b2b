"""A process killed at any moment loses nothing that was acknowledged and leaves nothing half."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.cast import Cast
from tests.engines import Engine, disconnect
from tests.faults.conftest import cookie_of
from tests.faults.killing import Lives, killed_forks
from tests.faults.ledger import NOVEMBER, Ledger, counted
from tests.faults.scale import CYCLES, DEATHS
from tests.faults.senders import PATH, Crowd
from tests.page import Client
from tests.servers import Server
from vodokanal.models.database import database as current
from vodokanal.models.database import is_sqlite, open_connection
from vodokanal.models.readings import Reading, Submission
from vodokanal.operations.submission_keys import new_key

Record = Callable[[str, object], None]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """What the clients of a test were told."""
    return Ledger(tmp_path / "heard")


def test_killed_application_loses_and_doubles_nothing(
    app: Flask, cast: Cast, database: Engine, ledger: Ledger, record_property: Record
) -> None:
    session, token = cookie_of(app, cast)
    disconnect()
    killed_forks(Lives(database, session, token, CYCLES), cast, ledger=ledger)
    open_connection()
    record_property("told", f"{CYCLES} lives, {ledger}")
    assert ledger.faults() == []
    assert counted() == 2
    # The kills did hit: forms were sent twice, and enough of them arrived.
    assert ledger.repeated >= CYCLES // 4
    assert len(ledger.heard()) >= CYCLES // 5


def test_killed_server_loses_and_doubles_nothing(
    server: Server, cast: Cast, ledger: Ledger, record_property: Record
) -> None:
    with Crowd([server], cast, ledger=ledger).sending():
        for _ in range(DEATHS):
            time.sleep(0.3)
            server.kill()
            server.start_again()
        time.sleep(0.3)
    disconnect()
    open_connection()
    record_property("told", f"{DEATHS} deaths, {ledger}")
    assert ledger.faults() == []
    assert counted() == 2
    assert ledger.repeated >= DEATHS
    assert len(ledger.heard()) >= DEATHS * 2


@pytest.fixture
def anna(app: Flask, cast: Cast) -> Client:
    """Anna's browser, without a server that could be killed."""
    return Client(app).signed_in_as(cast.anna)


def test_ledger_finds_a_row_that_was_acknowledged_and_is_gone(
    anna: Client, cast: Cast, ledger: Ledger
) -> None:
    number = sent(anna, cast, ledger=ledger, cold="161,1", hot="105,1")
    assert ledger.faults() == []
    with current.atomic() as transaction:
        without_guards("submission", "reading")
        Reading.delete().where(Reading.period == NOVEMBER).execute()
        Submission.delete().where(Submission.period == NOVEMBER).execute()
        assert ledger.faults() == [f"lost: {number}"]
        transaction.rollback()


def test_ledger_finds_half_a_submission(anna: Client, cast: Cast, ledger: Ledger) -> None:
    number = sent(anna, cast, ledger=ledger, cold="161,1", hot="105,1")
    with current.atomic() as transaction:
        without_guards("reading")
        Reading.delete().where(Reading.meter == cast.hot, Reading.period == NOVEMBER).execute()
        assert ledger.faults() == [f"half: {number}"]
        transaction.rollback()


def test_ledger_finds_what_was_kept_twice(anna: Client, cast: Cast, ledger: Ledger) -> None:
    first = sent(anna, cast, ledger=ledger, cold="161,1", hot="105,1")
    sent(anna, cast, ledger=ledger, cold="161,2", hot="105,2")
    again = sent(anna, cast, ledger=ledger, cold="161,1", hot="105,1")
    assert ledger.faults() == [
        f"kept twice: meter {cast.cold.id}: 161.100, 2 times",
        f"kept twice: meter {cast.hot.id}: 105.100, 2 times",
    ]
    ledger.hear("one-key", again)
    ledger.hear("one-key", first)
    assert "doubled: key one-key" in " ".join(ledger.faults())


def sent(anna: Client, cast: Cast, *, ledger: Ledger, cold: str, hot: str) -> str:
    """A submission and its acknowledgement."""
    key = new_key()
    values = {f"meter-{cast.cold.id}": cold, f"meter-{cast.hot.id}": hot, "key": key}
    number = anna.post(PATH, values).location.rstrip("/").rpartition("/")[2]
    ledger.hear(key, number)
    return number


def without_guards(*tables: str) -> None:
    """Lets rows be deleted until the transaction is rolled back."""
    for table in tables:
        where = "" if is_sqlite() else f" ON {table}"
        current.execute_sql(f"DROP TRIGGER guard_{table}_delete{where}")
