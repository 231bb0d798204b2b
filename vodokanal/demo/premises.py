"""The rows of houses and of what is in them: norms, gardens, meters that cannot be hung."""

from __future__ import annotations

from datetime import date, timedelta

from vodokanal.billing.readings import Kind
from vodokanal.demo.households import Household
from vodokanal.demo.meters import common_meter
from vodokanal.demo.rows import Rows
from vodokanal.demo.stories import Trouble
from vodokanal.demo.streets import HouseKind, HousePlan, Supply
from vodokanal.models.meters import Meter
from vodokanal.models.places import (
    House,
    MeterPossibility,
    Premises,
    PremisesNorm,
    PremisesQuantity,
    QuantityKind,
)

CATEGORY_IDS = {supply: number for number, supply in enumerate(Supply, start=1)}
# Blocks of this size have a meter of their own at the entrance of the pipe.
FLATS_WITH_COMMON_METER = 18


def add_house(rows: Rows, house: HousePlan) -> int:
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


def add_premises(rows: Rows, people: Household, *, house_id: int, opened_on: date) -> None:
    number = people.serial
    rows.append(
        Premises, id=number, house=house_id, flat=people.flat, kind=people.house.kind.premises
    )
    category = CATEGORY_IDS[people.house.supply]
    rows.append(PremisesNorm, premises=number, category=category, starts_on=opened_on)
    no_meter = people.story.trouble is Trouble.NO_METER_POSSIBLE
    if no_meter or people.house.kind is HouseKind.DORMITORY:
        _add_act(rows, people, act_on=opened_on + timedelta(days=30))
    quantities = (
        (QuantityKind.GARDEN, "огород", people.garden),
        (QuantityKind.LIVESTOCK, "куры", people.hens),
    )
    for kind, what, quantity in quantities:
        if quantity:
            names = {"premises": number, "kind": kind, "what": what}
            rows.append(PremisesQuantity, **names, quantity=quantity, starts_on=opened_on)


def _add_act(rows: Rows, people: Household, *, act_on: date) -> None:
    """Adds the act that no meter can be hung there, for each water that comes in."""
    for kind in (Kind.COLD, Kind.HOT) if people.house.supply.hot else (Kind.COLD,):
        rows.append(
            MeterPossibility,
            premises=people.serial,
            kind=kind,
            possible=False,
            act_number=f"{people.serial}-ТВ",
            act_on=act_on,
            starts_on=act_on,
        )
