"""The months of a change of holder: each pays for the own days, and both for all the water."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.cast import COLD_LAST, Cast, actor_of
from tests.factories import make_meter, make_reading
from tests.issued_town import NOVEMBER, OCTOBER
from tests.month_factories import make_movement
from tests.months import ZONE, closed, lines_of, make_rates, receipt_of, settle
from tests.operations.test_holder_changes import AT, LAST_DAY, ON, TODAY, changed, sale
from vodokanal.billing.readings import Kind
from vodokanal.billing.volumes import cubic_metres
from vodokanal.models.accounts import Account, Occupancy
from vodokanal.models.meters import Meter
from vodokanal.models.tariffs import Tariff
from vodokanal.models.terms import PaymentTerm
from vodokanal.operations.holder_acts import NoActError, get_new_act, get_old_act, month_sum
from vodokanal.operations.holder_changes import change_holder
from vodokanal.operations.holder_reversals import reverse_holder_change
from vodokanal.operations.kept_rates import KeptRates
from vodokanal.operations.prospects import prospect_of
from vodokanal.operations.rates import get_rates
from vodokanal.operations.rehearsals import rehearse
from vodokanal.operations.taken_over import begins_to_count
from vodokanal.operations.visits import get_looked_visit
from vodokanal.operations.windows import get_calendar

# Three people, 21 days of 30: 10,5336 m³ of cold water, 7,6608 of hot and 18,1944 drained, at
# 42,18, 211,67 and 33,40 ₽: 444,31 + 1 621,56 + 607,69.
BY_NORM = Decimal("2673.56")


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


def test_new_holder_who_sends_nothing_is_charged_by_the_norm(town: Cast) -> None:
    new = changed(town).new_account
    closed(NOVEMBER, "2026-12-02T10:00", forced=True)
    assert lines_of(new, NOVEMBER) == {
        "cold": ("norm", "42.18", Decimal("10.533600"), Decimal("444.31")),
        "hot": ("norm", "211.67", Decimal("7.660800"), Decimal("1621.56")),
        "sewage": ("norm", "33.40", Decimal("18.194400"), Decimal("607.69")),
    }
    assert receipt_of(new, NOVEMBER).charged == BY_NORM


def test_price_of_silence_is_what_the_month_comes_to(town: Cast) -> None:
    new = changed(town).new_account
    visit = get_looked_visit(str(new.number), today=TODAY, calendar=get_calendar(TODAY))
    found = prospect_of(visit, NOVEMBER, rates=KeptRates("", get_rates()))
    assert (found.now, found.by_norm) == (BY_NORM, BY_NORM)


def test_reading_after_a_silent_month_is_shared_by_days(town: Cast) -> None:
    new = changed(town).new_account
    closed(NOVEMBER, "2026-12-02T10:00", forced=True)
    cold = Meter.get(Meter.account == new, Meter.kind == Kind.COLD)
    make_reading(cold, period=NOVEMBER.next, value="165.7")
    closed(NOVEMBER.next, "2027-01-12T10:00", forced=True)
    # 5,2 m³ in 21 + 31 days: 3,1 of them in December; November was charged by the norm.
    assert lines_of(new, NOVEMBER.next)["cold"][::2] == ("meter", Decimal("3.1"))
    assert receipt_of(new, NOVEMBER.next).corrected == 0


def test_meter_that_is_really_new_counts_from_its_first_reading(town: Cast) -> None:
    new = changed(town).new_account
    cold, hot = Meter.select().where(Meter.account == new).order_by(Meter.kind)
    begun = make_meter(account=new, installed_on=TODAY)
    begins = [begins_to_count(each, NOVEMBER) for each in (cold, hot, begun)]
    assert (begins, begins_to_count(begun, NOVEMBER.next)) == ([False, False, True], False)
    cold.commissioned_on = TODAY
    assert begins_to_count(cold, NOVEMBER)
    begun.commissioned_on = None
    assert not begins_to_count(begun, NOVEMBER)


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
    assert (effect.period, opened.number, opened.bill.total) == (NOVEMBER, "12-34", BY_NORM)
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
