"""Which houses and flats an address means, typed as people say it: "лен 12 5"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from peewee import OP, Expression, Field, ModelSelect, Value

from vodokanal.formats.search_text import MOST_WORDS, folded
from vodokanal.models.places import House, Premises
from vodokanal.models.texts import holds

# Said before a number, often without a blank between.
SIGN_BEFORE_NUMBER = re.compile(
    r"(?<!\w)(?:дом|д|квартира|кв|корпус|корп|к|помещение|пом)\.?\s*(?=\d)"
)
# Every street is one of them; whether it was said tells nothing.
KINDS_OF_STREET = frozenset(
    {"ул", "ул.", "улица", "пр-т", "пр-кт", "проспект", "переулок", "площадь", "бульвар", "шоссе"}
    | {"проезд", "г", "г.", "город"}
)
# House and flat in one: 12-5. A number alone: 12, 12а, 12/1.
HOUSE_AND_FLAT = re.compile(r"(\d{1,6}\w?)\s*-\s*(\d{1,6}\w?)")
NUMBER = re.compile(r"\d{1,6}[^\W\d]?(?:[/\\]\d{1,4}[^\W\d]?)?")
# A town has fewer houses.
MOST_READ = 20_000

# What a house is found by, with a blank at both ends, so that a word's beginning can be told.
PADDED = Expression(Expression(Value(" "), OP.CONCAT, House.search_text), OP.CONCAT, Value(" "))


@dataclass(frozen=True)
class SaidAddress:
    """The words of an address, and the numbers among them in their order."""

    words: Sequence[str]
    numbers: Sequence[str]

    @classmethod
    def of(cls, text: str) -> SaidAddress:
        """What of a text may be an address."""
        plain = SIGN_BEFORE_NUMBER.sub(" ", folded(text.replace(",", " ")))
        parts = HOUSE_AND_FLAT.sub(r"\1 \2", plain).split()[:MOST_WORDS]
        numbers = [part for part in parts if NUMBER.fullmatch(part)]
        words = [
            part
            for part in parts
            if part not in numbers and part not in KINDS_OF_STREET and any(map(str.isalpha, part))
        ]
        return cls(words, numbers)

    def query(self, *columns: Field) -> ModelSelect:
        """The houses with all the words, and of several numbers with one at least."""
        # The word alone first: putting blanks around every text costs more than looking into it.
        fits = [each for word in self.words for each in (_has(word), holds(PADDED, f" {word}"))]
        if len(self.numbers) > 1:
            said = {*self.numbers, *_heads(self.numbers)}
            fits.append(_any([holds(PADDED, f" {part} ") for part in said]))
        # Few houses fit, and along the index of the order every one of a town would be fetched.
        return House.select(*columns).where(*fits).order_by(House.sort_key.concat(""), House.id)


@dataclass(frozen=True)
class MeantPlaces:
    """Houses that are meant as they are, and others of which one flat is meant."""

    houses: list[int] = field(default_factory=list)
    flats: dict[str, list[int]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.houses or self.flats)

    def fits(self) -> Expression:
        """Whether premises are meant."""
        whole = [Premises.house.in_(self.houses)] if self.houses else []
        return _any(
            whole
            + [
                # The spellings, for the index of (house, flat) knows no other way.
                Premises.house.in_(houses) & Premises.flat.in_(_spellings(flat))
                for flat, houses in self.flats.items()
            ]
        )


def places_meant(text: str, *, most: int) -> MeantPlaces:
    """The places that a text means, of at most that many houses; one statement, or none."""
    said = SaidAddress.of(text)
    # Numbers alone may be anything; a single letter begins every second street.
    if not any(len(word) > 1 for word in said.words):
        return MeantPlaces()
    columns = (House.id, House.search_text, House.number, House.letter, House.building)
    query = said.query(*columns).limit(MOST_READ if said.numbers else most)
    rows = list(query.tuples())
    # "5, Lenin street 12" is flat 5 only where no house 5 with a flat 12 is, and a single number
    # is a flat only where no house has it.
    return (
        _places(rows, said.numbers)
        or _places(rows, said.numbers[::-1])
        or _flats(rows[:most], said.numbers)
    )


def _flats(rows: Sequence[tuple[Any, ...]], numbers: Sequence[str]) -> MeantPlaces:
    houses = [house_id for house_id, *_ in rows] if len(numbers) == 1 else []
    return MeantPlaces(flats={numbers[0]: houses} if houses else {})


def _places(rows: Sequence[tuple[Any, ...]], numbers: Sequence[str]) -> MeantPlaces:
    meant = MeantPlaces()
    for house_id, words, *parts in rows:
        number, letter, building = map(folded, parts)
        names = {number, number + letter, f"{number}{letter}/{building}"}
        # Of "8 Марта 12" the first number belongs to the street.
        street = frozenset(words.split()) - names - {building}
        said = [each for each in numbers if each not in street]
        is_it, flats = not said or said[0] in names, said[1:]
        if building and flats[:1] == [building]:
            flats = flats[1:]
        if is_it and not flats:
            meant.houses.append(house_id)
        elif is_it and len(flats) == 1:
            meant.flats.setdefault(flats[0], []).append(house_id)
    return meant


def _has(word: str) -> Expression:
    return holds(House.search_text, word)


def _heads(numbers: Sequence[str]) -> Iterator[str]:
    """The digits that the numbers begin with: a house keeps its letter apart."""
    for number in numbers:
        yield "".join(takewhile(str.isdigit, number))


def _spellings(flat: str) -> list[str]:
    return sorted({flat, flat.upper()})


def _any(conditions: Sequence[Expression]) -> Expression:
    first, *others = conditions
    for other in others:
        first |= other
    return first
