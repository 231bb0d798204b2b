"""A month's jobs are done, left to the next worker, or end with what stood in their way."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from tests.cast import Cast
from tests.crowd import crowd
from tests.factories import make_reading
from tests.month_factories import make_month, make_month_order
from tests.months import lines_of, make_rates, run_at, settle
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.models.journal import JournalEntry
from vodokanal.models.month_orders import MonthDeed, MonthOrder
from vodokanal.models.months import BillingMonth, ChargeLine
from vodokanal.models.receipts import Receipt
from vodokanal.operations import month_work
from vodokanal.operations.month_work import do_next_order

OCTOBER = Period(2026, 10)
AT = "2026-10-25T10:00"


@pytest.fixture
def rated(cast: Cast) -> Cast:
    """The cast in a utility with prices; two people live at Anna's."""
    settle(cast.account, make_rates())
    return cast


def done(**more: object) -> str:
    found = do_next_order(run_at(AT, **more))
    assert found is not None
    return found[1]


def newest() -> MonthOrder:
    found: MonthOrder = MonthOrder.select().order_by(MonthOrder.id.desc()).get()
    return found


def test_without_a_job_nothing_is_done(cast: Cast) -> None:
    assert do_next_order(run_at(AT)) is None
    assert BillingMonth.select().count() == 0


def test_month_is_calculated_by_the_portal_itself(rated: Cast) -> None:
    make_month_order(period=OCTOBER)
    assert done() == "done"
    assert len(lines_of(rated.account, OCTOBER)) == 3
    assert JournalEntry.get(JournalEntry.action == "calculate_month").actor_kind == "system"
    assert (newest().refusal, newest().attempts) == ("", 1)


def test_month_is_issued_in_the_name_of_who_asked(rated: Cast) -> None:
    make_month_order(period=OCTOBER)
    done()
    make_month_order(period=OCTOBER, deed=MonthDeed.ISSUE, employee=rated.olga)
    assert done() == "done"
    month = BillingMonth.get()
    assert (month.state, month.issued_by, Receipt.select().count()) == ("issued", rated.olga, 2)


def test_missing_price_is_kept_and_not_tried_for_ever(cast: Cast) -> None:
    make_month_order(period=OCTOBER)
    assert done() == "no_rate"
    kept = json.loads(newest().parameters)
    assert (kept["table"], kept["day"]) == ("tariff", "2026-10-01")
    assert kept["key"][:2] == ["cold", "population"]
    assert do_next_order(run_at(AT)) is None


def test_readings_that_came_after_the_order_stop_the_issue(rated: Cast) -> None:
    make_month_order(period=OCTOBER)
    done()
    make_reading(rated.vera_meter, period=OCTOBER, state=ReadingState.HELD)
    make_month_order(period=OCTOBER, deed=MonthDeed.ISSUE, employee=rated.olga)
    assert done() == "readings_left"
    assert newest().parameters == '{"asked": 0, "held": 1}'


def test_stopped_worker_leaves_the_job_to_the_next(rated: Cast) -> None:
    make_month_order(period=OCTOBER)
    assert done(goes_on=lambda: False) == "left"
    assert newest().ended_at is None
    assert done() == "done"


def test_what_was_issued_by_somebody_else_is_done(rated: Cast) -> None:
    make_month(period=OCTOBER, state=MonthState.ISSUED)
    make_month_order(period=OCTOBER, deed=MonthDeed.ISSUE, employee=rated.olga)
    assert (done(), newest().refusal) == ("done", "")


def test_error_of_the_program_ends_the_job_and_is_raised(
    rated: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*_args: object, **_more: object) -> None:
        raise LookupError

    monkeypatch.setattr(month_work, "calculate_month", wrong)
    make_month_order(period=OCTOBER)
    with pytest.raises(LookupError):
        do_next_order(run_at(AT))
    assert (newest().refusal, newest().ended_at) == (
        "failed",
        datetime.fromisoformat(f"{AT}+03:00"),
    )


def test_eight_workers_calculate_every_account_once(rated: Cast) -> None:
    make_month_order(period=OCTOBER)
    crowd(8, lambda _number: do_next_order(run_at(AT)))
    while do_next_order(run_at(AT)) is not None:
        pass
    assert ChargeLine.select().count() == 3
    assert (BillingMonth.get().state, newest().refusal) == ("calculated", "")
