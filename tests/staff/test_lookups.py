"""Finding a row while typing: a few rows, whatever is asked for."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.conftest import ClientAs
from tests.factories import make_account, make_meter, make_premises
from tests.page import Client
from tests.statements import statements
from vodokanal.staff.lookups import (
    MOST_OFFERED,
    AccountLoader,
    HouseLoader,
    MeterLoader,
    PremisesLoader,
    ResidentLoader,
)

LOOKUP = "/staff/meters/ajax/lookup/"


def found(client: Client, query: str, **more: str) -> list[list[object]]:
    arguments = {"name": "account", "query": query, **more}
    rows: list[list[object]] = client.get(LOOKUP, query_string=arguments).json
    return rows


def test_account_is_found_by_number_and_by_address(office: Client, cast: Cast) -> None:
    row = [cast.account.id, "12-34 · ул. Речная, д.\u00a05, кв.\u00a012"]
    for query in ("12-3", "123", "речная 12", "Речная, д. 5, кв. 12"):
        assert row in found(office, query), query


def test_lookup_asks_the_database_once_for_houses_and_once_for_rows(
    office: Client, cast: Cast
) -> None:
    found(office, "речная 12")
    with statements() as seen:
        found(office, "речная 12")
    assert len([each for each in seen if '"house"' in each]) == 2


def test_lookup_offers_ten_and_never_more_than_fifty(office: Client, cast: Cast) -> None:
    for number in range(60):
        make_account(number=f"500-{number}", premises=cast.account.premises)
    assert len(found(office, "500")) == 10
    assert len(found(office, "500", limit="50")) == 50
    assert len(AccountLoader("account").get_list("500", limit=-1)) == 1
    assert len(AccountLoader("account").get_list("500", limit=10**20)) == MOST_OFFERED
    assert AccountLoader("account").get_list("500", offset=10**20) == []


def test_further_rows_follow_without_repeating(office: Client, cast: Cast) -> None:
    for number in range(15):
        make_account(number=f"500-{number}", premises=cast.account.premises)
    rows = found(office, "500") + found(office, "500", offset="10")
    assert len({row[0] for row in rows}) == 15


@pytest.mark.parametrize("query", ["", " ", "%", "_", "'", "\\", "а" * 1999, "☃", "1 " * 900])
def test_no_words_break_a_lookup(office: Client, query: str) -> None:
    assert isinstance(found(office, query), list)


def test_field_without_a_lookup_is_not_found(office: Client) -> None:
    office.get(LOOKUP, query_string={"name": "password_hash", "query": "a"}, status=404)
    office.get(LOOKUP, query_string={"query": "a"}, status=404)


def test_lookups_are_for_those_who_write(client_as: ClientAs, cast: Cast) -> None:
    client_as(cast.rita).get(f"{LOOKUP}?name=account&query=a", status=403)


@pytest.mark.parametrize("pk", ["", "0", "x", "-1", "9" * 15, "9" * 40, "1; DROP", None])
def test_id_of_no_row_is_none(cast: Cast, pk: object) -> None:
    for loader in (AccountLoader, HouseLoader, MeterLoader, PremisesLoader, ResidentLoader):
        assert loader("any").get_one(pk) is None


def test_exact_name_goes_before_everything_that_contains_it(cast: Cast) -> None:
    short = make_account(number="12", premises=cast.account.premises)
    assert AccountLoader("account").named("12") == [short]
    assert MeterLoader("meter").named("00012345") == [cast.cold]
    assert ResidentLoader("resident").named("ANNA") == [cast.anna]


def test_row_is_named_by_what_only_it_has(cast: Cast) -> None:
    single = make_premises(flat="77Б")
    make_meter(serial="ABC-1")
    assert PremisesLoader("premises").named("садовая 77б") == [single]
    assert MeterLoader("meter").label(make_meter(serial="5", model="СГВ-15")) == "5 · СГВ-15"
    assert HouseLoader("house").named("речная") == [cast.account.premises.house]
    assert len(PremisesLoader("premises").named("речная")) == 2


def test_text_that_is_no_account_number_is_looked_for_as_an_address(cast: Cast) -> None:
    assert AccountLoader("account").named("Речная, 5, кв. 13") == [cast.vera_account]


def test_residents_and_meters_are_offered_in_their_order(cast: Cast) -> None:
    names = [row.name for row in ResidentLoader("resident").get_list("иванов")]
    assert names == ["Иванов Борис Сергеевич", "Иванова Анна Петровна"]
    assert MeterLoader("meter").get_list("000") == [cast.cold, cast.hot, cast.vera_meter]
