"""The months of a change of holder: each pays for the own days, and both for all the water."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.cast import COLD_LAST, Cast, actor_of
from tests.factories import make_reading
from tests.issued_town import NOVEMBER, OCTOBER
from tests.month_factories import make_movement
from tests.months import ZONE, closed, lines_of, make_rates, receipt_of, settle
from tests.operations.test_holder_changes import AT, LAST_DAY, ON, TODAY, changed, sale
from vodokanal.billing.volumes import cubic_metres
from vodokanal.models.accounts import Account, Occupancy
from vodokanal.models.meters import Meter
from vodokanal.models.tariffs import Tariff
from vodokanal.models.terms import PaymentTerm
from vodokanal.operations.holder_acts import NoActError, get_new_act, get_old_act, month_sum
from vodokanal.operations.holder_changes import change_holder
from vodokanal.operations.holder_reversals import reverse_holder_change
from vodokanal.operations.rehearsals import rehearse


@pytest.fixture
def town(cast: Cast) -> Cast:
    """October is on its bills: Anna owes it."""
    settle(cast.account, make_rates())
    closed(OCTOBER, "2026-11-02T10:00", forced=True)
    return cast


def read_later(account: Account, on: date, *, cold: str, hot: str) -> None:
    """What the new holder sends for November."""
    for meter in Meter.select().where(Meter.account == account):
        value = cold if meter.kind.value == "cold" else hot
        make_reading(meter, period=NOVEMBER, value=value, taken_on=on)


def cold_volumes(old: Account, new: Account) -> list[Decimal]:
    return [lines_of(each, NOVEMBER)["cold"][2] for each in (old, new)]


def test_each_pays_for_the_own_days(town: Cast) -> None:
    change = changed(town)
    read_later(change.new_account, TODAY, cold="161.2", hot="105.7")
    closed(NOVEMBER, "2026-12-02T10:00", forced=True)
    old, new = town.account, change.new_account
    assert cold_volumes(old, new) == [cubic_metres("2.5"), cubic_metres("0.7")]
    assert lines_of(old, NOVEMBER)["sewage"][2] == cubic_metres("3.9")
    # What was owed before stays with whoever left.
    assert receipt_of(old, NOVEMBER).opening == receipt_of(old, OCTOBER).closing
    assert receipt_of(new, NOVEMBER).opening == 0
    assert '"holder":"Иванова Анна Петровна"' in receipt_of(old, NOVEMBER).details.replace(
        ": ", ":"
    )


def test_shared_parts_add_up_to_what_the_meter_shows(town: Cast) -> None:
    change = changed(town, readings={})
    read_later(change.new_account, TODAY, cold="161.2", hot="105.7")
    closed(NOVEMBER, "2026-12-02T10:00", forced=True)
    volumes = cold_volumes(town.account, change.new_account)
    assert volumes == [cubic_metres("2.580"), cubic_metres("0.620")]
    assert sum(volumes) == cubic_metres("161.2") - COLD_LAST


def test_first_day_of_the_open_month_corrects_the_one_before(town: Cast) -> None:
    change = changed(town, on=NOVEMBER.first_day)
    closed(NOVEMBER, "2026-12-02T10:00", forced=True)
    receipt = receipt_of(town.account, NOVEMBER)
    assert lines_of(town.account, NOVEMBER) == {}
    # 2,5 and 1,4 m³ more than October's readings had shown.
    assert (receipt.charged, receipt.corrected) == (Decimal(0), Decimal("532.05"))
    assert receipt_of(change.new_account, NOVEMBER).corrected == 0


def test_effect_tells_of_both_accounts(town: Cast) -> None:
    def deed() -> object:
        return change_holder(actor_of(town.galina), sale(town), key="try", today=TODAY, at=AT)

    effect = rehearse(deed, account_id=town.account.id, today=TODAY, zone=ZONE, since=ON)
    (opened,) = effect.opened
    assert (effect.period, opened.number, opened.bill.total) == (NOVEMBER, "12-34", Decimal(0))
    change = changed(town)
    assert month_sum(change.old_account_id, NOVEMBER, zone=ZONE) == effect.after.total


def test_act_of_whoever_left_says_what_is_owed(town: Cast) -> None:
    act = get_old_act(changed(town), today=TODAY, zone=ZONE)
    assert (act.number, act.holder, act.last_day) == ("12-34-1", "Иванова Анна Петровна", LAST_DAY)
    assert [(each.meter, each.value, each.is_estimated) for each in act.meters] == [
        (town.cold, cubic_metres("160.5"), False),
        (town.hot, cubic_metres("105"), False),
    ]
    assert act.owed == receipt_of(town.account, OCTOBER).closing
    assert act.month_sum == Decimal("532.05")
    assert act.to_pay == act.owed + Decimal("532.05")


def test_act_of_whoever_left_says_when_nobody_knows(town: Cast) -> None:
    change = changed(town)
    Tariff.update(ends_on=date(2026, 10, 31)).execute()
    act = get_old_act(change, today=TODAY, zone=ZONE)
    assert (act.month_sum, act.to_pay) == (None, None)


def test_debt_without_terms_of_payment_is_not_known(cast: Cast) -> None:
    change = changed(cast)
    PaymentTerm.delete().execute()
    make_movement(account=cast.account)
    act = get_old_act(change, today=TODAY, zone=ZONE)
    assert (act.owed, act.to_pay) == (None, None)


def test_act_of_whoever_came_begins_with_the_first_day(town: Cast) -> None:
    change = changed(town)
    act = get_new_act(change)
    assert (act.number, act.holder, act.on) == ("12-34", "Громов Глеб Олегович", ON)
    assert (act.people, len(act.meters)) == ((3, 1), 2)
    Occupancy.delete().where(Occupancy.account == change.new_account).execute()
    assert get_new_act(change).people is None


def test_change_that_was_taken_back_has_no_acts(town: Cast) -> None:
    change = changed(town)
    actor = actor_of(town.galina)
    back = reverse_holder_change(actor, change.id, key="back", today=TODAY, at=AT)
    with pytest.raises(NoActError):
        get_new_act(back)
    with pytest.raises(NoActError):
        get_old_act(back, today=TODAY, zone=ZONE)
