"""Names, telephones and taxpayer numbers of people who do not exist."""

from __future__ import annotations

from random import Random

from stdnum.ru import inn

from vodokanal.demo.people import organisation, person_name, telephone


def names(count: int) -> list[list[str]]:
    rng = Random(1)
    return [person_name(rng).split() for _ in range(count)]


def test_name_has_three_words() -> None:
    assert {len(name) for name in names(500)} == {3}


def test_surname_and_patronymic_agree() -> None:
    wrong = [name for name in names(500) if name[0].endswith("а") != name[2].endswith("на")]
    assert wrong == []


def test_men_and_women_live_in_the_town() -> None:
    women = sum(name[2].endswith("на") for name in names(500))
    assert 200 < women < 400


def test_same_dice_give_the_same_name() -> None:
    assert person_name(Random("5")) == person_name(Random("5"))


def test_telephones_of_a_large_town_differ() -> None:
    assert len({telephone(number) for number in range(100_000)}) == 100_000


def test_telephone_is_written_as_people_write_it() -> None:
    assert telephone(0) == "+7 (000) 300-00-00"


def test_organisation_belongs_to_no_region() -> None:
    firm = organisation("ООО «Пример»", 17)
    assert (firm.name, firm.inn[:2], firm.kpp[:2]) == ("ООО «Пример»", "00", "00")
    assert inn.is_valid(firm.inn)
