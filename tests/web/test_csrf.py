"""Only this site's own pages send forms, and nobody loses what was typed."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.page import Client
from tests.web.conftest import HTTPS
from tests.web.probes import Probe

STALE = "нажмите кнопку ещё раз"


def test_form_of_our_own_page_is_taken(probing: Client, probe: Probe) -> None:
    probing.post("/probe/form", {"value": "12,5"}, status=200, inspected=False)
    assert probe.calls == ["form"]


@pytest.mark.parametrize("token", ["", "x", "IjEi.x.y", "я", "\x00"])
def test_stale_token_shows_the_form_again(probing: Client, probe: Probe, token: str) -> None:
    data = {"value": "12,5", "csrf_token": token}
    page = probing.post("/probe/form", data, status=400, csrf=False, inspected=False)
    assert STALE in page.text.replace("\u00a0", " ")
    assert "12,5" in page.text
    assert probe.calls == []


def test_form_that_was_shown_again_is_taken_then(probing: Client, probe: Probe) -> None:
    page = probing.post("/login", {"login": "анна"}, status=400, csrf=False)
    assert page.find('.//input[@name="login"]').get("value") == "анна"
    page.form("/login").fill(password="wrong password").submit(status=400)


def test_view_without_its_form_answers_with_a_page(probing: Client, probe: Probe) -> None:
    page = probing.post("/probe/plain", {"value": "12,5"}, status=400, csrf=False)
    assert page.h1 == "Форма не\u00a0принята"
    assert page.links["‹ Назад"] == "/"
    assert probe.calls == []


def test_refused_form_leads_back_to_where_it_was(probing: Client) -> None:
    headers = {"Referer": "http://localhost/probe/plain?x=1"}
    page = probing.post("/probe/plain", status=400, csrf=False, headers=headers)
    assert page.links["‹ Назад"] == "/probe/plain"


def test_refused_form_never_leads_to_a_stranger(probing: Client) -> None:
    headers = {"Referer": "http://evil.example/probe/plain"}
    page = probing.post("/probe/plain", status=400, csrf=False, headers=headers)
    assert page.links["‹ Назад"] == "/"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "https://localhost"},
        {"Origin": "http://localhost:81"},
        {"Origin": "http://localhost.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"},
    ],
)
def test_another_site_is_refused_even_with_a_token(
    probing: Client, probe: Probe, headers: dict[str, str]
) -> None:
    probing.post("/probe/form", status=400, headers=headers, inspected=False)
    assert probe.calls == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_our_own_site_is_believed(probing: Client, headers: dict[str, str]) -> None:
    probing.post("/probe/form", status=200, headers=headers, inspected=False)


def test_https_form_without_a_referer_is_taken(https: Client, probe: Probe) -> None:
    page = https.get("/login", base_url=HTTPS)
    data = {"csrf_token": page.form("/login").fields["csrf_token"][0]}
    https.post(
        "/probe/form",
        data,
        status=200,
        csrf=False,
        inspected=False,
        base_url=HTTPS,
    )
    assert probe.calls == ["form"]


def test_form_of_a_page_that_is_not_mine_is_not_shown(probing: Client, probe: Probe) -> None:
    page = probing.post("/probe/mine", {"value": "12,5"}, status=303, csrf=False)
    assert page.location == "/login?next=/probe/mine"


def test_typed_text_waits_until_its_sender_has_signed_in(probing: Client, cast: Cast) -> None:
    probing.post("/probe/mine", {"value": "12,5", "csrf_token": "x"}, status=303, csrf=False)
    probing.signed_in_as(cast.anna)
    assert "12,5" in probing.get("/probe/mine", inspected=False).text
    assert "12,5" not in probing.get("/probe/mine", inspected=False).text


@pytest.mark.parametrize(
    ("data", "headers"),
    [
        ({"value": "x" * 4000}, {}),
        ({"password": "12,5"}, {}),
        ({"value": "12,5"}, {"Sec-Fetch-Site": "cross-site"}),
    ],
)
def test_what_is_not_kept(
    probing: Client, cast: Cast, data: dict[str, str], headers: dict[str, str]
) -> None:
    probing.post("/probe/mine", data, status=303, csrf=False, headers=headers)
    probing.signed_in_as(cast.anna)
    assert probing.get("/probe/mine", inspected=False).text == ""
