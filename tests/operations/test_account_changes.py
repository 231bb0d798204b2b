"""Dated changes of an account: rows end and begin on a day, and everything can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import COLD_LAST, Cast, actor_of
from tests.clock import moment
from tests.factories import make_account_service, make_meter, make_occupancy, make_reading
from tests.month_factories import make_month
from tests.tables import everything
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind
from vodokanal.billing.services import Charging, Service
from vodokanal.models.account_changes import AccountChange, ChangeKind, ChangeReason
from vodokanal.models.accounts import Account, AccountService, Occupancy
from vodokanal.models.journal import JournalEntry
from vodokanal.models.meters import Meter
from vodokanal.operations.account_changes import changes_of, find_change, take_back_change
from vodokanal.operations.account_closings import Closing, close_account
from vodokanal.operations.change_refusals import (
    AfterClosingError,
    BeforeOpeningError,
    ChangedSinceError,
    ChangeRefusedError,
    FarDayError,
    HungLaterError,
    IssuedMonthError,
    IssuedSinceError,
    LowerFinalError,
    MeterGoneError,
    NothingChangesError,
    NotYetReadError,
    SameDayError,
)
from vodokanal.operations.changes import changes_since
from vodokanal.operations.meter_replacements import Replacement, replace_meter
from vodokanal.operations.new_meters import NewMeter
from vodokanal.operations.occupancy_changes import OccupancyChange, change_occupancy
from vodokanal.operations.service_changes import ServiceChange, change_services, services_on

OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)
TODAY, AT = date(2026, 11, 12), moment("2026-11-12T10:42")
NOW: dict[str, Any] = {"today": TODAY, "at": AT}
MIDDLE, LATER = date(2026, 11, 10), date(2026, 11, 20)


def settled(cast: Cast, *, key: str = "k", **given: Any) -> int:
    """Three people live at Anna's from the tenth on."""
    make = OccupancyChange(cast.account.id, MIDDLE, 3, 1, "Выписка из домовой книги")
    return change_occupancy(actor_of(cast.galina), replace(make, **given), key=key, **NOW)


def supplied(cast: Cast, *, key: str = "k", **given: Any) -> int:
    """Hot water is no longer supplied to Anna from the tenth on."""
    make = ServiceChange(cast.account.id, MIDDLE, {Service.HOT: None}, "Акт 7")
    return change_services(actor_of(cast.galina), replace(make, **given), key=key, **NOW)


def closed(cast: Cast, *, key: str = "k", **given: Any) -> int:
    """Anna's account is closed from the tenth on."""
    make = Closing(cast.account.id, MIDDLE, ChangeReason.DEMOLISHED)
    return close_account(actor_of(cast.galina), replace(make, **given), key=key, **NOW)


def people() -> list[tuple[Any, ...]]:
    rows = Occupancy.select().order_by(Occupancy.starts_on)
    return [(row.registered, row.starts_on.isoformat(), row.ends_on) for row in rows]


def take_back(cast: Cast, change_id: int) -> None:
    take_back_change(actor_of(cast.dmitry), AccountChange.get_by_id(change_id), **NOW)


def test_residents_change_from_a_day_on(cast: Cast) -> None:
    make_occupancy(account=cast.account, registered=2)
    change = find_change(settled(cast))
    assert people() == [(2, "2020-01-01", date(2026, 11, 9)), (3, "2026-11-10", None)]
    assert change is not None
    assert (change.kind, change.on, change.period) == (ChangeKind.RESIDENTS, MIDDLE, NOVEMBER)
    assert (change.paper, change.employee) == ("Выписка из домовой книги", cast.galina)
    assert changes_of(cast.account.id, [ChangeKind.RESIDENTS]) == [change]


def test_sent_twice_it_is_done_once(cast: Cast) -> None:
    assert settled(cast) == settled(cast)
    assert supplied(cast, key="k2") == supplied(cast, key="k2")
    assert closed(cast, key="k3", on=LATER) == closed(cast, key="k3", on=LATER)
    assert AccountChange.select().count() == 3


def test_a_change_before_a_later_one_holds_until_it(cast: Cast) -> None:
    make_occupancy(account=cast.account, registered=2, ends_on=date(2026, 11, 19))
    make_occupancy(account=cast.account, registered=4, starts_on=LATER)
    settled(cast)
    assert people()[1:] == [(3, "2026-11-10", date(2026, 11, 19)), (4, "2026-11-20", None)]


def test_where_nothing_held_it_holds_until_the_next(cast: Cast) -> None:
    make_occupancy(account=cast.account, registered=4, starts_on=LATER)
    settled(cast)
    assert people() == [(3, "2026-11-10", date(2026, 11, 19)), (4, "2026-11-20", None)]


def test_two_changes_on_one_day_and_no_change_are_refused(cast: Cast) -> None:
    settled(cast)
    with pytest.raises(SameDayError) as caught:
        settled(cast, key="k2", registered=5)
    with pytest.raises(NothingChangesError):
        settled(cast, key="k3", on=LATER)
    assert caught.value.day == MIDDLE


@pytest.mark.parametrize(
    ("on", "refusal"),
    [
        (date(2019, 12, 31), BeforeOpeningError),
        (date(2026, 12, 15), AfterClosingError),
        (date(2027, 11, 14), FarDayError),
        (date(1999, 12, 31), FarDayError),
        (date(2026, 10, 31), IssuedMonthError),
    ],
)
def test_a_day_that_cannot_be_is_refused(
    cast: Cast, on: date, refusal: type[ChangeRefusedError]
) -> None:
    make_month(period=OCTOBER, state=MonthState.ISSUED)
    Account.update(closed_on=date(2026, 12, 15)).execute()
    with pytest.raises(refusal) as caught:
        settled(cast, on=on)
    assert people() == []
    if isinstance(caught.value, IssuedMonthError):
        assert (caught.value.period, caught.value.open_month) == (OCTOBER, NOVEMBER)


def test_the_past_may_be_meant(cast: Cast) -> None:
    make_month(period=OCTOBER, state=MonthState.ISSUED)
    change = find_change(settled(cast, on=date(2026, 10, 16), is_backdated=True))
    assert change is not None
    # The first receipts that can show it are November's.
    assert (change.on, change.period) == (date(2026, 10, 16), NOVEMBER)


def test_a_service_ends_and_another_is_only_counted(cast: Cast) -> None:
    supplied(
        cast,
        services={
            Service.COLD: Charging.CHARGED,
            Service.HOT: None,
            Service.SEWAGE: Charging.COUNTED,
        },
    )
    now = {Service.COLD: Charging.CHARGED, Service.HOT: None, Service.SEWAGE: Charging.COUNTED}
    assert services_on(cast.account.id, MIDDLE) == now
    assert AccountService.select().where(AccountService.ends_on == date(2026, 11, 9)).count() == 2


def test_services_as_they_are_or_begun_that_day_are_refused(cast: Cast) -> None:
    with pytest.raises(NothingChangesError):
        supplied(cast, services={Service.HOT: Charging.CHARGED})
    with pytest.raises(NothingChangesError):
        supplied(cast, account_id=cast.vera_account.id, services={Service.HOT: None})
    make_account_service(account=cast.vera_account, service=Service.HOT, starts_on=MIDDLE)
    with pytest.raises(SameDayError):
        supplied(cast, account_id=cast.vera_account.id)


def test_a_closed_account_has_no_meters_any_more(cast: Cast) -> None:
    closed(cast, readings={cast.cold.id: COLD_LAST + 1})
    meters = Meter.select().where(Meter.account == cast.account).order_by(Meter.id)
    assert [(each.removed_on, each.final_reading) for each in meters] == [
        (MIDDLE, COLD_LAST + 1),
        (MIDDLE, None),
    ]
    assert Account.get_by_id(cast.account.id).closed_on == MIDDLE


def test_last_readings_that_cannot_be_are_refused(cast: Cast) -> None:
    with pytest.raises(NotYetReadError):
        closed(cast, on=LATER, readings={cast.cold.id: COLD_LAST})
    with pytest.raises(MeterGoneError):
        closed(cast, readings={cast.vera_meter.id: Decimal(7)})
    with pytest.raises(LowerFinalError):
        closed(cast, readings={cast.cold.id: COLD_LAST - 1})
    assert AccountChange.select().count() == 0


def test_what_is_taken_back_was_never_there(cast: Cast) -> None:
    make_occupancy(account=cast.account)
    before, mark = everything(but=UNDONE), newest()
    change = AccountChange.get_by_id(settled(cast))
    for _ in range(2):
        take_back_change(actor_of(cast.dmitry), change, **NOW)
    assert everything(but=UNDONE) == before
    # And the month is calculated anew for it.
    assert changes_since(mark, period=NOVEMBER).accounts == {cast.account.id}
    last = JournalEntry.select().order_by(JournalEntry.id.desc()).first()
    assert (last.action, last.actor_name) == ("take_back_change", cast.dmitry.name)


def test_what_receipts_were_made_with_stays(cast: Cast) -> None:
    change = settled(cast)
    make_month(period=NOVEMBER, state=MonthState.ISSUED)
    with pytest.raises(IssuedSinceError) as caught:
        take_back(cast, change)
    assert caught.value.period == NOVEMBER


def test_what_a_later_change_needs_is_taken_back_after_it(cast: Cast) -> None:
    first, second = settled(cast), settled(cast, key="k2", on=LATER, registered=5)
    with pytest.raises(ChangedSinceError) as caught:
        take_back(cast, first)
    assert caught.value.table == "occupancy"
    take_back(cast, second)
    take_back(cast, first)
    assert people() == []


def test_a_row_that_somebody_deleted_is_not_restored(cast: Cast) -> None:
    change = settled(cast)
    Occupancy.delete().execute()
    with pytest.raises(ChangedSinceError):
        take_back(cast, change)


def test_a_new_meter_that_was_read_keeps_its_change(cast: Cast) -> None:
    change = replaced(cast)
    make_reading(Meter.get(Meter.serial == "777"), period=NOVEMBER)
    with pytest.raises(ChangedSinceError) as caught:
        take_back(cast, change)
    assert caught.value.table == "reading"


def replaced(cast: Cast, *, key: str = "k", **given: Any) -> int:
    """Anna's cold meter is another one from the tenth on."""
    new = NewMeter(Kind.COLD, "777", commissioned_on=MIDDLE)
    make = Replacement(
        cast.account.id, cast.cold.id, MIDDLE, ChangeReason.WISH, new, final_reading=COLD_LAST
    )
    return replace_meter(actor_of(cast.galina), replace(make, **given), key=key, **NOW)


def newest() -> int:
    return int(JournalEntry.select(JournalEntry.id).order_by(JournalEntry.id.desc()).scalar() or 0)


UNDONE = frozenset({"journal_entry", "submission_key"})
CHANGES: list[Callable[..., int]] = [settled, supplied, closed, replaced]
DAYS = st.integers(-60, 40).map(lambda days: TODAY + timedelta(days=days))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=st.lists(st.tuples(st.sampled_from(CHANGES), DAYS), min_size=1, max_size=4))
def test_changes_taken_back_leave_everything_as_it_was(
    cast: Cast, plan: list[tuple[Callable[..., int], date]]
) -> None:
    before, made = everything(but=UNDONE), []
    for place, (change, on) in enumerate(plan):
        try:
            made.append(change(cast, key=f"{newest()}-{place}", on=on))
        except ChangeRefusedError:
            continue
    for change_id in reversed(made):
        take_back(cast, change_id)
    assert everything(but=UNDONE) == before


def test_account_is_not_closed_before_a_meter_was_hung(cast: Cast) -> None:
    make_meter(account=cast.account, serial="777", installed_on=date(2026, 11, 11))
    with pytest.raises(HungLaterError) as refused:
        closed(cast)
    assert (refused.value.serial, refused.value.day) == ("777", date(2026, 11, 11))
