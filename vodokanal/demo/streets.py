"""Streets, houses and flats of the town: hand-made once, then repeated on other streets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count

from vodokanal.billing.services import Charging, CustomerGroup
from vodokanal.demo.street_names import street_name
from vodokanal.models.places import PremisesKind


class Supply(StrEnum):
    """What water a house has; the value is its norm category."""

    CENTRAL_HOT = "Централизованное горячее водоснабжение, ванна, канализация"
    HOT_BY_OTHERS = "Горячая вода от котельной другой организации, ванна, канализация"
    GAS_HEATER = "Газовый водонагреватель, ванна, канализация"
    DORMITORY = "Общежитие с общими душевыми, канализация"
    HEATER_AND_CESSPOOL = "Водонагреватель, ванна, выгребная яма"
    STANDPIPE = "Водоразборная колонка"

    @property
    def hot(self) -> Charging | None:
        """Who bills the hot water, if any comes in."""
        if self is Supply.HOT_BY_OTHERS:
            return Charging.COUNTED
        return Charging.CHARGED if self in {Supply.CENTRAL_HOT, Supply.DORMITORY} else None

    @property
    def has_sewage(self) -> bool:
        """Whether the house is connected to the sewer."""
        return self not in {Supply.HEATER_AND_CESSPOOL, Supply.STANDPIPE}


class HouseKind(StrEnum):
    """What stands there; its flats follow from it."""

    BLOCK = "block"
    DORMITORY = "dormitory"
    PRIVATE = "private"
    SCHOOL = "school"
    KINDERGARTEN = "kindergarten"
    SHOP = "shop"

    @property
    def premises(self) -> PremisesKind:
        """What an account is for in such a house."""
        if self in HOUSING:
            return HOUSING[self]
        return PremisesKind.NON_RESIDENTIAL

    @property
    def group(self) -> CustomerGroup:
        """Whom the tariff is set for."""
        if self in HOUSING:
            return CustomerGroup.POPULATION
        return CustomerGroup.ORGANISATION if self is HouseKind.SHOP else CustomerGroup.BUDGET


# The districts by their place in `utility.DISTRICTS`.
CENTRE, ACROSS_THE_RIVER, LAKESIDE, FAR = range(4)
HOUSING = {
    HouseKind.BLOCK: PremisesKind.FLAT,
    HouseKind.DORMITORY: PremisesKind.ROOM,
    HouseKind.PRIVATE: PremisesKind.PRIVATE_HOUSE,
}


@dataclass(frozen=True)
class HousePlan:
    """One house: where it stands, what it is, how many flats (0: it is one place itself)."""

    district: int
    street: str
    number: str
    kind: HouseKind
    supply: Supply
    flats: int = 0
    settlement: str = ""
    letter: str = ""
    building: str = ""

    @property
    def flat_numbers(self) -> list[str]:
        """The numbers on the doors."""
        return [str(number) for number in range(1, self.flats + 1)] or [""]


def houses_of_the_town() -> Iterator[HousePlan]:
    """House after house without an end: 300 places, then as many again on other streets."""
    first = list(_first_streets())
    yield from first
    places = {(house.settlement, house.street): None for house in first}
    for turn in count():
        numbers = {place: turn * len(places) + at for at, place in enumerate(places)}
        for house in first:
            number = numbers[house.settlement, house.street]
            yield replace(house, street=street_name(number))


def _first_streets() -> Iterator[HousePlan]:
    yield from _centre()
    yield from _across_the_river()
    yield from _private(LAKESIDE, "Лесная ул.", numbers=_up_to(14), settlement="пос. Сосновка")
    for number in ("2", "3"):
        house = HousePlan(
            LAKESIDE, "Парковая ул.", number, HouseKind.BLOCK, Supply.HEATER_AND_CESSPOOL, flats=8
        )
        yield replace(house, settlement="пос. Сосновка")
    yield from _private(LAKESIDE, "Приозёрная ул.", numbers=_up_to(18), settlement="пос. Береговой")
    yield from _private(LAKESIDE, "Родниковая ул.", numbers=_up_to(15), settlement="пос. Ключи")
    yield from _private(FAR, "Горная ул.", numbers=_up_to(16), settlement="пос. Каменка")
    yield from _private(FAR, "Садовая ул.", numbers=_up_to(12), settlement="пос. Малинники")
    yield from _private(FAR, "Центральная ул.", numbers=_up_to(23), settlement="пос. Озёрный")
    yield HousePlan(
        FAR, "Центральная ул.", "25", HouseKind.SHOP, Supply.HEATER_AND_CESSPOOL, 0, "пос. Озёрный"
    )


def _centre() -> Iterator[HousePlan]:
    sadovaya = HousePlan(CENTRE, "Садовая ул.", "2", HouseKind.BLOCK, Supply.CENTRAL_HOT, flats=12)
    yield sadovaya
    yield replace(sadovaya, number="10")
    yield replace(sadovaya, number="10", letter="А", kind=HouseKind.SHOP, flats=0)
    yield replace(sadovaya, number="12", flats=20)
    yield replace(sadovaya, number="14", kind=HouseKind.SCHOOL, flats=0)
    river = replace(sadovaya, street="Речная ул.", number="3", flats=18)
    # The one house whose hot water somebody else bills.
    yield replace(river, building="1", supply=Supply.HOT_BY_OTHERS)
    yield replace(river, building="2")
    yield replace(sadovaya, street="Гончарная ул.", number="5", flats=24)
    yield replace(
        river, street="Гончарная ул.", number="7", letter="Б", kind=HouseKind.SHOP, flats=0
    )


def _across_the_river() -> Iterator[HousePlan]:
    factory = HousePlan(
        ACROSS_THE_RIVER, "Заводская ул.", "4", HouseKind.BLOCK, Supply.GAS_HEATER, flats=24
    )
    yield factory
    yield replace(factory, number="6")
    yield replace(factory, number="8", kind=HouseKind.DORMITORY, supply=Supply.DORMITORY, flats=10)
    yield replace(factory, number="10", kind=HouseKind.KINDERGARTEN, flats=0)
    numbers = [*_up_to(18), "11А"]
    yield from _private(ACROSS_THE_RIVER, "Луговая ул.", numbers=numbers, supply=Supply.GAS_HEATER)


def _private(
    district: int,
    street: str,
    *,
    numbers: list[str],
    settlement: str = "",
    supply: Supply | None = None,
) -> Iterator[HousePlan]:
    """Private houses in a row; in the settlements the last one fetches water from the pump."""
    for number in numbers:
        ordinary = Supply.STANDPIPE if number == numbers[-1] else Supply.HEATER_AND_CESSPOOL
        digits = number.rstrip("А")
        yield HousePlan(
            district=district,
            street=street,
            number=digits,
            letter=number.removeprefix(digits),
            kind=HouseKind.PRIVATE,
            supply=supply or ordinary,
            settlement=settlement,
        )


def _up_to(last: int) -> list[str]:
    return [str(number) for number in range(1, last + 1)]
