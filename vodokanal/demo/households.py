"""Who lives in a place, what they have there, and how they send readings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from random import Random

from vodokanal.billing.readings import Source
from vodokanal.demo.people import Organisation, organisation, person_name, telephone
from vodokanal.demo.stories import STORIES, Story, Trouble
from vodokanal.demo.streets import HouseKind, HousePlan, Supply
from vodokanal.formats.account_numbers import NumberPattern, new_account_number

NUMBERS = NumberPattern()
SHARE_WITH_METERS = 0.93
PEOPLE, WEIGHTS = (1, 2, 3, 4, 5, 6), (24, 30, 22, 16, 6, 2)
INSTITUTIONS = {
    HouseKind.SCHOOL: "МБОУ «Школа № 2»",
    HouseKind.KINDERGARTEN: "МБДОУ «Детский сад „Ручеёк“»",
    HouseKind.SHOP: "ООО «Магазин у моста»",
}
# Litres a day of a school, a kindergarten, a shop.
INSTITUTION_USE = {HouseKind.SCHOOL: 1900, HouseKind.KINDERGARTEN: 1300, HouseKind.SHOP: 420}
ORDINARY = Story(("", "", "", ""))


@dataclass(frozen=True)
class Household:
    """An account's people: everything of them that does not change from month to month."""

    serial: int
    house: HousePlan
    flat: str
    story: Story
    name: str
    telephone: str
    organisation: Organisation | None
    registered: int
    living: int
    has_meters: bool
    usual_source: Source
    reliability: float
    garden: int
    hens: int

    @cached_property
    def number(self) -> str:
        """The account's number, with its check digit."""
        return new_account_number(self.serial, NUMBERS)

    @property
    def is_special(self) -> bool:
        """Whether the rules have to judge each reading: a story, or a large use."""
        return self.story is not ORDINARY or self.organisation is not None

    @property
    def signs_in(self) -> bool:
        """Whether somebody of the account uses the cabinet."""
        return self.usual_source is Source.RESIDENT


def household(serial: int, house: HousePlan, *, flat: str, rng: Random) -> Household:
    """The people of a place; a story's number is its serial."""
    story = STORIES[serial - 1] if serial <= len(STORIES) else ORDINARY
    is_special = story is not ORDINARY
    works_there = INSTITUTIONS.get(house.kind)
    registered = 0 if works_there else rng.choices(PEOPLE, WEIGHTS)[0]
    if story.registered is not None:
        registered = story.registered
    name = works_there or story.name or person_name(rng)
    is_private = house.kind is HouseKind.PRIVATE
    return Household(
        serial=serial,
        house=house,
        flat=flat,
        story=story,
        name=name,
        telephone=story.telephone or telephone(serial),
        organisation=organisation(name, serial) if works_there else None,
        registered=registered,
        living=max(registered, 1),
        has_meters=_has_meters(house, story) and (is_special or rng.random() < SHARE_WITH_METERS),
        usual_source=Source.RESIDENT if is_special else _usual_source(rng),
        # Three in five are punctual, one forgets, one never sends anything.
        reliability=1.0 if is_special or works_there else rng.choice((0.98, 0.97, 0.95, 0.75, 0.0)),
        garden=rng.randrange(200, 1200, 50) if is_private else 0,
        hens=rng.choice((0, 0, 0, 8, 12, 20)) if is_private else 0,
    )


def _has_meters(house: HousePlan, story: Story) -> bool:
    if house.kind is HouseKind.DORMITORY or house.supply is Supply.STANDPIPE:
        return False
    return story.trouble is not Trouble.NO_METER_POSSIBLE


def _usual_source(rng: Random) -> Source:
    return rng.choices((Source.RESIDENT, Source.TELEPHONE, Source.OFFICE), (62, 22, 16))[0]
