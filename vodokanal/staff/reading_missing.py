"""The desk that shows who has not sent yet: district by district, street by street, with phones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext, ngettext

from vodokanal.billing.periods import MONTHS, NotAPeriodError, Period
from vodokanal.billing.windows import NoWindowRuleError
from vodokanal.formats.account_numbers import grouped
from vodokanal.models.accounts import Account
from vodokanal.operations.issued_months import earliest_open_month
from vodokanal.operations.silent import (
    DistrictSilence,
    Silence,
    SilentAccount,
    SilentMeter,
    silent_accounts,
)
from vodokanal.operations.windows import get_term
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.gate import expose
from vodokanal.staff.lookups import ID
from vodokanal.staff.silence_counts import silence_counts
from vodokanal.web.access import Row, allows
from vodokanal.web.arguments import LARGEST_ID, printable
from vodokanal.web.clock import today
from vodokanal.web.dates import month, month_title
from vodokanal.web.identity import signed_in
from vodokanal.web.page import configuration
from vodokanal.web.wording import kind_word, place_of

N_ = lazy_gettext

ACCOUNTS_A_PAGE = 100
LONGEST_STREET = 100


@dataclass(frozen=True)
class Line:
    """An account that has not sent: whom to ring, about which meters, since when."""

    account: Account
    number: str
    holder: str
    telephone: str
    meters: Sequence[tuple[str, str]]
    months: str


class ReadingMissingDesk(StaffDesk):
    code, section = "reading_missing", "entry"
    title, address = N_("Who has not sent yet"), "/staff/readings/missing"

    def row_for(self, page: str) -> Row:
        return "readings.read"

    @expose("/")
    def index(self) -> ResponseReturnValue:
        periods = periods_offered()
        period = period_asked(periods)
        counts = silence_counts(period, today())
        district = district_asked(counts.districts)
        street = printable(request.args.get("street"))[:LONGEST_STREET].strip()
        silence = Silence(period, today(), district.id if district else 0, street)
        # One more than is shown says whether others follow.
        found = silent_accounts(silence, after=after_asked(), limit=ACCOUNTS_A_PAGE + 1)
        shown = found[:ACCOUNTS_A_PAGE]
        asked = {"month": str(period), "district": silence.district_id, "street": street or None}
        further = {**asked, "after": shown[-1].account.id} if len(found) > len(shown) else None
        return self.render(
            "staff/reading_missing.html",
            heading=month(period),
            counts=counts,
            total=sum(each.accounts for each in counts.districts),
            district=district,
            districts=[
                (self.get_url(".index", **asked | {"district": each.id}), each)
                for each in counts.districts
            ],
            months=[(str(each), month_title(each), each == period) for each in periods],
            street=street,
            is_first=after_asked() is None,
            first_url=self.get_url(".index", **asked),
            further_url=self.get_url(".index", **further) if further else "",
            lines=[line_of(each) for each in shown],
            may_enter=allows("readings.enter", signed_in()),
        )


def line_of(silent: SilentAccount) -> Line:
    """An account of the list."""
    holder = silent.holder
    return Line(
        account=silent.account,
        number=grouped(str(silent.account.number)),
        holder="" if holder is None else str(holder.name),
        telephone="" if holder is None else str(holder.telephone),
        meters=[meter_words_of(each) for each in silent.meters],
        months=ngettext("%(num)s month", "%(num)s months", silent.months),
    )


def meter_words_of(silent: SilentMeter) -> tuple[str, str]:
    """Which meter is missed: the water and the place, and its number, which never breaks."""
    words = (kind_word(silent.meter.kind), place_of(silent.meter))
    return " · ".join(filter(None, words)), str(silent.meter)


def periods_offered() -> list[Period]:
    """This month of readings and the eleven before it."""
    try:
        term = get_term(today(), district_id=None, calendar=configuration().calendar)
    except NoWindowRuleError:
        is_open = False
    else:
        is_open = term.is_open
    current = term.period if is_open else earliest_open_month(today())
    return [current.plus(-step) for step in range(MONTHS)]


def period_asked(periods: Sequence[Period]) -> Period:
    """The month that is asked for, one of those; the first of them when none is named."""
    text = request.args.get("month")
    if not text:
        return periods[0]
    try:
        period = Period.parse(text)
    except NotAPeriodError:
        abort(404)
    if period not in periods:
        abort(404)
    return period


def district_asked(districts: Sequence[DistrictSilence]) -> DistrictSilence | None:
    """The district that is asked for; else the first one where anybody has not sent."""
    text = request.args.get("district")
    if not text:
        return next((each for each in districts if each.accounts), next(iter(districts), None))
    found = next((each for each in districts if str(each.id) == text), None)
    if found is None:
        abort(404)
    return found


def after_asked() -> int | None:
    """The account after which the page begins, if any is named."""
    text = request.args.get("after")
    if not text:
        return None
    if not ID.fullmatch(text) or int(text) > LARGEST_ID:
        abort(404)
    return int(text)
