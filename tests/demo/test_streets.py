"""Houses and flats of the town."""

from __future__ import annotations

from itertools import islice

import pytest

from vodokanal.billing.services import Charging, CustomerGroup
from vodokanal.demo.street_names import NAMES, street_name
from vodokanal.demo.streets import HouseKind, HousePlan, Supply, houses_of_the_town
from vodokanal.demo.utility import DISTRICTS
from vodokanal.formats.search_text import natural_key
from vodokanal.models.places import PremisesKind

HOUSES_OF_A_ROUND = 133


def first_round() -> list[HousePlan]:
    return list(islice(houses_of_the_town(), HOUSES_OF_A_ROUND))


def test_first_round_has_three_hundred_places() -> None:
    assert sum(len(house.flat_numbers) for house in first_round()) == 300


def test_second_round_repeats_the_first_on_other_streets() -> None:
    first, *_, again = islice(houses_of_the_town(), HOUSES_OF_A_ROUND + 1)
    assert (first.street, again.street) == ("Садовая ул.", "Абрикосовая ул.")
    assert (first.number, first.flats) == (again.number, again.flats)


def test_streets_of_a_large_town_differ() -> None:
    names = [street_name(number) for number in range(len(NAMES) * 2)]
    assert len(set(names)) == len(names)
    assert names[len(NAMES)] == "2-я Абрикосовая ул."
    assert {house.street for house in first_round()}.isdisjoint(names)


def test_every_district_has_houses() -> None:
    assert {house.district for house in first_round()} == set(range(len(DISTRICTS)))


def test_city_has_letters_and_buildings() -> None:
    labels = {(house.number, house.letter, house.building) for house in first_round()}
    assert {("10", "", ""), ("10", "А", ""), ("3", "", "1"), ("3", "", "2")} <= labels


def test_houses_sort_as_people_count() -> None:
    labels = [
        f"{house.number}{house.letter}"
        for house in first_round()
        if house.street in {"Садовая ул.", "Луговая ул."} and not house.settlement
    ]
    in_order = sorted(set(labels), key=natural_key)
    assert in_order[:2] == ["1", "2"]
    assert in_order.index("10А") == in_order.index("10") + 1


def test_one_street_name_stands_in_two_settlements() -> None:
    where = {house.settlement for house in first_round() if house.street == "Садовая ул."}
    assert where == {"", "пос. Малинники"}


@pytest.mark.parametrize(
    ("kind", "premises", "group"),
    [
        (HouseKind.BLOCK, PremisesKind.FLAT, CustomerGroup.POPULATION),
        (HouseKind.DORMITORY, PremisesKind.ROOM, CustomerGroup.POPULATION),
        (HouseKind.PRIVATE, PremisesKind.PRIVATE_HOUSE, CustomerGroup.POPULATION),
        (HouseKind.SCHOOL, PremisesKind.NON_RESIDENTIAL, CustomerGroup.BUDGET),
        (HouseKind.KINDERGARTEN, PremisesKind.NON_RESIDENTIAL, CustomerGroup.BUDGET),
        (HouseKind.SHOP, PremisesKind.NON_RESIDENTIAL, CustomerGroup.ORGANISATION),
    ],
)
def test_kind_of_house_says_what_is_in_it(
    kind: HouseKind, premises: PremisesKind, group: CustomerGroup
) -> None:
    assert (kind.premises, kind.group) == (premises, group)
    assert kind in {house.kind for house in first_round()}


@pytest.mark.parametrize(
    ("supply", "hot", "has_sewage"),
    [
        (Supply.CENTRAL_HOT, Charging.CHARGED, True),
        (Supply.HOT_BY_OTHERS, Charging.COUNTED, True),
        (Supply.GAS_HEATER, None, True),
        (Supply.DORMITORY, Charging.CHARGED, True),
        (Supply.HEATER_AND_CESSPOOL, None, False),
        (Supply.STANDPIPE, None, False),
    ],
)
def test_supply_says_what_comes_in_and_goes_out(
    supply: Supply, hot: Charging | None, has_sewage: bool
) -> None:
    assert (supply.hot, supply.has_sewage) == (hot, has_sewage)
    assert supply in {house.supply for house in first_round()}
