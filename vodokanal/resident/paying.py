"""How to pay a receipt: by its code, or by the utility's requisites."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from vodokanal.billing.receipts import ReceiptDetails, ReceiptPaper, Requisites
from vodokanal.formats.qr_codes import qr_png
from vodokanal.operations.receipts import BilledMonth
from vodokanal.web.payment_codes import payment_code_of


@dataclass(frozen=True)
class Paying:
    """The code as an image, empty where there is none, and the requisites row by row."""

    code_image: str
    requisites: Sequence[tuple[str, str]]


def paper_of(billed: BilledMonth, number: str) -> ReceiptPaper:
    """The receipt as its paper has it, without its lines."""
    receipt = billed.receipt
    return ReceiptPaper(
        number=number,
        period=receipt.period,
        opening=receipt.opening,
        charged=receipt.charged,
        corrected=receipt.corrected,
        penalty=receipt.penalty,
        paid=receipt.paid,
        closing=receipt.closing,
        pay_by=receipt.pay_by,
        details=ReceiptDetails.from_json(receipt.details),
        requisites=Requisites.from_json(billed.month.requisites),
    )


def paying_of(paper: ReceiptPaper) -> Paying:
    """How the receipt may be paid."""
    code = payment_code_of(paper)
    return Paying("" if code is None else _image(code), _rows(paper.requisites))


def _rows(requisites: Requisites) -> list[tuple[str, str]]:
    rows = [
        (_("Payee"), requisites.utility_name),
        (_("INN"), requisites.inn),
        (_("KPP"), requisites.kpp),
        (_("Bank"), requisites.bank_name),
        (_("BIC"), requisites.bank_bic),
        (_("Bank account"), requisites.bank_account),
        (_("Correspondent account"), requisites.bank_correspondent_account),
    ]
    return [(name, value) for name, value in rows if value]


# A data address: the printed page must not depend on a second request.
def _image(code: bytes) -> str:
    return "data:image/png;base64," + b64encode(qr_png(code)).decode()
