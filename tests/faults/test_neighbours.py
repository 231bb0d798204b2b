"""Two portals on one database file, and a PostgreSQL that goes away and comes back."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cast import COLD_NEXT, HOT_NEXT, Cast, make_cast
from tests.conftest import SECRET_KEY
from tests.engines import Engine, PostgresEngine, disconnect, only_sqlite
from tests.faults.conftest import cookie_of
from tests.faults.ledger import Ledger, counted, kept_numbers
from tests.faults.senders import PATH, Crowd, number_in
from tests.postgres import OwnServer, restartable_database
from tests.servers import Answer, Server, served
from vodokanal import create_app
from vodokanal.models.database import open_connection
from vodokanal.operations.submission_keys import new_key
from vodokanal.settings import Settings

SECONDS = 1.0
PATIENCE, BACK_WITHIN = 5.0, 5.0
TOGETHER = 20


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """What the clients of a test were told."""
    return Ledger(tmp_path / "heard")


def typed(cast: Cast) -> dict[str, str]:
    """What the form of the readings page sends."""
    values = {f"meter-{cast.cold.id}": COLD_NEXT, f"meter-{cast.hot.id}": HOT_NEXT}
    return {**values, "key": new_key()}


@pytest.fixture
def neighbour(server: Server, database: Engine, tmp_path: Path) -> Iterator[Server]:
    """Another portal with a folder of its own, which names the same database."""
    folder = tmp_path / "neighbour"
    folder.mkdir()
    with served(folder, database.url, VODOKANAL_SECRET_KEY=SECRET_KEY) as other:
        other.cookies, other.form = server.cookies, server.form
        yield other


@only_sqlite
def test_two_portals_on_one_file_lose_and_double_nothing(
    server: Server, neighbour: Server, cast: Cast, ledger: Ledger
) -> None:
    with Crowd([server, neighbour], cast, ledger=ledger).sending():
        time.sleep(SECONDS)
    open_connection()
    assert ledger.faults() == []
    assert (dict(ledger.refused), ledger.repeated, counted()) == ({}, 0, 2)
    assert len(ledger.heard()) > 10


@only_sqlite
def test_one_form_sent_to_two_portals_is_one_submission(
    server: Server, neighbour: Server, cast: Cast
) -> None:
    form = typed(cast)
    with ThreadPoolExecutor(TOGETHER) as people:
        asked = [(server, neighbour)[each % 2] for each in range(TOGETHER)]
        answers = list(people.map(lambda each: each.post(PATH, form), asked))
    assert [answer.status for answer in answers] == [303] * TOGETHER
    assert {number_in(answer) for answer in answers} == kept_numbers()
    assert (len(kept_numbers()), counted()) == (1, 2)


@dataclass
class Restartable:
    """A portal on a PostgreSQL that may be stopped."""

    server: Server
    postgres: OwnServer
    cast: Cast

    def answer_when_back(self, form: dict[str, str]) -> tuple[Answer, float]:
        """The first answer that is no refusal, and how long it took to come."""
        began = time.monotonic()
        while time.monotonic() - began < BACK_WITHIN:
            answer = self.server.post(PATH, form)
            if answer.status != 503:
                break
            time.sleep(0.1)
        return answer, time.monotonic() - began


@pytest.fixture
def restartable(tmp_path: Path) -> Iterator[Restartable]:
    """The portal with Anna signed in, on a PostgreSQL of its own."""
    if os.environ.get("VODOKANAL_TEST_POSTGRES"):
        pytest.skip("the PostgreSQL of VODOKANAL_TEST_POSTGRES is not ours to stop")
    disconnect()
    with restartable_database() as (postgres, url):
        engine = PostgresEngine(url, tmp_path)
        engine.fresh()
        cast = make_cast()
        chosen = Settings(tmp_path, url, SECRET_KEY, site_url="http://localhost", testing=True)
        # The application has a connection of its own making.
        disconnect()
        app = create_app(chosen)
        open_connection()
        cookie, token = cookie_of(app, cast)
        disconnect()
        with served(tmp_path, url, VODOKANAL_SECRET_KEY=SECRET_KEY) as server:
            server.cookies, server.form = {"session": cookie}, {"csrf_token": token}
            yield Restartable(server, postgres, cast)
        disconnect()


def test_postgresql_that_goes_away_is_said_and_survived(restartable: Restartable) -> None:
    server, form = restartable.server, typed(restartable.cast)
    assert server.get(PATH).status == 200
    restartable.postgres.stop()
    refused, page = server.post(PATH, form), server.get(PATH)
    assert (refused.status, refused.seconds < PATIENCE) == (503, True)
    assert (page.status, page.seconds < PATIENCE) == (503, True)
    for value in (COLD_NEXT, HOT_NEXT, form["key"]):
        assert f'value="{value}"' in refused.body
    signing_in = server.post("/login", {"login": "anna", "password": "nobody-may-see-this"})
    assert (signing_in.status, "nobody-may-see-this" in signing_in.body) == (503, False)
    restartable.postgres.start()
    answer, _ = restartable.answer_when_back(form)
    assert answer.status == 303
    disconnect()
    open_connection()
    assert (kept_numbers(), counted()) == ({number_in(answer)}, 2)


def test_postgresql_that_restarts_under_load_loses_and_doubles_nothing(
    restartable: Restartable, ledger: Ledger
) -> None:
    with Crowd([restartable.server], restartable.cast, ledger=ledger).sending():
        time.sleep(SECONDS)
        restartable.postgres.stop()
        restartable.postgres.start()
        time.sleep(SECONDS)
    disconnect()
    open_connection()
    assert ledger.faults() == []
    assert set(ledger.refused) <= {503}
    assert len(ledger.heard()) > 10
