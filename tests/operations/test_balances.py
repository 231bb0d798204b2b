"""What is owed by month, up to when things are counted, and how quickly that is known."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.cast import Cast
from tests.engines import Engine
from tests.factories import make_account
from tests.issued_town import DECEMBER, NOVEMBER, OCTOBER, Town, make_town
from tests.month_factories import make_month, make_opening, make_payment
from tests.statements import statements
from vodokanal.billing.ledger import MovementKind
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.billing.rates import NoRateError
from vodokanal.models.bulk import insert_rows
from vodokanal.models.database import write_tx
from vodokanal.models.ledger import Movement, SourceTable
from vodokanal.models.payments import OpeningBalance
from vodokanal.operations.balances import (
    Balance,
    OpenDebt,
    get_balance,
)
from vodokanal.operations.due_days import DueDays
from vodokanal.operations.ledger import Source, movements_of, post
from vodokanal.operations.opening_balances import source_of
from vodokanal.operations.rates import get_rates

TODAY = date(2027, 1, 6)
JANUARY = Period(2027, 1)
AT = datetime(2027, 1, 6, tzinfo=UTC)


@pytest.fixture
def town(cast: Cast) -> Town:
    """Three issued months and a payment of the open one."""
    return make_town(cast)


def short(balance: Balance) -> list[tuple[int, str, str, date]]:
    return [
        (each.period.month, str(each.principal), str(each.penalty), each.due_on)
        for each in balance.debts
    ]


def test_balance_is_the_last_receipt_and_what_came_after(town: Town) -> None:
    balance = get_balance(town.cast.vera_account.id, today=TODAY)
    assert (balance.amount, balance.advance) == (Decimal("724.88"), Decimal(0))
    assert balance.debts == (
        OpenDebt(Period(2026, 6), Decimal("660.00"), Decimal("64.88"), date(2026, 7, 15)),
    )
    assert (balance.debts[0].left, balance.overdue) == (Decimal("724.88"),) * 2
    assert balance.penalty == Decimal("64.88")
    assert balance.last_receipt is not None
    assert balance.last_receipt.closing == Decimal("764.88")
    assert [each.amount for each in balance.newer] == [Decimal("40.00")]


def test_debts_are_the_oldest_first_and_those_not_due_are_not_late(town: Town) -> None:
    balance = get_balance(town.cast.account.id, today=TODAY)
    assert short(balance) == [
        (10, "450.00", "2.14", date(2026, 11, 16)),
        (11, "735.36", "0.00", date(2026, 12, 15)),
        (12, "715.36", "0.00", date(2027, 1, 15)),
    ]
    assert balance.amount - balance.overdue == Decimal("715.36")


def test_account_without_anything_owes_nothing(database: Engine) -> None:
    assert get_balance(make_account().id, today=TODAY) == Balance(Decimal("0.00"))


def test_advance_is_a_negative_balance(cast: Cast) -> None:
    payment = make_payment(account=cast.account, amount="30")
    source = Source(
        payment.id, cast.account.id, MovementKind.PAYMENT, Decimal(-30), date(2027, 1, 5)
    )
    post(source, posted=JANUARY, at=AT)
    balance = get_balance(cast.account.id, today=TODAY)
    assert (balance.amount, balance.advance, balance.debts) == (Decimal(-30), Decimal(30), ())


def test_payment_entered_late_covers_from_its_own_day(town: Town) -> None:
    account = town.cast.account
    town.pay(account, "715.36", date(2026, 12, 3), period=NOVEMBER)
    balance = get_balance(account.id, today=TODAY)
    assert short(balance) == [
        (10, "450.00", "2.14", date(2026, 11, 16)),
        (11, "20.00", "0.00", date(2026, 12, 15)),
        (12, "715.36", "0.00", date(2027, 1, 15)),
    ]


def test_balance_takes_two_statements(town: Town) -> None:
    with statements() as asked:
        get_balance(town.cast.account.id, today=TODAY)
    assert len(asked) == 2


def test_ten_thousand_movements_are_not_counted_anew(town: Town) -> None:
    account = town.cast.vera_account
    row = {
        "account": account.id,
        "kind": MovementKind.PAYMENT,
        "debit": "money",
        "credit": "principal",
        "amount": Decimal("0.01"),
        "service": None,
        "debt_period": None,
        "posted_period": Period(2026, 9),
        "on": date(2026, 9, 1),
        "posted_at": AT,
        "source_table": SourceTable.PAYMENT,
    }
    with write_tx():
        insert_rows(Movement, [{**row, "source_id": 1000 + number} for number in range(10_000)])
    get_balance(account.id, today=TODAY)
    began = time.process_time()
    for _ in range(20):
        get_balance(account.id, today=TODAY)
    assert (time.process_time() - began) / 20 < 0.005


def test_movements_are_read_by_month_with_the_payment_they_are_about(town: Town) -> None:
    found = movements_of(town.cast.account.id, first=NOVEMBER, last=DECEMBER)
    money = [each for each in found if each.payment]
    assert [(each.kind, each.payment, str(each.effect)) for each in money] == [
        (MovementKind.PAYMENT, 2, "-500.00"),
        (MovementKind.REVERSAL, 2, "500.00"),
        (MovementKind.PAYMENT, 4, "-256.51"),
    ]
    assert {each.posted_period for each in found} == {NOVEMBER, DECEMBER}


def test_opening_balance_is_a_source_of_its_own(cast: Cast) -> None:
    made = make_opening(account=cast.account, period=OCTOBER)
    opening = OpeningBalance.get_by_id(made.id)
    post(source_of(opening), posted=NOVEMBER, at=AT)
    (moved,) = movements_of(cast.account.id)
    assert (moved.effect, moved.debt_period) == (Decimal(100), OCTOBER)


def test_due_day_is_the_one_issued_or_by_the_terms(town: Town) -> None:
    due_on = DueDays()
    assert due_on(OCTOBER) == date(2026, 11, 16)
    # The 15th of August 2026 is a Saturday.
    assert [due_on(Period(2026, 7)) for _ in range(2)] == [date(2026, 8, 17)] * 2


def test_due_day_is_found_with_two_questions(cast: Cast) -> None:
    make_month(period=OCTOBER, state=MonthState.ISSUED, pay_by=date(2026, 11, 20))
    due_on = DueDays(get_rates())
    with statements() as asked:
        assert due_on(OCTOBER) == date(2026, 11, 20)
        due_on(NOVEMBER)
    assert len(asked) == 1


def test_month_without_terms_of_payment_is_an_error(database: Engine) -> None:
    with pytest.raises(NoRateError) as caught:
        DueDays()(Period(1999, 1))
    assert caught.value.table == "payment_term"
