"""Every month of an account, each opened down to the column that it was counted by."""

from __future__ import annotations

from dataclasses import dataclass

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.billing.periods import Period, months_between
from vodokanal.operations.receipts import BilledMonth, billed_months
from vodokanal.resident.months_shown import months_shown
from vodokanal.resident.worked_out import WorkedOut, worked_out
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.gate import expose
from vodokanal.staff.reading_form import opened
from vodokanal.web.access import Row
from vodokanal.web.clock import today
from vodokanal.web.dates import month_title
from vodokanal.web.numbers import money
from vodokanal.web.wording import account_words

N_ = lazy_gettext


@dataclass(frozen=True)
class OpenedMonth:
    """An issued month: its sums and the rows that they are made of."""

    period: Period
    title: str
    sums: tuple[tuple[str, str], ...]
    worked: WorkedOut


class AccountMonthsDesk(StaffDesk):
    code, in_menu, first_page = "account_months", False, "index"
    title, address = N_("Months of an account"), "/staff/accounts"

    def row_for(self, page: str) -> Row:
        return "charges.read"

    @expose("/<number>/months/")
    def index(self, number: str) -> ResponseReturnValue:
        account = opened(number)
        shown = months_shown(account.opened_on, today=today())
        billed = billed_months(account.id, list(months_between(shown.first, shown.last)))
        return self.render(
            "staff/account_months.html",
            account=account,
            number=account_words(str(account.number)),
            shown=shown,
            months=[opened_month(billed[period]) for period in sorted(billed, reverse=True)],
        )


def opened_month(billed: BilledMonth) -> OpenedMonth:
    """A month with everything that its receipt is made of."""
    receipt = billed.receipt
    sums = (
        (_("Owed before"), receipt.opening),
        (_("Charged"), receipt.charged),
        (_("Corrected"), receipt.corrected),
        (_("Penalty"), receipt.penalty),
        (_("Paid"), receipt.paid),
        (_("Owed after"), receipt.closing),
    )
    return OpenedMonth(
        billed.period,
        month_title(billed.period),
        tuple((words, money(value)) for words, value in sums),
        worked_out(billed),
    )
