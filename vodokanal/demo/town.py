"""The whole town as batches of rows, the same for the same moment; of any size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from random import Random

from vodokanal.demo.accounts import Surroundings, add_account
from vodokanal.demo.calendar import turns_until
from vodokanal.demo.households import household
from vodokanal.demo.meters import common_meter
from vodokanal.demo.rows import Rows
from vodokanal.demo.stories import BY_PLACE, STORIES
from vodokanal.demo.streets import HouseKind, HousePlan, houses_of_the_town
from vodokanal.demo.utility import DISTRICTS, add_utility, window_rules
from vodokanal.models.meters import Meter
from vodokanal.models.places import House
from vodokanal.operations.towns import Batch

SEED = "Верхнеозёрск"
NAME = "demo"
ACCOUNTS, MONTHS = 300, 24
ACCOUNTS_IN_A_BATCH = 1000
# Blocks of this size have a meter of their own at the entrance of the pipe.
FLATS_WITH_COMMON_METER = 18


@dataclass(frozen=True)
class Town:
    """A town to be: iterated, it gives its rows, the utility's first."""

    now: datetime
    hashes: Mapping[str, str] = field(default_factory=dict, repr=False)
    role_ids: Mapping[str, int] = field(default_factory=dict)
    accounts: int = ACCOUNTS
    months: int = MONTHS

    def __iter__(self) -> Iterator[Batch]:
        rows = Rows()
        add_utility(rows, now=self.now, hashes=self.hashes, role_ids=self.role_ids)
        around = [self._around(district) for district in range(len(DISTRICTS))]
        serials = count(len(STORIES) + 1)
        for number, (house, house_id, flat) in enumerate(_places(rows, self.accounts), start=1):
            serial = BY_PLACE.get(_address(house, flat)) or next(serials)
            rng = Random(f"{SEED}/{serial}")
            people = household(serial, house, flat, rng=rng)
            add_account(rows, people, house_id=house_id, around=around[house.district], rng=rng)
            if number % ACCOUNTS_IN_A_BATCH == 0:
                yield rows.take()
        yield rows.take()

    def _around(self, district: int) -> Surroundings:
        rules = window_rules()
        turns = turns_until(self.now, self.months, rules=rules, district_id=district + 1)
        return Surroundings(self.now, turns, self.hashes)


def _places(rows: Rows, wanted: int) -> Iterator[tuple[HousePlan, int, str]]:
    """So many places, with their houses' rows; a house may stay unfinished at the end."""
    for house in houses_of_the_town():
        if not wanted:
            return
        house_id = _add_house(rows, house)
        for flat in house.flat_numbers[:wanted]:
            yield house, house_id, flat
            wanted -= 1


def _address(house: HousePlan, flat: str) -> tuple[str, str, str, str]:
    building = f"к{house.building}" if house.building else ""
    return (house.settlement, house.street, f"{house.number}{house.letter}{building}", flat)


def _add_house(rows: Rows, house: HousePlan) -> int:
    house_id = rows.add(
        House,
        district=house.district + 1,
        settlement=house.settlement,
        street=house.street,
        number=house.number,
        letter=house.letter,
        building=house.building,
    )
    if house.kind is HouseKind.BLOCK and house.flats >= FLATS_WITH_COMMON_METER:
        rows.add(Meter, **common_meter(house_id))
    return house_id
