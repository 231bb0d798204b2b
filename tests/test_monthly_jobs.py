"""The worker and the month: calculated by itself after the intake and after changes, told of in time."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from flask import Flask

from tests.cast import Cast
from tests.clock import Clock
from tests.factories import make_reading
from tests.month_factories import make_month_order, make_preview
from tests.months import closed, make_rates, run_at, settle
from tests.statements import statements
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.models.jobs import WakeUp
from vodokanal.models.letters import Letter
from vodokanal.models.month_orders import MonthDeed, MonthOrder
from vodokanal.models.months import BillingMonth, ChargeLine
from vodokanal.models.people import Employee
from vodokanal.models.previews import RecalculationPreview
from vodokanal.models.tariffs import Tariff
from vodokanal.operations import month_work
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.journal import record
from vodokanal.operations.queue import Kind
from vodokanal.worker import Worker

OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)


@pytest.fixture
def rated(app: Flask, cast: Cast) -> Cast:
    """The cast in a utility with prices; two people live at Anna's, October is issued."""
    settle(cast.account, make_rates())
    closed(OCTOBER, "2026-10-25T10:00")
    return cast


def calls() -> int:
    return int(WakeUp.select().count())


def rested(app: Flask) -> Worker:
    """A worker that has nothing else to do."""
    worker = Worker(app)
    worker.keep_house()
    worker.tell_the_morning()
    WakeUp.delete().execute()
    return worker


def look_and_work(worker: Worker) -> None:
    worker.look_around()
    worker.work_on_months()


def test_worker_knows_a_job_for_these_calls(app: Flask) -> None:
    assert set(Worker(app).jobs) == set(Kind)


def test_month_is_calculated_in_the_night_after_its_intake(
    app: Flask, rated: Cast, clock: Clock
) -> None:
    worker = rested(app)
    clock.at("2026-11-20T23:59")
    look_and_work(worker)
    assert MonthOrder.select().count() == 0
    clock.at("2026-11-21T00:00")
    look_and_work(worker)
    month = BillingMonth.get(BillingMonth.period == NOVEMBER)
    assert (month.state, month.calculated_at) == ("calculated", clock.now)


def test_calculated_month_is_left_alone_until_something_changes(
    app: Flask, rated: Cast, clock: Clock
) -> None:
    worker = rested(app)
    clock.at("2026-11-21T00:00")
    for _ in range(3):
        look_and_work(worker)
    assert MonthOrder.select().count() == 1
    make_reading(rated.cold, period=NOVEMBER, value="170")
    record(SYSTEM, "settle_reading", subject=rated.cold, at=clock.now)
    look_and_work(worker)
    assert MonthOrder.select().count() == 2
    line = ChargeLine.get(ChargeLine.period == NOVEMBER, ChargeLine.service == "cold")
    assert (line.method, str(line.volume)) == ("meter", "12.000")


def test_worker_never_issues_by_itself(app: Flask, rated: Cast, clock: Clock) -> None:
    worker = rested(app)
    clock.at("2026-12-20T00:00")
    look_and_work(worker)
    look_and_work(worker)
    assert BillingMonth.get(BillingMonth.period == NOVEMBER).state == "calculated"


def test_issue_that_a_dead_worker_left_is_gone_on_with(
    app: Flask, rated: Cast, clock: Clock
) -> None:
    worker = rested(app)
    clock.at("2026-11-21T00:00")
    look_and_work(worker)
    make_month_order(deed=MonthDeed.ISSUE, employee=rated.olga)
    stopped = Worker(app)
    stopped.stopping.set()
    stopped.work_on_months()
    assert MonthOrder.get(MonthOrder.deed == MonthDeed.ISSUE).ended_at is None
    look_and_work(worker)
    assert BillingMonth.get(BillingMonth.period == NOVEMBER).state == "issued"


def test_missing_price_is_not_tried_every_half_minute(
    app: Flask, cast: Cast, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    worker = rested(app)
    clock.at("2026-11-21T00:00")
    with caplog.at_level(logging.INFO, logger="vodokanal"):
        for _ in range(3):
            look_and_work(worker)
    ended = [vars(each)["ended"] for each in caplog.records if "ended" in vars(each)]
    assert ended == ["no_rate"]
    settle(cast.account, make_rates())
    record(SYSTEM, "create", subject=Tariff.get(), at=clock.now)
    look_and_work(worker)
    assert BillingMonth.get().state == "calculated"


def test_idle_worker_asks_for_little(app: Flask, rated: Cast, clock: Clock) -> None:
    worker = rested(app)
    clock.at("2026-11-21T00:00")
    for _ in range(3):
        look_and_work(worker)
    worker.tell_the_morning()
    worker.look_around()
    with statements() as seen:
        worker.look_around()
    assert len(seen) == 3, "\n".join(seen)


def test_month_somebody_is_at_wakes_nobody(app: Flask, rated: Cast, clock: Clock) -> None:
    worker = rested(app)
    clock.at("2026-11-21T00:00")
    look_and_work(worker)
    BillingMonth.update(leased_until=run_at("2027-01-01T00:00").at).where(
        BillingMonth.period == NOVEMBER
    ).execute()
    make_month_order()
    WakeUp.delete().execute()
    worker.look_around()
    assert calls() == 0


def test_error_of_the_program_does_not_come_back_every_half_minute(
    app: Flask, rated: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*_args: object, **_more: object) -> None:
        raise LookupError

    worker = rested(app)
    clock.at("2026-11-21T00:00")
    monkeypatch.setattr(month_work, "calculate_month", wrong)
    worker.look_around()
    with pytest.raises(LookupError):
        worker.work_on_months()
    WakeUp.delete().execute()
    worker.look_around()
    assert (calls(), MonthOrder.get().refusal) == (0, "failed")


def test_preview_is_made_and_an_unfinished_one_gone_on_with(
    app: Flask, rated: Cast, clock: Clock
) -> None:
    worker = rested(app)
    clock.at("2026-11-12T10:00")
    months = {"first_period": OCTOBER, "last_period": OCTOBER}
    preview = make_preview(employee=rated.olga, **months)
    worker.look_around()
    assert calls() == 1
    stopped = Worker(app)
    stopped.stopping.set()
    stopped.make_previews()
    worker.make_previews()
    worker.look_around()
    ended = RecalculationPreview.get_by_id(preview.id).ended_at
    assert (ended, calls()) == (clock.now, 1)


def test_letter_of_the_morning_goes_out_once(
    app: Flask, rated: Cast, clock: Clock, tmp_path: Path
) -> None:
    app.extensions["mailman"].file_path = str(tmp_path)
    Employee.update(email="olga@water.example").where(Employee.id == rated.olga.id).execute()
    make_reading(rated.cold, period=NOVEMBER, state=ReadingState.HELD)
    worker = rested(app)
    clock.at("2026-12-02T08:00")
    for _ in range(2):
        worker.look_around()
        worker.tell_the_morning()
        worker.send_letters()
    (path,) = tmp_path.glob("*.eml")
    assert Letter.get().state == "sent"
    assert "olga@water.example" in path.read_text(encoding="utf-8")
