"""What is owed in a line: how much and by which day."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask import Response
from flask_babel import gettext as _

from vodokanal.billing.rates import NoRateError
from vodokanal.operations.balances import Balance, get_balance
from vodokanal.resident.blueprint import blueprint
from vodokanal.web.clock import today
from vodokanal.web.dates import day
from vodokanal.web.failures import Words, failure_page
from vodokanal.web.logs import log_event
from vodokanal.web.numbers import money


@dataclass(frozen=True)
class Owing:
    """The live line of a tile: К оплате · 1 234,56 ₽ · до 16 ноября."""

    words: str
    sum: str
    until: str


def find_balance(account_id: int) -> Balance | None:
    """What the account owes, for pages that are about something else; None: nobody can say."""
    try:
        return get_balance(account_id, today=today())
    except NoRateError as error:
        _log(error)
        return None


def owing_of(owed: Balance) -> Owing:
    """The line about a balance."""
    if owed.amount > 0:
        return Owing(_("To pay"), money(owed.amount), by_day(owed))
    if owed.amount < 0:
        return Owing(_("Paid ahead"), money(-owed.amount), "")
    return Owing(_("Nothing is owed"), "", "")


def by_day(owed: Balance) -> str:
    """By which day it is to be paid: the next one to come, or the one that has passed."""
    if owed.amount <= 0:
        return ""
    coming = [each.due_on for each in owed.debts if each.due_on >= today()]
    if coming:
        return _("by %(day)s", day=day(min(coming)))
    passed = [each.due_on for each in owed.debts]
    return _("it was to be paid by %(day)s", day=day(max(passed))) if passed else ""


@blueprint.errorhandler(NoRateError)
def say_that_a_rate_is_missing(error: NoRateError) -> Response:
    """The page instead of sums while the utility has not set what they are counted by."""
    _log(error)
    sentence = _("The sums open as soon as they are. The office answers by telephone.")
    return failure_page(503, words=Words(_("The days of payment are not set yet"), sentence))


def _log(error: NoRateError) -> None:
    log_event("rate_missing", level=logging.ERROR, table=error.table, day=str(error.day))
