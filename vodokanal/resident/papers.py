"""Papers of an account as PDF: a receipt, a statement, the certificate that nothing is owed."""

from __future__ import annotations

from flask import Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from vodokanal.billing.periods import NotAPeriodError, Period
from vodokanal.operations.receipts import ReceiptNotFoundError
from vodokanal.operations.visits import Visit
from vodokanal.resident.blueprint import blueprint
from vodokanal.resident.opening import open_visit
from vodokanal.web.clock import today
from vodokanal.web.papers import NotDebtFreeError, certificate_pdf, receipt_pdf, statement_pdf

PDF = "application/pdf"


def period_of(text: str) -> Period:
    """The month of an address; 404 for anything else."""
    try:
        return Period.parse(text)
    except NotAPeriodError:
        abort(404)


@blueprint.get("/<number>/receipts/<period>.pdf")
def receipt_paper(number: str, period: str) -> Response:
    account_id, month = _own_papers(number).access.account_id, period_of(period)
    try:
        # What the post brought is the receipt; whatever is printed here is a copy of it.
        return _pdf(receipt_pdf(account_id, month, is_copy=True), f"{number} {month}")
    except ReceiptNotFoundError:
        abort(404)


@blueprint.get("/<number>/statement.pdf")
def statement_paper(number: str) -> Response:
    account_id = _own_papers(number).access.account_id
    first = period_of(request.args.get("from", ""))
    last = period_of(request.args.get("to", ""))
    if last < first:
        abort(404)
    return _pdf(statement_pdf(account_id, first, last=last), f"{number} {first} {last}")


@blueprint.get("/<number>/certificate.pdf")
def certificate_paper(number: str) -> ResponseReturnValue:
    visit = _own_papers(number)
    try:
        return _pdf(certificate_pdf(visit.access.account_id, today()), f"{number} {today()}")
    except NotDebtFreeError as error:
        return render_template("resident/no_certificate.html", visit=visit, owed=error.balance)


def _own_papers(number: str) -> Visit:
    """The account whose papers the resident may see: they name its payer."""
    visit = open_visit(number)
    if not visit.sees_people:
        abort(404)
    return visit


def _pdf(content: bytes, name: str) -> Response:
    answer = make_response(content)
    answer.mimetype = PDF
    # Opened in the browser, and kept under a name that says what it is.
    answer.headers["Content-Disposition"] = f'inline; filename="{_plain(name)}.pdf"'
    return answer


def _plain(name: str) -> str:
    """A file's name that a header can hold."""
    kept = "".join(each if each.isascii() and each.isalnum() else "-" for each in name)
    return kept.strip("-") or "paper"
