"""Papers from the cabinet: receipt, statement and certificate as PDF, the owner's own only."""

from __future__ import annotations

import pytest

from tests.cast import ACCOUNT, Cast
from tests.conftest import SECRET_KEY, ClientAs
from tests.ledgers import pay
from tests.months import closed, make_rates, settle
from vodokanal.billing.periods import Period
from vodokanal.operations.queue import open_queue

URL = f"/personal/{ACCOUNT}/"
OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)
PAPERS = ("receipts/2026-10.pdf", "statement.pdf?from=2026-09&to=2026-11")


@pytest.fixture(autouse=True)
def _october(cast: Cast) -> None:
    open_queue(SECRET_KEY)
    category = make_rates()
    settle(cast.account, category)
    settle(cast.vera_account, category)
    closed(OCTOBER, "2026-11-01T09:00")


@pytest.mark.slow("typesets a page")
@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("person", ["anna", "boris"])
def test_paper_is_a_pdf_of_a_telling_name(
    client_as: ClientAs, cast: Cast, paper: str, person: str
) -> None:
    with client_as(getattr(cast, person)).browser.get(URL + paper) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert answer.data.startswith(b"%PDF-")
        assert answer.headers["Content-Disposition"].startswith('inline; filename="12-34-2026-')


@pytest.mark.slow("typesets a page")
def test_certificate_is_given_to_who_owes_nothing(client_as: ClientAs, cast: Cast) -> None:
    pay(cast.account, NOVEMBER, "756.51")
    with client_as(cast.anna).browser.get(f"{URL}certificate.pdf") as answer:
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")


def test_debtor_is_told_kindly_what_is_left(client_as: ClientAs, cast: Cast) -> None:
    page = client_as(cast.anna).get(f"{URL}certificate.pdf")
    assert page.heading == "Справку выдадим, когда всё будет оплачено"
    assert "Сейчас осталось оплатить 756,51 ₽." in page.plain


@pytest.mark.parametrize(
    "asked", ["", "from=2026-09", "from=2026-11&to=2026-10", "from=x&to=2026-10"]
)
def test_statement_of_no_months_is_not_there(client_as: ClientAs, cast: Cast, asked: str) -> None:
    client_as(cast.anna).get(f"{URL}statement.pdf?{asked}", status=404)


@pytest.mark.parametrize("person", ["vera", "daria"])
def test_statement_is_not_there_for_others(client_as: ClientAs, cast: Cast, person: str) -> None:
    path = f"{URL}statement.pdf?from=2026-09&to=2026-11"
    client_as(getattr(cast, person)).get(path, status=404)
