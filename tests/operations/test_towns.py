"""Towns that the portal makes up itself: where they may be loaded, and what becomes of the rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from peewee import IntegrityError

from tests.engines import Engine
from tests.factories import make_account, make_district, make_journal_entry, make_window
from vodokanal.billing.services import CustomerGroup
from vodokanal.models.accounts import Account
from vodokanal.models.base import Table
from vodokanal.models.journal import JournalEntry
from vodokanal.models.people import Role
from vodokanal.models.places import District, House, Premises
from vodokanal.operations.roles import STARTING_ROLES
from vodokanal.operations.towns import (
    Batch,
    ForeignDatabaseError,
    LoadedTown,
    find_town,
    load_town,
    newest_moment,
    role_ids,
)

AT = datetime(2026, 11, 15, 9, tzinfo=UTC)


def one_flat(district: int = 1) -> Batch:
    """A district, a house, a flat and its account, in no particular order."""
    return {
        Account: [{"id": 7, "number": "12-34", "premises": 1, "opened_on": date(2020, 1, 1)}],
        House: [
            {"id": 1, "district": district, "street": "Ёлочная ул.", "number": "10", "letter": "А"}
        ],
        Premises: [{"id": 1, "house": 1, "flat": "5"}],
        District: [{"id": 1, "name": "Центр"}],
    }


def test_town_is_loaded_and_known_afterwards(database: Engine) -> None:
    assert find_town() is None
    assert load_town([one_flat()], name="small", at=AT) == LoadedTown("small", 1)
    assert find_town() == LoadedTown("small", 1)


def test_rows_get_their_defaults_and_derived_columns(database: Engine) -> None:
    load_town([one_flat()], name="small", at=AT)
    account, house = Account.get(), House.get()
    assert (account.number_key, account.group) == ("1234", CustomerGroup.POPULATION)
    assert house.search_text == "елочная ул. 10 а"
    assert (house.sort_key, house.settlement) == ("елочная ул. 000010а", "")


def test_large_town_is_kept_like_a_small_one(database: Engine) -> None:
    assert load_town([one_flat()], name="large", at=AT, is_large=True).accounts == 1
    assert (Account.get().number_key, House.get().sort_key) == ("1234", "елочная ул. 000010а")
    with pytest.raises(IntegrityError):
        make_account(number="12-34", premises=Premises.get())


def test_rows_added_later_are_numbered_on(database: Engine) -> None:
    load_town([one_flat()], name="small", at=AT)
    assert make_district().id == 2
    assert make_account(premises=Premises.get()).id == 8


def test_loading_leaves_a_line_in_the_journal(database: Engine) -> None:
    load_town([one_flat()], name="small", at=AT)
    (entry,) = JournalEntry.select()
    assert (entry.action, entry.subject_table, entry.at) == ("load_town", "account", AT)


def test_batches_follow_one_another(database: Engine) -> None:
    second = {District: [{"id": 2, "name": "Заречье"}]}
    assert load_town([one_flat(), second], name="small", at=AT).accounts == 1
    assert District.select().count() == 2


def test_town_that_breaks_off_leaves_nothing(database: Engine) -> None:
    with pytest.raises(IntegrityError):
        load_town([one_flat(), one_flat()], name="small", at=AT)
    assert (find_town(), District.select().count()) == (None, 0)


@pytest.mark.parametrize(
    ("make", "table"),
    [
        (make_district, "district"),
        (make_journal_entry, "journal_entry"),
        (make_window, "reading_window"),
    ],
)
def test_database_with_rows_of_its_own_is_refused(
    database: Engine, make: Callable[[], Table], table: str
) -> None:
    make()
    with pytest.raises(ForeignDatabaseError) as refusal:
        load_town([one_flat()], name="small", at=AT)
    assert (refusal.value.table, Account.select().count()) == (table, 0)


def test_second_town_is_refused(database: Engine) -> None:
    load_town([one_flat()], name="small", at=AT)
    with pytest.raises(ForeignDatabaseError):
        load_town([one_flat()], name="small", at=AT)


def test_newest_moment_is_that_of_the_last_deed(database: Engine) -> None:
    assert newest_moment() is None
    make_journal_entry(at=AT)
    make_journal_entry(at=AT.replace(year=2025))
    assert newest_moment() == AT


def test_roles_are_found_by_their_codes(database: Engine) -> None:
    ids = role_ids()
    assert set(ids) == set(STARTING_ROLES)
    assert Role.get_by_id(ids["chief"]).code == "chief"
