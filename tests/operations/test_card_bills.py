"""The bill for today beside the balance of a card: only where it asks for another sum."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import Cast
from tests.ledgers import charge
from tests.months import ZONE
from tests.operations.test_todays_bills import (
    AT,
    OCTOBER,
    TODAY,
    _rates,  # noqa: F401
    bill_of,
    close,
    correction,
    dispute,
    owing,
)
from tests.statements import statements
from vodokanal.billing.money import rubles
from vodokanal.billing.periods import Period
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.models.accounts import Account
from vodokanal.models.tariffs import Tariff
from vodokanal.operations.account_cards import get_card
from vodokanal.operations.balances import get_balance
from vodokanal.operations.card_bills import CardBill, Waits, find_card_bill
from vodokanal.operations.card_cases import cases_of


def beside(cast: Cast) -> CardBill | None:
    account: Account = Account.get_by_id(cast.account.id)
    owed = get_balance(account.id, today=TODAY)
    card = get_card(str(account.number), employee_id=cast.galina.id, today=TODAY, at=AT)
    disputed = [(each.debt_period, each.amount) for each in cases_of(account.id).disputes]
    waits = Waits(card.has_corrections, disputed)
    return find_card_bill(account, owed, waits=waits, today=TODAY, zone=ZONE)


def test_balance_says_it_all_where_nothing_waits(cast: Cast) -> None:
    correction(cast, "-9", posted_period=OCTOBER)
    owing(cast)
    correction(cast, "-11", reason=RecalculationReason.TRUE_UP, words="")
    assert beside(cast) is None
    owed = get_balance(cast.account.id, today=TODAY)
    with statements() as asked:
        find_card_bill(cast.account, owed, waits=Waits(False), today=TODAY, zone=ZONE)
    assert asked == []


def test_corrections_that_wait_make_it_another_sum(cast: Cast) -> None:
    correction(cast, "-50")
    assert beside(cast) == CardBill(rubles(-50), has_corrections=True)
    owing(cast)
    assert beside(cast) == CardBill(rubles(450), has_corrections=True)


def test_corrections_that_level_out_do_not(cast: Cast) -> None:
    owing(cast)
    correction(cast, "-50")
    correction(cast, "50")
    assert beside(cast) is None


def test_what_is_disputed_is_not_demanded(cast: Cast) -> None:
    owing(cast)
    dispute(cast)
    bill = bill_of(cast)
    assert beside(cast) == CardBill(bill.to_pay, is_disputed=True)
    correction(cast, "-50")
    both = CardBill(bill_of(cast).to_pay, has_corrections=True, is_disputed=True)
    assert beside(cast) == both


@pytest.mark.parametrize(
    ("day", "is_final"), [(date(2026, 11, 10), True), (TODAY.replace(day=20), False)]
)
def test_last_charges_of_a_closed_account_are_in_it(cast: Cast, day: date, is_final: bool) -> None:
    close(cast, day)
    found = beside(cast)
    assert (found is not None and found.is_final) == is_final


def test_missing_price_leaves_the_balance_alone(cast: Cast) -> None:
    charge(cast.account, Period(2026, 10), "100")
    close(cast, date(2026, 11, 10))
    Tariff.delete().execute()
    assert beside(cast) is None
