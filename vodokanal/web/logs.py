"""The log: one JSON line an event, with the request's id, without personal data."""

from __future__ import annotations

import json
import logging
import secrets
import sys
import time
import traceback
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, has_request_context, request

ROOT = "vodokanal"
ID_BYTES = 5
DEEPEST = 12
# What the standard library puts on a record; everything else came through `extra`.
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

log = logging.getLogger(__name__)


class JsonFormatter(logging.Formatter):
    """One record as one line; control characters cannot break it into two."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": getattr(record, "event", None) or record.getMessage(),
        }
        line.update(_request_facts())
        line.update({k: v for k, v in vars(record).items() if k not in STANDARD and k != "event"})
        if record.exc_info and record.exc_info[1]:
            line.update(_error_facts(record.exc_info[1]))
        return json.dumps(line, default=str, ensure_ascii=True)


def install_logs(app: Flask) -> None:
    """Writes our events to standard error and one line about every request."""
    logger = logging.getLogger(ROOT)
    if not any(isinstance(handler.formatter, JsonFormatter) for handler in logger.handlers):
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonFormatter())
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    app.before_request(_begin)
    app.after_request(_finish)


def request_id() -> str:
    """The id that the log, the answer's header and the error page share."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(ID_BYTES)
    found: str = g.request_id
    return found


def log_event(event: str, /, *, level: int = logging.INFO, **facts: object) -> None:
    """Writes an event; the facts are ids and codes, never names, numbers or addresses."""
    log.log(level, event, extra={"event": event, **facts})


def route() -> str:
    """The pattern of the address: the address itself would name an account."""
    return request.url_rule.rule if request.url_rule else "-"


def _begin() -> None:
    g.began = time.perf_counter()


def _finish(response: Response) -> Response:
    response.headers["X-Request-Id"] = request_id()
    began = g.get("began")
    spent = None if began is None else round((time.perf_counter() - began) * 1000, 1)
    log_event("request", status=response.status_code, ms=spent)
    return response


def _request_facts() -> dict[str, Any]:
    if not has_request_context():
        return {}
    return {"request": request_id(), "method": request.method, "route": route()}


def _error_facts(error: BaseException) -> dict[str, Any]:
    # The message and the arguments may quote what somebody typed; the places cannot.
    frames = traceback.extract_tb(error.__traceback__)[-DEEPEST:]
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    cause = error.__cause__ or error.__context__
    facts: dict[str, Any] = {"error": type(error).__qualname__, "trace": places}
    if cause is not None:
        facts["cause"] = type(cause).__qualname__
    state = getattr(error, "sqlstate", None) or getattr(cause, "sqlstate", None)
    return facts | ({"sqlstate": state} if state else {})
