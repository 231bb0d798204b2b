"""A browser without a screen: every page it is shown is inspected."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from flask import Flask
from flask import session as request_session
from flask.sessions import SessionMixin
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from tests.inspection import inspect, parsed, text_of
from vodokanal.models.people import Employee, Resident
from vodokanal.operations.signins import person_of, start_sign_in
from vodokanal.web.clock import real_now

REDIRECTS = frozenset({301, 302, 303, 307, 308})
Fields = Mapping[str, Any]


class Form:
    """A form of a page: fill in its fields, then press one of its buttons."""

    def __init__(self, client: Client, page: Page, element: Element) -> None:
        self._client = client
        self._page = page
        self.element = element
        self.fields: dict[str, list[str]] = {}
        for field in element.iter():
            self._read(field)

    def fill(self, **values: str) -> Form:
        """Types into fields by their names; a name that the form does not have is an error."""
        return self.fill_in(values)

    def fill_in(self, values: Fields) -> Form:
        """The same for names that are no Python words."""
        names = {each.get("name") for each in self.element.iter()}
        for name, value in values.items():
            assert name in names, f"no field {name!r} in this form: {sorted(filter(None, names))}"
            self.fields[name] = [str(value)]
        return self

    def without(self, *names: str) -> Form:
        """Leaves fields out, as an unticked box or a hostile client would."""
        for name in names:
            self.fields.pop(name, None)
        return self

    def submit(self, button: str = "", *, status: int = 303, **options: Any) -> Page:
        """Presses the form's button (by its text when there are several)."""
        data = {**self.fields, **self._pressed(button)}
        path = urljoin(self._page.path, self.element.get("action") or self._page.path)
        if (self.element.get("method") or "get").lower() == "post":
            return self._client.post(path, data, status=status, csrf=False, **options)
        return self._client.get(path, query_string=data, status=status, **options)

    def _pressed(self, text: str) -> dict[str, str]:
        buttons = list(self.element.iter("button"))
        buttons += [each for each in self.element.iter("input") if each.get("type") == "submit"]
        chosen = [each for each in buttons if text in text_of(each) + (each.get("value") or "")]
        assert chosen, f"no button {text!r}"
        assert not text or len(chosen) == 1, f"{len(chosen)} buttons with {text!r}"
        name = chosen[0].get("name")
        return {name: chosen[0].get("value") or ""} if name else {}

    def _read(self, field: Element) -> None:
        name, kind = field.get("name"), field.get("type") or "text"
        if not name or field.get("disabled") is not None:
            return
        if field.tag == "textarea":
            self._keep(name, "".join(field.itertext()))
        elif field.tag == "select":
            options = list(field.iter("option"))
            chosen = [each for each in options if each.get("selected") is not None]
            for option in chosen or options[:1]:
                value = option.get("value")
                self._keep(name, text_of(option) if value is None else value)
        elif field.tag == "input" and kind in {"checkbox", "radio"}:
            if field.get("checked") is not None:
                self._keep(name, field.get("value") or "on")
        elif field.tag == "input" and kind not in {"submit", "image", "button", "reset", "file"}:
            self._keep(name, field.get("value") or "")

    def _keep(self, name: str, value: str) -> None:
        self.fields.setdefault(name, []).append(value)


class Page:
    """An answer: its status, its words, its links and forms."""

    def __init__(self, client: Client, response: TestResponse) -> None:
        self._client = client
        self.response = response
        self.status = response.status_code
        self.path = response.request.path
        is_text = (response.mimetype or "").startswith("text")
        self.html = response.get_data(as_text=True) if is_text else ""
        self.root = parsed(self.html) if response.mimetype == "text/html" else Element("none")

    @property
    def text(self) -> str:
        """The visible words, blanks folded into single spaces."""
        body = self.root.find("body")
        return text_of(self.root if body is None else body)

    @property
    def h1(self) -> str:
        """The words of the heading."""
        heading = self.root.find(".//h1")
        return "" if heading is None else text_of(heading)

    @property
    def plain(self) -> str:
        """The visible words, no-break spaces as ordinary ones."""
        return self.text.replace("\N{NO-BREAK SPACE}", " ")

    @property
    def heading(self) -> str:
        """The words of the heading, no-break spaces as ordinary ones."""
        return self.h1.replace("\N{NO-BREAK SPACE}", " ")

    @property
    def title(self) -> str:
        """The words of the window's title."""
        title = self.root.find(".//title")
        return "" if title is None else text_of(title)

    @property
    def location(self) -> str:
        """Where a redirect leads, without the host."""
        parts = urlsplit(self.response.headers["Location"])
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @property
    def json(self) -> Any:
        """The answer of a machine address."""
        return json.loads(self.response.get_data())

    @property
    def links(self) -> dict[str, str]:
        """Addresses by the words of their links."""
        return {text_of(each): each.get("href") or "" for each in self.root.iter("a")}

    @property
    def forms(self) -> list[Form]:
        """Every form of the page."""
        return [Form(self._client, self, each) for each in self.root.iter("form")]

    def form(self, sign: str = "") -> Form:
        """The one form whose action, id or words contain the sign."""
        found = [each for each in self.forms if sign in _signs(each.element)]
        assert len(found) == 1, f"{len(found)} forms with {sign!r} on {self.path}"
        return found[0]

    def find(self, path: str) -> Element:
        """The first element by an XPath of ElementTree, such as `.//table[@id="history"]`."""
        found = self.root.find(path)
        assert found is not None, f"nothing is {path} on {self.path}"
        return found

    def all(self, path: str) -> list[Element]:
        """Every element by an XPath of ElementTree."""
        return self.root.findall(path)

    def rows(self, path: str = ".//table") -> list[list[str]]:
        """The words of a table, row by row, heading included."""
        rows = self.find(path).iter("tr")
        return [[text_of(cell) for cell in row if cell.tag in {"td", "th"}] for row in rows]

    def click(self, words: str, **options: Any) -> Page:
        """Follows the link with these words."""
        found = {href for text, href in self.links.items() if words in text}
        assert len(found) == 1, f"{len(found)} links with {words!r} on {self.path}: {self.links}"
        return self._client.get(urljoin(self.path, found.pop()), **options)

    def follow(self, **options: Any) -> Page:
        """The page that this redirect leads to."""
        assert self.status in REDIRECTS, f"{self.status} is no redirect"
        return self._client.get(self.location, **options)


class Client:
    """A browser: keeps cookies, sends tokens, and inspects every page unless told not to."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.browser = app.test_client()

    def signed_in_as(self, person: Resident | Employee, *, remembered: bool = False) -> Client:
        """Signs in by a row and a cookie, without the quarter second of a password."""
        token = start_sign_in(
            person_of(person), device="test", remembered=remembered, at=real_now()
        )
        with self.browser.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
        return self

    def get(self, path: str, *, status: int = 200, inspected: bool = True, **options: Any) -> Page:
        """Asks for a page; the status must be as said."""
        return self._page(self.browser.get(path, **options), status=status, inspected=inspected)

    def post(
        self,
        path: str,
        data: Fields | None = None,
        *,
        status: int = 303,
        csrf: bool = True,
        inspected: bool = True,
        **options: Any,
    ) -> Page:
        """Sends a form with a valid token (none with `csrf=False`); by default it must redirect."""
        token = {"csrf_token": self.csrf_token()} if csrf else {}
        response = self.browser.post(path, data={**token, **(data or {})}, **options)
        return self._page(response, status=status, inspected=inspected)

    def csrf_token(self) -> str:
        """A token that this browser's session makes valid."""
        with self.app.test_request_context(), self.browser.session_transaction() as session:
            _copy(session, request_session)
            token: str = generate_csrf()
            _copy(request_session, session)
        return token

    def _page(self, response: TestResponse, *, status: int, inspected: bool) -> Page:
        page = Page(self, response)
        asked = f"{response.request.method} {response.request.path}"
        assert page.status == status, f"{asked}: {page.status}, not {status}. {page.text[:600]}"
        if inspected and response.mimetype == "text/html" and page.status not in REDIRECTS:
            faults = inspect(page.html, response)
            assert not faults, f"{asked}:\n" + "\n".join(faults)
        return page


def _copy(source: SessionMixin, target: SessionMixin) -> None:
    target.clear()
    target.update(source)


def _signs(form: Element) -> str:
    return " ".join((form.get("action") or "", form.get("id") or "", text_of(form)))
