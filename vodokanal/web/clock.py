"""What time it is: the utility's time, which a demo may move, and the real one."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

from flask import g, has_request_context

from vodokanal.settings import Settings
from vodokanal.web.configuration import settings


def now() -> datetime:
    """The moment in the utility's zone; one and the same during a request."""
    if not has_request_context():
        return moment_by(settings())
    if "now" not in g:
        g.now = moment_by(settings())
    found: datetime = g.now
    return found


def today() -> date:
    """The day in the utility's zone."""
    return now().date()


def real_now() -> datetime:
    """The real moment in UTC: for sign-ins, tokens, throttling."""
    return datetime.now(UTC)


def moment_by(chosen: Settings) -> datetime:
    """The moment by these settings: the real one, or the demo's, running on from its start."""
    if chosen.now is None:
        return datetime.now(chosen.zone)
    since = time.time() if chosen.now_since is None else chosen.now_since
    return (chosen.now + timedelta(seconds=time.time() - since)).astimezone(chosen.zone)
