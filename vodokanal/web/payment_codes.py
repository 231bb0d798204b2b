"""What a receipt's payment code says to a bank: payee, sum, account, month."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import gettext as _

from vodokanal.billing.receipts import ReceiptPaper, Requisites
from vodokanal.formats.payment_qr import (
    UTILITIES,
    Charset,
    MandatoryTooLongError,
    Payee,
    PaymentCodeError,
    PaymentOrder,
    payment_code,
    period_value,
    sum_value,
)
from vodokanal.web.dates import full_month

LONGEST_PURPOSE, LONGEST_NAME, LONGEST_BANK = 160, 160, 45
NO_ACCOUNT = "0"


def payment_code_of(paper: ReceiptPaper) -> bytes | None:
    """The code of what is to be paid; None without anything to pay or anybody to pay it to."""
    if not paper.to_pay:
        return None
    try:
        return _code(_order(paper))
    except PaymentCodeError:
        return None


def bill_code_of(to_pay: Decimal, number: str, *, requisites: Requisites) -> bytes | None:
    """The code of a sum that is owed for several months; None as for a receipt.

    It names no month: what is paid covers the oldest debt first.
    """
    if not to_pay:
        return None
    purpose = _("Water, account %(number)s", number=number)
    values = {
        "PersAcc": number,
        "Sum": sum_value(to_pay),
        "Purpose": purpose[:LONGEST_PURPOSE],
        "PayeeINN": requisites.inn,
        "KPP": requisites.kpp,
        "TechCode": UTILITIES,
    }
    filled = {key: each for key, each in values.items() if each}
    try:
        return _code(PaymentOrder(_payee(requisites), filled))
    except PaymentCodeError:
        return None


def lacks_payee(requisites: Requisites) -> bool:
    """Whether nobody can be paid with these requisites: no bank would take such a code."""
    try:
        _code(PaymentOrder(_payee(requisites)))
    except PaymentCodeError:
        return True
    return False


def _code(order: PaymentOrder) -> bytes:
    try:
        return payment_code(order)
    except MandatoryTooLongError:
        # A letter is one byte there instead of two.
        return payment_code(order, Charset.WINDOWS_1251)


def _order(paper: ReceiptPaper) -> PaymentOrder:
    requisites, month = paper.requisites, full_month(paper.period)
    purpose = _("Water for %(month)s, account %(number)s", month=month, number=paper.number)
    values = {
        "PersAcc": paper.number,
        "Sum": sum_value(paper.to_pay),
        "PaymPeriod": period_value(paper.period),
        "Purpose": purpose[:LONGEST_PURPOSE],
        "PayeeINN": requisites.inn,
        "KPP": requisites.kpp,
        "TechCode": UTILITIES,
        "QuittId": f"{paper.period.as_int}-{paper.number}",
    }
    return PaymentOrder(_payee(requisites), {key: each for key, each in values.items() if each})


def _payee(requisites: Requisites) -> Payee:
    return Payee(
        requisites.utility_name[:LONGEST_NAME],
        requisites.bank_account,
        # The BIC decides; the name is for people.
        requisites.bank_name[:LONGEST_BANK],
        requisites.bank_bic,
        requisites.bank_correspondent_account or NO_ACCOUNT,
    )
