"""The inspector of pages notices what it is there for."""

from __future__ import annotations

import pytest
from werkzeug.test import EnvironBuilder, TestResponse
from werkzeug.wrappers import Request

from tests.inspection import inspect, parsed, text_of

GOOD = (
    '<!doctype html><html lang="ru"><head><title>Показания · Водоканал</title></head>'
    "<body><main><h1>Показания</h1>{}</main></body></html>"
)
FORM = '<form method="post" action="/x">{}<button>Передать</button></form>'
TOKEN = '<input type="hidden" name="csrf_token" value="t">'
FIELD = '<label for="a">Сейчас</label><input id="a" name="a">'


def faults(body: str, *, page: str = GOOD, path: str = "/personal/") -> str:
    """What the inspector says of a page with that body, as one text."""
    request = Request(EnvironBuilder(path=path).get_environ())
    policy = {"Content-Security-Policy": "script-src 'nonce-N'", "Content-Type": "text/html"}
    response = TestResponse([], "200 OK", list(policy.items()), request)  # type: ignore[arg-type]
    return "\n".join(inspect(page.replace("{}", body), response))


@pytest.mark.parametrize(
    "body",
    [
        "<p>Вода — 3,2 м³, 1 234,50 ₽</p>",
        FORM.format(TOKEN + FIELD),
        '<form action="/search"><label>Что <input name="q"></label><button>Найти</button></form>',
        "<table><caption>Год</caption><tbody><tr><td>1</td></tr></tbody></table>",
        '<script nonce="N" src="/static/a.js"></script>',
        '<a href="#x">вниз</a><p id="x">здесь</p>',
        '<p>None of it</p><img src="/a.svg" alt="">'.replace("None", "Nonesuch"),
    ],
)
def test_good_page_has_no_faults(body: str) -> None:
    assert faults(body) == ""


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<h1>Ещё</h1>", "one h1 is wanted"),
        ("<p><div></p></div>", "markup, line"),
        ('<p id="x"></p><p id="x"></p>', "id 'x' is there 2 times"),
        ('<a href="#nowhere">вниз</a>', "leads nowhere"),
        ('<p aria-describedby="nobody">x</p>', "leads nowhere"),
        (FORM.format(TOKEN + '<input name="a">'), "has no label"),
        (FORM.format(TOKEN + '<select name="a"></select>'), "has no label"),
        ('<a href="/x"></a>', "has no words"),
        ('<img src="/a.png">', "has no alt"),
        ("<p>Вчера: None</p>", "raw value"),
        ("<p>12.3 ₽</p>", "raw value"),
        ("<p>12,3 ₽</p>", "raw value"),
        ("<p>3.2 м³</p>", "raw value"),
        ("<p>До %(day)s</p>", "raw value"),
        ('<p class="None">x</p>', "='None'"),
        (FORM.format(TOKEN + '<input type="hidden" name="a" value="None">'), "value='None'"),
        (FORM.format(FIELD), "0 CSRF tokens"),
        (f'<form action="/search">{TOKEN}<button>Найти</button></form>', "1 CSRF tokens"),
        ('<form method="post">' + TOKEN + "<button>x</button></form>", "the action None"),
        ('<img src="https://counter.example/x.png" alt="">', "is loaded from"),
        ('<p style="color: red">x</p>', "inline style"),
        ('<button onclick="go()">x</button>', "inline onclick"),
        ('<a href="javascript:void(0)">x</a>', "inline href"),
        ("<script>go()</script>", "without the page's nonce"),
        ('<script nonce="old" src="/a.js"></script>', "without the page's nonce"),
        ("<table><tbody><tr><td>1</td></tr></tbody></table>", "no caption"),
        ("<p>вода - 3</p>", "typography"),
        ('<p>"вода"</p>', "typography"),
    ],
)
def test_faulty_page_is_noticed(body: str, fault: str) -> None:
    assert fault in faults(body)


def test_page_without_a_language_is_noticed() -> None:
    assert "no lang" in faults("", page=GOOD.replace(' lang="ru"', ""))


def test_title_must_begin_with_the_heading() -> None:
    assert "does not begin" in faults("", page=GOOD.replace("<title>Показания", "<title>Вода"))


def test_staff_pages_may_be_typeset_by_their_makers() -> None:
    assert faults("<p>вода - 3</p>", path="/staff/") == ""


def test_words_are_what_a_reader_sees() -> None:
    page = parsed("<p>Три <b>куба</b>\n  воды<script>hidden()</script></p><!-- no -->")
    assert text_of(page) == "Три куба воды"
