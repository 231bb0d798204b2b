"""Pages for what went wrong, and sentences for a database that could not keep something."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Response, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.csrf import CSRFError
from peewee import DataError, PeeweeException
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException

from vodokanal.models.database import BusyDatabaseError, OutcomeUnknownError
from vodokanal.web.addresses import own_target
from vodokanal.web.configuration import settings
from vodokanal.web.form_again import sent_once_more, shown_again
from vodokanal.web.identity import be_nobody
from vodokanal.web.logs import install_logs, log_event, request_id

log = logging.getLogger(__name__)
N_ = lazy_gettext
RETRY_SECONDS = "30"


class Failure(StrEnum):
    """Why the database did not do what it was asked."""

    BUSY = "busy"
    READ_ONLY = "read_only"
    FULL = "full"
    GONE = "gone"
    UNKNOWN_OUTCOME = "unknown_outcome"


REASONS = {
    Failure.BUSY: N_("Not accepted: too much is being written right now. Please press once more."),
    Failure.READ_ONLY: N_(
        "Not accepted: nothing can be written at the moment. Please try again in a few minutes."
    ),
    Failure.FULL: N_(
        "Not accepted: there is no room left on our server. Please try later or ring the office."
    ),
    Failure.GONE: N_(
        "Not accepted: the database does not answer. Please try again in a few minutes."
    ),
    Failure.UNKNOWN_OUTCOME: N_(
        "We do not know yet whether it was accepted. Press the button once more: "
        "it will not be counted twice."
    ),
}
# What SQLite says in words, in the order in which it is looked for.
SQLITE_WORDS = (
    ("locked", Failure.BUSY),
    ("readonly", Failure.READ_ONLY),
    ("full", Failure.FULL),
    ("disk i/o", Failure.GONE),
    ("unable to open", Failure.GONE),
    ("not opened", Failure.GONE),
)
# What PostgreSQL says in codes, or the first two characters of one.
STATES = {
    "53100": Failure.FULL,
    "25006": Failure.READ_ONLY,
    "40": Failure.BUSY,
    "55": Failure.BUSY,
    "57014": Failure.BUSY,
    "08": Failure.GONE,
    "53": Failure.GONE,
    "57": Failure.GONE,
}


@dataclass(frozen=True)
class Words:
    """The heading of an error page and the sentence under it."""

    title: str
    sentence: str


WORDS = {
    400: (
        N_("This could not be understood"),
        N_("The address or the form was damaged on the way. Please go back and try again."),
    ),
    403: (N_("This is not open to you"), N_("Another sign-in is needed for this page.")),
    404: (
        N_("There is no such page"),
        N_("Perhaps the address was typed with a mistake, or the page has moved."),
    ),
    405: (
        N_("This page cannot be opened so"),
        N_("Please go back and press the button on the page itself."),
    ),
    409: (
        N_("This form was already sent"),
        N_("It was sent before with other figures. Please open the page anew and check them."),
    ),
    413: (
        N_("Too much was sent"),
        N_("The form or the file is larger than can be taken. Please send less at once."),
    ),
    429: (N_("Too many attempts"), N_("Please wait a little and try again.")),
    500: (
        N_("Something broke on our side"),
        N_("If you were sending something, open the page again and see whether it has arrived."),
    ),
    503: (
        N_("The portal cannot answer now"),
        N_("Please try again in a few minutes. Readings are also taken by telephone."),
    ),
    507: (
        N_("The portal has no room left"),
        N_("Nothing can be kept at the moment. Readings are also taken by telephone."),
    ),
}


def install_failures(app: Flask) -> None:
    """Answers every failure with a page, a request id and a line in the log."""
    install_logs(app)
    app.register_error_handler(HTTPException, _http_failure)
    for kind in (PeeweeException, BusyDatabaseError, OutcomeUnknownError):
        app.register_error_handler(kind, _database_failure)
    # Flask's own line quotes the path, and a path names an account.
    app.log_exception = lambda exc_info: log.error(  # type: ignore[method-assign]
        "unexpected", exc_info=exc_info, extra={"event": "unexpected_error"}
    )


def failure_of(error: BaseException) -> Failure | None:
    """Why the database failed; None when the fault is in our own statement."""
    if isinstance(error, BusyDatabaseError):
        return Failure.BUSY
    if isinstance(error, OutcomeUnknownError):
        return Failure.UNKNOWN_OUTCOME
    state = _state_of(error)
    if state:
        return STATES.get(state) or STATES.get(state[:2])
    words = str(error).lower()
    found = next((failure for word, failure in SQLITE_WORDS if word in words), None)
    return found or (Failure.GONE if "connection" in words else None)


def failure_sentence(error: BaseException) -> str:
    """What a person who sent something is told about it; an unknown failure is raised again."""
    failure = failure_of(error)
    if failure is None:
        raise error
    return str(REASONS[failure])


def status_of(failure: Failure) -> int:
    """The status of an answer about a failure."""
    return 507 if failure is Failure.FULL else 503


def failure_page(
    status: int,
    *,
    words: Words | None = None,
    again: Sequence[tuple[str, str]] = (),
    onward: Sequence[tuple[str, str]] = (),
) -> Response:
    """The page about a failure; a bare one if even that cannot be made.

    `again` are the fields of a form that the page offers to send once more, `onward` addresses
    with their words for one of ours, who is not to ring the office.
    """
    values = {
        "status": status,
        "words": words or _words_of(status),
        "request_id": request_id(),
        "back_url": _back_url(),
        "again": again,
        "onward": onward,
    }
    try:
        page = render_template("errors/page.html", **values)
    except Exception:
        if settings().testing and request.url_rule is not None:
            raise
        log.exception("error page", extra={"event": "error_page_failed"})
        page = render_template("errors/plain.html", **values)
    return make_response(page, status)


def _words_of(status: int) -> Words:
    known = (
        status if status in WORDS else (400 if status < HTTPStatus.INTERNAL_SERVER_ERROR else 500)
    )
    title, sentence = WORDS[known]
    return Words(str(title), str(sentence))


def _http_failure(error: HTTPException) -> Response | HTTPException:
    if (
        isinstance(error, RoutingException)
        or error.code is None
        or error.code < HTTPStatus.BAD_REQUEST
    ):
        return error
    answer = failure_page(error.code, words=_stale() if isinstance(error, CSRFError) else None)
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            answer.headers[name] = value
    return answer


def _stale() -> Words:
    return Words(
        _("This form was not accepted"),
        _("Its page had been open for too long. Please go back, open it anew and send it again."),
    )


def _database_failure(error: Exception) -> Response:
    failure = failure_of(error)
    if failure is None and isinstance(error, DataError):
        # A value that the engine cannot hold got past a form: refused, not broken.
        log.warning("value refused", exc_info=error, extra={"event": "value_refused"})
        return failure_page(400)
    if failure is None:
        raise error
    log_event("database_failed", level=logging.ERROR, failure=failure.value)
    answer = _form_kept(failure) or _page_about(failure)
    answer.headers["Retry-After"] = RETRY_SECONDS
    return answer


def _form_kept(failure: Failure) -> Response | None:
    try:
        return shown_again(str(REASONS[failure]), status_of(failure))
    except (PeeweeException, BusyDatabaseError, HTTPException):
        return None


def _page_about(failure: Failure) -> Response:
    be_nobody()
    status = status_of(failure)
    if request.method == "POST":
        title = _("We do not know yet") if failure is Failure.UNKNOWN_OUTCOME else _("Not accepted")
        words = Words(title, str(REASONS[failure]))
        return failure_page(status, words=words, again=sent_once_more())
    return failure_page(status)


def _state_of(error: BaseException | None) -> str | None:
    while error is not None:
        state = getattr(error, "sqlstate", None)
        if state:
            return str(state)
        error = error.__cause__ or error.__context__
    return None


def _back_url() -> str:
    """The page that the person came from, if it is ours; else the start page."""
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc and came_from.netloc == request.headers.get("Host"):
        return own_target(came_from.path) or "/"
    return "/"
