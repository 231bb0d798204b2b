"""Text as the search compares it, however it is typed."""

from __future__ import annotations

import pytest

from vodokanal.formats.search_text import (
    LATIN,
    RUSSIAN,
    folded,
    in_other_layout,
    natural_key,
    search_words,
)


@pytest.mark.parametrize("text", ["Берёзовая  УЛ.", " берёзовая\u00a0ул. ", "БЕРЕЗОВАЯ УЛ."])
def test_case_yo_and_blanks_do_not_matter(text: str) -> None:
    assert folded(text) == "березовая ул."


def test_houses_stand_in_the_order_of_their_numbers() -> None:
    houses = ["10А", "2", "10", "1", "10 корп. 2"]
    assert sorted(houses, key=natural_key) == ["1", "2", "10", "10 корп. 2", "10А"]


def test_printed_address_is_searched_by_its_words() -> None:
    printed = "ул. Речная, д.\u00a05, корп.\u00a02, кв.\u00a012"
    assert search_words(printed) == ["ул.", "речная", "5", "2", "12"]


def test_search_takes_eight_words_at_most() -> None:
    assert len(search_words("а " * 1000)) == 8


def test_keys_of_the_wrong_layout_are_those_of_the_other() -> None:
    assert in_other_layout("dtnkeubyf") == "ветлугина"
    assert in_other_layout("<fhcjdf >kbz 5-12") == "Барсова Юлия 5-12"
    assert in_other_layout("ФИ-7001") == "AB-7001"
    assert in_other_layout("4070-15") == "4070-15"
    assert in_other_layout(LATIN) == RUSSIAN
