"""The start page's figures: who has sent by the same day a month ago, what was charged and owed."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests.cast import Cast
from tests.engines import Engine
from tests.factories import make_account, make_meter, make_reading
from tests.ledgers import charge, issue, pay, take_back
from tests.month_factories import make_month, make_payment_term, make_receipt
from vodokanal.billing.debt_ages import Age
from vodokanal.billing.money import rubles
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.models.months import BillingMonth
from vodokanal.operations.debtors import get_debt_figures
from vodokanal.operations.figures import find_money, get_sent

OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)
TODAY = date(2026, 11, 12)


def sent_by(day: int) -> tuple[int, int]:
    found = get_sent(NOVEMBER, TODAY, month_ago=datetime(2026, 10, day, 20, 59, tzinfo=UTC))
    return found.expected, found.sent_before


def test_whoever_has_a_working_meter_is_expected_to_send(cast: Cast) -> None:
    make_meter(account=make_account(closed_on=date(2026, 11, 1)))
    make_meter(account=make_account(), removed_on=date(2026, 11, 2))
    make_account()
    assert sent_by(31) == (2, 1)


def test_account_has_sent_a_month_ago_when_one_reading_of_it_counted_by_then(cast: Cast) -> None:
    refused = ReadingState.REFUSED
    make_reading(cast.vera_meter, period=OCTOBER, state=refused)
    assert [sent_by(14), sent_by(15)] == [(2, 0), (2, 1)]


def test_nothing_was_charged_before_the_first_month_is_issued(database: Engine) -> None:
    charge(make_account(), OCTOBER, "100")
    assert find_money(TODAY) is None


def test_what_is_charged_is_the_months_own_and_corrections_stand_beside_it(
    database: Engine,
) -> None:
    month = make_month(period=OCTOBER, state=MonthState.ISSUING)
    make_receipt(account=make_account(), charged="173.78", corrected="-20", closing="153.78")
    BillingMonth.update(state=MonthState.ISSUED).where(BillingMonth.id == month.id).execute()
    money = find_money(TODAY)
    assert money is not None
    assert (money.charged, money.corrected, money.to_pay) == (
        rubles("173.78"),
        rubles("-20"),
        rubles("153.78"),
    )


def test_money_is_of_the_last_month_and_of_today(database: Engine) -> None:
    make_payment_term()
    first, second = make_account(), make_account()
    charge(first, OCTOBER, "800.50")
    charge(second, OCTOBER, "99.50")
    issue(OCTOBER, first, second)
    pay(first, NOVEMBER, "300", received_on=TODAY)
    taken = pay(second, NOVEMBER, "50", received_on=TODAY)
    take_back(taken, NOVEMBER)
    pay(second, NOVEMBER, "20", received_on=date(2026, 11, 11))
    money = find_money(TODAY)
    assert money is not None
    assert (money.period, money.charged, money.received_today) == (
        OCTOBER,
        rubles("900.00"),
        rubles("300.00"),
    )
    assert (money.corrected, money.to_pay) == (rubles(0), rubles("900.00"))
    owed = get_debt_figures(TODAY)
    assert owed.of_last_month == rubles("580.00")
    assert {age: amount for age, amount in owed.by_age.items() if amount} == {
        Age.NOT_DUE: rubles("580.00")
    }
