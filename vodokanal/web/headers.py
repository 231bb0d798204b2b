"""The security headers of every answer, errors and static files included."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from flask import Flask, Response, g, request
from whitenoise.responders import Headers

from vodokanal.settings import Settings
from vodokanal.web.configuration import KEY, settings
from vodokanal.web.identity import found_identity

NONCE_BYTES = 16
YEAR = 365 * 24 * 3600

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()"
    ),
}
HSTS = f"max-age={YEAR}; includeSubDomains"
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
DIRECTIVES = (
    "default-src 'none'",
    "script-src 'nonce-{nonce}'",
    "style-src 'self' 'nonce-{nonce}'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
)
PAGE_POLICY = "; ".join(DIRECTIVES)
PERSONAL = ("/personal", "/staff")
NOT_KEPT = "no-store"
ASKED_AGAIN = "private, no-cache"


def install_headers(app: Flask) -> None:
    """Adds the headers to whatever is answered; `csp_nonce()` is there for templates."""
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.after_request(_add_headers)


def csp_nonce() -> str:
    """The nonce of this answer's scripts and styles."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(NONCE_BYTES)
    found: str = g.csp_nonce
    return found


def static_headers(app: Flask) -> Callable[[Headers, str, str], None]:
    """What adds the headers of a static file, which the application itself never sees."""
    values = {**EVERYWHERE, "Content-Security-Policy": FILE_POLICY}
    chosen: Settings = app.config[KEY]
    if chosen.is_https:
        values["Strict-Transport-Security"] = HSTS

    def add(headers: Headers, _path: str, _url: str) -> None:
        for name, value in values.items():
            headers[name] = value

    return add


def _add_headers(response: Response) -> Response:
    for name, value in EVERYWHERE.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", PAGE_POLICY.format(nonce=csp_nonce()))
    if settings().is_https:
        response.headers["Strict-Transport-Security"] = HSTS
    if _is_personal():
        response.headers["Cache-Control"] = NOT_KEPT
    else:
        response.headers.setdefault("Cache-Control", ASKED_AGAIN)
    return response


def _is_personal() -> bool:
    return found_identity() is not None or request.path.startswith(PERSONAL)
