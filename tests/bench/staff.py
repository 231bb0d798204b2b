"""Every list and look-up of the staff on a large town: how long the server takes for each."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask import Flask
from werkzeug.routing import Rule

from tests.bench.table import Row
from tests.bench.town import BenchTown, Signature, copied, opened
from tests.inspection import parsed
from vodokanal.models.people import Employee

SLOWEST_LIST, SLOWEST_LOOKUP = 100, 30
TIMES = 3
# A surname, an address, the beginning of every account's number.
WORDS = ("озерова", "садовая 12", "4070")
# Of each filter: more would only repeat what is known.
OPTIONS = 3
LOOKUP = "ajax/lookup/"
NO_PAGES = ("export", "download", "static", "logout")


@dataclass
class Visits:
    """A browser signed in as the chief, and what did not come as it should."""

    app: Flask
    cookie: str
    wrong: list[str] = field(default_factory=list)
    # Pages that are no lists, with their milliseconds.
    plain: dict[str, float] = field(default_factory=dict)

    def ask(self, path: str) -> tuple[float, str]:
        """Milliseconds of the server for a page, the best of a few (neighbours cost time), and the page."""
        client, times, text = self.app.test_client(), [], ""
        client.set_cookie("session", self.cookie)
        for _ in range(TIMES):
            began = time.perf_counter()
            answer = client.get(path)
            times.append((time.perf_counter() - began) * 1000)
            text = answer.get_data(as_text=True)
            if answer.status_code != 200:
                self.wrong.append(f"{path}: {answer.status_code}")
                return times[-1], ""
        return min(times), text


def rows_of_staff(town: BenchTown) -> Iterator[Row]:
    """One line a list with its slowest page, one for all look-ups, one for columns sorted by."""
    with copied(town) as copy, opened(copy) as app:
        chief = Employee.get(Employee.login == "chief")
        visits = Visits(app, Signature.of(app).cookie(chief))
        sorted_pages: dict[str, float] = {}
        for rule in _rules(app):
            yield from _list_rows(visits, rule.rule, sorted_pages)
        yield _row("staff forms and desks without a list", visits, visits.plain)
        yield _lookup_row(visits, app)
        slowest = max(sorted_pages, key=lambda path: sorted_pages[path])
        yield Row("slowest click on a column's head", sorted_pages[slowest], "ms", notes=[slowest])


def _rules(app: Flask) -> list[Rule]:
    """The addresses of staff that are pages by themselves."""
    found = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/staff/") and "GET" in (rule.methods or ()) and not rule.arguments
    ]
    found = [rule for rule in found if not any(each in rule.rule for each in NO_PAGES)]
    return sorted(found, key=lambda rule: rule.rule)


def _list_rows(visits: Visits, path: str, sorted_pages: dict[str, float]) -> Iterator[Row]:
    first, text = visits.ask(path)
    if not text:
        # A page about one row needs to be told which; a list must come.
        is_list = visits.app.url_map.bind("localhost").match(path)[0].endswith(".index_view")
        if not is_list:
            visits.wrong.pop()
        return
    narrowed = list(_narrowed(text))
    if not narrowed:
        visits.plain[path] = first
        return
    pages = {"first page": first}
    for name, query in narrowed:
        pages[name] = visits.ask(f"{path}?{query}")[0]
    for query in _sorting(text):
        sorted_pages[f"{path}?{query}"] = visits.ask(f"{path}?{query}")[0]
    yield _row(f"staff list {path}", visits, pages)


def _row(what: str, visits: Visits, pages: Mapping[str, float]) -> Row:
    slowest = max(pages, key=lambda name: pages[name])
    slow = [f"{name}: {taken:.0f} ms" for name, taken in pages.items() if taken >= SLOWEST_LIST]
    wrong, visits.wrong = visits.wrong, []
    return Row(
        what,
        pages[slowest],
        "ms",
        goal=f"< {SLOWEST_LIST} ms",
        reached=not slow,
        wrong=len(wrong),
        notes=[*slow, *wrong],
    )


def _narrowed(text: str) -> Iterator[tuple[str, str]]:
    """What the forms of a page ask for: every search and each value to choose from."""
    for form in parsed(text).iter("form"):
        if (form.get("method") or "get").lower() != "get":
            continue
        for each in form.iter("input"):
            if each.get("name") == "search":
                yield from ((f"searched for {word}", urlencode({"search": word})) for word in WORDS)
        for select in form.iter("select"):
            name = select.get("name") or ""
            values = [each.get("value") or "" for each in select.iter("option")]
            for value in [each for each in values if each][:OPTIONS]:
                yield f"{name} = {value}", urlencode({name: value})
    if 'class="pager"' in text or "?page=1" in text:
        yield "second page", "page=1"


def _sorting(text: str) -> Iterator[str]:
    for link in parsed(text).iter("a"):
        _, _, query = (link.get("href") or "").partition("?")
        if query.startswith("sort="):
            yield query


def _lookup_row(visits: Visits, app: Flask) -> Row:
    pages: dict[str, float] = {}
    for view in app.extensions["admin"][0]._views:
        if f"{view.endpoint}.ajax_lookup" not in app.view_functions:
            continue
        for name in view._form_ajax_refs:
            for word in WORDS:
                path = f"{view.url}/{LOOKUP}?{urlencode({'name': name, 'query': word})}"
                pages[f"{view.url}, {name}: {word}"] = visits.ask(path)[0]
    slow = [f"{name}: {taken:.0f} ms" for name, taken in pages.items() if taken >= SLOWEST_LOOKUP]
    wrong, visits.wrong = visits.wrong, []
    return Row(
        f"look-ups, the slowest of {len(pages)}",
        max(pages.values()),
        "ms",
        goal=f"< {SLOWEST_LOOKUP} ms",
        reached=not slow,
        wrong=len(wrong),
        notes=[*slow, *wrong],
    )
