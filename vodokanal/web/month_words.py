"""What stands in a month's way, in sentences: on the desks and in the morning's letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.operations.month_obstacles import FAILED, GIVEN_UP, Obstacle
from vodokanal.operations.month_standing import Standing
from vodokanal.web.dates import day, full_day, month

N_ = lazy_gettext

RATE_TABLES: Mapping[str, str] = {
    "tariff": N_("Tariff"),
    "norm": N_("Norm"),
    "multiplier": N_("Multiplier"),
    "key_rate": N_("Key rate"),
    "payment_term": N_("Days of payment"),
    "vat_rate": N_("VAT rate"),
    "legal_term": N_("Number of the law"),
}
# Parts of what a rate is set for that have a name; ids have none.
PARTS: Mapping[str, str] = {
    "cold": N_("cold water"),
    "hot": N_("hot water"),
    "sewage": N_("sewage"),
    "population": N_("population"),
    "organisation": N_("organisations"),
    "budget": N_("budget organisations"),
}
PLAIN: Mapping[str, str] = {
    "not_calculated": N_("The month is not calculated yet."),
    "unfinished": N_("Issuing was interrupted half-way."),
    "issued": N_("The month is issued already."),
    "future": N_("The month has not begun yet."),
    "running": N_("The month is being worked on right now."),
    FAILED: N_("The last run ended by an error of the program: see the server's log."),
    GIVEN_UP: N_("The last job was begun too often and given up: see the server's log."),
}


def obstacle_words(obstacle: Obstacle) -> str:
    """The sentence about one thing in the way."""
    if obstacle.code in PLAIN:
        return str(PLAIN[obstacle.code])
    return SAID[obstacle.code](obstacle.values)


def days_words(standing: Standing) -> str:
    """How far away the bills are: calendar days, and the working days among them."""
    left = standing.days_left
    if standing.days is None or left is None:
        return _("The day of the bills is not set.")
    bills = day(standing.days.bill_by)
    if left < 0:
        late = ngettext("%(num)s day", "%(num)s days", -left)
        return _("The bills were due on %(day)s: %(late)s late.", day=bills, late=late)
    if not left:
        return _("The bills are due today.")
    whole = ngettext("%(num)s day", "%(num)s days", left)
    work = ngettext("%(num)s working day", "%(num)s working days", standing.working_days)
    return _("%(whole)s to the bills on %(day)s, %(work)s.", whole=whole, day=bills, work=work)


def _window(values: Mapping[str, Any]) -> str:
    last_day = date.fromisoformat(values["last_day"])
    if values.get("districts"):
        # The days that the page tells everybody are over before these.
        return _(
            "District %(name)s: readings are taken until %(day)s.",
            name=values["districts"],
            day=day(last_day),
        )
    return _("Readings are taken until %(day)s.", day=day(last_day))


def _held(values: Mapping[str, Any]) -> str:
    return ngettext(
        "%(num)s reading is to be decided on.",
        "%(num)s readings are to be decided on.",
        values["count"],
    )


def _asked(values: Mapping[str, Any]) -> str:
    return ngettext(
        "%(num)s doubtful reading is not answered.",
        "%(num)s doubtful readings are not answered.",
        values["count"],
    )


def _left(values: Mapping[str, Any]) -> str:
    return _(
        "Readings wait: %(held)s to be decided on, %(asked)s without an answer.",
        held=values["held"],
        asked=values["asked"],
    )


def _changed(values: Mapping[str, Any]) -> str:
    if values["accounts"] is None:
        return _("Rates or settings have changed since the calculation.")
    return ngettext(
        "%(num)s account has changed since the calculation.",
        "%(num)s accounts have changed since the calculation.",
        values["accounts"],
    )


def _troubles(values: Mapping[str, Any]) -> str:
    return ngettext(
        "%(num)s account cannot be charged.",
        "%(num)s accounts cannot be charged.",
        values["count"],
    )


def _earlier(values: Mapping[str, Any]) -> str:
    return _("First %(month)s is to be issued.", month=month(Period.parse(values["period"])))


def _no_rate(values: Mapping[str, Any]) -> str:
    table = str(RATE_TABLES.get(values["table"], values["table"]))
    when = full_day(date.fromisoformat(values["day"]))
    parts = _named(values["key"])
    named = f"{table} ({parts})" if parts else table
    return _("%(table)s: nothing is set for %(day)s.", table=named, day=when)


def _named(key: Sequence[str]) -> str:
    return ", ".join(str(PARTS[each]) for each in key if each in PARTS)


SAID: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "window_open": _window,
    ReadingState.HELD.value: _held,
    ReadingState.ASKED.value: _asked,
    "readings_left": _left,
    "changed": _changed,
    "troubles": _troubles,
    "earlier_open": _earlier,
    "no_rate": _no_rate,
}
