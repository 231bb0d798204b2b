"""A month is calculated as often as needed, until it is issued."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.cast import ACCOUNT, Cast, actor_of
from tests.factories import make_account, make_account_service, make_meter, make_reading
from tests.month_factories import make_charge_line, make_month
from tests.months import closed, lines_of, make_rates, run_at, settle
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.billing.rates import NoRateError
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.models.database import database
from vodokanal.models.journal import JournalEntry
from vodokanal.models.ledger import Movement
from vodokanal.models.months import BillingMonth, ChargeLine, MonthTrouble
from vodokanal.models.receipts import Receipt
from vodokanal.models.tariffs import Tariff
from vodokanal.operations import calculation
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.calculating import calculate_month, what_has_changed
from vodokanal.operations.issuing import issue_month
from vodokanal.operations.journal import record
from vodokanal.operations.month_comparison import largest_changes
from vodokanal.operations.months import (
    AlreadyRunningError,
    EarlierMonthOpenError,
    FutureMonthError,
    IssuedAlreadyError,
    RunLostError,
    RunStoppedError,
    done_in,
    find_month,
    month_in_work,
    months,
    take_month,
    totals_of,
)

OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)
AT = "2026-10-25T10:00"


@pytest.fixture
def rated(cast: Cast) -> Cast:
    """The cast in a utility with prices; two people live at Anna's."""
    settle(cast.account, make_rates())
    return cast


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every account is a slice of its own."""
    monkeypatch.setattr(calculation, "SLICE", 1)


def add_shop(**given: object) -> None:
    """A shop with a meter that nobody has read."""
    account = make_account(group=CustomerGroup.ORGANISATION, **given)
    make_account_service(account=account)
    make_meter(account=account)


def test_month_by_readings(rated: Cast) -> None:
    calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    assert lines_of(rated.account, OCTOBER) == {
        "cold": ("meter", "42.18", Decimal("3.200"), Decimal("134.98")),
        "hot": ("meter", "211.67", Decimal("2.100"), Decimal("444.51")),
        "sewage": ("sum", "33.40", Decimal("5.300"), Decimal("177.02")),
    }


def test_calculated_month_is_owed_by_nobody_yet(rated: Cast) -> None:
    month = calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    assert (month.state, month.accounts) == (MonthState.CALCULATED, 2)
    assert (Movement.select().count(), Receipt.select().count()) == (0, 0)


def test_totals_by_service_method_and_group(rated: Cast) -> None:
    month = calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    assert totals_of(month) == {
        "lines": {
            "cold|meter|population": [1, 3_200_000, 13_498, 0],
            "hot|meter|population": [1, 2_100_000, 44_451, 0],
            "sewage|sum|population": [1, 5_300_000, 17_702, 0],
        },
        "corrected": 0,
        "corrections": 0,
        "troubles": 0,
        "largest": [[rated.account.id, 0, 75_651]],
    }


def test_second_calculation_changes_nothing(rated: Cast) -> None:
    first = calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    ids = [row.id for row in ChargeLine.select()]
    second = calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    assert [row.id for row in ChargeLine.select()] == ids
    assert (first.totals, months()) == (second.totals, [second])


def test_month_is_thrown_away_when_that_is_asked_for(rated: Cast) -> None:
    calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    before = [row.id for row in ChargeLine.select()]
    calculate_month(SYSTEM, OCTOBER, run=run_at(AT), afresh=True)
    after = [row.id for row in ChargeLine.select()]
    assert len(after) == len(before) == 3


@pytest.mark.usefixtures("alone")
def test_only_what_has_changed_is_calculated_anew(rated: Cast) -> None:
    calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    record(SYSTEM, "update", subject=rated.vera_meter, at=run_at(AT).at)
    assert what_has_changed(OCTOBER).accounts == {rated.vera_account.id}
    told: list[tuple[int, int]] = []
    run = run_at(AT, progress=lambda done, total: told.append((done, total)))
    calculate_month(SYSTEM, OCTOBER, run=run)
    assert told == [(2, 2)]


@pytest.mark.usefixtures("alone")
def test_gap_between_accounts_that_stay_is_filled(rated: Cast) -> None:
    calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    record(SYSTEM, "update", subject=rated.cold, at=run_at(AT).at)
    told: list[tuple[int, int]] = []
    run = run_at(AT, progress=lambda done, total: told.append((done, total)))
    month = calculate_month(SYSTEM, OCTOBER, run=run)
    assert (told, done_in(month)) == ([(2, 2)], (2, 2))
    assert len(lines_of(rated.account, OCTOBER)) == 3


def test_new_price_changes_everything(rated: Cast) -> None:
    calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    Tariff.update(price="50").where(Tariff.service == Service.COLD).execute()
    record(SYSTEM, "update", subject=Tariff.get(), at=run_at(AT).at)
    assert what_has_changed(OCTOBER).of_all
    calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    assert lines_of(rated.account, OCTOBER)["cold"][3] == Decimal("160.00")


def test_month_that_was_never_calculated_is_all_new(rated: Cast) -> None:
    assert what_has_changed(OCTOBER).of_all


def test_account_opened_since_is_added(rated: Cast) -> None:
    calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    make_account(number="90-1")
    assert calculate_month(SYSTEM, OCTOBER, run=run_at(AT)).accounts == 3


def test_month_that_has_not_begun(rated: Cast) -> None:
    with pytest.raises(FutureMonthError):
        calculate_month(SYSTEM, NOVEMBER, run=run_at(AT))


def test_month_comes_after_the_one_before(rated: Cast) -> None:
    calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    with pytest.raises(EarlierMonthOpenError) as refused:
        calculate_month(SYSTEM, NOVEMBER, run=run_at("2026-11-25T10:00"))
    assert refused.value.period == OCTOBER


def test_first_month_is_the_one_somebody_begins_with(rated: Cast) -> None:
    assert month_in_work(date(2026, 11, 25)) == NOVEMBER
    calculate_month(SYSTEM, Period(2026, 9), run=run_at(AT))
    assert month_in_work(date(2026, 11, 25)) == Period(2026, 9)


def test_issued_month_stays_as_it_is(rated: Cast) -> None:
    closed(OCTOBER, AT)
    with pytest.raises(IssuedAlreadyError):
        calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    assert month_in_work(date(2026, 10, 25)) == NOVEMBER


def test_month_that_is_being_issued_stays_as_it_is(rated: Cast) -> None:
    make_month(period=OCTOBER, state=MonthState.ISSUING)
    with pytest.raises(IssuedAlreadyError):
        calculate_month(SYSTEM, OCTOBER, run=run_at(AT))


def test_broken_account_is_listed_and_stops_nobody(rated: Cast) -> None:
    add_shop()
    month = calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    (trouble,) = MonthTrouble.select()
    assert (trouble.code, month.accounts) == ("organisation_without_reading", 3)
    assert totals_of(month)["troubles"] == 1
    assert len(lines_of(rated.account, OCTOBER)) == 3


def test_mended_account_is_no_trouble_any_more(rated: Cast) -> None:
    add_shop(number="90-1")
    calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    meter = MonthTrouble.get().account.meters.get()
    reading = make_reading(meter, period=OCTOBER, value="10")
    record(SYSTEM, "submit_readings", subject=reading.submission, at=run_at(AT).at)
    calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    assert MonthTrouble.select().count() == 0


def test_missing_price_stops_the_run_and_leaves_the_month_free(cast: Cast) -> None:
    with pytest.raises(NoRateError) as stopped:
        calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    assert (stopped.value.table, stopped.value.day) == ("tariff", date(2026, 10, 1))
    month = find_month(OCTOBER)
    assert month is not None
    assert month.state == MonthState.CALCULATING
    assert month.leased_until is None


@pytest.mark.usefixtures("alone")
def test_stopped_run_is_gone_on_with(rated: Cast) -> None:
    with pytest.raises(RunStoppedError):
        calculate_month(SYSTEM, OCTOBER, run=run_at(AT, goes_on=lambda: False))
    month = find_month(OCTOBER)
    assert month is not None
    assert done_in(month) == (1, 2)
    told: list[tuple[int, int]] = []
    run = run_at(AT, progress=lambda done, total: told.append((done, total)))
    calculate_month(SYSTEM, OCTOBER, run=run)
    assert told == [(2, 2)]


def test_month_is_calculated_by_one_run_at_a_time(rated: Cast) -> None:
    month = calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    later = run_at(AT).real_now().replace(year=2027)
    BillingMonth.update(leased_until=later).where(BillingMonth.id == month.id).execute()
    with pytest.raises(AlreadyRunningError):
        calculate_month(SYSTEM, OCTOBER, run=run_at(AT))


def test_run_that_was_taken_for_dead_gives_way(rated: Cast) -> None:
    def overtaken(done: int, total: int) -> None:
        BillingMonth.update(leased_until=run_at(AT).real_now()).execute()

    with pytest.raises(RunLostError):
        calculate_month(SYSTEM, OCTOBER, run=run_at(AT, progress=overtaken))


def test_journal_tells_who_calculated(rated: Cast) -> None:
    calculate_month(actor_of(rated.dmitry), OCTOBER, run=run_at(AT))
    entry = JournalEntry.get(JournalEntry.action == "calculate_month")
    assert (entry.actor_name, entry.subject_table) == ("Дмитрий Лебедев", "billing_month")


def test_largest_changes_come_first(rated: Cast) -> None:
    make_charge_line(account=rated.vera_account, period=OCTOBER, amount="1000")
    calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    make_charge_line(account=rated.vera_account, period=OCTOBER.previous, amount="1000")
    make_charge_line(account=rated.account, period=OCTOBER.previous, amount="700")
    assert largest_changes(OCTOBER) == [
        [rated.vera_account.id, 100_000, 0],
        [rated.account.id, 70_000, 75_651],
    ]
    assert str(rated.account.number) == ACCOUNT


def test_month_issued_since_it_was_looked_at_is_not_taken(rated: Cast) -> None:
    month = calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    issue_month(SYSTEM, OCTOBER, run=run_at(AT))
    assert month.state == MonthState.CALCULATED
    with pytest.raises(IssuedAlreadyError):
        take_month(month, run_at(AT))


def test_month_that_is_taken_is_read_again(rated: Cast) -> None:
    month = calculate_month(SYSTEM, OCTOBER, run=run_at(AT))
    BillingMonth.update(state=MonthState.ISSUING).execute()
    with database.atomic():
        take_month(month, run_at(AT))
    assert month.state == MonthState.ISSUING
