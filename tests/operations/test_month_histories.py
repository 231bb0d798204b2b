"""In whatever order things happen over three months, every account adds up and no row is odd."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

import pytest

from tests.cast import Cast
from tests.factories import (
    make_account,
    make_account_service,
    make_holder,
    make_meter,
    make_premises,
)
from tests.months import ZONE, make_rates, run_at, settle
from vodokanal.billing.payments import OpeningKind
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Source
from vodokanal.billing.services import Service
from vodokanal.models.accounts import Account
from vodokanal.models.ledger import Movement
from vodokanal.models.meters import Meter
from vodokanal.models.payments import Payment, PaymentReversal
from vodokanal.models.places import NormCategory
from vodokanal.models.recalculations import Correction
from vodokanal.models.receipts import Receipt
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.balances import get_balance
from vodokanal.operations.calculating import calculate_month
from vodokanal.operations.corrections import (
    NewCorrection,
    PostedAlreadyError,
    enter_correction,
    withdraw_correction,
)
from vodokanal.operations.entries import EntryRefusedError
from vodokanal.operations.intakes import get_intake
from vodokanal.operations.issuing import issue_month
from vodokanal.operations.journal import record
from vodokanal.operations.judging import Delivery, ReadingsRefusedError
from vodokanal.operations.months import (
    IssuedAlreadyError,
    MonthRefusedError,
    RunStoppedError,
    month_in_work,
)
from vodokanal.operations.opening_balances import NewOpening, enter_opening
from vodokanal.operations.payments import (
    NewPayment,
    NewReversal,
    TakenBackAlreadyError,
    enter_payment,
    reverse_payment,
)
from vodokanal.operations.readings import submit_readings
from vodokanal.operations.verification import verify_ledger

OCTOBER = Period(2026, 10)
BEGIN, END = date(2026, 9, 25), date(2027, 1, 6)
EVENTS = 80
SERVICES = (Service.COLD, Service.SEWAGE)


@dataclass
class History:
    """What happens to some accounts, drawn by dice, day after day."""

    dice: Random
    category: NormCategory
    today: date = BEGIN
    number: int = 0
    told: list[str] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        """The middle of the day."""
        return datetime.combine(self.today, time(12), tzinfo=ZONE)

    def key(self) -> str:
        """The key of the next form."""
        self.number += 1
        return f"key{self.number}"

    def account(self) -> Account:
        """One of the accounts."""
        return self.dice.choice(list(Account.select().order_by(Account.id)))

    def month(self) -> Period:
        """A month of the last half year."""
        return Period.of(self.today).plus(-self.dice.randrange(6))

    def amount(self) -> Decimal:
        """Some rubles."""
        return Decimal(self.dice.randint(1, 200_000)) / 100

    def read(self) -> None:
        """Somebody calls and tells a reading, which may be lower or far above the usual."""
        meter = self.dice.choice(list(Meter.select().where(~Meter.account.is_null())))
        value = 100 + (self.today - BEGIN).days // 3 + self.dice.randint(-3, 30)
        intake = get_intake(meter.account_id, today=self.today)
        delivery = Delivery({meter.id: str(value)}, Source.TELEPHONE)
        submit_readings(SYSTEM, intake, delivery=delivery, key=self.key(), at=self.at)

    def pay(self) -> None:
        """Money arrives, late or at once, for a month or for none."""
        named = self.month() if self.dice.random() < 0.4 else None
        received_on = self.today - timedelta(self.dice.choice((0, 0, 1, 5, 40, 90)))
        new = NewPayment(self.account().id, self.amount(), received_on, named)
        enter_payment(SYSTEM, new, key=self.key(), today=self.today, at=self.at)

    def take_back(self) -> None:
        """A payment turns out to be somebody else's."""
        payments = list(Payment.select().order_by(Payment.id))
        if payments:
            new = NewReversal(self.dice.choice(payments).id, "чужой счёт")
            reverse_payment(SYSTEM, new, key=self.key(), today=self.today, at=self.at)

    def correct(self) -> None:
        """An employee corrects a month by hand."""
        amount = self.amount() * self.dice.choice((1, -1))
        new = NewCorrection(self.account().id, self.month(), amount, "по акту", Service.COLD)
        enter_correction(SYSTEM, new, key=self.key(), today=self.today, at=self.at)

    def withdraw(self) -> None:
        """The employee thinks better of it."""
        by_hand = list(Correction.select().where(Correction.words != "").order_by(Correction.id))
        if by_hand:
            withdraw_correction(SYSTEM, self.dice.choice(by_hand), today=self.today, at=self.at)

    def open(self) -> None:
        """People move in and may bring a debt, an old penalty or an advance."""
        opened_on = self.today - timedelta(self.dice.randrange(20))
        account = make_account(
            number=f"60-{self.key()}", premises=make_premises(), opened_on=opened_on
        )
        make_holder(account=account)
        for service in SERVICES:
            make_account_service(account=account, service=service, starts_on=opened_on)
        settle(account, self.category)
        make_meter(account=account, installed_on=opened_on, initial_reading="100")
        record(SYSTEM, "create", subject=account, at=self.at)
        kind = self.dice.choice(list(OpeningKind))
        month = None if kind is OpeningKind.ADVANCE else Period(2026, 6)
        new = NewOpening(account.id, kind, self.amount(), self.today, month)
        enter_opening(SYSTEM, new, key=self.key(), today=self.today, at=self.at)

    def close(self) -> None:
        """People move out."""
        account = self.account()
        Account.update(closed_on=self.today).where(Account.id == account.id).execute()
        record(SYSTEM, "update", subject=account, at=self.at)

    def calculate(self) -> None:
        """The month in work is calculated, or half of it."""
        stops = self.dice.random() < 0.3
        run = run_at(f"{self.at:%Y-%m-%dT%H:%M}", goes_on=lambda: not stops)
        calculate_month(SYSTEM, self.in_work(), run=run)

    def issue(self) -> None:
        """The month in work is issued, or half of it."""
        stops = self.dice.random() < 0.3
        run = run_at(f"{self.at:%Y-%m-%dT%H:%M}", goes_on=lambda: not stops)
        issue_month(SYSTEM, self.in_work(), run=run, forced=True)

    def in_work(self) -> Period:
        """The month in work; the first one is October."""
        return max(month_in_work(BEGIN), OCTOBER)

    def happen(self) -> None:
        """Something happens, unless a rule refuses it."""
        deeds = {
            self.read: 6,
            self.pay: 6,
            self.take_back: 2,
            self.correct: 3,
            self.withdraw: 1,
            self.open: 1,
            self.close: 1,
            self.calculate: 6,
            self.issue: 6,
        }
        (deed,) = self.dice.choices(list(deeds), list(deeds.values()))
        try:
            deed()
        except REFUSALS as error:
            self.told.append(f"{self.today} {deed.__name__}: {error!r}")
        else:
            self.told.append(f"{self.today} {deed.__name__}")

    def finish(self) -> None:
        """The month in work is closed without further ado."""
        run = run_at(f"{self.at:%Y-%m-%dT%H:%M}")
        period = self.in_work()
        # It may be half issued already.
        with suppress(IssuedAlreadyError):
            calculate_month(SYSTEM, period, run=run)
        issue_month(SYSTEM, period, run=run, forced=True)


REFUSALS = (
    EntryRefusedError,
    MonthRefusedError,
    PostedAlreadyError,
    ReadingsRefusedError,
    RunStoppedError,
    TakenBackAlreadyError,
)


def assert_adds_up(history: History) -> None:
    """Each balance is the sum of the movements, and the last receipt with what came later."""
    for account in Account.select().order_by(Account.id):
        moved = list(Movement.select().where(Movement.account == account))
        effects = [(row.posted_period, effect_of(row)) for row in moved]
        whole = sum((effect for _, effect in effects), Decimal(0))
        balance = get_balance(account.id, today=history.today)
        assert balance.amount == whole, (account.number, history.told)
        left = sum((each.left for each in balance.debts), -balance.advance)
        assert left == whole, (account.number, history.told)
        last = Receipt.select().where(Receipt.account == account).order_by(Receipt.period.desc())
        receipt = last.first()
        if receipt is not None:
            later = [effect for period, effect in effects if period > receipt.period]
            assert receipt.closing + sum(later, Decimal(0)) == whole, history.told


def effect_of(row: Movement) -> Decimal:
    """What a movement adds to the debt."""
    return row.amount if row.debit in ("principal", "penalty") else -row.amount


@pytest.mark.slow(reason="three months of events, and the whole ledger verified after each")
@pytest.mark.parametrize("seed", range(6))
def test_ledger_is_whole_whatever_happens_in_three_months(cast: Cast, seed: int) -> None:
    history = History(Random(seed), make_rates())
    settle(cast.account, history.category)
    for number in range(EVENTS):
        history.today = BEGIN + (END - BEGIN) * number // EVENTS
        history.happen()
        assert_adds_up(history)
    while history.in_work() < Period(2027, 1):
        history.finish()
        assert_adds_up(history)
        assert verify_ledger() == [], history.told
    assert PaymentReversal.select().count() > 0
