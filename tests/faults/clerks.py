"""Clerks at two desks who press their buttons in the same moment, on a served portal."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Barrier
from typing import Any
from urllib.parse import urljoin

from tests.page import Client, Form, Page
from tests.servers import Answer, Server
from vodokanal.models.ledger import Movement
from vodokanal.operations.verification import verify_ledger

PATIENCE = 20.0
TAGS, BLANKS = re.compile(r"<[^>]+>"), re.compile(r"\s+|\u00a0")


@dataclass(frozen=True)
class Pressed:
    """A form as it is filled in on somebody's screen, and whose browser it is."""

    path: str
    data: Mapping[str, str]
    session: str


def filled(client: Client, page: Page, form: Form, **typed: Any) -> Pressed:
    """The form of a page with what is typed into it, ready to be sent; `button` is a name."""
    button = typed.pop("button", {})
    form.fill_in(typed)
    found = client.browser.get_cookie("session")
    assert found is not None
    fields = {name: values[-1] for name, values in form.fields.items()}
    path = urljoin(page.path, form.element.get("action") or page.path)
    return Pressed(path, {**fields, **button}, found.value)


def at_once(server: Server, *forms: Pressed, beside: Callable[[], object] = int) -> list[Answer]:
    """Sends all forms in the same moment, and does something of its own; the answers in order."""
    start = Barrier(len(forms) + 1)

    def send(form: Pressed) -> Answer:
        browser = replace(server, cookies={"session": form.session}, form={})
        start.wait(PATIENCE)
        return browser.post(form.path, form.data)

    with ThreadPoolExecutor(len(forms)) as people:
        answers = [people.submit(send, form) for form in forms]
        start.wait(PATIENCE)
        beside()
        return [answer.result() for answer in answers]


def words(answer: Answer) -> str:
    """What somebody reads."""
    return BLANKS.sub(" ", TAGS.sub(" ", answer.body))


def assert_told(answers: Sequence[Answer], *sentences: str) -> None:
    """Each was done, or refused with one of the sentences; none of them broke."""
    for answer in answers:
        assert answer.status < 500, answer
        if answer.status >= 400:
            assert any(each in words(answer) for each in sentences), words(answer)[-3000:]


def assert_whole() -> None:
    """The ledger is as it must be, whatever was done at once."""
    assert verify_ledger() == [], Movement.select().count()
