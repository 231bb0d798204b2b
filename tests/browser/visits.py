"""What one visitor does in the browser, counted: taps, pages, bytes, complaints."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from decimal import Decimal

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request

from tests.servers import Server
from vodokanal.demo.credentials import OWNER, PASSWORD

PATIENCE = 10_000
VIOLATION = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error("CSP: " + event.violatedDirective + " " + event.blockedURI));
"""


class Visit:
    """A visitor with a browser of their own."""

    def __init__(self, context: BrowserContext, portal: Server) -> None:
        self.portal = portal
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self.taps = 0
        self.pages = 0
        self.bytes = 0
        context.set_default_timeout(PATIENCE)
        context.add_init_script(VIOLATION)
        self.page: Page = context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)
        self.page.on("requestfinished", self._received)

    def open(self, path: str) -> Page:
        """Types an address, or opens a bookmark: no tap."""
        self.page.goto(path)
        return self.page

    def tap(self, words: str, *, role: str = "link") -> Page:
        """Taps the link or the button with these words."""
        return self.touch(self.page.get_by_role(role, name=words).first)  # type: ignore[arg-type]

    def press(self, words: str) -> Page:
        """Presses the button with these words."""
        return self.tap(words, role="button")

    def touch(self, place: Locator) -> Page:
        """Taps anything."""
        self.taps += 1
        place.click()
        # A page that has only just begun to arrive has no body yet.
        self.page.wait_for_load_state("domcontentloaded")
        return self.page

    def sign_in(self, login: str = OWNER, *, door: str = "/login") -> Page:
        """Signs in at a door with the demo's password."""
        self.open(door)
        self.page.get_by_label("Номер лицевого счёта" if door == "/login" else "Логин").fill(login)
        self.page.get_by_label("Пароль").fill(PASSWORD)
        return self.press("Войти")

    def type_readings(self, *values: str) -> None:
        """Taps the first field and types; the keyboard's own key leads to the next."""
        for number, value in enumerate(values):
            if number == 0:
                self.touch(self.page.locator("input.digits").first)
            else:
                self.page.keyboard.press("Tab")
            self.page.keyboard.type(value)

    @property
    def heading(self) -> str:
        """The words of the page's heading."""
        return " ".join(self.page.locator("h1").inner_text().split())

    @property
    def text(self) -> str:
        """The page's words."""
        return " ".join(self.page.locator("body").inner_text().split())

    def next_value(self, kind: str, volume: str) -> str:
        """What the owner's meter shows after so many cubic metres more, as people type it."""
        path = self.portal.log.parent / "portal.db"
        with closing(sqlite3.connect(path)) as database:
            (last,) = database.execute(LAST_VALUE, (OWNER, kind)).fetchone()
        return f"{Decimal(last).scaleb(-6) + Decimal(volume):.3f}".replace(".", ",")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.portal.url, "data:")):
            self.strangers.append(request.url)
        if request.is_navigation_request() and request.redirected_from is None:
            self.pages += 1

    def _received(self, request: Request) -> None:
        sizes = request.sizes()
        self.bytes += sizes["responseHeadersSize"] + sizes["responseBodySize"]

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{self.page.url}: {message.text}")


LAST_VALUE = """
SELECT max(reading.value) FROM reading
  JOIN meter ON meter.id = reading.meter_id JOIN account ON account.id = meter.account_id
 WHERE account.number = ? AND meter.kind = ? AND meter.removed_on IS NULL
   AND reading.state = 'accepted'
"""
