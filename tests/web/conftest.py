"""An application with views that fail on purpose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from tests.clock import Clock
from tests.engines import Engine, disconnect
from tests.page import Client
from tests.web.probes import ROWS, Probe, probes
from vodokanal import create_app
from vodokanal.models.database import open_connection
from vodokanal.settings import Settings
from vodokanal.web.access import classify
from vodokanal.web.throttling import forget_attempts

HTTPS = "https://localhost"
AppWith = Callable[..., Flask]


@pytest.fixture(scope="session")
def session_probe() -> Probe:
    """What the views of every such application obey."""
    return Probe()


@pytest.fixture
def probe(session_probe: Probe) -> Probe:
    """What the failing views are to do next."""
    session_probe.error = None
    session_probe.calls.clear()
    return session_probe


def probed(settings: Settings, probe: Probe) -> Flask:
    disconnect()
    app = create_app(settings)
    app.register_blueprint(probes(probe))
    classify(app, ROWS)
    return app


@pytest.fixture(scope="session")
def session_probed_app(settings: Settings, session_probe: Probe) -> Flask:
    """The application with the failing views, made once an engine."""
    return probed(settings, session_probe)


@pytest.fixture
def probing(session_probed_app: Flask, database: Engine, clock: Clock, probe: Probe) -> Client:
    """A browser at the application with the failing views."""
    app = session_probed_app
    app.extensions.pop("last_seen_rests_until", None)
    app.config["PROPAGATE_EXCEPTIONS"] = None
    with app.app_context():
        forget_attempts()
    return Client(app)


@pytest.fixture
def app_with(settings: Settings, database: Engine, clock: Clock, probe: Probe) -> AppWith:
    """An application of its own, by settings that the test changes, with the failing views."""

    def made(**changes: object) -> Flask:
        app = probed(replace(settings, **changes), probe)  # type: ignore[arg-type]
        if "database" not in changes:
            open_connection()
            with app.app_context():
                forget_attempts()
        return app

    return made


@pytest.fixture(scope="session")
def session_https_app(settings: Settings, session_probe: Probe) -> Flask:
    """The same at an https address, made once an engine."""
    return probed(replace(settings, site_url=HTTPS), session_probe)


@pytest.fixture
def https(session_https_app: Flask, database: Engine, clock: Clock, probe: Probe) -> Client:
    """A browser at the application with an https address; ask with `base_url=HTTPS`."""
    with session_https_app.app_context():
        forget_attempts()
    return Client(session_https_app)
