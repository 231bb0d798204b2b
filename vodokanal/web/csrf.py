"""Forms are believed only when this site's own pages sent them."""

from __future__ import annotations

import logging

from flask import Flask, Response, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, CSRFProtect

from vodokanal.web.configuration import settings
from vodokanal.web.form_again import shown_again
from vodokanal.web.logs import log_event

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# "none" is what the person's own reload or bookmark says.
OWN_SITES = frozenset({"same-origin", "none"})

protection = CSRFProtect()


def install_csrf(app: Flask) -> None:
    """Checks every unsafe request; register it after the access table."""
    app.config.update(
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_CHECK_DEFAULT=False,
    )
    protection.init_app(app)
    app.before_request(_refuse_forged)


def is_own_origin() -> bool:
    """Whether the browser says that the request comes from this site, or says nothing."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in OWN_SITES:
        return False
    origin = request.headers.get("Origin")
    # "null" is also what a privacy setting sends; then only the token decides.
    return origin in {None, "null"} or str(origin).lower() in _own_origins()


def _own_origins() -> frozenset[str]:
    chosen = settings()
    scheme = "https" if chosen.is_https else "http"
    return frozenset(f"{scheme}://{host}".lower() for host in chosen.trusted_hosts)


def _refuse_forged() -> Response | None:
    if request.method in SAFE or request.endpoint is None:
        return None
    try:
        if not is_own_origin():
            raise CSRFError("another origin")
        protection.protect(apply_exemptions=True)
    except CSRFError:
        log_event("csrf_refused", level=logging.WARNING)
        answer = shown_again(refusal(), 400)
        if answer is None:
            raise
        return answer
    return None


def refusal() -> str:
    """What is said above a form whose token was missing or stale."""
    sentence: str = _(
        "This page had been open for too long, or the browser keeps no cookies. "
        "What you typed is still here: please press the button once more."
    )
    return sentence
