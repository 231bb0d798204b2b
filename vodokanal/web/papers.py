"""Papers as PDF: receipts, statements, certificates, each read, worded and laid out."""

from __future__ import annotations

from datetime import date

from vodokanal.billing.periods import Period
from vodokanal.billing.statements import NotDebtFreeError
from vodokanal.operations.receipt_papers import get_receipt_paper
from vodokanal.operations.receipts import ReceiptNotFoundError
from vodokanal.operations.statement_papers import get_certificate, get_statement
from vodokanal.paperwork.rendering import pdf_of
from vodokanal.web.receipt_papers import receipt_batch
from vodokanal.web.statement_papers import printed_certificate, printed_statement

__all__ = [
    "NotDebtFreeError",
    "ReceiptNotFoundError",
    "certificate_pdf",
    "receipt_pdf",
    "statement_pdf",
]


def receipt_pdf(account_id: int, period: Period, *, is_copy: bool) -> bytes:
    """The receipt of an issued month as a PDF.

    Raises:
        ReceiptNotFoundError: the account has no receipt of that month.
    """
    paper = get_receipt_paper(account_id, period)
    return pdf_of(receipt_batch([paper], period, is_copy=is_copy))


def statement_pdf(account_id: int, first: Period, *, last: Period) -> bytes:
    """What was charged and paid from the first month to the last, both included, as a PDF."""
    return pdf_of(printed_statement(get_statement(account_id, first, last=last)))


def certificate_pdf(account_id: int, today: date) -> bytes:
    """The certificate that nothing is owed today, as a PDF.

    Raises:
        NotDebtFreeError: something is owed.
    """
    return pdf_of(printed_certificate(get_certificate(account_id, today)))
