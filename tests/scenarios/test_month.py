"""A utility's three months, told from outside: readings, doubts, the night, issue, money, silence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask

from tests.cast import Cast, actor_of
from tests.clock import Clock
from tests.months import closed, lines_of, make_rates, receipt_of, settle
from tests.page import Client
from vodokanal.billing.payments import Channel
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Source
from vodokanal.billing.settlements import Decision, Settlement
from vodokanal.models.journal import JournalEntry
from vodokanal.models.readings import Reading
from vodokanal.models.recalculations import Correction
from vodokanal.operations.answers import confirm_reading
from vodokanal.operations.balances import get_balance
from vodokanal.operations.intakes import get_intake
from vodokanal.operations.judging import Delivery
from vodokanal.operations.payments import NewPayment, enter_payment
from vodokanal.operations.readings import submit_readings
from vodokanal.operations.settlements import find_reading, settle_reading
from vodokanal.operations.verification import verify_ledger
from vodokanal.worker import Worker

OCTOBER, NOVEMBER, DECEMBER = Period(2026, 10), Period(2026, 11), Period(2026, 12)
JANUARY = Period(2027, 1)


class Story:
    """What the people of the cast do, at moments of the utility's clock."""

    def __init__(self, app: Flask, cast: Cast, clock: Clock) -> None:
        self.app, self.cast, self.clock = app, cast, clock
        self.worker = Worker(app)
        self.office = Client(app).signed_in_as(cast.dmitry)

    def sends(self, *, cold: str, hot: str, at: str) -> None:
        """Anna sends both meters."""
        moment = self.clock.at(at)
        delivery = Delivery({self.cast.cold.id: cold, self.cast.hot.id: hot}, Source.RESIDENT)
        intake = get_intake(self.cast.account.id, today=moment.date())
        submit_readings(
            actor_of(self.cast.anna), intake, delivery=delivery, key=f"send-{at}", at=moment
        )

    def insists(self, *, at: str) -> None:
        """Anna says that her doubtful reading is right."""
        moment = self.clock.at(at)
        confirm_reading(actor_of(self.cast.anna), self.waiting(), key=f"yes-{at}", at=moment)

    def decides(self, *, at: str) -> None:
        """Galina has rung her: the number that was meant is taken."""
        moment = self.clock.at(at)
        reading = find_reading(self.waiting().id)
        assert reading is not None
        decision = Decision(Settlement.AS_MEANT)
        settle_reading(
            actor_of(self.cast.galina), reading, decision=decision, key=f"meant-{at}", at=moment
        )

    def waiting(self) -> Reading:
        """The reading that waits for somebody."""
        found: Reading = Reading.get(Reading.state.in_(["asked", "held"]))
        return found

    def goes_by(self, at: str) -> None:
        """The worker looks around, and does what it finds."""
        self.clock.at(at)
        self.worker.look_around()
        self.worker.work_on_months()

    def issues(self, *, at: str) -> None:
        """Dmitry issues the month from his desk, and the worker does it."""
        self.clock.at(at)
        page = self.office.get("/staff/month/").click("Выпустить…")
        page.form("/staff/month/issue/").submit()
        self.worker.work_on_months()

    def pays(self, amount: str, *, on: date) -> None:
        """Money of Anna's comes in."""
        moment = self.clock.at(f"{on}T15:00")
        new = NewPayment(self.cast.account.id, Decimal(amount), on, channel=Channel.BANK)
        enter_payment(actor_of(self.cast.galina), new, key=f"pay-{on}", today=on, at=moment)

    def heading(self) -> str:
        """What the desk of the month says."""
        return self.office.get("/staff/month/").heading

    def balance(self) -> str:
        """What Anna owes, in rubles."""
        today = self.clock.now.date()
        return str(get_balance(self.cast.account.id, today=today).amount)

    def receipt(self, period: Period) -> tuple[str, ...]:
        """Opening, charged, corrected, penalty, paid, closing."""
        row = receipt_of(self.cast.account, period)
        names = ("opening", "charged", "corrected", "penalty", "paid", "closing")
        return tuple(str(getattr(row, name)) for name in names)

    def corrections(self) -> list[tuple[str, str, str, str]]:
        """Every correction: of which month and service, why, how many rubles."""
        return [
            (str(row.for_period), row.service.value, row.reason.value, str(row.amount))
            for row in Correction.select().order_by(Correction.id)
        ]

    def cold(self, period: Period) -> tuple[str, str, str]:
        """By what cold water was charged, its m³ and its rubles."""
        method, _price, volume, amount = lines_of(self.cast.account, period)["cold"]
        return method, str(volume), str(amount)


@pytest.fixture
def story(app: Flask, cast: Cast, clock: Clock) -> Story:
    """A utility with prices that has issued October; nobody owes anything else."""
    settle(cast.account, make_rates())
    closed(OCTOBER, "2026-10-25T10:00")
    return Story(app, cast, clock)


def test_three_months_to_the_kopeck(story: Story) -> None:
    assert (story.receipt(OCTOBER)[-1], story.balance()) == ("756.51", "756.51")

    # November: one reading is doubtful, and its sender insists.
    story.sends(cold="16,12", hot="105,7", at="2026-11-12T10:42")
    story.insists(at="2026-11-12T10:44")
    story.goes_by("2026-11-20T23:59")
    assert story.heading() == "Ноябрь: ещё не рассчитан"

    # The night after the intake: without that reading, so by the average of May to October.
    story.goes_by("2026-11-21T00:00")
    assert story.heading() == "Ноябрь: рассчитан, не выпущен"
    assert story.cold(NOVEMBER) == ("average", "3.250", "137.09")

    # Galina decides what was meant, and the month is calculated again by itself.
    story.decides(at="2026-11-23T09:15")
    story.goes_by("2026-11-23T09:16")
    assert story.cold(NOVEMBER) == ("meter", "3.120", "131.60")
    assert story.balance() == "756.51"

    # 131.60 of cold, 444.51 of hot water, 174.35 of sewage.
    story.issues(at="2026-11-24T10:00")
    assert story.receipt(NOVEMBER) == ("756.51", "750.46", "0.00", "0.00", "0.00", "1506.97")

    story.pays("1000.00", on=date(2026, 12, 8))
    assert story.balance() == "506.97"

    # December: nobody sends, so the average of June to November.
    story.goes_by("2026-12-21T00:00")
    assert story.cold(DECEMBER) == ("average", "3.236667", "136.52")
    story.issues(at="2026-12-22T10:00")
    assert story.receipt(DECEMBER) == ("1506.97", "722.51", "0.00", "0.00", "1000.00", "1229.48")

    # January: 6.880 m³ in two months, half of them December's, which was charged too little.
    story.sends(cold="168,0", hot="110,0", at="2027-01-15T10:00")
    story.goes_by("2027-01-21T00:00")
    assert story.cold(JANUARY) == ("meter", "3.440", "145.10")
    assert story.corrections() == [
        ("2026-12", "cold", "true_up", "8.58"),
        ("2026-12", "hot", "true_up", "42.33"),
        ("2026-12", "sewage", "true_up", "13.48"),
    ]
    # 506.97 of November from the 31st day after the 15th of December: 17 days of 9.5 % / 300.
    story.issues(at="2027-01-22T10:00")
    assert story.receipt(JANUARY) == ("1229.48", "786.90", "64.39", "2.73", "0.00", "2083.50")
    assert story.balance() == "2083.50"
    assert verify_ledger() == []


def test_resident_reads_the_same_as_the_ledger(story: Story) -> None:
    story.sends(cold="161,12", hot="105,7", at="2026-11-12T10:42")
    story.goes_by("2026-11-21T00:00")
    story.issues(at="2026-11-24T10:00")
    page = Client(story.app).signed_in_as(story.cast.anna).get("/personal/12-34/balance/")
    assert "1 506,97 ₽" in page.plain


def test_journal_tells_who_did_what(story: Story) -> None:
    story.goes_by("2026-11-21T00:00")
    story.issues(at="2026-11-24T10:00")
    told = JournalEntry.select(JournalEntry.action, JournalEntry.actor_name)
    by_whom = list(told.order_by(JournalEntry.id.desc()).limit(4).tuples())
    assert by_whom == [
        ("issue_month", "Дмитрий Лебедев"),
        ("begin_issuing", "Дмитрий Лебедев"),
        ("order_issue", "Дмитрий Лебедев"),
        ("calculate_month", "portal"),
    ]
