"""Every route of the portal with invented arguments: `python -m tests.fuzz` sends 3 000 a person.

The routes are told to schemathesis as an OpenAPI document made of the `url_map`; the fields of
the forms are those of the pages themselves, with the valid token of the sender's session.
"""

from __future__ import annotations

import logging
import math
import re
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urljoin

import hypothesis
import pytest
import schemathesis
from flask import Flask, Response, request, request_finished
from schemathesis.transport.wsgi import WSGI_TRANSPORT
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from tests.cast import make_cast
from tests.clock import standing_clock
from tests.engines import SqliteEngine, disconnect
from tests.page import Client, Form, Page
from tests.postgres import quick_folder
from tests.staff.good import stage
from vodokanal import create_app
from vodokanal.models.people import Employee, EmployeeRole, Resident, RolePermission
from vodokanal.operations.roles import PERMISSIONS
from vodokanal.settings import Settings

REQUESTS = 3000
SEED = 20261122
SERVER_ERROR = 500
# What a page's address may carry, and what is right there.
QUERY: Mapping[str, Sequence[str]] = {
    "id": ["1", "2"],
    "url": ["/staff/districts/"],
    "page": ["0"],
    "sort": ["0"],
    "desc": ["1"],
    "search": ["иванова"],
    "query": ["12"],
    "limit": ["10"],
    "from": ["2025-01"],
    "to": ["2025-02"],
    "offset": ["0"],
    "next": ["/staff/"],
}
# What has broken portals before; the rest is invented.
NASTY = (
    *("", "0", "-1", "-0", "1e5", "NaN", "Infinity", "9" * 20, "9" * 400, "٣", "１２"),
    *("\x00", "a\nb", "\x7f", "%", "'\"><b>", "=1+1", "{{7*7}}", "../..", "//evil.example"),
    *("31.02.2026", "0000-00-00", "9999-12-31", "[" * 2000, '{"a": 1e999}', "null"),
)
FORM = "application/x-www-form-urlencoded"
TOKEN = "csrf_token"
VARIABLE = re.compile(r"<(?:[^:>]+:)?([^>]+)>")
# What a button of a row sends, where no page shows that button now.
DEED: dict[str, list[str]] = {"id": ["1", "2"], "confirmed": ["yes"]}
QUIET: Mapping[str, Any] = {
    "database": None,
    "deadline": None,
    "phases": [hypothesis.Phase.generate],
    "suppress_health_check": list(hypothesis.HealthCheck),
}
SHAPES: Mapping[str, Mapping[str, str]] = {
    **{name: {"pattern": "^[0-9]{1,9}$"} for name in ("id", "page", "sort", "desc", "offset")},
    "limit": {"pattern": "^[1-4][0-9]$"},
    "url": {"pattern": "^/staff/[a-z/?=&]*$"},
}
Fields = dict[str, list[str]]
# Method and rule, as the `url_map` writes it.
Door = tuple[str, str]


class Kind(StrEnum):
    """What a round of requests carries."""

    RIGHT = "right"
    NASTY = "nasty"
    INVENTED = "invented"


# How much of a run each of them is, where all are sent.
SHARES: Mapping[Kind, float] = {Kind.RIGHT: 0.1, Kind.NASTY: 0.5, Kind.INVENTED: 0.4}


@dataclass
class Tally:
    """What came back: how often which status, by door; and what broke."""

    statuses: Counter[tuple[Door, int]] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    @property
    def requests(self) -> int:
        """How many were sent."""
        return sum(self.statuses.values()) + len(self.broken)

    def answers(self, first_digit: int) -> int:
        """How many answers begin with this digit."""
        return sum(
            n for (_door, status), n in self.statuses.items() if status // 100 == first_digit
        )

    def reached(self) -> set[Door]:
        """The doors whose views answered: not only the gate, the token or the look at arguments."""
        refused = {400, 401, 403, 404, 405, 413, 429}
        return {door for door, status in self.statuses if status not in refused}

    def note(self, _app: Flask, response: Response) -> None:
        """Counts an answer; the application calls it."""
        rule = request.url_rule.rule if request.url_rule else request.path
        status = response.status_code
        if status == 303 and "login?next=" in response.headers["Location"]:
            status = 401
        self.statuses[(request.method, rule), status] += 1
        if status >= SERVER_ERROR:
            self.broken.append(f"{status} {request.method} {request.full_path!r}")


@dataclass(frozen=True)
class Known:
    """What is there to be asked for: the rules' variables, the forms' fields, what is looked up."""

    parts: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[Door, Fields] = field(default_factory=dict)
    looked_up: Mapping[str, Sequence[str]] = field(default_factory=dict)
    # What lies behind a gate that looks at no argument: knocked at, and left alone.
    shut: tuple[str, ...] = ()


def document(app: Flask, kind: Kind, known: Known) -> dict[str, Any]:
    """The routes as an OpenAPI document, to be asked for in one kind of way."""
    paths: dict[str, Any] = {}
    for method, rule in doors(app):
        if kind is not Kind.RIGHT and rule.startswith(known.shut):
            continue
        place = VARIABLE.sub(r"{\1}", rule)
        # What is nasty in a form is seen only when its address is right.
        about = Kind.RIGHT if method == "POST" and kind is Kind.NASTY else kind
        right = {**QUERY, "name": known.looked_up.get(rule, ["account"])}
        arguments = [
            _argument("path", name, _text(about, [known.parts.get(name, "1")]))
            for name in VARIABLE.findall(rule)
        ]
        arguments += [
            _argument("query", name, _text(about, values, name), needed=about is Kind.RIGHT)
            for name, values in right.items()
        ]
        what: dict[str, Any] = {"parameters": arguments, "responses": {"200": {"description": ""}}}
        if method == "POST":
            fields = known.forms.get((method, rule)) or DEED
            what["requestBody"] = {"content": {FORM: {"schema": _body(kind, fields)}}}
            what["requestBody"]["required"] = True
        paths.setdefault(place, {})[method.lower()] = what
    return {"openapi": "3.0.3", "info": {"title": "portal", "version": "1"}, "paths": paths}


def doors(app: Flask) -> list[Door]:
    """Every rule by every method that the framework does not answer by itself."""
    rules = [rule for rule in app.url_map.iter_rules() if "static" not in rule.endpoint]
    return sorted(
        (method, rule.rule)
        for rule in rules
        for method in (rule.methods or set()) & {"GET", "POST"}
    )


def cases_of(spoken: Mapping[str, Any], *, each: int) -> Iterator[Any]:
    """At most `each` invented requests to every door of a document."""
    for found in schemathesis.openapi.from_dict(dict(spoken)).get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]
        yield from _invented(operation.as_strategy(), each=each)


def _invented(strategy: Any, *, each: int) -> list[Any]:
    cases: list[Any] = []

    @hypothesis.seed(SEED)
    @hypothesis.settings(max_examples=each, **QUIET)
    @hypothesis.given(case=strategy)
    def collect(case: Any) -> None:
        cases.append(case)

    collect()
    return cases[:each]


def send_all(app: Flask, spoken: Mapping[str, Any], *, client: Any, each: int) -> Tally:
    """Sends the invented requests; what came back."""
    tally = Tally()
    with request_finished.connected_to(tally.note, app):
        for case in cases_of(spoken, each=each):
            try:
                client.send(case)
            except Exception as error:  # noqa: BLE001 - whatever gets out is what is looked for
                door = f"{case.method} {case.path} {case.query!r} {case.body!r}"
                tally.broken.append(f"{error!r} at {door}"[:600])
    return tally


def _argument(
    place: str, name: str, schema: Mapping[str, Any], *, needed: bool = True
) -> dict[str, Any]:
    return {"in": place, "name": name, "required": needed, "schema": dict(schema)}


def _text(kind: Kind, right: Sequence[str], name: str = "") -> dict[str, Any]:
    if kind is Kind.RIGHT:
        return {"enum": list(right)}
    if kind is Kind.NASTY:
        return {"enum": [*right, *NASTY]}
    # What would be refused at the door every time finds nothing behind it.
    return {"type": "string", **SHAPES.get(name, {})}


def _body(kind: Kind, fields: Fields) -> dict[str, Any]:
    """A form as it is shown; with one field that is nasty; with anything in its fields."""
    # The token is the sender's own.
    right = {name: {"enum": values} for name, values in fields.items() if name != TOKEN}
    if kind is Kind.RIGHT or not right:
        return _form(right)
    if kind is Kind.INVENTED:
        return _form({name: {"type": "string"} for name in right}, needed=())
    nasty = {"enum": list(NASTY)}
    return {"anyOf": [_form({**right, name: nasty}) for name in right]}


def _form(fields: Mapping[str, Any], *, needed: Sequence[str] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(fields),
        "required": list(fields if needed is None else needed),
        "additionalProperties": False,
    }


class Sender:
    """A person who sends: keeps the session's token, and comes back when sent away."""

    def __init__(self, app: Flask, person: Resident | Employee | None) -> None:
        self.app, self.person = app, person
        self._come_back()

    def send(self, case: Any) -> None:
        """Sends one invented request, with the token of this session in its form."""
        if isinstance(case.body, dict):
            case.body[TOKEN] = self.token
        with self.client.browser.open(**WSGI_TRANSPORT.serialize_case(case)) as answer:
            answer.get_data()
        # Some of what is sent signs its own sender out, shuts them out, or takes their roles.
        if self.person is not None and _is_sent_away(answer):
            self._come_back()

    def _come_back(self) -> None:
        self.client = Client(self.app)
        if self.person is not None:
            _restore(self.person)
            self.client.signed_in_as(self.person)
        self.token = self.client.csrf_token()


def known_to(app: Flask, person: Resident | Employee | None, *, parts: Mapping[str, str]) -> Known:
    """What this person's pages show: every form and what stands in it."""
    client = Client(app) if person is None else Client(app).signed_in_as(person)
    adapter = app.url_map.bind("localhost")
    forms: dict[Door, Fields] = {}
    for rule in (rule for method, rule in doors(app) if method == "GET"):
        place = VARIABLE.sub(lambda found: parts.get(found[1], "1"), rule)
        # A page that breaks is found when it is asked for again.
        with suppress(Exception):
            page = Page(client, client.browser.get(place, query_string={"id": "1"}))
            page.response.close()
            for form in page.forms:
                _note_form(forms, form, adapter=adapter, place=place)
    views = app.extensions["admin"][0]._views
    looked_up = {
        f"{view.url}/ajax/lookup/": list(view.loaders) for view in views if hasattr(view, "loaders")
    }
    is_employee = isinstance(person, Employee)
    return Known(parts, forms, looked_up, () if is_employee else ("/staff/",))


def _note_form(found: dict[Door, Fields], form: Form, *, adapter: Any, place: str) -> None:
    if (form.element.get("method") or "get").lower() != "post":
        return
    target = urljoin(place, form.element.get("action") or place).partition("?")[0]
    try:
        rule, _values = adapter.match(target, method="POST", return_rule=True)
    except HTTPException:
        return
    fields = found.setdefault(("POST", rule.rule), {})
    buttons = {each.get("name"): each.get("value") or "" for each in form.element.iter("button")}
    for name, value in [*form.fields.items(), *((k, [v]) for k, v in buttons.items() if k)]:
        fields[name] = sorted({*fields.get(name, ()), *value})


def _is_sent_away(answer: BaseResponse) -> bool:
    location = answer.headers.get("Location", "")
    return answer.status_code == 403 or "login" in location or location.endswith("/")


def _restore(person: Resident | Employee) -> None:
    table = type(person)
    table.update(disabled_at=None).where(table.id == person.id).execute()
    if isinstance(person, Employee):
        EmployeeRole.insert(employee=person.id, role=1).on_conflict_ignore().execute()
        rows = [{"role": 1, "permission": each} for each in sorted(PERMISSIONS)]
        RolePermission.insert_many(rows).on_conflict_ignore().execute()


def fuzz_as(
    app: Flask,
    person: Resident | Employee | None,
    *,
    parts: Mapping[str, str],
    requests: int,
    shares: Mapping[Kind, float] = SHARES,
) -> Tally:
    """Sends about so many requests as this person: right ones, nasty ones, invented ones."""
    known = known_to(app, person, parts=parts)
    sender, tally = Sender(app, person), Tally()
    for kind, share in shares.items():
        each = max(1, math.ceil(requests * share / len(doors(app))))
        found = send_all(app, document(app, kind, known), client=sender, each=each)
        tally.statuses += found.statuses
        tally.broken += found.broken
    return tally


def report(name: str, tally: Tally) -> str:
    """One line a person can read."""
    counts = "  ".join(f"{digit}xx {tally.answers(digit):5}" for digit in (2, 3, 4, 5))
    return f"{name:9} {tally.requests:6} requests  {counts}  broken {len(tally.broken)}"


def run(requests: int = REQUESTS) -> int:
    """The whole run on SQLite: a line a person, what broke, and how many times."""
    folder, broken = quick_folder(), 0
    engine = SqliteEngine(folder)
    settings = Settings(folder, engine.url, "x" * 32, site_url="http://localhost", testing=True)
    logging.disable(logging.CRITICAL)
    with pytest.MonkeyPatch.context() as patch, standing_clock(patch):
        app = create_app(settings)
        for name in ("chief", "resident", "nobody"):
            engine.fresh()
            cast = make_cast()
            person = {"chief": cast.olga, "resident": cast.anna}.get(name)
            tally = fuzz_as(app, person, parts=stage(cast), requests=requests)
            print(report(name, tally), *tally.broken, sep="\n  ", flush=True)
            broken += len(tally.broken)
    disconnect()
    shutil.rmtree(folder, ignore_errors=True)
    return broken


if __name__ == "__main__":
    sys.exit(1 if run(int(sys.argv[1]) if sys.argv[1:] else REQUESTS) else 0)
