"""The employee's first page: the day, what is to be set, what waits, the month, the figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.billing.windows import NoWindowRuleError
from vodokanal.operations.books_above import books_above
from vodokanal.operations.deeds_asked import deeds_done_alone
from vodokanal.operations.month_standing import get_standing
from vodokanal.operations.windows import Term, get_term
from vodokanal.staff.approvals import WEEK
from vodokanal.staff.copy_words import copy_shown
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.gate import expose
from vodokanal.staff.menu import views_open_to_employee
from vodokanal.staff.readiness import lines_to_set
from vodokanal.staff.start_figures import figures
from vodokanal.staff.waiting_lines import waiting_lines
from vodokanal.web.access import Audience, Row
from vodokanal.web.clock import now, today
from vodokanal.web.dates import day, days_left, month, weekday
from vodokanal.web.month_words import days_words, obstacle_words
from vodokanal.web.page import configuration

N_ = lazy_gettext


class StartDesk(StaffDesk):
    code, section = "admin", "today"
    title, address = N_("Today"), "/staff"

    def row_for(self, page: str) -> Row:
        return Audience.EMPLOYEE

    @expose("/")
    def index(self) -> ResponseReturnValue:
        views = views_open_to_employee(self.admin)
        names = {view.endpoint: view for view in views}
        return self.render(
            "staff/start.html",
            heading=f"{weekday(today()).capitalize()}, {day(today())}",
            intake=intake_words(),
            month=month_lines(desk) if (desk := names.get("month")) else None,
            to_set=lines_to_set(views),
            copy=copy_shown() if "month" in names else None,
            waiting=(lines := waiting_lines(names)),
            alone=done_alone(names),
            waiting_count=sum(each.count for each in lines),
            figures=figures(names),
        )


def intake_words() -> str:
    """Whether readings are taken today, and until when or from when."""
    try:
        term = get_term(today(), district_id=None, calendar=configuration().calendar)
    except NoWindowRuleError:
        return _("No days of intake are set.")
    return _open_words(term) if term.is_open else _closed_words(term)


def month_lines(desk: Any) -> tuple[str, str, list[str], str]:
    """The month in work: what it is called, the days to its bills, what is in its way, its desk."""
    standing = get_standing(today(), calendar=configuration().calendar)
    lines = [obstacle_words(each) for each in standing.obstacles]
    return month(standing.period), days_words(standing), lines, desk.get_url("month.index")


def done_alone(desks: Mapping[str, Any]) -> tuple[str, str] | None:
    """What was done without a second person this week, for whoever may decide: words, address."""
    if "approvals" not in desks or not desks["approvals"].may("week"):
        return None
    since = now() - WEEK
    count = len(deeds_done_alone(since)) + len(books_above(since))
    words = _("Done without asking, this week: %(count)s", count=count)
    return (words, desks["approvals"].get_url("approvals.week")) if count else None


def _open_words(term: Term) -> str:
    return _(
        "Readings for %(month)s are taken until %(day)s. %(left)s.",
        month=month(term.period),
        day=day(term.window.last_day),
        left=days_left(term.window.last_day),
    )


def _closed_words(term: Term) -> str:
    return _(
        "No readings are taken now; the intake opens on %(day)s.", day=day(term.window.first_day)
    )
