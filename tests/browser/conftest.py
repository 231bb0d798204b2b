"""The demo town in a real browser: a phone, its taps and pages counted, every complaint kept."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Playwright,
    ViewportSize,
    sync_playwright,
)

from tests.browser.visits import Visit
from tests.postgres import quick_folder
from tests.servers import Server, served
from tests.source import ROOT
from vodokanal.web.counters import EMPTY

NOW = "2026-11-15T12:00"
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 900}
# Nothing is asked of anybody but the portal, and no sandbox is needed against our own pages.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

VisitAs = Callable[..., Visit]


@pytest.fixture(scope="session")
def chromium() -> str:
    """Debian's browser; where there is none these tests are skipped, except in CI."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        reason = "no chromium: apt-get install chromium, then run the tests again"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return str(found)


@pytest.fixture(scope="session")
def town() -> Iterator[Path]:
    """A folder with the demo town, loaded once as a newcomer would."""
    folder = quick_folder()
    environment = {
        **os.environ,
        "VODOKANAL_INSTANCE": str(folder),
        "VODOKANAL_DEMO": "1",
        "VODOKANAL_NOW": NOW,
    }
    command = [sys.executable, "-m", "flask", "--app", "app", "load-demo", "--closed", "3"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def standing_portal(town: Path) -> Iterator[Server]:
    """The portal serving a copy of the town, for one test after the other."""
    folder = quick_folder()
    shutil.copytree(town, folder, dirs_exist_ok=True)
    with served(folder, f"sqlite:///{folder / 'portal.db'}", now=NOW) as server:
        yield server
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def portal(standing_portal: Server, town: Path) -> Server:
    """The portal with the town as it was loaded, whatever the test before has done to it."""
    instance = standing_portal.log.parent
    loaded = sqlite3.connect(town / "portal.db")
    changed = sqlite3.connect(instance / "portal.db")
    with closing(loaded), closing(changed):
        # Written over in one transaction, under the server's open connections.
        loaded.backup(changed)
    counters = sqlite3.connect(instance / "counters.db", isolation_level=None)
    # Before anybody has signed in there is nothing to be forgotten.
    with closing(counters), suppress(sqlite3.OperationalError):
        counters.execute(EMPTY)
    return standing_portal


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of browsers."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(chromium: str, playwright: Playwright) -> Iterator[Browser]:
    """One browser for all these tests."""
    found = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
    yield found
    found.close()


@pytest.fixture
def visit(browser: Browser, portal: Server) -> Iterator[VisitAs]:
    """A new visitor: `visit()` with a phone, `visit(desk=True)` with a screen, `visit(js=False)`."""
    contexts: list[tuple[BrowserContext, Visit]] = []

    def begun(*, desk: bool = False, js: bool = True) -> Visit:
        context = browser.new_context(
            base_url=portal.url,
            viewport=DESK if desk else PHONE,
            java_script_enabled=js,
            locale="ru-RU",
        )
        made = Visit(context, portal)
        contexts.append((context, made))
        return made

    yield begun
    for context, made in contexts:
        context.close()
        assert made.complaints == []
        assert made.strangers == []
