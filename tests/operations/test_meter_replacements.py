"""A meter replaced on paper: the old one's last reading, the new one's first, one day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.cast import COLD_LAST, Cast, actor_of
from tests.clock import moment
from tests.conftest import SECRET_KEY
from tests.factories import make_meter, make_occupancy, make_reading
from tests.months import ZONE, closed, make_rates, settle
from vodokanal.billing.money import rubles
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind
from vodokanal.billing.services import Service
from vodokanal.models.account_changes import AccountChange, ChangeKind, ChangeReason
from vodokanal.models.meters import Meter
from vodokanal.operations.change_refusals import (
    BeyondDisplayError,
    ChangeRefusedError,
    DaysReversedError,
    FinerThanDisplayError,
    LowerFinalError,
    MeterGoneError,
    NotYetReadError,
    ReadLaterError,
    SameSerialError,
)
from vodokanal.operations.changes import accounts_read_anew
from vodokanal.operations.final_readings import DoubtfulFinalError
from vodokanal.operations.meter_replacements import Replacement, replace_meter
from vodokanal.operations.new_meters import NewMeter
from vodokanal.operations.queue import open_queue
from vodokanal.operations.rehearsals import Effect, rehearse

NOVEMBER = Period(2026, 11)
TODAY, AT, ON = date(2026, 11, 12), moment("2026-11-12T10:42"), date(2026, 11, 10)
NEW = NewMeter(
    Kind.COLD,
    "26-000777",
    Decimal("0.120"),
    model="СВК 15-3",
    place="кухня",
    seal_number="П-1",
    verified_on=date(2026, 8, 1),
    verify_by=date(2032, 8, 1),
    commissioned_on=ON,
)


def replaced(cast: Cast, *, key: str = "k", **given: Any) -> int:
    usual = Replacement(
        cast.account.id, cast.cold.id, ON, ChangeReason.VERIFICATION, NEW, COLD_LAST + 1, paper="7"
    )
    actor = actor_of(cast.galina)
    return replace_meter(actor, replace(usual, **given), key=key, today=TODAY, at=AT)


def effect_of(cast: Cast, **given: Any) -> Effect:
    settle(cast.account, make_rates())
    return rehearse(
        lambda: replaced(cast, **given), account_id=cast.account.id, today=TODAY, zone=ZONE
    )


def test_the_new_meter_stands_in_the_place_of_the_old(cast: Cast) -> None:
    change = AccountChange.get_by_id(replaced(cast))
    old, new = Meter.get_by_id(cast.cold.id), Meter.get(Meter.serial == "26-000777")
    assert (old.removed_on, old.final_reading, old.replaced_by) == (ON, COLD_LAST + 1, new)
    assert (new.account, new.installed_on, new.initial_reading, new.verify_by) == (
        cast.account,
        ON,
        Decimal("0.120"),
        date(2032, 8, 1),
    )
    assert (change.kind, change.reason, change.paper) == (
        ChangeKind.METER,
        ChangeReason.VERIFICATION,
        "7",
    )
    # What the old one counted is looked at once more, in issued months too.
    assert accounts_read_anew(0, before=NOVEMBER) == {cast.account.id}


def test_meter_commissioned_later_is_not_charged_by_before(cast: Cast) -> None:
    later = date(2026, 11, 12)
    new = replace(NEW, digits_before=8, digits_after=4, commissioned_on=later)
    replaced(cast, new=new)
    found = Meter.get(Meter.serial == "26-000777")
    assert (found.installed_on, found.commissioned_on) == (ON, later)
    assert (found.digits_before, found.digits_after) == (8, 4)


def test_last_reading_far_above_is_asked_about_once(cast: Cast) -> None:
    make_reading(cast.cold, period=NOVEMBER, value="160", taken_on=ON)
    with pytest.raises(DoubtfulFinalError) as told:
        replaced(cast, final_reading=Decimal(175))
    assert told.value.meter == cast.cold
    replaced(cast, final_reading=Decimal(175), is_sure=True)
    assert Meter.get_by_id(cast.cold.id).final_reading == Decimal(175)


def test_sent_twice_it_is_replaced_once(cast: Cast) -> None:
    assert replaced(cast) == replaced(cast)
    assert Meter.select().where(Meter.account == cast.account).count() == 3


def test_what_both_meters_counted_is_charged(cast: Cast) -> None:
    make_reading(cast.hot, period=NOVEMBER, value="104.6")
    found = effect_of(cast)
    # Before: the average of 3.25 m³; after: one cubic metre by the old one, the new one's first
    # reading is still to come.
    assert found.before.services[Service.COLD].amount == rubles("137.09")
    assert found.after.services[Service.COLD].amount == rubles("42.18")


def test_an_unknown_last_reading_is_charged_by_the_average(cast: Cast) -> None:
    found = effect_of(cast, final_reading=None, failed_on=date(2026, 11, 3))
    assert found.after.trouble is None
    # Ten days of the old one's average of 3.25 m³ a month; the new one has none yet.
    assert found.after.services[Service.COLD].amount > rubles("40")


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"on": date(2026, 11, 13)}, NotYetReadError),
        ({"final_reading": COLD_LAST - 1}, LowerFinalError),
        ({"final_reading": Decimal(100000)}, BeyondDisplayError),
        ({"new": replace(NEW, initial_reading=Decimal(100000))}, BeyondDisplayError),
        (
            {"new": replace(NEW, digits_after=2, initial_reading=Decimal("0.125"))},
            FinerThanDisplayError,
        ),
        ({"new": replace(NEW, commissioned_on=date(2026, 11, 9))}, DaysReversedError),
        ({"new": replace(NEW, verify_by=date(2026, 7, 31))}, DaysReversedError),
        ({"new": replace(NEW, serial="00012345")}, SameSerialError),
        ({"new": replace(NEW, serial="00054321")}, SameSerialError),
        ({"failed_on": date(2026, 11, 11)}, DaysReversedError),
        ({"failed_on": date(2025, 9, 30)}, DaysReversedError),
        ({"meter_id": 10**6}, MeterGoneError),
        ({"on": date(2026, 10, 10)}, ReadLaterError),
    ],
)
def test_what_cannot_be_is_refused(
    cast: Cast, given: dict[str, Any], refusal: type[ChangeRefusedError]
) -> None:
    with pytest.raises(refusal):
        replaced(cast, **given)
    assert AccountChange.select().count() == 0


def test_a_meter_never_read_goes_on_from_its_first_reading(cast: Cast) -> None:
    meter = make_meter(account=cast.account, initial_reading="50")
    make_occupancy(account=cast.account)
    with pytest.raises(LowerFinalError) as caught:
        replaced(cast, meter_id=meter.id, final_reading=Decimal(49))
    assert (caught.value.known, caught.value.day) == (Decimal(50), meter.installed_on)


def test_a_display_that_began_anew_is_no_lower_reading(cast: Cast) -> None:
    make_reading(cast.vera_meter, value="99990")
    replaced(
        cast, account_id=cast.vera_account.id, meter_id=cast.vera_meter.id, final_reading=Decimal(5)
    )
    assert Meter.get_by_id(cast.vera_meter.id).final_reading == 5


def test_what_the_old_one_counted_in_an_issued_month_corrects_it(cast: Cast) -> None:
    open_queue(SECRET_KEY)
    settle(cast.account, make_rates())
    closed(Period(2026, 10), "2026-10-25T10:00")
    on = date(2026, 10, 20)
    new = replace(NEW, commissioned_on=on)
    found = rehearse(
        lambda: replaced(cast, on=on, new=new, final_reading=COLD_LAST + 2, is_backdated=True),
        account_id=cast.account.id,
        today=TODAY,
        zone=ZONE,
        since=on,
    )
    # Two cubic metres more of cold water, and drained, in October.
    assert (found.before.corrected, found.after.corrected) == (rubles(0), rubles("151.16"))
    assert found.issued == ()
