"""The whole town as batches of rows, the same for the same moment; of any size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from vodokanal.demo.accounts import add_account
from vodokanal.demo.calendar import Surroundings, turns_until
from vodokanal.demo.dice import Dice
from vodokanal.demo.households import household
from vodokanal.demo.premises import add_house
from vodokanal.demo.rows import Rows
from vodokanal.demo.stories import BY_PLACE, STORIES
from vodokanal.demo.streets import HousePlan, houses_of_the_town
from vodokanal.demo.utility import DISTRICTS, add_utility, window_rules
from vodokanal.operations.towns import Batch

SEED = "Верхнеозёрск"
NAME = "demo"
ACCOUNTS, MONTHS = 300, 25
# A year and the month before it: enough for every chart and judgement, half the rows.
MONTHS_OF_A_LARGE_TOWN = 13
# Three years that can be closed, and the month before them.
MOST_MONTHS = 37
# As many as account numbers of this pattern have room for.
MOST_ACCOUNTS = 999_999
ACCOUNTS_IN_A_BATCH = 1000


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
            # Dice of its own, so that a house more or less changes nobody else's life.
            rng = Dice(f"{SEED}/{serial}")
            people = household(serial, house, flat=flat, rng=rng)
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
        house_id = add_house(rows, house)
        for flat in house.flat_numbers[:wanted]:
            yield house, house_id, flat
            wanted -= 1


def _address(house: HousePlan, flat: str) -> tuple[str, str, str, str]:
    building = f"к{house.building}" if house.building else ""
    return (house.settlement, house.street, f"{house.number}{house.letter}{building}", flat)
