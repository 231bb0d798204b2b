"""The desk of the month: how far it is, what stands in its way; calculated and issued from here."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from vodokanal.billing.month_states import MonthState
from vodokanal.billing.rates import NoRateError
from vodokanal.billing.readings import ReadingState
from vodokanal.models.months import BillingMonth
from vodokanal.operations.month_corrections import corrections_in
from vodokanal.operations.month_obstacles import Obstacle, obstacle_of
from vodokanal.operations.month_orders import (
    IssueOrder,
    SeenOtherwiseError,
    order_calculation,
    order_issue,
    seen_of,
)
from vodokanal.operations.month_standing import Standing, get_standing
from vodokanal.operations.months import MonthRefusedError, done_in, totals_of
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError, new_key
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import CONFLICT
from vodokanal.staff.menu import views_open_to_employee
from vodokanal.staff.month_figures import (
    changes_of,
    charged_in,
    earlier_months,
    groups_of,
    shown_troubles,
)
from vodokanal.staff.silence_counts import silence_counts
from vodokanal.web.access import Row
from vodokanal.web.clock import now, today
from vodokanal.web.dates import day, month, month_title
from vodokanal.web.identity import current_actor
from vodokanal.web.month_words import days_words, obstacle_words
from vodokanal.web.numbers import numbers, signed_money
from vodokanal.web.page import configuration

N_ = lazy_gettext

TROUBLES_SHOWN, MONTHS_SHOWN = 100, 36
STATES = {
    MonthState.CALCULATING: N_("being calculated"),
    MonthState.CALCULATED: N_("calculated, not issued"),
    MonthState.ISSUING: N_("being issued"),
}
DEEDS = {"calculate": "months.calculate", "issue": "months.issue"}
# The issue can be confirmed in spite of these; they are left for the next month.
LEFT_BEHIND = (ReadingState.ASKED.value, ReadingState.HELD.value)
HARMLESS = frozenset({*LEFT_BEHIND, "troubles", "unfinished"})
ANCHORS = {"troubles": "#troubles"}
PRESS_AGAIN = N_("Please press the key once more.")
SEEN_OTHERWISE = N_("The month has been calculated again meanwhile: look at the sums once more.")


class MonthDesk(StaffDesk):
    code, section = "month", "month"
    title, address = N_("Calculate and issue"), "/staff/month"

    def row_for(self, page: str) -> Row:
        return DEEDS.get(page, "charges.read")

    @expose("/")
    def index(self) -> ResponseReturnValue:
        return self.month_page()

    @expose("/calculate/", methods=("GET", "POST"))
    def calculate(self) -> ResponseReturnValue:
        standing = standing_now()
        # Whoever had to sign in before the form was taken comes back here by GET.
        if request.method != "POST":
            return redirect(self.get_url(".index"))
        actor, key = current_actor(), request.form.get("key", "")
        try:
            order_calculation(actor, standing.period, key=key, at=now())
        except (MonthRefusedError, KeyReusedError, MissingKeyError) as error:
            return self.month_page(refusal=refusal_words(error)), CONFLICT
        flash(_("The calculation begins; this page shows how far it is."), "success")
        return redirect(self.get_url(".index"))

    @expose("/issue/", methods=("GET", "POST"))
    def issue(self) -> ResponseReturnValue:
        standing = standing_now()
        if request.method != "POST":
            return self.issue_page(standing)
        form = request.form
        wanted = IssueOrder(
            standing.period, form.get("seen", ""), is_forced=form.get("forced") == "yes"
        )
        try:
            order_issue(current_actor(), wanted, key=form.get("key", ""), at=now())
        except (MonthRefusedError, NoRateError, KeyReusedError, MissingKeyError) as error:
            return self.issue_page(standing_now(), refusal=refusal_words(error)), CONFLICT
        flash(_("The month is being issued; this page shows how far it is."), "success")
        return redirect(self.get_url(".index"))

    def month_page(self, *, refusal: str = "") -> str:
        """The month in work and those before it."""
        standing = standing_now()
        found = standing.month
        return self.render(
            "staff/month.html",
            refusal=refusal,
            heading=heading_of(standing),
            days=days_words(standing),
            progress=progress_words(standing),
            obstacles=[(obstacle_words(each), self.url_of(each)) for each in standing.obstacles],
            silent=self.silent(standing),
            may={page: self.may(page) for page in DEEDS},
            is_issuable=is_issuable(standing),
            is_calculated=found is not None and found.state == MonthState.CALCULATED,
            is_interrupted=is_interrupted(standing),
            key=new_key(),
            earlier=earlier_months(MONTHS_SHOWN),
            **(self.figures(found) if found else NO_FIGURES),
        )

    def issue_page(self, standing: Standing, *, refusal: str = "") -> str:
        """What is going to be issued, to be confirmed."""
        found = standing.month
        behind = [each for each in standing.obstacles if each.code in LEFT_BEHIND]
        in_the_way = [each for each in standing.obstacles if each.code not in HARMLESS]
        return self.render(
            "staff/month_issue.html",
            refusal=refusal,
            name=month(standing.period),
            facts=facts_of(standing),
            behind=[obstacle_words(each) for each in behind],
            in_the_way=[obstacle_words(each) for each in in_the_way],
            may_issue=is_issuable(standing),
            seen=seen_of(found) if found else "",
            key=new_key(),
            return_url=self.get_url(".index"),
        )

    def show_again(self, page: str, *, refusal: str, **place: Any) -> str:
        if page == "issue":
            return self.issue_page(standing_now(), refusal=refusal)
        return self.month_page(refusal=refusal)

    def silent(self, standing: Standing) -> tuple[str, str]:
        """How many accounts have sent nothing for the month, and the list of them."""
        counts = silence_counts(standing.period, today())
        words = ngettext(
            "%(num)s account has sent no reading.",
            "%(num)s accounts have sent no reading.",
            sum(each.accounts for each in counts.districts),
        )
        return words, self.address_of("reading_missing", "index", month=str(standing.period))

    def figures(self, found: BillingMonth) -> dict[str, Any]:
        """The sums that the month was calculated with."""
        totals = totals_of(found)
        count = totals.get("troubles", 0)
        corrections, corrected = corrections_in(found.period)
        troubles = shown_troubles(found, limit=TROUBLES_SHOWN, url_of=self.account_url)
        return {
            "charged": charged_in(totals) if seen_of(found) else "",
            "corrections": corrections,
            "corrected": signed_money(corrected),
            "groups": groups_of(totals),
            "changes": changes_of(totals, url_of=self.charges_url),
            "troubles": troubles,
            "troubles_left": max(count - TROUBLES_SHOWN, 0),
        }

    def url_of(self, obstacle: Obstacle) -> str:
        """Where an obstacle is dealt with, or an empty text."""
        if obstacle.code in LEFT_BEHIND:
            return self.address_of("reading_settlements", "index", state=obstacle.code)
        if obstacle.code == "no_rate":
            return self.address_of(f"{obstacle.values['table']}s", "index_view")
        return ANCHORS.get(obstacle.code, "")

    def charges_url(self, account_id: int) -> str:
        """The charges of an account, this month's and those before."""
        return self.address_of("charge_lines", "index_view", account=account_id)

    def account_url(self, number: str) -> str:
        """The account itself, to be mended."""
        return self.address_of("accounts", "index_view", search=number)

    def address_of(self, code: str, page: str, **values: Any) -> str:
        """A page of another view, as far as the employee may open it."""
        views = {each.endpoint for each in views_open_to_employee(self.admin)}
        found: str = self.get_url(f"{code}.{page}", **values) if code in views else ""
        return found


NO_FIGURES: dict[str, Any] = {
    "charged": "",
    "corrections": 0,
    "corrected": "",
    "groups": [],
    "changes": [],
    "troubles": [],
    "troubles_left": 0,
}


def standing_now() -> Standing:
    """The month in work as it stands at this moment."""
    return get_standing(today(), calendar=configuration().calendar)


def heading_of(standing: Standing) -> str:
    """The month and how far it is."""
    state = _("not calculated yet")
    if standing.month is not None:
        state = str(STATES[standing.month.state])
    return f"{month_title(standing.period)}: {state}"


def progress_words(standing: Standing) -> str:
    """How far the worker is, or an empty text when it has nothing to do."""
    if not standing.is_running:
        return ""
    if standing.month is None or standing.month.leased_until is None:
        return _("The worker has been told and will begin within half a minute.")
    done, total = done_in(standing.month)
    return _("%(done)s of %(total)s accounts are done.", done=count(done), total=count(total))


def is_issuable(standing: Standing) -> bool:
    """Whether nothing is in the way that cannot be left behind."""
    is_free = standing.month is not None and not standing.is_running
    return is_free and all(each.code in HARMLESS for each in standing.obstacles)


def is_interrupted(standing: Standing) -> bool:
    """Whether issuing has begun and nobody goes on with it."""
    is_issuing = standing.month is not None and standing.month.state == MonthState.ISSUING
    return is_issuing and not standing.is_running


def facts_of(standing: Standing) -> list[tuple[str, str]]:
    """The sums and days of what is going to be issued."""
    found, days = standing.month, standing.days
    if found is None or days is None:
        return []
    totals = totals_of(found)
    return [
        (_("Accounts"), count(found.accounts)),
        (_("Charged"), charged_in(totals)),
        (_("Corrections"), signed_money(corrections_in(found.period)[1])),
        (_("Bills by"), day(days.bill_by)),
        (_("To be paid by"), day(days.pay_by)),
        (_("Accounts that cannot be charged"), count(totals.get("troubles", 0))),
    ]


def refusal_words(error: Exception) -> str:
    """Why nothing was begun."""
    if isinstance(error, (KeyReusedError, MissingKeyError)):
        return str(PRESS_AGAIN)
    if isinstance(error, SeenOtherwiseError):
        return str(SEEN_OTHERWISE)
    return obstacle_words(obstacle_of(error))


def count(number: int) -> str:
    """A number of rows, thousands apart."""
    return f"{number:,}".translate(numbers().marks)
