"""Papers of an account for whoever came for them: receipt, statement, certificate."""

from __future__ import annotations

from io import BytesIO

from flask import flash, redirect, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.billing.periods import NotAPeriodError, Period
from vodokanal.models.accounts import Account
from vodokanal.operations.balances import find_last_receipt
from vodokanal.operations.card_bills import Waits
from vodokanal.operations.receipts import ReceiptNotFoundError
from vodokanal.resident.months_shown import months_shown
from vodokanal.resident.owing import find_balance
from vodokanal.staff.card_actions import CARD
from vodokanal.staff.card_bill_words import bill_words
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.gate import expose
from vodokanal.staff.reading_form import opened
from vodokanal.web.access import Row
from vodokanal.web.clock import today
from vodokanal.web.numbers import money
from vodokanal.web.papers import NotDebtFreeError, certificate_pdf, receipt_pdf, statement_pdf

N_ = lazy_gettext

PDF = "application/pdf"


class AccountPapersDesk(StaffDesk):
    code, in_menu, first_page = "account_papers", False, "receipt"
    title, address = N_("Papers of an account"), "/staff/accounts"

    def row_for(self, page: str) -> Row:
        return "charges.read"

    @expose("/<number>/receipt.pdf")
    def receipt(self, number: str) -> ResponseReturnValue:
        account = opened(number)
        period = asked_month(account)
        try:
            if period is not None:
                content = receipt_pdf(account.id, period, is_copy=True)
                return as_file(content, f"{account.number} {period}")
        except ReceiptNotFoundError:
            pass
        return self.sent_back(account, _("There is no receipt of that month."))

    @expose("/<number>/statement.pdf")
    def statement(self, number: str) -> ResponseReturnValue:
        account = opened(number)
        shown = months_shown(account.opened_on, today=today())
        content = statement_pdf(account.id, shown.first, last=shown.last)
        return as_file(content, f"{account.number} {shown.first} {shown.last}")

    @expose("/<number>/certificate.pdf")
    def certificate(self, number: str) -> ResponseReturnValue:
        account = opened(number)
        try:
            return as_file(certificate_pdf(account.id, today()), f"{account.number} {today()}")
        except NotDebtFreeError as error:
            words = _(
                "No certificate can be given: %(sum)s are left to pay.", sum=money(error.balance)
            )
            owed = find_balance(account.id)
            bill = "" if owed is None else bill_words(account, owed, waits=Waits())
            return self.sent_back(account, f"{words} {bill}." if bill else words)

    def sent_back(self, account: Account, words: str) -> ResponseReturnValue:
        """The card, which says why there is no paper."""
        flash(words, "error")
        return redirect(self.get_url(CARD, number=account.number_key))


def asked_month(account: Account) -> Period | None:
    """The month that the address names, or the last one with a receipt."""
    text = request.args.get("month", "")
    try:
        if text:
            return Period.parse(text)
    except NotAPeriodError:
        return None
    last = find_last_receipt(account.id)
    return None if last is None else last.period


def as_file(content: bytes, name: str) -> ResponseReturnValue:
    """A paper, opened in the browser and kept under a name that says what it is."""
    return send_file(BytesIO(content), mimetype=PDF, download_name=f"{name}.pdf")
