"""The search of every staff page: a caller's words lead to a card."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.conftest import ClientAs
from tests.factories import make_account, make_premises
from tests.page import Client
from vodokanal.models.accounts import Holder
from vodokanal.models.looks import CameFrom, CardOpening

TEXTS = ["12-34", " 1234 ", "иванова", "Анна Иванова", "00012345", "54321", "речная 5 12"]


@pytest.mark.parametrize("text", [*TEXTS, "+7 (000) 555-12-08", "5551208"])
def test_one_account_is_opened_at_once(office: Client, cast: Cast, text: str) -> None:
    owner = Holder.get(Holder.account == cast.account)
    owner.telephone = "8 000 555-12-08" if text[0] != "5" else "5551208"
    owner.derive()
    owner.save()
    page = office.get("/staff/find", query_string={"q": text}, status=303).follow()
    assert page.path == "/staff/accounts/1234"
    assert CardOpening.get().came_from is CameFrom.SEARCH


@pytest.mark.parametrize("text", ["bdfyjdf", "Bdfyjdf Fyyf", "htxyfz 5 12", "<fkfyct", "ФИ-7001"])
def test_keys_of_the_other_layout_are_understood(office: Client, text: str) -> None:
    make_account(number="AB-7001")
    Holder.update(search_text="балансе").where(Holder.name.startswith("Соколова")).execute()
    assert office.get("/staff/find", query_string={"q": text}, status=303).location


def test_by_what_it_was_found_is_said(office: Client) -> None:
    page = office.get("/staff/find?q=htxyfz 5")
    assert "Найдено по «речная 5»" in page.plain
    assert page.form("find").fields["q"] == ["htxyfz 5"]


def test_of_several_the_first_has_the_focus(office: Client) -> None:
    page = office.get("/staff/find?q=речная 5")
    assert [row[0] for row in page.rows()[1:]] == ["12-34", "56-78"]
    (focused,) = page.all(".//*[@autofocus]")
    assert focused.get("href") == "/staff/accounts/1234?from=search"
    assert page.form("find").fields["q"] == ["речная 5"]


def test_list_of_found_accounts_says_where_it_ends(office: Client, cast: Cast) -> None:
    for flat in range(20, 42):
        house = cast.account.premises.house
        make_account(premises=make_premises(house=house, flat=str(flat)))
    page = office.get("/staff/find?q=речная")
    assert (len(page.rows()) - 1, "уточните" in page.text) == (20, True)


@pytest.mark.parametrize("text", ["99-99", "1" * 100, "<b>", "Сидоров-Кац", "'; DROP TABLE", "%"])
def test_words_that_mean_nobody_stay_in_the_search(office: Client, text: str) -> None:
    page = office.get("/staff/find", query_string={"q": text})
    assert "никого нет" in page.plain
    assert page.form("find").fields["q"] == [text]
    (focused,) = page.all(".//*[@autofocus]")
    assert focused.get("name") == "q"


@pytest.mark.parametrize("text", ["", " ", "\u200b", "9" * 2000])
def test_nothing_and_too_much_are_answered_with_the_page(office: Client, text: str) -> None:
    assert office.get("/staff/find", query_string={"q": text}).h1 == "Поиск счёта"


def test_search_stands_on_every_page_and_is_ready_on_the_first(office: Client) -> None:
    (focused,) = office.get("/staff/").all(".//*[@autofocus]")
    assert focused.get("name") == "q"
    assert office.get("/staff/holders/").form("find").fields == {"q": [""]}


def test_whoever_may_not_see_payers_finds_accounts_without_them(
    client_as: ClientAs, cast: Cast
) -> None:
    page = client_as(cast.kirill).get("/staff/find?q=речная 5")
    assert "12-34" in page.text
    assert "Иванова" not in page.text


@pytest.mark.parametrize("text", ["иванова", "bdfyjdf", "8 000 555-12-08", "5551208"])
def test_whoever_may_not_see_payers_finds_nobody_by_them(
    client_as: ClientAs, cast: Cast, text: str
) -> None:
    owner = Holder.get(Holder.account == cast.account)
    owner.telephone = "8 000 555-12-08"
    owner.derive()
    owner.save()
    kirill = client_as(cast.kirill)
    assert "никого нет" in kirill.get("/staff/find", query_string={"q": text}).plain
    page = kirill.get("/staff/accounts/", query_string={"search": text})
    assert "12-34" not in page.text
    assert kirill.get("/staff/find?q=речная 5 12", status=303).location


def test_numbers_in_lists_lead_to_the_card(office: Client, cast: Cast) -> None:
    assert office.get("/staff/accounts/").links["12-34"] == "/staff/accounts/1234?from=list"
    page = office.get("/staff/holders/")
    assert page.links["12-34"] == "/staff/accounts/1234?from=list"
    page = office.get("/staff/readings/?search=12-34")
    assert page.links["12-34"] == "/staff/accounts/1234?from=list"
