"""The town's closed years: what a utility's books look like after two of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from tests.demo.conftest import NOW
from tests.engines import Engine, only_sqlite
from vodokanal.billing.methods import Method
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period, months_between
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.demo.closing import close_past_months
from vodokanal.demo.credentials import DEBTOR, OWNER
from vodokanal.demo.town import NAME, Town
from vodokanal.models.accounts import Account
from vodokanal.models.house_readings import HouseReading
from vodokanal.models.months import BillingMonth, ChargeLine, MonthTrouble
from vodokanal.models.recalculations import Correction
from vodokanal.models.receipts import Receipt
from vodokanal.operations.balances import get_balance
from vodokanal.operations.house_balance import house_balances
from vodokanal.operations.towns import load_town, role_ids
from vodokanal.operations.verification import verify_ledger

TODAY, OCTOBER = NOW.date(), Period(2026, 10)


@pytest.fixture
def closed(database: Engine) -> Iterator[list[int]]:
    """The town with its last two months closed; what was told on the way."""
    load_town(Town(NOW, {}, role_ids(), accounts=120), name=NAME, at=NOW)
    told: list[int] = []
    close_past_months(NOW, NOW.tzinfo, months=2, told=told.append)  # type: ignore[arg-type]
    yield told


def account_of(number: str) -> Account:
    found: Account = Account.get(Account.number_key == number)
    return found


@pytest.mark.slow(reason="two months of a hundred accounts are calculated and issued")
def test_months_before_this_one_are_issued(closed: list[int]) -> None:
    months = BillingMonth.select().order_by(BillingMonth.period)
    assert [(row.period, row.state) for row in months] == [
        (Period(2026, 9), MonthState.ISSUED),
        (OCTOBER, MonthState.ISSUED),
    ]
    assert closed == [1, 1]


@pytest.mark.slow(reason="two months of a hundred accounts are calculated and issued")
def test_ledger_of_the_town_is_in_order(closed: list[int]) -> None:
    assert list(verify_ledger()) == []


@pytest.mark.slow(reason="two months of a hundred accounts are calculated and issued")
def test_common_meters_are_read_each_month(closed: list[int]) -> None:
    readings = HouseReading.select().order_by(HouseReading.meter, HouseReading.period)
    first = [(row.period, row.taken_on) for row in readings][:3]
    assert first == [
        (Period(2026, 8), date(2026, 8, 31)),
        (Period(2026, 9), date(2026, 9, 30)),
        (OCTOBER, date(2026, 10, 31)),
    ]
    known = [each for each in house_balances(OCTOBER) if each.common is not None]
    assert len(known) == 3


@only_sqlite
@pytest.mark.slow(reason="two years of a whole town are calculated and issued")
def test_two_closed_years_show_what_the_demo_is_for(database: Engine) -> None:
    load_town(Town(NOW, {}, role_ids()), name=NAME, at=NOW)
    assert close_past_months(NOW, NOW.tzinfo, months=24, told=int) == 24  # type: ignore[arg-type]
    methods = {method for (method,) in ChargeLine.select(ChargeLine.method).distinct().tuples()}
    assert methods == set(Method)
    multiplied = ChargeLine.select().where(ChargeLine.excess > 0, ChargeLine.multiplier == 3)
    assert multiplied.exists()
    assert Correction.select().where(Correction.reason == RecalculationReason.TRUE_UP).exists()
    closings = {
        row.account_id: row.closing for row in Receipt.select().where(Receipt.period == OCTOBER)
    }
    assert min(closings.values()) < 0
    debt = get_balance(account_of(DEBTOR).id, today=TODAY)
    assert [each.period for each in debt.debts] == list(months_between(Period(2026, 5), OCTOBER))
    owner = get_balance(account_of(OWNER).id, today=TODAY)
    assert owner.amount > Decimal(0)
    assert MonthTrouble.select().count() == 0
    shares = [
        balance.per_cent
        for period in months_between(OCTOBER.plus(-23), OCTOBER)
        for balance in house_balances(period)
        if balance.per_cent is not None
    ]
    assert len(shares) == 3 * 24
    assert sum(each > 0 for each in shares) > sum(each < 0 for each in shares) > 0
    assert -3 < min(shares) < max(shares) < 7
