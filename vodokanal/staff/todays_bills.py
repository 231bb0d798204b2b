"""The desk of bills for today: what an account owes now, to be printed for whoever stands there."""

from __future__ import annotations

from flask import Response, abort, make_response, redirect
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from vodokanal.billing.rates import NoRateError
from vodokanal.formats.account_numbers import grouped
from vodokanal.models.accounts import Account
from vodokanal.operations.accounts import AccountNotFoundError, get_account
from vodokanal.operations.todays_bills import TodaysBill, get_todays_bill
from vodokanal.staff.account_desk import AccountDesk
from vodokanal.staff.gate import expose
from vodokanal.web.access import Row
from vodokanal.web.clock import now, today
from vodokanal.web.configuration import settings
from vodokanal.web.identity import current_actor
from vodokanal.web.ledger_words import balance_words
from vodokanal.web.todays_bills import bill_ages, bill_notes, bill_pdf, bill_sums

N_ = lazy_gettext

PDF = "application/pdf"


class TodaysBillDesk(AccountDesk):
    code, section = "todays_bill", "money"
    title, address = N_("Bill for today"), "/staff/todays-bill"
    finder_label = N_("For whom")

    def row_for(self, page: str) -> Row:
        return "bills.print"

    @expose("/<number>/")
    def account(self, number: str) -> ResponseReturnValue:
        account = opened(number)
        bill = find_bill(account)
        return self.render(
            "staff/todays_bill.html",
            account=account,
            number=grouped(str(account.number)),
            bill=bill,
            words="" if bill is None else balance_words(bill.owed - bill.disputed),
            sums=[] if bill is None else bill_sums(bill),
            ages=[] if bill is None else bill_ages(bill),
            notes=[] if bill is None else bill_notes(bill),
        )

    @expose("/<number>/bill.pdf")
    def paper(self, number: str) -> ResponseReturnValue:
        account = opened(number)
        bill = find_bill(account)
        if bill is None:
            return redirect(self.get_url(".account", number=account.number_key))
        at = f"{now().astimezone(settings().zone):%H:%M}"
        content = bill_pdf(bill, printed_by=current_actor().name, at=at)
        return pdf_answer(content, f"bill {account.number_key} {today()}")


def opened(number: str) -> Account:
    """The account of that number, or the page that there is none."""
    try:
        return get_account(number)
    except AccountNotFoundError:
        abort(404)


def find_bill(account: Account) -> TodaysBill | None:
    """The bill of an account; None while what it is counted by is not set."""
    try:
        return get_todays_bill(account, today=today(), zone=settings().zone)
    except NoRateError:
        return None


def pdf_answer(content: bytes, name: str) -> Response:
    """A paper that opens in the browser, and is kept under a name that says what it is."""
    answer = make_response(content)
    answer.mimetype = PDF
    plain = "".join(each if each.isascii() and each.isalnum() else "-" for each in name)
    answer.headers["Content-Disposition"] = f'inline; filename="{plain}.pdf"'
    return answer
