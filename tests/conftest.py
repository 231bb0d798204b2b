"""The fixtures: databases, clock, cast, application, and clients signed in as somebody."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.cast import Cast, make_cast
from tests.clock import Clock, standing_clock
from tests.engines import Engine, PostgresEngine, SqliteEngine, disconnect
from tests.page import Client
from tests.postgres import postgres_database, quick_folder
from vodokanal import create_app
from vodokanal.models.people import Employee, Resident
from vodokanal.settings import Settings
from vodokanal.web.throttling import forget_attempts

ENGINES = ("sqlite", "postgresql")
SLOW_SECONDS = 1.0
SLOW_FOLDERS = ("browser", "faults", "scenarios", "bench")
SECRET_KEY = "not a secret, but thirty-two bytes long"

ClientAs = Callable[[Resident | Employee], Client]


@pytest.fixture(scope="session")
def instance() -> Iterator[Path]:
    """The folder of all local state of this test run."""
    folder = quick_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """An empty PostgreSQL database, started when the first test asks for it."""
    with postgres_database() as url:
        yield url


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest, instance: Path) -> Iterator[Engine]:
    """One engine after the other; whatever uses it runs on both."""
    if request.param == "sqlite":
        yield SqliteEngine(instance)
    else:
        yield PostgresEngine(request.getfixturevalue("postgres_url"), instance)
    disconnect()


@pytest.fixture
def database(engine: Engine) -> Iterator[Engine]:
    """A database with nothing but the foundations, and this thread connected to it."""
    engine.fresh()
    yield engine
    disconnect()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """A Thursday inside the reading window, 10:42, until `clock.at("2026-11-21T00:00")`."""
    with standing_clock(monkeypatch) as hands:
        yield hands


@pytest.fixture
def cast(database: Engine) -> Cast:
    """Everybody of tests/cast.py."""
    return make_cast()


@pytest.fixture(scope="session")
def settings(engine: Engine, instance: Path) -> Settings:
    """The operator's settings that the application is tested with."""
    return Settings(
        instance=instance,
        database=engine.url,
        secret_key=SECRET_KEY,
        site_url="http://localhost",
        testing=True,
    )


@pytest.fixture(scope="session")
def session_app(settings: Settings) -> Flask:
    """The application, made once an engine: use `app`, which empties the database too."""
    # A new application points the tables at a new connection; the old one must not be left open.
    disconnect()
    return create_app(settings)


@pytest.fixture
def app(session_app: Flask, database: Engine, clock: Clock) -> Flask:
    """The application on an empty database, at the moment of `clock`."""
    session_app.extensions.pop("last_seen_rests_until", None)
    with session_app.app_context():
        forget_attempts()
    return session_app


@pytest.fixture
def visitor(app: Flask) -> Client:
    """A browser in which nobody has signed in."""
    return Client(app)


@pytest.fixture
def client_as(app: Flask) -> ClientAs:
    """A browser in which that person has just signed in: `client_as(cast.anna)`."""

    def signed_in(person: Resident | Employee) -> Client:
        return Client(app).signed_in_as(person)

    return signed_in


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the operator's shell says must not decide a test."""
    for name in [each for each in os.environ if each.startswith("VODOKANAL_")]:
        if name != "VODOKANAL_TEST_POSTGRES":
            monkeypatch.delenv(name)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Fails a test that took longer than a second, outside the folders meant for it."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    is_slow = call.when == "call" and call.duration > SLOW_SECONDS
    if is_slow and report.passed and folder not in SLOW_FOLDERS and not _may_be_slow(item):
        report.outcome = "failed"
        report.longrepr = f"took {call.duration:.1f} s: mark it slow with the reason, or speed up"


def _may_be_slow(item: pytest.Item) -> bool:
    return item.get_closest_marker("slow") is not None
