"""Finding an account by what a caller says: number, address, surname, telephone, serial."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import Cast
from tests.factories import (
    make_account,
    make_holder,
    make_house,
    make_meter,
    make_premises,
)
from tests.statements import statements
from vodokanal.models.accounts import Account, HolderKind
from vodokanal.operations.finding import FoundAccount, FoundBy, find_accounts

TODAY = date(2026, 11, 12)
MOST_STATEMENTS = 3
NOTHING = [
    *("", " ", "1", "а", "%", "_", "'", '"', "\\", "☃", "№", "ул.", "-", "٣٤", "9" * 5000),
    *("а " * 999, "реч 5 12 13 14", "реч 99", "12,34,56", "1/2/3", "кв кв кв"),
]


def find(text: str, limit: int = 20) -> list[FoundAccount]:
    """What is found on the day of the tests, in few statements."""
    with statements() as seen:
        found = find_accounts(text, limit=limit, today=TODAY)
    assert len(seen) <= MOST_STATEMENTS, "\n".join(seen)
    return found


def numbers(text: str, limit: int = 20) -> list[str]:
    """The numbers of the accounts that are found."""
    return [str(each.account.number) for each in find(text, limit)]


def account_at(street: str, number: str, flat: str, **house: str) -> Account:
    """A new account at an address."""
    place = make_house(street=street, number=number, **house)
    return make_account(premises=make_premises(house=place, flat=flat))


@pytest.fixture(autouse=True)
def _cast(cast: Cast) -> None:
    """Anna's account 12-34 in flat 12 of Rechnaya 5, and Vera's 56-78 in flat 13."""


@pytest.mark.parametrize("text", ["12-34", "1234", "12 34", " 12–34 ", "12", "12-3"])
def test_number_is_found_however_it_is_typed(text: str) -> None:
    (found,) = [each for each in find(text) if each.found_by is FoundBy.NUMBER]
    assert found.account.number == "12-34"


def test_number_with_letters_is_found_in_any_case() -> None:
    make_account(number="АБ-7001")
    assert numbers("аб7001") == ["АБ-7001"]


def test_found_account_brings_its_address_and_holder() -> None:
    (found,) = find("1234")
    with statements() as seen:
        told = (found.account.premises.address, found.name, found.telephone)
    assert told == ("ул. Речная, д.\u00a05, кв.\u00a012", "Иванова Анна Петровна", "")
    assert seen == []


@pytest.mark.parametrize(
    "text",
    [
        "реч 5 12",
        "речная 5 кв. 12",
        "РЕЧНАЯ, д.5, кв.12",
        "улица Речная дом 5 квартира 12",
        "5-12 речная",
        "речн 5-12",
        "12 речная 5",
    ],
)
def test_address_is_found_as_people_say_it(text: str) -> None:
    assert [(each.account.number, each.found_by) for each in find(text)] == [
        ("12-34", FoundBy.ADDRESS)
    ]


def test_address_without_a_flat_is_the_whole_house() -> None:
    account_at("ул. Речная", "55", "1")
    assert numbers("речная 5") == ["12-34", "56-78"]


def test_house_is_told_from_the_flat_by_its_place() -> None:
    here, there = account_at("ул. Мира", "3", "7"), account_at("ул. Мира", "7", "3")
    assert numbers("мира 3 7") == [here.number]
    assert numbers("мира 7 3") == [there.number]


def test_word_of_a_street_begins_with_what_was_typed() -> None:
    account_at("ул. Заречная", "5", "12")
    assert numbers("реч 5 12") == ["12-34"]


def test_number_in_the_name_of_a_street_is_no_house() -> None:
    account = account_at("ул. 8 Марта", "12", "4")
    for text in ("8 марта 12 4", "марта 12 4", "8 марта"):
        assert numbers(text) == [account.number], text


@pytest.mark.parametrize("text", ["лесная 7а 2", "лесная 7А 2", "Лесная 7 а кв 2"])
def test_letter_of_a_house_is_typed_with_the_number_or_apart(text: str) -> None:
    account = account_at("ул. Лесная", "7", "2", letter="А")
    assert numbers(text) == [account.number]


def test_building_is_typed_after_a_stroke() -> None:
    account = account_at("ул. Лесная", "7", "2", building="3")
    account_at("ул. Лесная", "7", "2", building="1")
    assert numbers("лесная 7/3 2") == [account.number]
    assert numbers("лесная 7 корп. 3 кв. 2") == [account.number]


def test_flat_with_a_letter_is_found_in_any_case() -> None:
    account = account_at("ул. Лесная", "7", "2Б")
    assert numbers("лесная 7 2б") == [account.number]


@pytest.mark.parametrize("text", ["СОКОЛОВА", "соколова вера", "Вера Соколова", "соко"])
def test_person_is_found_by_the_surname(text: str) -> None:
    (found,) = find(text)
    assert (found.account.number, found.found_by) == ("56-78", FoundBy.NAME)


def test_surname_knows_no_yo() -> None:
    account = make_account()
    make_holder(account=account, name="Королёв Пётр Фёдорович")
    assert numbers("королев петр") == numbers("КОРОЛЁВ") == [account.number]


def test_organisation_is_found_by_any_word_of_its_title() -> None:
    account = make_account()
    make_holder(account=account, name="ООО «Ромашка и Ко»", kind=HolderKind.ORGANISATION)
    assert numbers("ромашка") == [account.number]


def test_former_holder_leads_to_the_account_of_the_present_one() -> None:
    account = make_account()
    before = date(2025, 12, 31)
    make_holder(account=account, name="Прежний Пётр", starts_on=date(2020, 1, 1), ends_on=before)
    make_holder(account=account, name="Новая Нина", starts_on=date(2026, 1, 1))
    make_holder(account=make_account(), name="Будущий Борис", starts_on=date(2027, 1, 1))
    assert [(each.account.number, each.name) for each in find("прежний")] == [
        (account.number, "Новая Нина")
    ]
    assert [(each.name, each.telephone) for each in find("будущий")] == [("", "")]


@pytest.mark.parametrize("text", ["+7 916 123-45-67", "8(916)1234567", "916 123", "916123456"])
def test_telephone_is_found_however_it_is_typed(text: str) -> None:
    account = make_account()
    make_holder(account=account, name="Лис Яна", telephone="8-916-123-45-67")
    (found,) = find(text)
    assert (found.account, found.found_by) == (account, FoundBy.TELEPHONE)
    assert found.telephone == "8-916-123-45-67"


@pytest.mark.parametrize("text", ["123-45-67", "34567", "6 123 45 67"])
def test_telephone_is_found_without_the_code_of_the_town(text: str) -> None:
    account = make_account()
    make_holder(account=account, name="Лис Яна", telephone="8-916-123-45-67")
    make_holder(account=make_account(), name="Лис Ян", telephone="8-916-123-45-60")
    (found,) = find(text)
    assert (found.account, found.found_by) == (account, FoundBy.TELEPHONE)


def test_people_are_left_out_for_whoever_is_not_to_find_them() -> None:
    make_holder(account=make_account(), name="Речной Яков", telephone="8-916-123-45-67")
    kinds = set(FoundBy) - {FoundBy.NAME, FoundBy.TELEPHONE}
    for text, count in (("речн", 2), ("соколова", 0), ("1234567", 0)):
        assert len(find_accounts(text, limit=20, today=TODAY, kinds=kinds)) == count, text


@pytest.mark.parametrize("text", ["00012345", "12345", "№ 00012345", "0001 2345", "00012"])
def test_meter_is_found_with_its_noughts_or_without(text: str) -> None:
    (found,) = find(text)
    assert (found.account.number, found.found_by) == ("12-34", FoundBy.SERIAL)


def test_common_meter_of_a_house_has_no_account() -> None:
    make_meter(account=None, house=make_house(), serial="777888")
    assert find("777888") == []


def test_street_and_surname_alike_share_the_places() -> None:
    house = make_house(street="ул. Лебедева", number="1")
    for flat in range(6):
        account = make_account(premises=make_premises(house=house, flat=str(flat + 1)))
        make_holder(account=account, name="Кто-то Другой")
        make_holder(account=make_account(), name=f"Лебедев Пётр {flat}")
    kinds = [each.found_by for each in find("лебедев", limit=4)]
    assert kinds == [FoundBy.NAME, FoundBy.NAME, FoundBy.ADDRESS, FoundBy.ADDRESS]


def test_no_more_are_found_than_are_wanted() -> None:
    for serial in range(8):
        make_account(number=f"900-{serial}")
    assert numbers("900", limit=3) == ["900-0", "900-1", "900-2"]


@pytest.mark.parametrize("text", NOTHING)
def test_nothing_breaks_the_search(text: str) -> None:
    assert find(text) == []
