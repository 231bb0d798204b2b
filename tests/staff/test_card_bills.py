"""What a clerk reads out from the card is what the paper of that day says."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import Cast
from tests.conftest import ClientAs
from tests.ledgers import charge, issue
from tests.month_factories import make_correction, make_dispute, make_payment_term
from tests.months import make_rates, settle
from vodokanal.billing.money import rubles
from vodokanal.billing.periods import Period
from vodokanal.models.accounts import Account

CARD = "/staff/accounts/1234"
OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)


@pytest.fixture(autouse=True)
def _october(cast: Cast) -> None:
    """October is on its bill."""
    settle(cast.account, make_rates())
    make_payment_term()
    charge(cast.account, OCTOBER, "874.81")
    issue(OCTOBER, cast.account)


def corrected(cast: Cast, amount: str) -> None:
    months = {"posted_period": NOVEMBER, "for_period": OCTOBER}
    make_correction(account=cast.account, amount=rubles(amount), words="По акту", **months)


def test_correction_that_waits_stands_beside_the_balance(client_as: ClientAs, cast: Cast) -> None:
    chief = client_as(cast.olga)
    assert "В счёте на сегодня" not in chief.get(CARD).plain
    corrected(cast, "-305.91")
    words = "В счёте на сегодня 568,90 ₽: с исправлениями, которых ещё нет в квитанции"
    page = chief.get(CARD)
    assert "Долг 874,81 ₽" in page.plain
    assert words in page.plain
    assert "568,90 ₽" in chief.get("/staff/todays-bill/1234/").plain
    # The paper goes by the ledger; why it is refused is said with both sums.
    refused = chief.get(f"{CARD}/certificate.pdf", status=303).follow()
    assert f"осталось заплатить 874,81 ₽. {words}." in refused.plain


def test_more_than_is_owed_is_paid_ahead(client_as: ClientAs, cast: Cast) -> None:
    corrected(cast, "-900")
    make_dispute(account=cast.account, debt_period=OCTOBER, amount="100")
    page = client_as(cast.olga).get(CARD)
    assert "В счёте на сегодня − 25,19 ₽: с исправлениями" in page.plain


def test_disputed_sum_and_last_charges_are_said(client_as: ClientAs, cast: Cast) -> None:
    make_dispute(account=cast.account, debt_period=OCTOBER, amount="100")
    page = client_as(cast.olga).get(CARD)
    assert "В счёте на сегодня 774,81 ₽: без оспоренного" in page.plain
    Account.update(closed_on=date(2026, 11, 10)).where(Account.id == cast.account.id).execute()
    page = client_as(cast.olga).get(CARD)
    assert "с последними начислениями, без оспоренного" in page.plain
