"""Opening an account: only the resident's own, and a stranger's is not there."""

from __future__ import annotations

import logging

from flask import Response, abort
from flask_babel import gettext as _

from vodokanal.billing.windows import NoWindowRuleError
from vodokanal.operations.accounts import AccountNotFoundError, get_access, get_account
from vodokanal.operations.intakes import Intake, get_own_intake
from vodokanal.operations.visits import Visit, get_looked_visit, get_visit
from vodokanal.resident.blueprint import blueprint
from vodokanal.web.charts import DayScale, day_scale
from vodokanal.web.clock import today
from vodokanal.web.failures import Words, failure_page
from vodokanal.web.identity import current_resident
from vodokanal.web.logs import log_event
from vodokanal.web.looks import current_look
from vodokanal.web.page import configuration

# The number of no resident.
NOBODY = 0


def open_visit(number: str) -> Visit:
    """The resident's account of that number; 404 for anybody else's as for none."""
    calendar = configuration().calendar
    try:
        if current_look() is not None:
            return get_looked_visit(number, today=today(), calendar=calendar)
        return get_visit(current_resident().id, number, today=today(), calendar=calendar)
    except AccountNotFoundError:
        # Never 403: whoever asks must not learn that the account exists.
        abort(404)


def reader_id() -> int:
    """Who reads the page, for words such as "sent by you"; an employee who looks is nobody."""
    return NOBODY if current_look() is not None else current_resident().id


def days_of(visit: Visit) -> DayScale:
    """The days of the window that is open, or opens next."""
    window = visit.term.window
    return day_scale(window.first_day, window.last_day, today=visit.term.today)


def open_account_id(number: str) -> int:
    """The row of the resident's account of that number; 404 like `open_visit`."""
    try:
        if current_look() is not None:
            return int(get_account(number).id)
        return int(get_access(current_resident().id, number).account_id)
    except AccountNotFoundError:
        abort(404)


def open_intake(number: str) -> Intake:
    """The resident's account as readings are judged by it; 404 like `open_visit`."""
    try:
        return get_own_intake(
            current_resident().id, number, today=today(), configuration=configuration()
        )
    except AccountNotFoundError:
        abort(404)


@blueprint.errorhandler(NoWindowRuleError)
def say_that_no_days_are_set(_error: NoWindowRuleError) -> Response:
    """The page instead of the cabinet while no rule says when readings are taken."""
    log_event("window_rule_missing", level=logging.ERROR)
    sentence = _("The cabinet opens as soon as they are. Readings are also taken by telephone.")
    return failure_page(503, words=Words(_("The days for readings are not set yet"), sentence))
