"""Opening an account: only the resident's own, and a stranger's is not there."""

from __future__ import annotations

from flask import abort

from vodokanal.operations.accounts import AccountNotFoundError, get_access
from vodokanal.operations.visits import Visit, get_visit
from vodokanal.web.charts import DayScale, day_scale
from vodokanal.web.clock import today
from vodokanal.web.identity import current_resident


def open_visit(number: str) -> Visit:
    """The resident's account of that number; 404 for anybody else's as for none."""
    try:
        return get_visit(current_resident().id, number, today=today())
    except AccountNotFoundError:
        abort(404)


def days_of(visit: Visit) -> DayScale:
    """The days of the window that is open, or opens next."""
    window = visit.term.window
    return day_scale(window.first_day, window.last_day, today=visit.term.today)


def open_account_id(number: str) -> int:
    """The row of the resident's account of that number; 404 like `open_visit`."""
    try:
        return int(get_access(current_resident().id, number).account_id)
    except AccountNotFoundError:
        abort(404)
