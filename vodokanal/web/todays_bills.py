"""The words of the bill for today: how it adds up, how old it is, what is left out and why."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.billing.debt_ages import Age
from vodokanal.billing.statements import StatementRow
from vodokanal.operations.todays_bills import FinalMonth, TodaysBill
from vodokanal.paperwork.printed import PrintedBill, PrintedCharges, PrintedSum, ToPay
from vodokanal.paperwork.rendering import pdf_of
from vodokanal.web.dates import full_day, full_month
from vodokanal.web.language import chosen_language
from vodokanal.web.numbers import MINUS, NO_BREAK, money
from vodokanal.web.payment_codes import bill_code_of
from vodokanal.web.receipt_lines import charge_columns, charge_line
from vodokanal.web.receipt_papers import correction_sum, letterhead
from vodokanal.web.statement_papers import row_words
from vodokanal.web.trouble_words import trouble_words
from vodokanal.web.wording import account_words

N_ = lazy_gettext

AGES = {
    Age.NOT_DUE: N_("not due yet"),
    Age.TO_30: N_("overdue up to 30 days"),
    Age.TO_90: N_("overdue 31 to 90 days"),
    Age.TO_365: N_("overdue 91 to 365 days"),
    Age.OLDER: N_("overdue more than a year"),
}


def bill_pdf(bill: TodaysBill, *, printed_by: str, at: str) -> bytes:
    """The bill as a PDF, with who has printed it at what time."""
    return pdf_of(printed_bill(bill, printed_by=printed_by, at=at))


def printed_bill(bill: TodaysBill, *, printed_by: str, at: str) -> PrintedBill:
    """The bill, ready to be laid out."""
    number, day = account_words(bill.whose.number), full_day(bill.on)
    title = _("Final bill") if bill.is_final else _("Bill for %(day)s", day=day)
    return PrintedBill(
        language=chosen_language(),
        title=title,
        number=_("account %(number)s", number=number),
        address=bill.whose.address,
        whose=bill.whose.holder,
        utility=letterhead(bill.whose.requisites),
        top=_top(bill, number),
        bank=_("BANK, POST"),
        sums_title=_("How it adds up"),
        sums=bill_sums(bill),
        charges=[_charges(each) for each in bill.final if each.lines],
        ages_title=_("How old the debt is"),
        ages=bill_ages(bill),
        notes=bill_notes(bill),
        made=_("Printed on %(day)s at %(time)s by %(who)s.", day=day, time=at, who=printed_by),
        signatures=[_("position"), _("signature, seal"), _("name")],
        footer=" · ".join((_("account %(number)s", number=number), title)),
        page=_("page"),
    )


def bill_sums(bill: TodaysBill) -> list[PrintedSum]:
    """The addition: the last receipt, what came since, what is disputed, what is to be paid."""
    rows = [_opening(bill), *(_since(each) for each in bill.rows)]
    rows += [correction_sum(each) for each in bill.corrections]
    for each in bill.final:
        words = _("Charged for %(month)s", month=full_month(each.period))
        rows.append(PrintedSum(words, _amount(each.charged)))
        rows += [correction_sum(fix) for fix in each.corrections]
    if bill.disputed:
        rows.append(
            PrintedSum(_("Disputed: not demanded until the answer"), _amount(-bill.disputed))
        )
    return [*rows, _answer(bill)]


def bill_ages(bill: TodaysBill) -> list[PrintedSum]:
    """What is owed by how long ago it was to be paid; ages without a debt are left out."""
    return [
        PrintedSum(_("Debt, %(age)s", age=str(words)), money(bill.ages[age]))
        for age, words in AGES.items()
        if bill.ages[age]
    ]


def bill_notes(bill: TodaysBill) -> list[str]:
    """What the sum leaves out, and why."""
    return list(_notes(bill))


def _notes(bill: TodaysBill) -> Iterator[str]:
    day = full_day(bill.on)
    if bill.penalty is None:
        yield _("The penalty of the last days cannot be told: its rates are not set yet.")
    elif bill.penalty:
        yield _(
            "Penalty for paying late that has grown since the last receipt, up to %(day)s: %(sum)s. "
            "It is not in this sum: it is posted with the next receipt.",
            day=day,
            sum=_amount(bill.penalty),
        )
    if bill.disputed:
        yield _(
            "%(sum)s are disputed. Until the answer nobody demands them.", sum=money(bill.disputed)
        )
    if bill.trouble is not None:
        why = trouble_words(bill.trouble.code, bill.trouble.parameters)
        yield _("The last months cannot be charged yet. %(why)s", why=why)
    elif bill.is_final and bill.account.closed_on is not None:
        closed_on = full_day(bill.account.closed_on)
        yield _("The account was closed on %(day)s: nothing more is charged.", day=closed_on)
    elif bill.account.closed_on is None:
        month = full_month(bill.open_month)
        yield _("What is charged for %(month)s will be in the receipt for that month.", month=month)


def _top(bill: TodaysBill, number: str) -> ToPay:
    if not bill.to_pay:
        ahead = money(-bill.owed) if bill.owed < 0 else ""
        until = _("Paid ahead: %(sum)s", sum=ahead) if ahead else ""
        return ToPay(heading=_("Nothing to pay"), sum="", until=until, how="")
    requisites = bill.whose.requisites
    code = bill_code_of(bill.to_pay, bill.whose.number, requisites=requisites)
    how = _("Name account %(number)s at a bank, at the post or in our office.", number=number)
    if code is not None:
        how = _(
            "Point the camera of your bank's app at the square on the right. "
            "Or name account %(number)s at a bank, at the post or in our office.",
            number=number,
        )
    on = _("on %(day)s", day=full_day(bill.on))
    return ToPay(heading=_("To pay"), sum=money(bill.to_pay), until=on, how=how, code=code)


def _opening(bill: TodaysBill) -> PrintedSum:
    if bill.told is None:
        return PrintedSum(_("No receipt was issued yet"), money(bill.opening))
    words = _("By the receipt for %(month)s", month=full_month(bill.told))
    if bill.opening < 0:
        words = _("Paid ahead by the receipt for %(month)s", month=full_month(bill.told))
    return PrintedSum(words, _amount(bill.opening))


def _since(row: StatementRow) -> PrintedSum:
    return PrintedSum(row_words(row), _amount(row.amount), full_day(row.on))


def _answer(bill: TodaysBill) -> PrintedSum:
    owed = bill.owed - bill.disputed
    words = _("Paid ahead") if owed < 0 else _("To pay")
    return PrintedSum(words, money(abs(owed)), bold=True)


def _charges(month: FinalMonth) -> PrintedCharges:
    return PrintedCharges(
        _("Charged for %(month)s", month=full_month(month.period)),
        charge_columns(),
        [charge_line(each) for each in month.lines],
    )


def _amount(amount: Decimal) -> str:
    """An amount of the addition: − 462,37 ₽."""
    return money(amount) if amount >= 0 else f"{MINUS}{NO_BREAK}{money(-amount)}"
