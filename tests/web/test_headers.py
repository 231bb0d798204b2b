"""The headers of every answer."""

from __future__ import annotations

import re

import pytest

from tests.cast import Cast
from tests.page import Client
from tests.web.conftest import HTTPS
from tests.web.probes import Probe
from vodokanal.web.statics import content_hash

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
POLICY = re.compile(
    r"default-src 'none'; script-src 'nonce-([\w-]{22})'; style-src 'self' 'nonce-\1'; "
    r"img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; "
    r"object-src 'none'; frame-ancestors 'none'; form-action 'self'"
)
PAGES = [
    ("/login", 200),
    ("/healthz", 200),
    ("/personal/", 303),
    ("/no-such-page", 404),
    ("/logout", 405),
    ("/probe/abort/413", 413),
    ("/probe/plain?a=%00", 400),
]


@pytest.mark.parametrize(("path", "status"), PAGES)
def test_every_answer_has_them(probing: Client, path: str, status: int) -> None:
    headers = probing.get(path, status=status).response.headers
    assert {name: headers.get(name) for name in ALWAYS} == ALWAYS
    assert POLICY.fullmatch(headers["Content-Security-Policy"])
    assert re.fullmatch(r"[0-9a-f]{10}", headers["X-Request-Id"])
    assert "Strict-Transport-Security" not in headers
    assert "Access-Control-Allow-Origin" not in headers


def test_unexpected_failure_has_them_too(probing: Client, probe: Probe) -> None:
    probing.app.config["PROPAGATE_EXCEPTIONS"] = False
    probe.error = RuntimeError("broken")
    headers = probing.get("/probe/plain", status=500).response.headers
    assert {name: headers.get(name) for name in ALWAYS} == ALWAYS


def test_static_file_has_them_too(probing: Client) -> None:
    address = f"/static/{content_hash()}/css/tokens.css"
    with probing.browser.get(address) as answer:
        headers = answer.headers
    assert {name: headers.get(name) for name in ALWAYS} == ALWAYS
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "immutable" in headers["Cache-Control"]


def test_nonce_is_another_on_every_page(probing: Client) -> None:
    policies = {probing.get("/login").response.headers["Content-Security-Policy"] for _ in range(5)}
    assert len(policies) == 5


@pytest.mark.parametrize("path", ["/login", "/no-such-page"])
def test_https_site_stays_https(https: Client, path: str) -> None:
    answer = https.browser.get(path, base_url=HTTPS)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_static_file_of_an_https_site_says_so(https: Client) -> None:
    address = f"/static/{content_hash()}/css/tokens.css"
    with https.browser.get(address, base_url=HTTPS) as answer:
        pass
    assert "Strict-Transport-Security" in answer.headers


@pytest.mark.parametrize("path", ["/login", "/healthz", "/no-such-page"])
def test_page_for_strangers_is_asked_for_again(probing: Client, path: str) -> None:
    status = 404 if "no-such" in path else 200
    answer = probing.get(path, status=status).response
    assert answer.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("path", ["/probe/mine", "/personal/no/such/page", "/staff/no-such"])
def test_personal_page_is_kept_nowhere(probing: Client, cast: Cast, path: str) -> None:
    answer = probing.signed_in_as(cast.anna).browser.get(path)
    assert answer.headers["Cache-Control"] == "no-store"


def test_open_page_of_somebody_signed_in_is_kept_nowhere(probing: Client, cast: Cast) -> None:
    answer = probing.signed_in_as(cast.anna).browser.get("/no-such-page")
    assert answer.headers["Cache-Control"] == "no-store"
