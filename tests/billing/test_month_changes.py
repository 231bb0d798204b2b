"""What changes inside a month cuts it: prices, norms, people, services, the account itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.billing.households import (
    CATEGORY,
    COLD,
    HOT,
    LONG_AGO,
    POPULATION,
    ZONE,
    day,
    flat,
    inputs_of,
    meter,
    month,
    norms,
    only_line,
    readings,
    regular,
    services,
    since,
    tariffs,
)
from vodokanal.billing.account_months import (
    AccountFacts,
    CategorySpan,
    ImpossibleSpan,
    PeopleSpan,
    QuantitySpan,
    ServiceSpan,
)
from vodokanal.billing.methods import Method
from vodokanal.billing.month_lines import charged_lines
from vodokanal.billing.month_rates import MonthRates
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.periods import Period
from vodokanal.billing.rates import ONLY, MultiplierDay, NormValue, Policy, Tariff
from vodokanal.billing.readings import Kind
from vodokanal.billing.replay import replayed
from vodokanal.billing.services import Charging

IMPOSSIBLE = [ImpossibleSpan(Kind.COLD, LONG_AGO)]


def parts(facts: AccountFacts, rates: MonthRates | None = None) -> list[tuple[str, str, str]]:
    """The volume, the price and the amount of each line."""
    lines = charged_lines(facts, rates or month())
    assert [line.part for line in lines] == list(range(len(lines)))
    return [(str(line.volume), str(line.price), str(line.amount)) for line in lines]


def stepped(first: str, later: str, on: int = 16, zone: int | None = None) -> MonthRates:
    """Cold water at one price, and from a day of November on at another."""
    key = (COLD, POPULATION, zone)
    before = since(Tariff(Decimal(first)), ends_on=day(on - 1))
    return month(tariffs=[(key, before), (key, since(Tariff(Decimal(later)), day(on)))])


def test_a_metered_month_is_spread_over_the_days_of_each_price() -> None:
    assert parts(flat(regular()), stepped("45.88", "50.93", 11)) == [
        ("1.333333", "45.88", "61.17"),
        ("2.666667", "50.93", "135.81"),
    ]


def test_a_norm_is_spread_over_the_days_of_each_price() -> None:
    assert parts(flat(impossible=IMPOSSIBLE), stepped("45.88", "50.93", 11)) == [
        ("5.016", "45.88", "230.13"),
        ("10.032", "50.93", "510.93"),
    ]


def test_each_part_says_its_days_and_since_when_its_price_holds() -> None:
    first, later = charged_lines(flat(regular()), stepped("45.88", "50.93"))
    assert (inputs_of(first).days, inputs_of(first).price.since) == (((1, 15),), LONG_AGO)
    assert (inputs_of(later).days, inputs_of(later).price.since) == (((16, 30),), day(16))


def test_a_price_may_fall() -> None:
    assert parts(flat(regular()), stepped("50.93", "40.00")) == [
        ("2.000", "50.93", "101.86"),
        ("2.000", "40.00", "80.00"),
    ]


def test_a_new_row_at_the_same_price_changes_nothing() -> None:
    assert charged_lines(flat(regular()), stepped("50.93", "50.93")) == charged_lines(
        flat(regular()), month()
    )


def test_a_price_that_comes_back_is_one_line_of_both_its_runs() -> None:
    key = (COLD, POPULATION, None)
    rows = [
        (key, since(Tariff(Decimal("50.00")), ends_on=day(10))),
        (key, since(Tariff(Decimal("60.00")), day(11), day(20))),
        (key, since(Tariff(Decimal("50.00")), day(21))),
    ]
    first, later = charged_lines(flat(regular()), month(tariffs=rows))
    assert (first.volume, first.amount) == (Decimal("2.666666"), Decimal("133.33"))
    assert inputs_of(first).days == ((1, 10), (21, 30))
    assert inputs_of(first).meters[0].spread == ((0, 10), (20, 30))
    assert later.volume == Decimal("1.333334")


def test_a_price_of_the_zone_goes_before_the_price_for_everywhere() -> None:
    zone = (COLD, POPULATION, ZONE)
    rows = [*tariffs(), (zone, since(Tariff(Decimal("70.00")), day(16)))]
    first, later = charged_lines(flat(regular()), month(tariffs=rows))
    assert (first.price, later.price) == (Decimal("50.93"), Decimal("70.00"))
    assert (inputs_of(first).price.since, inputs_of(later).price.since) == (LONG_AGO, day(16))


def test_another_rate_of_vat_makes_another_part() -> None:
    vat = [(ONLY, since(Decimal(20), ends_on=day(15))), (ONLY, since(Decimal(22), day(16)))]
    lines = charged_lines(flat(regular()), month(vat=vat))
    assert [(line.amount, line.vat) for line in lines] == [
        (Decimal("101.86"), Decimal("16.98")),
        (Decimal("101.86"), Decimal("18.37")),
    ]


def test_the_same_rate_of_vat_set_anew_changes_nothing() -> None:
    vat = [(ONLY, since(Decimal(22), ends_on=day(15))), (ONLY, since(Decimal(22), day(16)))]
    assert charged_lines(flat(regular()), month(vat=vat)) == charged_lines(flat(regular()), month())


def test_a_utility_without_vat_says_so_in_its_lines() -> None:
    assert only_line(flat(regular()), month(vat=[(ONLY, since(None))])).vat is None


def test_a_price_without_vat_has_it_added_to_the_line() -> None:
    bare = month(tariffs=tariffs({COLD: "41.75"}, includes_vat=False))
    line = only_line(flat(regular()), bare)
    assert (line.price, line.amount, line.vat) == (
        Decimal("41.75"),
        Decimal("203.74"),
        Decimal("36.74"),
    )


def test_a_price_without_vat_of_an_exempt_utility_is_the_price() -> None:
    bare = month(tariffs=tariffs({COLD: "41.75"}, includes_vat=False), vat=[(ONLY, since(None))])
    assert only_line(flat(regular()), bare).amount == Decimal("167.00")


def test_who_is_registered_from_the_sixteenth_on_pays_half() -> None:
    people = [PeopleSpan(2, 1, LONG_AGO, day(15)), PeopleSpan(3, 1, day(16))]
    line = only_line(flat(people=people, impossible=IMPOSSIBLE))
    assert (line.volume, line.amount) == (Decimal("12.540000"), Decimal("638.66"))
    assert [(each.units, each.days) for each in inputs_of(line).norms] == [
        (Decimal(2), 15),
        (Decimal(3), 15),
    ]


def test_when_nobody_is_left_the_owner_pays_the_rest_of_the_month() -> None:
    people = [PeopleSpan(2, 1, LONG_AGO, day(20)), PeopleSpan(0, 1, day(21))]
    line = only_line(flat(people=people, impossible=IMPOSSIBLE))
    assert line.volume == Decimal("8.360000")
    assert [each.registered for each in inputs_of(line).norms] == [True, False]


def test_people_of_whom_nothing_is_known_from_a_day_on_are_refused_for_that_day() -> None:
    with pytest.raises(Exception, match="2026-11-21"):
        only_line(flat(people=[PeopleSpan(2, 1, LONG_AGO, day(20))]))


def test_another_category_from_a_day_on_has_another_norm() -> None:
    categories = [CategorySpan(CATEGORY, LONG_AGO, day(15)), CategorySpan(8, day(16))]
    other = ((NormBasis.PERSON, 8, COLD), since(NormValue(Decimal("3.000"))))
    line = only_line(
        flat(categories=categories, impossible=IMPOSSIBLE), month(norms=[*norms(), other])
    )
    assert line.volume == Decimal("12.024000")


def test_another_norm_from_a_day_on_counts_from_that_day() -> None:
    key = (NormBasis.PERSON, CATEGORY, COLD)
    rows = [
        (key, since(NormValue(Decimal("6.000")), ends_on=day(10))),
        (key, since(NormValue(Decimal("3.000")), day(11))),
    ]
    line = only_line(flat(impossible=IMPOSSIBLE), month(norms=rows))
    assert line.volume == Decimal("12.000000")


def test_a_volume_by_norm_is_not_rounded_before_it_is_multiplied() -> None:
    third = [PeopleSpan(1, 1, LONG_AGO, day(10)), PeopleSpan(0, 0, day(11))]
    closed = flat(people=third, impossible=IMPOSSIBLE, closed_on=day(11))
    line = only_line(closed, month(norms=norms({COLD: "0.001"})))
    assert line.volume == Decimal("0.000333")
    dear = month(norms=norms({COLD: "0.001"}), tariffs=tariffs({COLD: "30000.00"}))
    assert only_line(closed, dear).amount == Decimal("10.00")


@pytest.mark.parametrize(("multiplier", "amount"), [("1.00", "83.06"), ("1.50", "124.58")])
def test_half_a_kopeck_of_a_third_of_a_month_is_rounded_up(multiplier: str, amount: str) -> None:
    """10 days of 30 at 4.90 m³ and 50.85 rubles are 83.055 rubles exactly: no third is cut off."""
    rates = month(
        norms=norms({COLD: "4.90"}),
        tariffs=tariffs({COLD: "50.85"}),
        multipliers=[(COLD, since(Decimal(multiplier)))],
    )
    line = only_line(flat(people=[PeopleSpan(1, 1, LONG_AGO)], closed_on=day(11)), rates)
    assert line.amount == Decimal(amount)
    assert replayed(inputs_of(line))[1] == line.amount


def test_an_act_that_no_meter_can_be_ends_the_multiplier_on_its_day() -> None:
    lines = charged_lines(flat(impossible=[ImpossibleSpan(Kind.COLD, day(21))]), month())
    assert [(line.volume, line.multiplier, line.amount, line.excess) for line in lines] == [
        (Decimal("10.032000"), Decimal(3), Decimal("1532.79"), Decimal("1021.86")),
        (Decimal("5.016000"), Decimal(1), Decimal("255.46"), Decimal("0.00")),
    ]


DECEMBER = Period(2025, 12)
TRIPLED = [
    (COLD, since(Decimal("1.50"), date(2017, 1, 1), date(2025, 12, 5))),
    (COLD, since(Decimal("3.00"), date(2025, 12, 6))),
]


@pytest.mark.parametrize(
    ("which", "multiplier"), [(MultiplierDay.LAST, "3.00"), (MultiplierDay.FIRST, "1.50")]
)
def test_one_day_decides_on_the_multiplier_of_the_whole_month(
    which: MultiplierDay, multiplier: str
) -> None:
    rates = month(DECEMBER, multipliers=TRIPLED, policy=Policy(multiplier_day=which))
    line = only_line(flat(period=DECEMBER), rates)
    assert (line.multiplier, line.volume) == (Decimal(multiplier), Decimal("15.048"))


def test_an_account_opened_within_the_month_pays_from_its_first_day() -> None:
    line = only_line(flat(opened_on=day(21), impossible=IMPOSSIBLE))
    assert line.volume == Decimal("5.016000")
    assert inputs_of(line).days == ((21, 30),)


def test_on_the_day_on_which_an_account_is_closed_nothing_is_charged() -> None:
    line = only_line(flat(closed_on=day(11), impossible=IMPOSSIBLE))
    assert (line.volume, inputs_of(line).days) == (Decimal("5.016000"), ((1, 10),))


def test_a_closed_account_pays_all_that_its_meter_counted() -> None:
    last = regular(until="2026-10", removed_on=day(10), final_reading=Decimal(142))
    line = only_line(flat(last, closed_on=day(11)))
    assert (line.volume, inputs_of(line).meters[0].spread) == (Decimal("6.000"), ())


def test_an_average_is_for_the_days_that_are_charged() -> None:
    line = only_line(flat(regular(until="2026-10"), closed_on=day(16)))
    assert (line.method, line.volume) == (Method.AVERAGE, Decimal("2.000000"))


def test_a_service_that_ends_within_the_month_is_charged_to_its_last_day() -> None:
    ended = [ServiceSpan(COLD, Charging.CHARGED, LONG_AGO, day(10))]
    assert only_line(flat(services=ended, impossible=IMPOSSIBLE)).volume == Decimal("5.016000")


def test_a_service_with_a_pause_is_charged_on_both_sides_of_it() -> None:
    paused = [
        ServiceSpan(COLD, Charging.CHARGED, day(26)),
        ServiceSpan(COLD, Charging.CHARGED, LONG_AGO, day(5)),
    ]
    line = only_line(flat(regular(), services=paused))
    assert (line.volume, inputs_of(line).days) == (Decimal("4.000000"), ((1, 5), (26, 30)))
    assert inputs_of(line).meters[0].spread == ()


def test_a_service_that_we_bill_from_the_sixteenth_on_costs_half_of_the_meter() -> None:
    taken_over = [
        ServiceSpan(HOT, Charging.COUNTED, LONG_AGO, day(15)),
        ServiceSpan(HOT, Charging.CHARGED, day(16)),
    ]
    line = only_line(flat(regular(Kind.HOT), services=taken_over))
    assert line.volume == Decimal("1.000000")


def test_what_begins_or_ends_in_other_months_does_not_cut_this_one() -> None:
    others = [
        ServiceSpan(COLD, Charging.CHARGED, day(1), day(30)),
        ServiceSpan(HOT, Charging.CHARGED, date(2026, 12, 1)),
    ]
    assert inputs_of(only_line(flat(regular(), services=others))).days == ((1, 30),)


def test_a_first_meter_is_charged_by_from_the_day_after_its_commissioning() -> None:
    new = meter(given=readings(m11="1.500"), installed_on=day(10), commissioned_on=day(10))
    lines = charged_lines(flat(new), month())
    assert [(line.method, line.volume, line.multiplier) for line in lines] == [
        (Method.NO_METER, Decimal("5.016000"), Decimal(3)),
        (Method.METER, Decimal("1.500"), Decimal(1)),
    ]
    assert [inputs_of(line).days for line in lines] == [((1, 10),), ((11, 30),)]


def test_a_meter_commissioned_on_the_last_day_is_charged_by_next_month() -> None:
    new = meter(installed_on=day(30), commissioned_on=day(30))
    assert only_line(flat(new)).method is Method.NO_METER


def test_a_meter_that_is_not_commissioned_is_none() -> None:
    assert only_line(flat(meter(commissioned_on=None))).method is Method.NO_METER


def test_a_meter_removed_long_ago_counts_nothing_and_the_norm_is_multiplied() -> None:
    gone = regular(until="2026-06", removed_on=day(20, 6), final_reading=Decimal(138))
    line = only_line(flat(gone))
    assert (line.method, line.volume, line.multiplier) == (
        Method.NO_METER,
        Decimal("15.048"),
        Decimal(3),
    )


def test_a_silent_meter_that_was_replaced_leaves_only_its_own_days_to_the_norm() -> None:
    silent = regular(until="2026-06", removed_on=day(15))
    new = meter(
        given=readings(m11="2"),
        id=3,
        serial="33333",
        installed_on=day(15),
        commissioned_on=day(15),
    )
    lines = charged_lines(flat(silent, new), month())
    assert [(line.method, line.volume) for line in lines] == [
        (Method.NORM, Decimal("7.524000")),
        (Method.METER, Decimal("2.000")),
    ]


def test_more_square_metres_from_a_day_on_are_more_water() -> None:
    beds = (NormBasis.GARDEN, "beds", COLD)
    quantities: list[Any] = [
        QuantitySpan(NormBasis.GARDEN, "beds", Decimal(100), LONG_AGO, day(15)),
        QuantitySpan(NormBasis.GARDEN, "beds", Decimal(200), day(16)),
    ]
    rates = month(norms=[*norms(), (beds, since(NormValue(Decimal("0.100"))))])
    people, garden = charged_lines(flat(quantities=quantities), rates)
    assert (people.volume, garden.volume) == (Decimal("15.048000"), Decimal("15.000000"))
    assert [(each.units, each.days) for each in inputs_of(garden).norms] == [
        (Decimal(100), 15),
        (Decimal(200), 15),
    ]


def test_the_services_of_a_flat_are_cut_each_by_its_own_prices() -> None:
    key = (HOT, POPULATION, None)
    rows = [
        ((COLD, POPULATION, None), since(Tariff(Decimal("50.93")))),
        (key, since(Tariff(Decimal("200.00")), ends_on=day(15))),
        (key, since(Tariff(Decimal("300.00")), day(16))),
    ]
    both = flat(regular(), regular(Kind.HOT), services=services(COLD, HOT))
    lines = charged_lines(both, month(tariffs=rows))
    assert [(line.service, line.part, line.amount) for line in lines] == [
        (COLD, 0, Decimal("203.72")),
        (HOT, 0, Decimal("200.00")),
        (HOT, 1, Decimal("300.00")),
    ]
    assert inputs_of(lines[0]).meters[0].spread == ()
