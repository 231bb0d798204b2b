"""The desk that takes readings by telephone, at the office and from visits, on one page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from vodokanal.billing.readings import Source
from vodokanal.formats.account_numbers import grouped
from vodokanal.models.accounts import Account
from vodokanal.staff.account_desk import AccountDesk
from vodokanal.staff.entry_lines import call_of, question_of
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import UNPROCESSABLE
from vodokanal.staff.reading_form import (
    EntryForm,
    lines_of,
    new_form,
    number_of,
    opened,
    take_readings,
)
from vodokanal.web.access import Row
from vodokanal.web.dates import month

N_ = lazy_gettext


class ReadingEntryDesk(AccountDesk):
    code, section = "reading_entry", "entry"
    title, address = N_("Enter readings"), "/staff/readings/enter"
    finder_label = N_("Who gives the readings")

    def row_for(self, page: str) -> Row:
        return "readings.enter"

    @expose("/<number>/", methods=("GET", "POST"))
    def account(self, number: str) -> ResponseReturnValue:
        account = opened(number)
        form = new_form(account)
        if request.method == "POST" and form.validate():
            return self.submit(account, form)
        return self.entry_page(account, form)

    def submit(self, account: Account, form: EntryForm) -> ResponseReturnValue:
        """Takes the readings and shows what they have come to."""
        outcome = take_readings(account, form)
        if outcome.sent:
            place = {"number": number_of(account), "sent": outcome.sent}
            return redirect(self.get_url("reading_answers.done", **place))
        errors, refusal = outcome.errors, outcome.refusal
        return self.entry_page(account, form, errors=errors, refusal=refusal, status=outcome.status)

    def entry_page(
        self,
        account: Account,
        form: EntryForm,
        *,
        errors: Mapping[int, str] | None = None,
        refusal: str = "",
        status: int = UNPROCESSABLE,
    ) -> ResponseReturnValue:
        """The account with a field a meter, and what was asked about and not answered yet."""
        # A source that could not be read is asked again; until then the page is as by telephone.
        call = call_of(account, form.source.data or Source.TELEPHONE)
        lines = lines_of(call, errors or {})
        page = self.render(
            "staff/reading_entry_account.html",
            call=call,
            heading=grouped(str(account.number)),
            month="" if call.term is None else month(call.term.period),
            lines=lines,
            mistakes=[(each.name, each.error) for each in lines if each.error],
            questions=[question_of(each) for each in call.asked],
            form=form,
            refusal=refusal,
        )
        return (page, status) if request.method == "POST" else page

    def show_again(self, page: str, *, refusal: str, **place: Any) -> ResponseReturnValue:
        account = opened(place["number"])
        return self.entry_page(account, new_form(account), refusal=refusal)
