"""The desk of case files: all that is kept of an account and some months, printed for a court."""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm

from vodokanal.billing.periods import Period
from vodokanal.formats.account_numbers import grouped
from vodokanal.models.accounts import Account
from vodokanal.operations.case_files import (
    USUAL_MONTHS,
    MonthsRefusedError,
    get_case_file,
    record_case_file,
)
from vodokanal.paperwork.rendering import pdf_of
from vodokanal.staff.account_desk import AccountDesk
from vodokanal.staff.case_file_papers import printed_case_file
from vodokanal.staff.cells import moment
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import UNPROCESSABLE
from vodokanal.staff.todays_bills import opened, pdf_answer
from vodokanal.web.access import Row
from vodokanal.web.clock import now, today
from vodokanal.web.configuration import settings
from vodokanal.web.form_again import typed
from vodokanal.web.form_fields import Filled, MonthField, mistakes_in
from vodokanal.web.identity import current_actor

N_ = lazy_gettext

NAMES = ("first", "last")


class MonthsForm(FlaskForm):
    """From which month to which."""

    first = MonthField(N_("From month"), validators=[Filled()])
    last = MonthField(N_("To month"), validators=[Filled()])


class CaseFileDesk(AccountDesk):
    code, section = "case_file", "money"
    title, address = N_("Case file"), "/staff/case-file"
    finder_label = N_("For whom")

    def row_for(self, page: str) -> Row:
        return "cases.print"

    @expose("/<number>/")
    def account(self, number: str) -> ResponseReturnValue:
        return self.months_page(opened(number), proposed())

    # Not asked for by a link: that somebody takes it away is written down.
    @expose("/<number>/case.pdf", methods=("GET", "POST"))
    def paper(self, number: str) -> ResponseReturnValue:
        if request.method != "POST":
            return redirect(self.get_url(".account", number=number))
        account, form = opened(number), proposed()
        if not form.validate():
            return self.months_page(account, form), UNPROCESSABLE
        return self.hand_out(account, form)

    def hand_out(self, account: Account, form: Any) -> ResponseReturnValue:
        """The paper of the months that were typed, or why there is none."""
        first, last = form.first.data, form.last.data
        try:
            file = get_case_file(account, first, last=last, zone=settings().zone)
        except MonthsRefusedError as error:
            words = _(
                "From an earlier month to a later one, at most %(most)s of them.", most=error.most
            )
            form.last.errors = [words]
            return self.months_page(account, form), UNPROCESSABLE
        paper = printed_case_file(file, self, printed_by=current_actor().name, at=moment(now()))
        pdf = pdf_of(paper)
        # What could not be made was not taken away either.
        record_case_file(current_actor(), account, first=first, last=last, at=now())
        return pdf_answer(pdf, f"case {account.number_key} {first} {last}")

    def months_page(self, account: Account, form: Any, *, refusal: str = "") -> str:
        """The form of the months."""
        return self.render(
            "staff/case_file.html",
            account=account,
            number=grouped(str(account.number)),
            form=form,
            names=NAMES,
            mistakes=mistakes_in(form, NAMES),
            refusal=refusal,
        )

    def show_again(self, page: str, *, refusal: str, **place: Any) -> Any:
        return self.months_page(opened(place["number"]), proposed(), refusal=refusal)


def proposed() -> MonthsForm:
    """The months as they were typed, or the last three years."""
    last = Period.of(today())
    return MonthsForm(typed() or None, data={"first": last.plus(1 - USUAL_MONTHS), "last": last})
