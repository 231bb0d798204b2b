"""The fixtures: databases, clock, cast, application, and clients signed in as somebody."""

from __future__ import annotations

import gc
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from flask import Flask

from tests.cast import Cast, make_cast
from tests.clock import Clock, standing_clock
from tests.engines import Engine, PostgresEngine, SqliteEngine, disconnect
from tests.page import Client
from tests.postgres import postgres_database, quick_folder
from vodokanal import create_app
from vodokanal.models.database import connect_to
from vodokanal.models.people import Employee, Resident
from vodokanal.settings import Settings
from vodokanal.web.throttling import forget_attempts

# A busy machine must not fail a property; what is invented in CI is the same every time.
hypothesis.settings.register_profile(
    "portal", deadline=None, derandomize=os.environ.get("CI") == "true"
)
hypothesis.settings.load_profile("portal")

ENGINES = ("sqlite", "postgresql")
# A second on a quiet machine; the coverage and a busy neighbour may triple it.
SLOW_SECONDS = 3.0
SLOW_FOLDERS = ("browser", "faults", "scenarios", "bench")
ABOVE_OPERATIONS = (
    *("staff", "resident", "public", "web", "demo", "scenarios"),
    *("test_access.py", "test_routes.py", "test_fuzz.py"),
)
CAST = "cast"
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
    # The lock files of this engine are given back with it.
    connect_to(f"sqlite:///{instance / 'nobody.db'}")


@pytest.fixture
def database(engine: Engine, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database with nothing but the foundations, and this thread connected to it."""
    engine.fresh(CAST if CAST in request.fixturenames else "")
    yield engine
    engine.leave()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """A Thursday inside the reading window, 10:42, until `clock.at("2026-11-21T00:00")`."""
    with standing_clock(monkeypatch) as hands:
        yield hands


@pytest.fixture
def cast(database: Engine) -> Cast:
    """Everybody of tests/cast.py."""
    return database.laid(CAST, make_cast)


@pytest.fixture(scope="session")
def settings(engine: Engine, instance: Path) -> Settings:
    """The operator's settings that the application is tested with."""
    return Settings(
        instance=instance,
        database=engine.url,
        secret_key=SECRET_KEY,
        site_url="http://localhost",
        nightly_copies=False,
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what is run without counting lines, which makes everything twice as slow.

    The browser's portal is a process of its own; above the operations no line knows the engine.
    """
    for item in items:
        folder = _folder(item)
        if folder == "browser" or (folder in ABOVE_OPERATIONS and _engine(item) == "postgresql"):
            item.add_marker(pytest.mark.uncounted)


def pytest_collection_finish() -> None:
    """Spares the collector of rubbish the walk through thirteen thousand collected tests."""
    gc.collect()
    gc.freeze()


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(Path(__file__).parent).parts[0]


def _engine(item: pytest.Item) -> str:
    callspec = getattr(item, "callspec", None)
    return "" if callspec is None else str(callspec.params.get("engine", ""))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fails a test that computed for too long, outside the folders meant for it."""
    began, worked = time.monotonic(), time.process_time()
    yield
    # Both, so that neither a busy machine nor another thread of the run makes a test slow.
    spent = min(time.monotonic() - began, time.process_time() - worked)
    if spent > SLOW_SECONDS and not _may_be_slow(item):
        pytest.fail(f"computed for {spent:.1f} s: speed it up, or mark it slow with the reason")


def _may_be_slow(item: pytest.Item) -> bool:
    folder = _folder(item)
    is_measured = item.config.pluginmanager.hasplugin("_cov")
    return is_measured or folder in SLOW_FOLDERS or item.get_closest_marker("slow") is not None
