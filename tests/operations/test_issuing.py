"""A calculated month is issued once: posted to the ledger, told to everybody, sealed."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from tests.cast import Cast, actor_of
from tests.factories import (
    make_account,
    make_email,
    make_extension,
    make_holder,
    make_meter,
    make_reading,
    make_setting,
)
from tests.month_factories import (
    make_correction,
    make_movement,
    make_payment,
    make_payment_reversal,
    make_receipt_message,
)
from tests.months import closed, make_rates, receipt_of, run_at, settle
from vodokanal.billing.debts import debts_from_json
from vodokanal.billing.ledger import MovementKind, Side
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.models.accounts import Account, Holder
from vodokanal.models.journal import JournalEntry
from vodokanal.models.ledger import Movement, SourceTable
from vodokanal.models.letters import Letter
from vodokanal.models.months import BillingMonth, MonthSlice, PenaltyPosting
from vodokanal.models.payments import Payment
from vodokanal.models.readings import Reading
from vodokanal.models.receipts import Receipt
from vodokanal.models.tariffs import Tariff
from vodokanal.operations import calculation
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.calculating import calculate_month
from vodokanal.operations.issuing import issue_month
from vodokanal.operations.journal import record
from vodokanal.operations.months import (
    ChangedSinceError,
    EarlierMonthOpenError,
    IssuedAlreadyError,
    NotCalculatedError,
    ReadingsLeftError,
    RunStoppedError,
    WindowOpenError,
    done_in,
    find_month,
)
from vodokanal.operations.queue import open_queue

SEPTEMBER, OCTOBER, NOVEMBER = Period(2026, 9), Period(2026, 10), Period(2026, 11)
AT, LATER = "2026-10-25T10:00", "2026-11-25T10:00"


@pytest.fixture
def rated(cast: Cast) -> Cast:
    """The cast in a utility with prices; two people live at Anna's."""
    settle(cast.account, make_rates())
    return cast


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every account is a slice of its own."""
    monkeypatch.setattr(calculation, "SLICE", 1)


def sums(receipt: Receipt) -> tuple[str, ...]:
    """Opening, charged, corrected, penalty, paid, closing."""
    names = ("opening", "charged", "corrected", "penalty", "paid", "closing")
    return tuple(str(getattr(receipt, name)) for name in names)


def paid(account: Account, amount: str, on: date, *, posted: Period = OCTOBER) -> Movement:
    """A payment with its movement."""
    payment = make_payment(account=account, amount=amount, received_on=on)
    return make_movement(
        account=account,
        kind=MovementKind.PAYMENT,
        debit=Side.MONEY,
        credit=Side.PRINCIPAL,
        amount=amount,
        service=None,
        debt_period=None,
        posted_period=posted,
        on=on,
        source_table=SourceTable.PAYMENT,
        source_id=payment.id,
    )


def owed(account: Account, amount: str, period: Period, *, on: date) -> Movement:
    """A debt that the account brought along."""
    return make_movement(
        account=account,
        kind=MovementKind.OPENING,
        credit=Side.OPENING,
        amount=amount,
        service=None,
        debt_period=period,
        posted_period=OCTOBER,
        on=on,
        source_table=SourceTable.OPENING,
    )


def test_every_line_becomes_a_movement(rated: Cast) -> None:
    closed(OCTOBER, AT)
    rows = Movement.select().where(Movement.account == rated.account).order_by(Movement.id)
    assert [(str(row.amount), row.debit, row.credit, row.on) for row in rows] == [
        ("134.98", Side.PRINCIPAL, Side.REVENUE, date(2026, 10, 31)),
        ("444.51", Side.PRINCIPAL, Side.REVENUE, date(2026, 10, 31)),
        ("177.02", Side.PRINCIPAL, Side.REVENUE, date(2026, 10, 31)),
    ]


def test_receipt_tells_the_sums_and_the_day(rated: Cast) -> None:
    month = closed(OCTOBER, AT)
    receipt = receipt_of(rated.account, OCTOBER)
    assert sums(receipt) == ("0.00", "756.51", "0.00", "0.00", "0.00", "756.51")
    # The 15th of November is a Sunday.
    assert (month.bill_by, receipt.pay_by) == (date(2026, 11, 5), date(2026, 11, 16))


def test_receipt_freezes_who_and_what_was_read(rated: Cast) -> None:
    make_receipt_message(words="Всем")
    make_receipt_message(words="Центру", district=rated.district)
    make_receipt_message(words="Анне", account=rated.account)
    closed(OCTOBER, AT)
    told = json.loads(receipt_of(rated.account, OCTOBER).details)
    assert told["holder"] == "Иванова Анна Петровна"
    assert told["people"] == {"registered": 2, "owners": 1}
    assert told["message"] == ["Всем", "Центру", "Анне"]
    assert [(each["previous"], each["last"]) for each in told["meters"]] == [
        ("154.800", "158.000"),
        ("101.500", "103.600"),
    ]
    others = json.loads(receipt_of(rated.vera_account, OCTOBER).details)
    assert (others["message"], others["people"]) == (["Всем", "Центру"], None)


def test_month_keeps_the_requisites_of_its_day(rated: Cast) -> None:
    make_setting("utility_name", "Водоканал Верхнеозёрска")
    month = closed(OCTOBER, AT)
    assert json.loads(month.requisites)["utility_name"] == "Водоканал Верхнеозёрска"


def test_next_month_opens_with_what_was_owed(rated: Cast) -> None:
    closed(OCTOBER, AT)
    make_reading(rated.cold, period=NOVEMBER, value="161.200")
    make_reading(rated.hot, period=NOVEMBER, value="105.700")
    paid(rated.account, "756.51", date(2026, 11, 12), posted=NOVEMBER)
    closed(NOVEMBER, LATER)
    receipt = receipt_of(rated.account, NOVEMBER)
    assert sums(receipt) == ("756.51", "756.51", "0.00", "0.00", "756.51", "756.51")
    told = json.loads(receipt.details)
    assert told["last_payment"] == {"on": "2026-11-12", "amount": "756.51"}


def test_silent_meter_keeps_what_the_last_receipt_said(rated: Cast) -> None:
    paid(rated.account, "10.00", date(2026, 10, 12))
    closed(OCTOBER, AT)
    closed(NOVEMBER, LATER)
    closed(NOVEMBER.next, "2026-12-25T10:00")
    make_reading(rated.cold, period=Period(2027, 1), value="170")
    closed(Period(2027, 1), "2027-01-25T10:00")
    told = json.loads(receipt_of(rated.account, Period(2027, 1)).details)
    cold, hot = told["meters"]
    assert (cold["previous"], cold["last"]) == ("158.000", "170.000")
    assert (hot["previous"], hot["last"]) == ("101.500", "103.600")
    assert told["last_payment"] == {"on": "2026-10-12", "amount": "10.00"}


def test_new_meter_begins_with_its_initial_reading(rated: Cast) -> None:
    meter = make_meter(
        account=rated.vera_account, installed_on=date(2026, 10, 5), initial_reading="7"
    )
    make_reading(meter, value="9")
    closed(OCTOBER, AT)
    told = json.loads(receipt_of(rated.vera_account, OCTOBER).details)
    new = next(each for each in told["meters"] if each["id"] == meter.id)
    assert (new["previous"], new["previous_on"], new["last"]) == (
        "7.000",
        "2026-10-05",
        "9.000",
    )


def test_corrections_of_either_sign_are_posted(rated: Cast) -> None:
    make_correction(account=rated.account, amount="-50.00")
    make_correction(account=rated.account, amount="20.00", service=None)
    make_correction(account=rated.account, amount="-3.00", service=None, side=Side.PENALTY)
    make_correction(account=rated.account, amount="0", volume="0.5")
    closed(OCTOBER, AT)
    rows = Movement.select().where(Movement.kind == MovementKind.CORRECTION).order_by(Movement.id)
    assert [(str(row.amount), row.debit, row.credit, row.debt_period) for row in rows] == [
        ("50.00", Side.REVENUE, Side.PRINCIPAL, SEPTEMBER),
        ("20.00", Side.PRINCIPAL, Side.REVENUE, OCTOBER),
        ("3.00", Side.PENALTY_INCOME, Side.PENALTY, SEPTEMBER),
    ]
    assert sums(receipt_of(rated.account, OCTOBER))[2:] == ("-33.00", "0.00", "0.00", "723.51")


def test_old_debt_costs_a_penalty(rated: Cast) -> None:
    owed(rated.account, "1000.00", Period(2026, 3), on=date(2026, 3, 31))
    closed(OCTOBER, AT)
    (posting,) = PenaltyPosting.select()
    # Due on April 15th: 60 days of 1/300 and 109 of 1/130 at 9.5 %.
    assert (posting.debt_period, str(posting.amount)) == (Period(2026, 3), "98.65")
    assert sums(receipt_of(rated.account, OCTOBER)) == (
        "1000.00",
        "756.51",
        "0.00",
        "98.65",
        "0.00",
        "1855.16",
    )


def test_penalty_that_was_too_much_is_given_back(rated: Cast) -> None:
    owed(rated.account, "1000.00", Period(2026, 3), on=date(2026, 3, 31))
    closed(OCTOBER, AT)
    paid(rated.account, "1000.00", date(2026, 4, 10), posted=NOVEMBER)
    closed(NOVEMBER, LATER)
    posting = PenaltyPosting.get(PenaltyPosting.posted_period == NOVEMBER)
    assert str(posting.amount) == "-98.65"
    movement = Movement.get(
        Movement.kind == MovementKind.PENALTY, Movement.posted_period == NOVEMBER
    )
    assert (movement.debit, movement.credit) == (Side.PENALTY_INCOME, Side.PENALTY)


def test_payment_that_was_taken_back_is_owed_again(rated: Cast) -> None:
    payment = paid(rated.account, "500.00", date(2026, 10, 8))
    reversal = make_payment_reversal(Payment.get_by_id(payment.source_id))
    make_movement(
        account=rated.account,
        kind=MovementKind.REVERSAL,
        credit=Side.MONEY,
        amount="500.00",
        service=None,
        debt_period=None,
        on=date(2026, 10, 8),
        source_table=SourceTable.REVERSAL,
        source_id=reversal.id,
    )
    closed(OCTOBER, AT)
    assert sums(receipt_of(rated.account, OCTOBER))[4:] == ("0.00", "756.51")


def test_closed_account_without_a_debt_gets_no_receipt(rated: Cast) -> None:
    gone = make_account(closed_on=date(2026, 9, 1))
    indebted = make_account(closed_on=date(2026, 9, 1))
    owed(indebted, "10.00", SEPTEMBER, on=date(2026, 9, 30))
    closed(OCTOBER, AT)
    having = {row.account_id for row in Receipt.select()}
    assert (gone.id in having, indebted.id in having) == (False, True)


def test_organisation_pays_no_penalty(rated: Cast) -> None:
    Account.update(group="organisation").where(Account.id == rated.vera_account.id).execute()
    owed(rated.vera_account, "1000.00", Period(2026, 3), on=date(2026, 3, 31))
    closed(OCTOBER, AT)
    assert PenaltyPosting.select().count() == 0


def test_holder_of_the_months_last_day_is_told(rated: Cast) -> None:
    Holder.update(ends_on=date(2026, 10, 15)).where(Holder.account == rated.account).execute()
    make_holder(account=rated.account, name="Новый", starts_on=date(2026, 10, 16))
    closed(OCTOBER, AT)
    assert json.loads(receipt_of(rated.account, OCTOBER).details)["holder"] == "Новый"


def test_whoever_asked_for_e_mail_gets_a_letter(rated: Cast) -> None:
    open_queue("any secret of the tests")
    make_email(rated.anna)
    Account.update(receipt_delivery="email").where(Account.id == rated.account.id).execute()
    closed(OCTOBER, AT)
    assert [row.resident_id for row in Letter.select()] == [rated.anna.id]


def refused(error: type[Exception], at: str = AT, *, forced: bool = False) -> object:
    """The error with which issuing October is refused."""
    with pytest.raises(error) as caught:
        issue_month(SYSTEM, OCTOBER, run=run_at(at), forced=forced)
    return caught.value


def test_month_is_calculated_before_it_is_issued(rated: Cast) -> None:
    refused(NotCalculatedError)
    with pytest.raises(RunStoppedError):
        calculate_month(SYSTEM, OCTOBER, run=run_at(AT, goes_on=lambda: False))
    refused(NotCalculatedError)


def test_nothing_is_issued_while_readings_are_taken(rated: Cast) -> None:
    make_extension(period=OCTOBER, ends_on=date(2026, 10, 25), district=rated.district)
    calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    error = refused(WindowOpenError)
    assert isinstance(error, WindowOpenError)
    assert error.last_day == date(2026, 10, 25)


def test_readings_that_wait_are_left_behind_on_purpose_only(rated: Cast) -> None:
    Reading.update(state=ReadingState.HELD).where(
        Reading.meter == rated.cold, Reading.period == OCTOBER
    ).execute()
    calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    error = refused(ReadingsLeftError)
    assert isinstance(error, ReadingsLeftError)
    assert (error.asked, error.held) == (0, 1)
    assert issue_month(SYSTEM, OCTOBER, run=run_at(AT), forced=True).is_forced


def test_recorded_readings_hold_nothing_up(rated: Cast) -> None:
    Reading.update(state=ReadingState.RECORDED).where(Reading.period == OCTOBER).execute()
    assert closed(OCTOBER, AT).state == MonthState.ISSUED


def test_change_since_the_calculation_is_not_issued_unseen(rated: Cast) -> None:
    calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    record(SYSTEM, "update", subject=rated.cold, at=run_at(AT).at)
    error = refused(ChangedSinceError)
    assert isinstance(error, ChangedSinceError)
    assert error.accounts == 1
    record(SYSTEM, "update", subject=Tariff.get(), at=run_at(AT).at)
    later = refused(ChangedSinceError)
    assert isinstance(later, ChangedSinceError)
    assert later.accounts is None


def test_earlier_month_comes_first(rated: Cast) -> None:
    calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    BillingMonth.create(period=SEPTEMBER, state=MonthState.CALCULATED)
    error = refused(EarlierMonthOpenError)
    assert isinstance(error, EarlierMonthOpenError)
    assert error.period == SEPTEMBER


def test_month_is_issued_once(rated: Cast) -> None:
    closed(OCTOBER, AT)
    before = Movement.select().count()
    refused(IssuedAlreadyError)
    assert Movement.select().count() == before


@pytest.mark.usefixtures("alone")
def test_killed_run_is_gone_on_with_and_charges_nobody_twice(rated: Cast) -> None:
    calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    with pytest.raises(RunStoppedError):
        issue_month(SYSTEM, OCTOBER, run=run_at(AT, goes_on=lambda: False))
    month = find_month(OCTOBER)
    assert month is not None
    assert (month.state, done_in(month)) == (MonthState.ISSUING, (1, 2))
    issue_month(SYSTEM, OCTOBER, run=run_at(AT))
    assert (Movement.select().count(), Receipt.select().count()) == (3, 2)


def test_seal_is_that_of_the_slices(rated: Cast) -> None:
    month = closed(OCTOBER, AT)
    (part,) = MonthSlice.select()
    assert (len(month.seal), len(part.digest), part.is_issued) == (64, 64, True)


def test_journal_tells_who_issued(rated: Cast) -> None:
    calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    issue_month(actor_of(rated.olga), OCTOBER, run=run_at(AT))
    actions = ("begin_issuing", "issue_month")
    entries = JournalEntry.select().where(JournalEntry.action.in_(actions))
    assert [(each.actor_name, each.action) for each in entries.order_by(JournalEntry.id)] == [
        ("Ольга Ветрова", "begin_issuing"),
        ("Ольга Ветрова", "issue_month"),
    ]


def test_amounts_of_a_month_add_up(rated: Cast) -> None:
    closed(OCTOBER, AT)
    total = sum((row.amount for row in Movement.select()), Decimal(0))
    assert total == receipt_of(rated.account, OCTOBER).closing


def test_what_came_before_an_account_was_opened_is_on_its_first_receipt(rated: Cast) -> None:
    closed(SEPTEMBER, "2026-09-25T10:00")
    new = make_account(opened_on=date(2026, 11, 2))
    owed(new, "100.00", OCTOBER, on=date(2026, 11, 3))
    paid(new, "30.00", date(2026, 11, 3))
    closed(OCTOBER, "2026-11-04T10:00")
    paid(new, "20.00", date(2026, 11, 1), posted=NOVEMBER)
    closed(NOVEMBER, LATER)
    receipt = receipt_of(new, NOVEMBER)
    assert sums(receipt) == ("100.00", "0.00", "0.00", "0.00", "50.00", "50.00")
    told = json.loads(receipt.details)
    assert told["last_payment"] == {"on": "2026-11-03", "amount": "30.00"}


def test_closed_account_that_pays_again_goes_on_from_its_last_receipt(rated: Cast) -> None:
    gone = make_account(closed_on=date(2026, 8, 1))
    owed(gone, "1000.00", Period(2026, 3), on=date(2026, 3, 31))
    closed(OCTOBER, AT)
    paid(gone, "1098.65", date(2026, 10, 31), posted=NOVEMBER)
    closed(NOVEMBER, LATER)
    closed(NOVEMBER.next, "2026-12-25T10:00")
    # The money was at the bank long before: the penalty of 98.65 was too much.
    paid(gone, "1000.00", date(2026, 4, 10), posted=Period(2027, 1))
    closed(Period(2027, 1), "2027-01-25T10:00")
    having = [row.period for row in Receipt.select().where(Receipt.account == gone)]
    assert having == [OCTOBER, NOVEMBER, Period(2027, 1)]
    assert sums(receipt_of(gone, Period(2027, 1))) == (
        *("0.00", "0.00", "0.00", "-98.65", "1000.00", "-1098.65"),
    )


def test_payment_before_the_first_month_is_counted_once_when_one_is_taken_back(
    rated: Cast,
) -> None:
    kept = paid(rated.account, "100.00", date(2026, 9, 8), posted=SEPTEMBER)
    wrong = paid(rated.account, "500.00", date(2026, 9, 9), posted=SEPTEMBER)
    reversal = make_payment_reversal(Payment.get_by_id(wrong.source_id))
    make_movement(
        account=rated.account,
        kind=MovementKind.REVERSAL,
        credit=Side.MONEY,
        amount="500.00",
        service=None,
        debt_period=None,
        on=wrong.on,
        source_table=SourceTable.REVERSAL,
        source_id=reversal.id,
    )
    closed(OCTOBER, AT)
    receipt = receipt_of(rated.account, OCTOBER)
    assert sums(receipt)[4:] == ("100.00", "656.51")
    assert str(debts_from_json(receipt.debts).balance) == "656.51"
    assert kept.posted_period == SEPTEMBER
