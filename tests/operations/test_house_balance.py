"""A house's common meter beside its flats: what came in, what is charged by, what is left."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.engines import Engine
from tests.factories import (
    make_account,
    make_account_service,
    make_house,
    make_house_reading,
    make_meter,
    make_premises,
)
from tests.month_factories import make_charge_line
from tests.statements import statements
from vodokanal.billing.methods import Method
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind
from vodokanal.billing.services import Charging, Service
from vodokanal.models.accounts import Account
from vodokanal.models.meters import Meter
from vodokanal.models.places import House
from vodokanal.operations.house_balance import HouseBalance, house_balances

SEPTEMBER, OCTOBER, NOVEMBER = (Period(2026, month) for month in (9, 10, 11))


@pytest.fixture
def house(database: Engine) -> House:
    """A house with two flats."""
    return make_house()


def flat_of(house: House) -> Account:
    """An account in the house."""
    return make_account(premises=make_premises(house=house))


def read(meter: Meter, period: Period, value: str) -> None:
    """A reading of a common meter."""
    make_house_reading(meter, period=period, value=value)


def make_common(house: House, *values: str, **given: Any) -> Meter:
    """A common meter, read in September and October."""
    meter = make_meter(house=house, **given)
    for period, value in zip((SEPTEMBER, OCTOBER), values, strict=False):
        read(meter, period, value)
    return meter


def use(house: House, volume: str, method: Method = Method.METER, **line: Any) -> None:
    """A line of a flat in the house."""
    given = {"account": flat_of(house), "period": OCTOBER, "volume": volume, "method": method}
    make_charge_line(**(given | line))


def test_flats_are_subtracted_by_how_they_were_found(house: House) -> None:
    make_common(house, "100", "150")
    use(house, "20.5")
    use(house, "4.5")
    use(house, "6", Method.AVERAGE)
    use(house, "5", Method.NO_METER)
    use(house, "30", service=Service.SEWAGE, method=Method.SUM)
    use(house, "99", period=SEPTEMBER)
    (found,) = house_balances(OCTOBER)
    assert found == HouseBalance(
        house,
        Kind.COLD,
        Decimal("50.000"),
        {
            Method.METER: Decimal("25.000"),
            Method.AVERAGE: Decimal("6.000"),
            Method.NO_METER: Decimal("5.000"),
        },
    )
    assert (found.charged, found.difference) == (Decimal("36.000"), Decimal("14.000"))
    assert found.per_cent == Decimal("28.0")


def test_flats_may_have_more_than_came_in(house: House) -> None:
    make_common(house, "100", "130")
    use(house, "40")
    (found,) = house_balances(OCTOBER)
    assert (found.difference, found.per_cent) == (Decimal("-10.000"), Decimal("-33.3"))


def test_meter_that_was_not_read_leaves_the_month_unknown(house: House) -> None:
    make_common(house, "100")
    use(house, "40")
    (found,) = house_balances(OCTOBER)
    assert (found.common, found.difference, found.per_cent) == (None, None, None)
    assert found.unread == OCTOBER


def test_month_after_an_unread_one_is_not_known_either(house: House) -> None:
    read(make_common(house, "100"), NOVEMBER, "160")
    (found,) = house_balances(NOVEMBER)
    assert (found.common, found.unread) == (None, OCTOBER)


def test_values_that_contradict_each_other_are_no_volume(house: House) -> None:
    make_common(house, "100", "90")
    (found,) = house_balances(OCTOBER)
    assert (found.common, found.unread) == (None, None)


def test_display_that_began_again_goes_on(house: House) -> None:
    make_common(house, "99990", "15")
    (found,) = house_balances(OCTOBER)
    assert found.common == Decimal("25.000")


def test_meter_swapped_within_the_month_is_two_parts(house: House) -> None:
    middle = date(2026, 10, 15)
    make_common(house, "100", removed_on=middle, final_reading="120")
    new = make_common(house, installed_on=middle, initial_reading="1")
    read(new, OCTOBER, "13.5")
    (found,) = house_balances(OCTOBER)
    assert (found.common, found.unread) == (Decimal("32.500"), None)


def test_meter_taken_down_without_a_last_value_is_not_known(house: House) -> None:
    make_common(house, "100", removed_on=date(2026, 10, 15))
    (found,) = house_balances(OCTOBER)
    assert (found.common, found.unread) == (None, OCTOBER)


def test_meter_hung_up_last_month_begins_with_its_first_value(house: House) -> None:
    meter = make_common(house, installed_on=date(2026, 9, 28), initial_reading="2")
    read(meter, OCTOBER, "7")
    (found,) = house_balances(OCTOBER)
    assert found.common == Decimal("5.000")


def test_hot_water_that_others_charge_is_told(house: House) -> None:
    make_common(house, "100", "150")
    make_common(house, "10", "30", kind=Kind.HOT)
    given = {"account": flat_of(house), "service": Service.HOT, "charging": Charging.COUNTED}
    make_account_service(**given, ends_on=SEPTEMBER.last_day)
    assert [each.is_only_counted for each in house_balances(OCTOBER)] == [False, False]
    make_account_service(**given, starts_on=OCTOBER.first_day)
    assert [each.is_only_counted for each in house_balances(OCTOBER)] == [False, True]


def test_meter_that_stood_still_has_no_per_cent(house: House) -> None:
    make_common(house, "100", "100")
    (found,) = house_balances(OCTOBER)
    assert (found.common, found.per_cent) == (Decimal("0.000"), None)


def test_first_reading_counts_from_when_the_meter_was_installed(house: House) -> None:
    meter = make_common(house, installed_on=OCTOBER.first_day, initial_reading="5")
    read(meter, OCTOBER, "25")
    (found,) = house_balances(OCTOBER)
    assert found.common == Decimal("20.000")


def test_several_meters_of_one_water_add_up(house: House) -> None:
    make_common(house, "100", "150")
    second = make_common(house, "200", "210")
    (found,) = house_balances(OCTOBER)
    assert found.common == Decimal("60.000")
    read(second, NOVEMBER, "220")
    (found,) = house_balances(NOVEMBER)
    assert found.common is None


def test_each_water_has_a_line_of_its_own(house: House) -> None:
    make_common(house, "100", "150")
    make_common(house, "10", "30", kind=Kind.HOT)
    use(house, "15", service=Service.HOT)
    found = house_balances(OCTOBER)
    assert [(each.kind, each.common, each.charged) for each in found] == [
        (Kind.COLD, Decimal("50.000"), Decimal("0.000")),
        (Kind.HOT, Decimal("20.000"), Decimal("15.000")),
    ]


def test_houses_without_a_common_meter_in_the_month_are_left_out(house: House) -> None:
    make_common(house, removed_on=SEPTEMBER.first_day)
    make_common(house, installed_on=OCTOBER.next.first_day)
    use(make_house(), "5")
    assert house_balances(OCTOBER) == []


def test_district_cuts_the_list(house: House) -> None:
    make_common(house, "100", "150")
    other = make_house()
    make_common(other, "1", "2")
    assert [each.house for each in house_balances(OCTOBER, district=other.district_id)] == [other]


def test_it_asks_four_times_however_many_houses(house: House) -> None:
    for _ in range(3):
        make_common(make_house(), "1", "2")
    with statements() as seen:
        house_balances(OCTOBER)
    assert len(seen) == 4
