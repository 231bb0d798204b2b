"""Debtors: who is late, with how much and since when, and who is not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.engines import Engine
from tests.factories import make_account, make_district, make_holder, make_house, make_premises
from tests.ledgers import balance_of, bring, charge, issue, make_random_ledger, pay, take_back
from tests.month_factories import make_payment_term
from tests.statements import statements
from vodokanal.billing.debt_ages import Age
from vodokanal.billing.money import rubles
from vodokanal.billing.periods import Period, months_between
from vodokanal.models.terms import PaymentTerm
from vodokanal.operations import debtors as debts
from vodokanal.operations.balances import get_balance
from vodokanal.operations.debtors import debtors, in_order_of_streets, known_debtors

JULY, AUGUST, SEPTEMBER, OCTOBER = months_between(Period(2026, 7), Period(2026, 10))
NOVEMBER = OCTOBER.next
TODAY = date(2026, 11, 12)


@pytest.fixture(autouse=True)
def _tables(database: Engine) -> None:
    """Every test has its database, and months are paid by the 15th of the next one."""
    if not PaymentTerm.select().exists():
        make_payment_term()


def ages(*, street: str = "") -> list[dict[str, str]]:
    """The debtors' sums, those that are not nothing."""
    return [
        {age.value: str(amount) for age, amount in each.ages.items() if amount}
        for each in debtors(TODAY, street=street)
    ]


def test_debt_is_told_by_its_age() -> None:
    account = make_account()
    bring(account, SEPTEMBER, "7", period=Period(2025, 1))
    bring(account, SEPTEMBER, "6", period=Period(2026, 3))
    bring(account, SEPTEMBER, "5", period=AUGUST)
    charge(account, SEPTEMBER, "4")
    issue(SEPTEMBER, account)
    charge(account, OCTOBER, "3")
    issue(OCTOBER, account)
    assert ages() == [
        {"not_due": "3.00", "to_30": "4.00", "to_90": "5.00", "to_365": "6.00", "older": "7.00"}
    ]
    (found,) = debtors(TODAY)
    assert (found.overdue, found.not_due) == (rubles(22), rubles(3))


def test_who_is_still_in_time_is_no_debtor() -> None:
    account = make_account()
    charge(account, OCTOBER, "100")
    issue(OCTOBER, account)
    assert debtors(TODAY) == []
    assert len(debtors(date(2026, 11, 16))) == 1


def test_payment_since_the_receipt_counts() -> None:
    account, other = make_account(), make_account()
    for each in (account, other):
        charge(each, SEPTEMBER, "100")
    issue(SEPTEMBER, account, other)
    pay(account, OCTOBER, "30")
    pay(other, OCTOBER, "100")
    assert ages() == [{"to_30": "70.00"}]


def test_payment_taken_back_makes_a_debtor_again() -> None:
    account = make_account()
    charge(account, AUGUST, "100")
    issue(AUGUST, account)
    payment = pay(account, SEPTEMBER, "100")
    issue(SEPTEMBER, account)
    assert debtors(TODAY) == []
    take_back(payment, OCTOBER)
    assert ages() == [{"to_90": "100.00"}]


def test_part_of_payments_taken_back_is_folded_anew() -> None:
    account = make_account()
    charge(account, AUGUST, "100")
    payment = pay(account, AUGUST, "40")
    issue(AUGUST, account)
    take_back(payment, SEPTEMBER)
    assert ages() == [{"to_90": "100.00"}]


def test_before_any_month_is_issued_the_movements_alone_tell() -> None:
    account, payer = make_account(), make_account()
    bring(account, NOVEMBER, "55", period=AUGUST)
    bring(payer, NOVEMBER, "55", period=AUGUST)
    pay(payer, NOVEMBER, "55")
    assert ages() == [{"to_90": "55.00"}]


def test_account_without_the_last_receipt_is_not_lost() -> None:
    told, silent = make_account(), make_account()
    charge(told, SEPTEMBER, "1")
    bring(silent, SEPTEMBER, "20", period=AUGUST)
    issue(SEPTEMBER, told)
    assert ages() == [{"to_90": "20.00"}, {"to_30": "1.00"}]


def test_largest_sum_comes_first() -> None:
    accounts = [make_account() for _ in range(3)]
    for account, amount in zip(accounts, ("10", "30", "20"), strict=True):
        charge(account, AUGUST, amount)
    issue(AUGUST, *accounts)
    assert [each.overdue for each in debtors(TODAY)] == [rubles(30), rubles(20), rubles(10)]


def test_streets_put_them_in_another_order_and_narrow_the_list() -> None:
    district = make_district()
    near, far = (
        make_account(premises=make_premises(house=make_house(street=street, district=district)))
        for street in ("ул. Абрикосовая", "ул. Яблочная")
    )
    charge(near, AUGUST, "10")
    charge(far, AUGUST, "99")
    issue(AUGUST, near, far)
    found = debtors(TODAY)
    assert [each.account_id for each in found] == [far.id, near.id]
    assert [each.account_id for each in in_order_of_streets(found)] == [near.id, far.id]
    assert [each.account_id for each in debtors(TODAY, street="абрик")] == [near.id]
    assert {each.district_id for each in found} == {district.id}


def test_whoever_rings_up_sees_holder_and_last_payment() -> None:
    account, other = make_account(), make_account()
    for each in (account, other):
        charge(each, AUGUST, "500")
    issue(AUGUST, account, other)
    make_holder(account=account, name="Прежний", ends_on=date(2026, 1, 1))
    holder = make_holder(account=account, name="Нынешний", starts_on=date(2026, 1, 2))
    pay(account, SEPTEMBER, "20", received_on=date(2026, 9, 5))
    pay(account, SEPTEMBER, "30", received_on=date(2026, 9, 8))
    take_back(pay(account, SEPTEMBER, "40", received_on=date(2026, 9, 9)), SEPTEMBER)
    known, nobody = sorted(
        known_debtors(debtors(TODAY), today=TODAY), key=lambda each: each.account.id
    )
    assert (known.account, known.holder) == (account, holder)
    assert (known.paid_on, known.paid) == (date(2026, 9, 8), rubles(30))
    assert (nobody.holder, nobody.paid_on, nobody.paid) == (None, None, None)
    assert known_debtors([], today=TODAY) == []


@pytest.mark.parametrize("seed", range(4))
def test_sums_are_those_of_each_account_by_itself(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(debts, "AT_A_TIME", 2)
    accounts = [make_account() for _ in range(5)]
    make_random_ledger(accounts, [AUGUST, SEPTEMBER, OCTOBER], seed=seed)
    found = {each.account_id: each for each in debtors(TODAY)}
    for account in accounts:
        balance = get_balance(account.id, today=TODAY)
        assert balance.amount == balance_of(account)
        overdue = found[account.id].overdue if account.id in found else Decimal(0)
        assert overdue == (balance.overdue if balance.amount > 0 else 0)


def test_it_asks_little_however_many_there_are() -> None:
    accounts = [make_account() for _ in range(6)]
    for account in accounts:
        charge(account, AUGUST, "10")
    issue(AUGUST, *accounts)
    for account in accounts:
        pay(account, SEPTEMBER, "1")
    with statements() as seen:
        assert len(debtors(TODAY)) == len(accounts)
    assert len(seen) <= 5, "\n".join(seen)
    assert debtors(TODAY)[0].ages[Age.TO_90] == rubles(9)
