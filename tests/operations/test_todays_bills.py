"""The bill for today: the last receipt, what came since, what is disputed, the end of a closed account."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.cast import Cast, actor_of
from tests.conftest import SECRET_KEY
from tests.factories import make_meter_possibility, make_reading
from tests.ledgers import bring, charge, issue, pay, take_back
from tests.month_factories import (
    make_correction,
    make_interruption,
    make_recalculation_batch,
)
from tests.months import ZONE, closed, make_rates, settle
from vodokanal.billing.debt_ages import Age
from vodokanal.billing.ledger import Side
from vodokanal.billing.methods import Method
from vodokanal.billing.money import rubles
from vodokanal.billing.periods import Period
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.models.accounts import Account, AccountService, Occupancy
from vodokanal.models.terms import KeyRate
from vodokanal.operations.disputes import NewDispute, open_dispute
from vodokanal.operations.queue import open_queue
from vodokanal.operations.todays_bills import TodaysBill, get_todays_bill

TODAY = date(2026, 11, 12)
AT = datetime(2026, 11, 12, 9, tzinfo=UTC)
NOTHING = rubles(0)
JULY, OCTOBER, NOVEMBER = Period(2026, 7), Period(2026, 10), Period(2026, 11)


@pytest.fixture(autouse=True)
def _rates(cast: Cast) -> None:
    open_queue(SECRET_KEY)
    category = make_rates()
    for account in (cast.account, cast.vera_account):
        settle(account, category)


def bill_of(cast: Cast, today: date = TODAY) -> TodaysBill:
    """Anna's bill."""
    account: Account = Account.get_by_id(cast.account.id)
    return get_todays_bill(account, today=today, zone=ZONE)


def owing(cast: Cast, amount: str = "500", period: Period = OCTOBER) -> None:
    """A month with one charge, issued."""
    charge(cast.account, period, amount)
    issue(period, cast.account)


def close(cast: Cast, day: date) -> None:
    Account.update(closed_on=day).where(Account.id == cast.account.id).execute()


def dispute(cast: Cast, line: str = "cold-0") -> None:
    new = NewDispute(cast.account.id, OCTOBER, line, "Нас не было")
    open_dispute(actor_of(cast.anna), new, key=line, today=TODAY, at=AT)


def correction(cast: Cast, amount: str, **given: Any) -> None:
    defaults = {"posted_period": NOVEMBER, "for_period": OCTOBER, "words": "По акту"}
    make_correction(account=cast.account, amount=rubles(amount), **(defaults | given))


def test_account_without_anything_owes_nothing(cast: Cast) -> None:
    bill = bill_of(cast)
    assert bill.told is None
    assert {bill.opening, bill.owed, bill.to_pay, bill.disputed} == {NOTHING}
    assert [*bill.rows, *bill.corrections, *bill.final] == []
    assert (bill.whose.number, bill.whose.holder) == ("12-34", "Иванова Анна Петровна")


def test_everything_since_the_receipt_is_in_it(cast: Cast) -> None:
    owing(cast)
    pay(cast.account, NOVEMBER, "200", received_on=date(2026, 11, 8))
    take_back(pay(cast.account, NOVEMBER, "70", received_on=date(2026, 11, 9)), NOVEMBER)
    correction(cast, "-50")
    correction(cast, "30")
    # What the calculation finds it finds anew: it stands on no bill before the month is issued.
    correction(cast, "-11", reason=RecalculationReason.TRUE_UP, words="")
    bill = bill_of(cast)
    assert (bill.told, bill.opening) == (OCTOBER, rubles(500))
    assert sorted(row.amount for row in bill.rows) == [rubles(-200), rubles(-70), rubles(70)]
    assert [each.amount for each in bill.corrections] == [rubles(-50), rubles(30)]
    assert bill.owed == bill.to_pay == rubles(280)
    assert (bill.is_final, bill.open_month) == (False, NOVEMBER)


def test_debt_is_told_by_age(cast: Cast) -> None:
    owing(cast, "100", JULY)
    owing(cast, "40")
    bill = bill_of(cast)
    assert {age: amount for age, amount in bill.ages.items() if amount} == {
        Age.TO_90: rubles(100),
        Age.NOT_DUE: rubles(40),
    }


def test_penalty_up_to_today_is_apart(cast: Cast) -> None:
    owing(cast, "10000", JULY)
    issue(OCTOBER, cast.account)
    bill = bill_of(cast)
    # 89 days since the 15th of August: 59 of them at 9.5 % / 300.
    assert bill.penalty == rubles("186.83")
    assert bill.owed == rubles(10000)


def test_organisation_has_no_penalty(cast: Cast) -> None:
    owing(cast, "10000", JULY)
    Account.update(group=CustomerGroup.ORGANISATION).execute()
    assert bill_of(cast).penalty == 0


def test_penalty_without_a_rate_cannot_be_told(cast: Cast) -> None:
    owing(cast, "10000", JULY)
    KeyRate.delete().execute()
    assert bill_of(cast).penalty is None


def test_disputed_sum_is_not_demanded(cast: Cast) -> None:
    owing(cast)
    dispute(cast)
    pay(cast.account, NOVEMBER, "420", received_on=date(2026, 11, 8))
    bill = bill_of(cast)
    # No more is held back than what is left of the month.
    assert (bill.owed, bill.disputed, bill.to_pay) == (rubles(80), rubles(80), NOTHING)


def test_paid_ahead_asks_for_nothing(cast: Cast) -> None:
    owing(cast)
    pay(cast.account, NOVEMBER, "600", received_on=date(2026, 11, 8))
    bill = bill_of(cast)
    assert (bill.owed, bill.to_pay, bill.penalty) == (rubles(-100), NOTHING, NOTHING)


def test_correction_of_a_penalty_and_of_a_batch_are_told(cast: Cast) -> None:
    owing(cast)
    correction(cast, "-2", side=Side.PENALTY, service=None)
    batch = make_recalculation_batch()
    correction(cast, "-5", reason=RecalculationReason.RATES, words="", batch=batch)
    told = bill_of(cast).corrections
    assert [(each.side, each.words) for each in told] == [
        (Side.PENALTY, "По акту"),
        (Side.PRINCIPAL, batch.sentence),
    ]


def test_late_payment_folds_everything_anew(cast: Cast) -> None:
    bring(cast.account, OCTOBER, "100")
    owing(cast)
    pay(cast.account, NOVEMBER, "300", received_on=date(2026, 10, 5))
    assert bill_of(cast).owed == rubles(300)


def test_closed_account_is_charged_to_its_end(cast: Cast) -> None:
    closed(OCTOBER, "2026-11-01T09:00")
    make_reading(cast.cold, period=NOVEMBER, value="159.000", taken_on=date(2026, 11, 10))
    make_reading(cast.hot, period=NOVEMBER, value="104.000", taken_on=date(2026, 11, 10))
    before = bill_of(cast)
    close(cast, date(2026, 11, 10))
    bill = bill_of(cast)
    (month,) = bill.final
    assert (month.period, {each.service: each.volume for each in month.lines}) == (
        NOVEMBER,
        {Service.COLD: 1, Service.HOT: rubles("0.4"), Service.SEWAGE: rubles("1.4")},
    )
    assert bill.owed == before.owed + month.charged
    assert (bill.is_final, bill.trouble) == (True, None)


def take_down_for_good(cast: Cast) -> None:
    """The cold meter is gone, and by an act there can be no other: no average is waited for."""
    type(cast.cold).update(removed_on=date(2026, 10, 31), final_reading="158").execute()
    make_meter_possibility(premises=cast.account.premises, possible=False, act_number="3")


def test_final_bill_without_readings_says_the_norms(cast: Cast) -> None:
    closed(OCTOBER, "2026-11-01T09:00")
    take_down_for_good(cast)
    close(cast, date(2026, 11, 10))
    (month,) = bill_of(cast).final
    assert {each.method for each in month.lines} >= {Method.NO_METER}
    assert all(each.norms for each in month.lines if each.method is Method.NO_METER)


def test_final_bill_takes_what_the_calculation_corrects(cast: Cast) -> None:
    closed(OCTOBER, "2026-11-01T09:00")
    make_interruption(
        house=cast.account.premises.house,
        ended_at=datetime(2026, 10, 7, 6, tzinfo=UTC),
        created_at=datetime(2026, 11, 5, tzinfo=UTC),
    )
    before = bill_of(cast)
    close(cast, date(2026, 11, 10))
    bill = bill_of(cast)
    (month,) = bill.final
    (fix,) = month.corrections
    assert (fix.reason, fix.for_period) == (RecalculationReason.INTERRUPTION, OCTOBER)
    assert fix.amount < 0
    assert bill.owed == before.owed + month.charged + fix.amount


def test_trouble_is_told_instead_of_the_last_charges(cast: Cast) -> None:
    closed(OCTOBER, "2026-11-01T09:00")
    take_down_for_good(cast)
    # Nobody is known to live or to own there.
    Occupancy.delete().execute()
    close(cast, date(2026, 11, 10))
    bill = bill_of(cast)
    assert bill.final == ()
    assert bill.trouble is not None


def test_account_closed_in_an_issued_month_has_an_ordinary_bill(cast: Cast) -> None:
    closed(OCTOBER, "2026-11-01T09:00")
    close(cast, date(2026, 10, 20))
    assert not bill_of(cast).is_final


def test_account_that_closes_later_is_open_today(cast: Cast) -> None:
    closed(OCTOBER, "2026-11-01T09:00")
    close(cast, date(2026, 11, 20))
    assert not bill_of(cast).is_final


def test_month_without_a_charge_is_told_without_one(cast: Cast) -> None:
    closed(OCTOBER, "2026-11-01T09:00")
    AccountService.delete().where(AccountService.account == cast.account).execute()
    before = bill_of(cast)
    close(cast, date(2026, 11, 10))
    bill = bill_of(cast)
    (month,) = bill.final
    assert (len(month.lines), month.charged) == (0, NOTHING)
    assert bill.owed == before.owed


def test_correction_of_a_volume_alone_changes_no_sum(cast: Cast) -> None:
    owing(cast)
    batch = make_recalculation_batch()
    reason = RecalculationReason.RATES
    correction(cast, "0", volume="1.5", reason=reason, words="", batch=batch)
    bill = bill_of(cast)
    (fix,) = bill.corrections
    assert (fix.amount, bill.owed) == (NOTHING, rubles(500))
