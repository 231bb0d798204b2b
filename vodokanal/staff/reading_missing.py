"""The desk that shows who has not sent yet: district by district, street by street, with phones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField

from vodokanal.billing.periods import MONTHS, NotAPeriodError, Period
from vodokanal.billing.windows import NoWindowRuleError
from vodokanal.formats.sheets import Row as SheetRow
from vodokanal.formats.sheets import Sheet
from vodokanal.models.accounts import Account
from vodokanal.models.silence_calls import CallOutcome
from vodokanal.operations.entries import NoWordsError
from vodokanal.operations.issued_months import earliest_open_month
from vodokanal.operations.silence_calls import LONGEST_CALL, NewCall, last_calls, note_call
from vodokanal.operations.silent import DistrictSilence, Silence, silent_accounts
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError, new_key
from vodokanal.operations.windows import get_term
from vodokanal.staff.downloads import offered_to_employee, plain
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import ALREADY_SENT, CONFLICT, UNPROCESSABLE, propose
from vodokanal.staff.lookups import ID
from vodokanal.staff.reading_form import opened
from vodokanal.staff.report import ReportDesk, month_options
from vodokanal.staff.silence_counts import Counts, silence_counts
from vodokanal.staff.silence_lines import OUTCOMES, call_words, line_of, lines_of
from vodokanal.web.access import Row, allows
from vodokanal.web.arguments import LARGEST_ID, printable
from vodokanal.web.clock import now, today
from vodokanal.web.dates import month
from vodokanal.web.form_again import typed
from vodokanal.web.form_fields import ChoiceField, Filled, LineField, choices_of
from vodokanal.web.identity import current_actor, signed_in
from vodokanal.web.page import configuration
from vodokanal.web.wording import account_words

N_ = lazy_gettext

ACCOUNTS_A_PAGE = 100
LONGEST_STREET = 100
# As many are in memory at a time.
AT_A_TIME = 500
# What a button beside the line says at once; anything else has a page of its own.
QUICK = [(each.value, words) for each, words in OUTCOMES.items() if each is not CallOutcome.OTHER]


class CallForm(FlaskForm):
    """What came of a call."""

    key = HiddenField()
    outcome = ChoiceField(
        N_("What came of it"), offered=choices_of(OUTCOMES), validators=[Filled()]
    )
    words = LineField(
        N_("In your own words"),
        description=N_("Needed where it was something else."),
        longest=LONGEST_CALL,
    )


@dataclass(frozen=True)
class Asked:
    """What the address asks for: a month, one of those offered, a district and a street."""

    periods: Sequence[Period]
    counts: Counts
    district: DistrictSilence | None
    silence: Silence

    @classmethod
    def of_request(cls) -> Asked:
        """The month, the district where anybody is missing, the street."""
        periods = periods_offered()
        period = period_asked(periods)
        counts = silence_counts(period, today())
        district = district_asked(counts.districts)
        street = printable(request.args.get("street"))[:LONGEST_STREET].strip()
        silence = Silence(period, today(), district.id if district else 0, street)
        return cls(periods, counts, district, silence)

    def arguments(self) -> dict[str, Any]:
        """The same as an address."""
        of = self.silence
        return {"month": str(of.period), "district": of.district_id, "street": of.street or None}


class ReadingMissingDesk(ReportDesk):
    code, area, section, table = "reading_missing", "readings", "entry", Account
    title, address = N_("Who has not sent yet"), "/staff/readings/missing"

    def row_for(self, page: str) -> Row:
        return "readings.enter" if page == "account" else super().row_for(page)

    @expose("/")
    def index(self) -> ResponseReturnValue:
        asked = Asked.of_request()
        # One more than is shown says whether others follow.
        found = silent_accounts(asked.silence, after=after_asked(), limit=ACCOUNTS_A_PAGE + 1)
        shown, arguments = found[:ACCOUNTS_A_PAGE], asked.arguments()
        further = {**arguments, "after": shown[-1].account.id} if len(found) > len(shown) else None
        return self.render(
            "staff/reading_missing.html",
            heading=month(asked.silence.period),
            asked=asked,
            total=sum(each.accounts for each in asked.counts.districts),
            districts=[
                (self.get_url(".index", **arguments | {"district": each.id}), each)
                for each in asked.counts.districts
            ],
            months=month_options(asked.periods, asked.silence.period),
            is_first=after_asked() is None,
            first_url=self.get_url(".index", **arguments),
            further_url=self.get_url(".index", **further) if further else "",
            lines=lines_of(shown, asked.silence),
            outcomes=QUICK,
            may_enter=allows("readings.enter", signed_in()),
            formats=offered_to_employee(self),
            download_url=self.get_url(".download", **arguments),
        )

    @expose("/<number>/", methods=("GET", "POST"))
    def account(self, number: str) -> ResponseReturnValue:
        account, form = opened(number), CallForm(typed() or None)
        propose(form.key, new_key())
        if request.method != "POST":
            return self.call_page(account, form)
        if not form.validate():
            return self.call_page(account, form), UNPROCESSABLE
        period, outcome = period_asked(periods_offered()), CallOutcome(form.outcome.data)
        new = NewCall(account.id, period, outcome, form.words.data or "")
        try:
            note_call(current_actor(), new, key=form.key.data, at=now())
        except NoWordsError:
            form.words.errors = [_("Please say what came of the call.")]
            return self.call_page(account, form), UNPROCESSABLE
        except (KeyReusedError, MissingKeyError):
            form.key.data = new_key()
            return self.call_page(account, form, refusal=str(ALREADY_SENT)), CONFLICT
        flash(_("The call is noted."), "success")
        # Back to the line that was rung up.
        return redirect(f"{self.return_url()}#account-{account.number_key}")

    def call_page(self, account: Account, form: CallForm, *, refusal: str = "") -> str:
        """The form of one call, for whatever the buttons of the list do not say."""
        period = period_asked(periods_offered())
        known = last_calls([account.id], period).get(account.id)
        return self.render(
            "staff/reading_call.html",
            account=account,
            heading=account_words(str(account.number)),
            month=month(period),
            known="" if known is None else call_words(known),
            form=form,
            refusal=refusal,
            return_url=self.return_url(),
        )

    def sheet(self) -> tuple[Sheet, Iterator[SheetRow]]:
        heads = [_("Account"), _("Address"), _("Payer"), _("Telephone"), _("No reading of")]
        heads += [_("Months in a row"), _("Last call")]
        silence = Asked.of_request().silence
        return Sheet(f"{self.title} {silence.period}", heads), sheet_rows(silence)

    def show_again(self, page: str, *, refusal: str, **place: Any) -> Any:
        return self.call_page(opened(place["number"]), CallForm(typed()), refusal=refusal)


def sheet_rows(silence: Silence) -> Iterator[SheetRow]:
    """The rows of a file: a district in the order in which it is walked."""
    after = None
    while some := silent_accounts(silence, after=after, limit=AT_A_TIME):
        calls = last_calls([each.account.id for each in some], silence.period)
        for each in some:
            line = line_of(each, call=calls.get(each.account.id))
            who = (line.holder, line.telephone)
            meters = "; ".join(" · ".join(words) for words in line.meters)
            places = [str(each.account.number), plain(each.account.premises.address), *who]
            yield [*places, plain(meters), each.months, plain(line.call)]
        after = some[-1].account.id


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
