"""What no table takes, whoever writes: doubles, strangers among choices, ends before beginnings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from peewee import IntegrityError

from tests.engines import Engine
from tests.factories import (
    make_access,
    make_account,
    make_account_service,
    make_district,
    make_extension,
    make_holder,
    make_house,
    make_meter,
    make_meter_possibility,
    make_occupancy,
    make_premises,
    make_premises_norm,
    make_premises_quantity,
    make_reading,
    make_resident,
    make_sign_in,
    make_submission_key,
    make_window,
)
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind, ReadingState
from vodokanal.billing.services import Service
from vodokanal.models.accounts import Account
from vodokanal.models.database import database as current
from vodokanal.models.people import AccountAccess, Resident
from vodokanal.models.readings import Reading

EARLY, LATE = date(2026, 1, 1), date(2026, 2, 1)
NOVEMBER = Period(2026, 11)
Make = Callable[..., Any]

TWICE: tuple[tuple[Make, dict[str, Any]], ...] = (
    (make_account, {"number": "12-34"}),
    (make_resident, {"login": "anna"}),
    (make_district, {"name": "Северный"}),
    (make_house, {"street": "ул. Речная", "number": "5"}),
    (make_submission_key, {"actor": "resident:1", "key": "k"}),
    (make_extension, {"period": NOVEMBER}),
    (make_sign_in, {"token_hash": "0" * 64}),
)
WRONG: tuple[tuple[Make, dict[str, Any]], ...] = (
    (make_account, {"opened_on": LATE, "closed_on": EARLY}),
    (make_holder, {"starts_on": LATE, "ends_on": EARLY}),
    (make_premises_norm, {"starts_on": LATE, "ends_on": EARLY}),
    (make_account_service, {"service": Service.HOT, "starts_on": LATE, "ends_on": EARLY}),
    (make_occupancy, {"registered": -1}),
    (make_occupancy, {"owners": 1001}),
    (make_premises_quantity, {"quantity": -1}),
    (make_meter_possibility, {"possible": False}),
    (make_meter, {"digits_before": 2}),
    (make_meter, {"digits_after": 5}),
    (make_meter, {"installed_on": LATE, "removed_on": EARLY}),
    (make_meter, {"verified_on": LATE, "verify_by": EARLY}),
    (make_meter, {"initial_reading": -1}),
    (make_meter, {"final_reading": -1}),
    (make_window, {"from_day": 0}),
    (make_window, {"to_day": 32}),
    (make_extension, {"sentence": ""}),
)


@pytest.mark.parametrize(("make", "given"), TWICE)
def test_what_must_be_unique_is_kept_once(
    database: Engine, make: Make, given: dict[str, Any]
) -> None:
    make(**given)
    with pytest.raises(IntegrityError):
        make(**given)


@pytest.mark.parametrize(("make", "given"), WRONG)
def test_what_cannot_be_is_refused(database: Engine, make: Make, given: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        make(**given)


def test_meter_hangs_in_a_flat_or_in_a_house_not_in_both(database: Engine) -> None:
    with pytest.raises(IntegrityError):
        make_meter(account=make_account(), house=make_house())
    with pytest.raises(IntegrityError):
        make_meter(account=None, house=None)


def test_flat_number_is_unique_in_its_house(database: Engine) -> None:
    house = make_house()
    make_premises(house=house, flat="12")
    with pytest.raises(IntegrityError):
        make_premises(house=house, flat="12")


@pytest.mark.parametrize("column", ["state", "source"])
def test_choice_of_no_enumeration_is_refused(database: Engine, column: str) -> None:
    reading = make_reading()
    with pytest.raises(IntegrityError):
        current.execute_sql(f"UPDATE reading SET {column} = 'odd' WHERE id = {reading.id}")


def test_one_reading_counts_for_a_meter_and_a_month(database: Engine) -> None:
    first = make_reading(period=NOVEMBER)
    with pytest.raises(IntegrityError):
        make_reading(first.meter, period=NOVEMBER, state=ReadingState.ASKED)


def test_replaced_readings_stay_beside_the_one_that_counts(database: Engine) -> None:
    meter = make_meter()
    for state in (ReadingState.REPLACED, ReadingState.REPLACED, ReadingState.ACCEPTED):
        make_reading(meter, period=NOVEMBER, state=state)
    assert Reading.select().where(Reading.meter == meter).count() == 3


def test_access_is_granted_once_until_it_is_revoked(database: Engine) -> None:
    access = make_access()
    again = {"resident": access.resident, "account": access.account}
    with pytest.raises(IntegrityError):
        make_access(**again)
    AccountAccess.update(revoked_at=datetime(2026, 2, 1, tzinfo=UTC)).execute()
    assert make_access(**again).id != access.id


def test_district_and_the_rest_may_have_windows_from_the_same_day(database: Engine) -> None:
    north = make_district()
    make_window(starts_on=EARLY)
    make_window(starts_on=EARLY, district=north)
    for district in (None, north):
        with pytest.raises(IntegrityError):
            make_window(starts_on=EARLY, district=district)


def test_row_that_others_point_at_is_not_deleted(database: Engine) -> None:
    access = make_access()
    with pytest.raises(IntegrityError):
        Resident.delete().where(Resident.id == access.resident_id).execute()


def test_reading_of_a_missing_meter_is_refused(database: Engine) -> None:
    with pytest.raises(IntegrityError):
        make_reading(submission=make_reading().submission, meter=None, meter_id=77)


def test_sign_in_belongs_to_one_person(database: Engine) -> None:
    with pytest.raises(IntegrityError):
        make_sign_in(resident=None, employee=None)


def test_hot_and_cold_may_share_a_flat(database: Engine) -> None:
    account = make_account()
    made = [make_meter(account=account, kind=kind) for kind in Kind]
    assert [meter.account for meter in made] == [account, account]


def test_number_of_a_deleted_row_is_never_given_again(database: Engine) -> None:
    gone = make_account()
    Account.delete().where(Account.id == gone.id).execute()
    assert make_account().id > gone.id
