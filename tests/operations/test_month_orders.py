"""Jobs of a month: asked for once, found due by a worker, kept with what stood in their way."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import Cast, actor_of
from tests.conftest import SECRET_KEY
from tests.factories import make_extension, make_reading
from tests.month_factories import make_month_order, make_preview
from tests.months import closed, make_rates, run_at, settle
from tests.statements import statements
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.billing.rates import NoRateError
from vodokanal.billing.readings import ReadingState
from vodokanal.models.jobs import WakeUp
from vodokanal.models.journal import JournalEntry
from vodokanal.models.month_orders import MonthDeed, MonthOrder
from vodokanal.models.months import BillingMonth
from vodokanal.models.tariffs import Tariff
from vodokanal.models.terms import PaymentTerm
from vodokanal.models.windows import ReadingWindow
from vodokanal.operations.actors import SYSTEM, ActorKind
from vodokanal.operations.calculating import calculate_month
from vodokanal.operations.journal import record
from vodokanal.operations.month_obstacles import Obstacle
from vodokanal.operations.month_orders import (
    MOST_ATTEMPTS,
    IssueOrder,
    Outlook,
    SeenOtherwiseError,
    actor_of_order,
    end_order,
    glance,
    is_order_due,
    order_by_itself,
    order_calculation,
    order_issue,
    outlook,
    seen_of,
    take_order,
)
from vodokanal.operations.months import (
    AlreadyRunningError,
    ChangedSinceError,
    FutureMonthError,
    NotCalculatedError,
    ReadingsLeftError,
)
from vodokanal.operations.queue import open_queue
from vodokanal.operations.submission_keys import KeyReusedError

OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)
INSIDE, AFTER = run_at("2026-11-12T10:00"), run_at("2026-11-21T01:00")
TODAY = AFTER.today


@pytest.fixture(autouse=True)
def _queue() -> None:
    open_queue(SECRET_KEY)


@pytest.fixture
def rated(cast: Cast) -> Cast:
    """The cast in a utility with prices; two people live at Anna's."""
    settle(cast.account, make_rates())
    return cast


@pytest.fixture
def calculated(rated: Cast) -> BillingMonth:
    """November, calculated in the night after its intake."""
    return calculate_month(SYSTEM, NOVEMBER, run=AFTER)


def look() -> Outlook:
    return outlook(TODAY, AFTER.real_now())


def ask(cast: Cast, month: BillingMonth, *, key: str = "1", forced: bool = False) -> MonthOrder:
    wanted = IssueOrder(month.period, seen_of(month), is_forced=forced)
    return order_issue(actor_of(cast.dmitry), wanted, key=key, at=AFTER.at)


def test_calculation_is_asked_for_once_with_one_key(cast: Cast) -> None:
    actor = actor_of(cast.dmitry)
    first = order_calculation(actor, NOVEMBER, key="1", at=INSIDE.at)
    assert order_calculation(actor, NOVEMBER, key="1", at=INSIDE.at) == first
    assert (MonthOrder.select().count(), WakeUp.select().count()) == (1, 1)
    entry = JournalEntry.get(JournalEntry.action == "order_calculation")
    assert (entry.actor_name, entry.after) == ("Дмитрий Лебедев", '{"period": "2026-11"}')


def test_job_that_waits_is_the_same_for_everybody(cast: Cast) -> None:
    first = order_calculation(actor_of(cast.dmitry), NOVEMBER, key="1", at=INSIDE.at)
    assert order_calculation(actor_of(cast.olga), NOVEMBER, key="2", at=INSIDE.at) == first


def test_month_that_has_not_begun_is_not_asked_for(cast: Cast) -> None:
    with pytest.raises(FutureMonthError):
        order_calculation(actor_of(cast.dmitry), NOVEMBER.next, key="1", at=INSIDE.at)
    assert MonthOrder.select().count() == 0


def test_key_of_a_calculation_is_no_key_of_an_issue(rated: Cast, calculated: BillingMonth) -> None:
    order_calculation(actor_of(rated.dmitry), NOVEMBER, key="1", at=INSIDE.at)
    with pytest.raises(KeyReusedError):
        ask(rated, calculated)


def test_issue_is_asked_for_once(rated: Cast, calculated: BillingMonth) -> None:
    first = ask(rated, calculated)
    assert ask(rated, calculated) == first
    assert (first.deed, first.employee, first.is_forced) == ("issue", rated.dmitry, False)
    with pytest.raises(AlreadyRunningError):
        ask(rated, calculated, key="2")


def test_issue_of_what_was_not_calculated_is_refused(rated: Cast, calculated: BillingMonth) -> None:
    BillingMonth.update(state=MonthState.CALCULATING).execute()
    with pytest.raises(NotCalculatedError):
        ask(rated, calculated)
    wanted = IssueOrder(OCTOBER, "")
    with pytest.raises(NotCalculatedError):
        order_issue(actor_of(rated.dmitry), wanted, key="2", at=AFTER.at)


def test_issue_is_of_the_sums_that_were_seen(rated: Cast, calculated: BillingMonth) -> None:
    calculate_month(SYSTEM, NOVEMBER, run=run_at("2026-11-21T02:00"))
    with pytest.raises(SeenOtherwiseError):
        ask(rated, calculated)


def test_readings_that_wait_are_left_behind_only_on_purpose(rated: Cast) -> None:
    make_reading(rated.cold, period=NOVEMBER, state=ReadingState.HELD)
    month = calculate_month(SYSTEM, NOVEMBER, run=AFTER)
    with pytest.raises(ReadingsLeftError):
        ask(rated, month)
    assert ask(rated, month, forced=True).is_forced


@pytest.mark.parametrize(("table", "count"), [("account", 1), ("tariff", None)])
def test_issue_of_a_month_that_has_changed_is_refused(
    rated: Cast, calculated: BillingMonth, table: str, count: int | None
) -> None:
    subject = rated.account if table == "account" else Tariff.get()
    record(SYSTEM, "update", subject=subject, at=AFTER.at)
    with pytest.raises(ChangedSinceError) as refused:
        ask(rated, calculated)
    assert refused.value.accounts == count


def test_issue_without_days_of_payment_is_refused(rated: Cast, calculated: BillingMonth) -> None:
    PaymentTerm.delete().execute()
    with pytest.raises(NoRateError):
        ask(rated, calculated)


def test_interrupted_issue_is_gone_on_with_whatever_waits(
    rated: Cast, calculated: BillingMonth
) -> None:
    BillingMonth.update(state=MonthState.ISSUING).execute()
    make_reading(rated.cold, period=NOVEMBER, state=ReadingState.HELD)
    assert ask(rated, calculated).deed == MonthDeed.ISSUE


def test_idle_look_is_a_single_statement(cast: Cast) -> None:
    record(SYSTEM, "update", subject=cast.account, at=AFTER.at)
    newest = JournalEntry.get().id
    with statements() as seen:
        assert glance() == (newest, False, False, False)
    make_month_order()
    make_preview()
    assert (glance(), len(seen)) == ((newest, True, True, False), 1)


def test_month_is_due_in_the_night_after_its_intake(cast: Cast) -> None:
    assert outlook(date(2026, 11, 20), AFTER.real_now()) is Outlook.QUIET
    assert outlook(date(2026, 11, 21), AFTER.real_now()) is Outlook.DUE


def test_prolonged_intake_is_waited_for(cast: Cast) -> None:
    make_extension(period=NOVEMBER, ends_on=date(2026, 11, 25))
    assert outlook(date(2026, 11, 25), AFTER.real_now()) is Outlook.QUIET
    assert outlook(date(2026, 11, 26), AFTER.real_now()) is Outlook.DUE


def test_without_days_of_intake_the_month_itself_is_waited_for(rated: Cast) -> None:
    closed(OCTOBER, "2026-10-25T10:00")
    ReadingWindow.delete().execute()
    assert outlook(date(2026, 11, 30), AFTER.real_now()) is Outlook.QUIET
    assert outlook(date(2026, 12, 1), AFTER.real_now()) is Outlook.DUE


def test_month_that_has_not_begun_is_not_due(rated: Cast) -> None:
    closed(OCTOBER, "2026-10-25T10:00")
    assert outlook(date(2026, 10, 31), AFTER.real_now()) is Outlook.QUIET


def test_month_somebody_is_at_is_looked_at_again(rated: Cast, calculated: BillingMonth) -> None:
    BillingMonth.update(leased_until=AFTER.real_now().replace(year=2027)).execute()
    assert look() is Outlook.BUSY


def test_interrupted_calculation_is_due_and_interrupted_issue_is_a_persons(
    rated: Cast, calculated: BillingMonth
) -> None:
    BillingMonth.update(state=MonthState.CALCULATING).execute()
    assert look() is Outlook.DUE
    BillingMonth.update(state=MonthState.ISSUING).execute()
    assert look() is Outlook.QUIET


def test_calculated_month_is_due_again_after_a_change(
    rated: Cast, calculated: BillingMonth
) -> None:
    assert look() is Outlook.QUIET
    record(SYSTEM, "update", subject=rated.cold, at=AFTER.at)
    assert look() is Outlook.DUE


def test_what_does_not_touch_the_month_is_looked_through_once(
    rated: Cast, calculated: BillingMonth
) -> None:
    record(SYSTEM, "update", subject=rated.olga, at=AFTER.at)
    newest = JournalEntry.select().order_by(JournalEntry.id.desc()).get().id
    assert look() is Outlook.QUIET
    assert BillingMonth.get().mark == newest


def test_obstacle_is_run_against_again_only_after_a_change(cast: Cast) -> None:
    order = make_month_order()
    end_order(order, at=AFTER.at, obstacle=Obstacle("no_rate", {"table": "tariff"}))
    assert look() is Outlook.QUIET
    make_rates()
    record(SYSTEM, "create", subject=Tariff.get(), at=AFTER.at)
    assert look() is Outlook.DUE


def test_obstacle_of_an_issue_keeps_no_calculation_back(
    rated: Cast, calculated: BillingMonth
) -> None:
    record(SYSTEM, "update", subject=rated.cold, at=AFTER.at)
    order = make_month_order(deed=MonthDeed.ISSUE, employee=rated.olga)
    end_order(order, at=AFTER.at, obstacle=Obstacle("changed", {"accounts": 1}))
    assert look() is Outlook.DUE


def test_two_workers_find_one_job(cast: Cast) -> None:
    order_by_itself(TODAY, at=AFTER.at)
    order_by_itself(TODAY, at=AFTER.at)
    (order,) = MonthOrder.select()
    assert (order.period, order.deed, order.employee) == (NOVEMBER, "calculate", None)
    assert actor_of_order(order) == SYSTEM


def test_job_of_an_employee_is_done_in_their_name(cast: Cast) -> None:
    actor = actor_of_order(make_month_order(employee=cast.olga))
    assert (actor.kind, actor.name) == (ActorKind.EMPLOYEE, "Ольга Ветрова")


def test_job_of_a_month_somebody_is_at_waits(rated: Cast, calculated: BillingMonth) -> None:
    make_month_order()
    real = AFTER.real_now()
    assert is_order_due(real)
    BillingMonth.update(leased_until=real.replace(year=2027)).execute()
    assert not is_order_due(real)
    assert take_order(real, at=AFTER.at) is None
    assert take_order(real.replace(year=2028), at=AFTER.at) is not None


def test_job_that_kills_whoever_takes_it_is_given_up(cast: Cast) -> None:
    order = make_month_order(attempts=MOST_ATTEMPTS - 1)
    assert take_order(AFTER.real_now(), at=AFTER.at) == order
    assert take_order(AFTER.real_now(), at=AFTER.at) is None
    found = MonthOrder.get_by_id(order.id)
    assert (found.refusal, found.ended_at) == ("given_up", AFTER.at)


def test_job_that_has_ended_stays_as_it_ended(cast: Cast) -> None:
    order = make_month_order()
    end_order(order, at=AFTER.at)
    end_order(order, at=AFTER.at, obstacle=Obstacle("failed"))
    assert MonthOrder.get_by_id(order.id).refusal == ""
