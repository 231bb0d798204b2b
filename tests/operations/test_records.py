"""Rows that employees add and edit: one transaction, one journal entry, nobody overwritten."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from tests.cast import Cast, actor_of
from tests.clock import moment
from tests.engines import Engine, only_postgresql
from tests.factories import make_employee
from vodokanal.billing.services import Service
from vodokanal.models.accounts import AccountService, Occupancy
from vodokanal.models.base import Table
from vodokanal.models.journal import JournalEntry
from vodokanal.models.people import Employee
from vodokanal.models.places import District, House
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.records import (
    DaysOverlapError,
    RowChangedError,
    RowRefusedError,
    create_record,
    update_record,
    values_of,
)
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError

NOW = moment("2026-11-12T10:42")
NORTH = {"name": "Северный", "telephone": "+7 495 000-00-02"}


def create(table: type[Table], key: str = "k", **values: Any) -> Any:
    return create_record(SYSTEM, table, values=values, at=NOW, key=key)


def update(row: Table, seen: dict[str, Any] | None = None, **values: Any) -> Any:
    return update_record(SYSTEM, row, values=values, seen=seen or {}, at=NOW)


def journal() -> list[tuple[str, Any, Any]]:
    entries = JournalEntry.select().order_by(JournalEntry.id)
    return [
        (e.action, *(json.loads(each or "{}") for each in (e.before, e.after))) for e in entries
    ]


def test_added_row_is_kept_and_journalled(cast: Cast) -> None:
    row = create_record(actor_of(cast.olga), District, values=NORTH, at=NOW, key="k")
    entry = JournalEntry.get()
    assert District.get_by_id(row.id).name == "Северный"
    assert (entry.actor_name, entry.subject_id, entry.at) == (cast.olga.name, row.id, NOW)
    assert json.loads(entry.after) == {"id": row.id, **NORTH, "duty_telephone": ""}


def test_same_form_adds_its_row_once(database: Engine) -> None:
    assert create(District, **NORTH).id == create(District, **NORTH).id
    assert (District.select().count(), len(journal())) == (1, 1)


def test_used_key_adds_nothing_else(database: Engine) -> None:
    create(District, **NORTH)
    with pytest.raises(KeyReusedError):
        create(District, name="Южный")


def test_form_without_a_key_adds_nothing(database: Engine) -> None:
    with pytest.raises(MissingKeyError):
        create(District, key="", **NORTH)


def test_moment_of_sending_does_not_make_another_form(database: Engine) -> None:
    values = {"login": "nina", "name": "Нина Озерова"}
    first = create(Employee, created_at=NOW, **values)
    later = moment("2026-11-12T10:43")
    assert create(Employee, created_at=later, **values).id == first.id


def test_derived_columns_are_filled(cast: Cast) -> None:
    house = create(House, district=cast.district, street="ул. Зелёная", number="10", letter="А")
    assert house.search_text == "ул. зеленая 10 а"
    assert house.sort_key == "ул. зеленая 000010а"


def test_refused_row_leaves_no_trace(database: Engine) -> None:
    create(District, **NORTH)
    with pytest.raises(RowRefusedError):
        create(District, key="other", **NORTH)
    assert (District.select().count(), len(journal())) == (1, 1)


@only_postgresql
def test_text_too_long_for_its_column_is_refused_too(database: Engine) -> None:
    with pytest.raises(RowRefusedError):
        create(District, name="Ы" * 101)
    assert journal() == []


def test_changed_column_is_journalled_before_and_after(cast: Cast) -> None:
    update(cast.district, name="Заречный", telephone=cast.district.telephone)
    assert District.get_by_id(cast.district.id).name == "Заречный"
    assert journal() == [("update", {"name": "Центральный"}, {"name": "Заречный"})]


def test_changing_nothing_is_not_journalled(cast: Cast) -> None:
    update(cast.district, name="Центральный")
    assert journal() == []


def test_column_that_somebody_changed_meanwhile_is_not_overwritten(cast: Cast) -> None:
    District.update(name="Чужое имя").where(District.id == cast.district.id).execute()
    with pytest.raises(RowChangedError) as changed:
        update(cast.district, {"name": "Центральный"}, name="Заречный")
    assert changed.value.row.name == "Чужое имя"
    assert District.get_by_id(cast.district.id).name == "Чужое имя"


def test_other_columns_changed_meanwhile_stay(cast: Cast) -> None:
    District.update(telephone="112").where(District.id == cast.district.id).execute()
    row = update(cast.district, {"name": "Центральный", "telephone": ""}, name="Заречный")
    assert (row.name, District.get_by_id(row.id).telephone) == ("Заречный", "112")


def test_reference_is_compared_by_its_row(cast: Cast) -> None:
    house = cast.account.premises.house
    update(house, {"district": cast.district}, district=cast.district)
    other = District.create(name="Другой")
    update(house, {"district": cast.district}, district=other)
    assert journal() == [("update", {"district": cast.district.id}, {"district": other.id})]


def test_change_that_the_table_refuses_is_undone(cast: Cast) -> None:
    other = District.create(name="Другой")
    with pytest.raises(RowRefusedError):
        update(other, name="Центральный")
    assert (District.get_by_id(other.id).name, journal()) == ("Другой", [])


def test_secrets_never_reach_the_journal(database: Engine) -> None:
    employee = make_employee(password_hash="argon")
    update(employee, name="Другое имя", password_hash="other")
    assert "password_hash" not in values_of(employee)
    assert "other" not in str(journal())


def occupancy(cast: Cast, key: str, starts_on: date, ends_on: date | None = None) -> Any:
    values = {"account": cast.account.id, "registered": 2, "owners": 1}
    return create(Occupancy, key, **values, starts_on=starts_on, ends_on=ends_on)


def test_rows_that_follow_each_other_are_taken(cast: Cast) -> None:
    occupancy(cast, "one", date(2026, 1, 1), date(2026, 6, 30))
    occupancy(cast, "two", date(2026, 7, 1))
    occupancy(cast, "three", date(2025, 1, 1), date(2025, 12, 31))
    assert Occupancy.select().count() == 3


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (date(2026, 6, 30), None),
        (date(2025, 1, 1), date(2026, 1, 1)),
        (date(2026, 2, 1), date(2026, 3, 1)),
        (date(2025, 1, 1), None),
    ],
)
def test_two_rows_of_one_day_are_refused(cast: Cast, starts_on: date, ends_on: date | None) -> None:
    there = occupancy(cast, "one", date(2026, 1, 1), date(2026, 6, 30))
    with pytest.raises(DaysOverlapError) as refusal:
        occupancy(cast, "two", starts_on, ends_on)
    assert refusal.value.other.id == there.id


def test_row_may_be_changed_beside_itself(cast: Cast) -> None:
    row = occupancy(cast, "one", date(2026, 1, 1))
    assert update(row, ends_on=date(2026, 6, 30)).ends_on == date(2026, 6, 30)


def test_row_cannot_be_prolonged_into_the_next_one(cast: Cast) -> None:
    row = occupancy(cast, "one", date(2026, 1, 1), date(2026, 6, 30))
    occupancy(cast, "two", date(2026, 7, 1))
    with pytest.raises(DaysOverlapError):
        update(row, ends_on=None)


def test_another_service_holds_on_the_same_days(cast: Cast) -> None:
    account = {"account": cast.vera_account.id, "starts_on": date(2026, 1, 1)}
    create(AccountService, "one", **account, service=Service.COLD)
    create(AccountService, "two", **account, service=Service.HOT)
    assert AccountService.select().where(AccountService.account == cast.vera_account).count() == 2
