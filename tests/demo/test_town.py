"""The town as a whole: its size, its numbers, that it is the same every time."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from stdnum import luhn
from stdnum.ru import inn

from tests.demo.conftest import NOW, Rows, rows_at
from vodokanal.billing.services import CustomerGroup
from vodokanal.demo.credentials import DAUGHTER, EMPLOYEES, OWNER, RESIDENTS
from vodokanal.models.accounts import Account, Holder, HolderKind
from vodokanal.models.meters import Meter
from vodokanal.models.people import AccountAccess, Employee, EmployeeRole, Relation, Resident
from vodokanal.models.places import District, House, Premises
from vodokanal.models.readings import Reading, Submission
from vodokanal.models.settings import Setting
from vodokanal.models.windows import ReadingWindow
from vodokanal.operations.settings import NAMES

MADE_UP_TELEPHONE = re.compile(r"\+7 \(000\) [0-9]{3}-[0-9]{2}-[0-9]{2}")
WEIGHTS = (7, 1, 3)


def bank_sum(digits: str) -> int:
    """What the check key of a bank account makes divisible by ten."""
    return sum(int(digit) * WEIGHTS[place % 3] for place, digit in enumerate(digits))


def test_same_moment_gives_the_same_town(town: Rows) -> None:
    assert rows_at(NOW) == town


def test_larger_town_begins_with_the_smaller_one() -> None:
    small, large = rows_at(NOW, accounts=40, months=2), rows_at(NOW, accounts=80, months=2)
    assert [large[table][: len(small[table])] for table in (Account, Holder, Meter, Reading)] == [
        small[table] for table in (Account, Holder, Meter, Reading)
    ]


def test_batches_of_a_large_town_number_their_rows_on() -> None:
    town = rows_at(NOW, accounts=2100, months=1)
    assert {row["id"] for row in town[Account]} == set(range(1, 2101))
    assert [row["id"] for row in town[Submission]] == list(range(1, len(town[Submission]) + 1))


def test_town_has_three_hundred_accounts(town: Rows) -> None:
    assert {row["id"] for row in town[Account]} == set(range(1, 301))
    assert len(town[Premises]) == 300


def test_account_numbers_pass_the_check_and_differ(town: Rows) -> None:
    numbers = [row["number"] for row in town[Account]]
    assert (len(set(numbers)), [each for each in numbers if not luhn.is_valid(each)]) == (300, [])


def test_addresses_differ_in_a_town_of_any_size() -> None:
    town = rows_at(NOW, accounts=900, months=1)
    houses = Counter(
        tuple(row[name] for name in ("settlement", "street", "number", "letter", "building"))
        for row in town[House]
    )
    assert houses.most_common(1)[0][1] == 1
    places = Counter((row["house"], row["flat"]) for row in town[Premises])
    assert places.most_common(1)[0][1] == 1


def test_no_telephone_rings_anywhere(town: Rows) -> None:
    columns = [
        (District, "telephone"),
        (District, "duty_telephone"),
        (Holder, "telephone"),
        (Resident, "telephone"),
    ]
    found = {row[name] for table, name in columns for row in town[table] if row.get(name)}
    found |= {row["value"] for row in town[Setting] if row["name"].endswith("phone")}
    assert len(found) > 250
    assert [each for each in found if not MADE_UP_TELEPHONE.fullmatch(each)] == []


def test_taxpayer_numbers_are_well_made_and_of_no_region(town: Rows) -> None:
    found = {row["inn"] for row in town[Holder] if row.get("inn")}
    found |= {row["value"] for row in town[Setting] if row["name"] == "inn"}
    assert len(found) == 6
    assert [each for each in found if not inn.is_valid(each) or each[:2] != "00"] == []


def test_bank_details_pass_their_checks() -> None:
    details = {row["name"]: row["value"] for row in rows_at(NOW, accounts=1)[Setting]}
    bic = details["bank_bic"]
    assert bank_sum(bic[-3:] + details["bank_account"]) % 10 == 0
    assert bank_sum(f"0{bic[4:6]}{details['bank_correspondent_account']}") % 10 == 0


def test_every_setting_of_the_town_exists(town: Rows) -> None:
    assert {row["name"] for row in town[Setting]} <= set(NAMES)


def test_mail_goes_to_names_reserved_for_examples(town: Rows) -> None:
    addresses = [row["email"] for row in town[Resident] if row.get("email")]
    assert len(addresses) == len(RESIDENTS)
    assert all(each.endswith(".example") for each in addresses)


def test_two_districts_have_windows_of_their_own(town: Rows) -> None:
    windows = [(row["district"], row["from_day"], row["to_day"]) for row in town[ReadingWindow]]
    assert windows == [(3, 15, 25), (4, 25, 3)]
    assert len(town[District]) == 4


def test_every_group_of_customers_is_there(town: Rows) -> None:
    groups = Counter(row["group"] for row in town[Account])
    assert groups == {
        CustomerGroup.POPULATION: 295,
        CustomerGroup.ORGANISATION: 3,
        CustomerGroup.BUDGET: 2,
    }
    organisations = [row for row in town[Holder] if row.get("kind") is HolderKind.ORGANISATION]
    assert all(row["inn"] and row["kpp"] for row in organisations)
    assert len(organisations) == 5


def test_only_people_of_the_demo_have_a_password(town: Rows) -> None:
    assert [row["login"] for row in town[Employee] if row["password_hash"]] == ["office"]
    assert [row for row in town[Resident] if row["password_hash"]] == []


def test_employees_have_the_roles_of_their_logins(town: Rows) -> None:
    assert [row["login"] for row in town[Employee]] == [each.login for each in EMPLOYEES]
    assert len({row["role"] for row in town[EmployeeRole]}) == len(EMPLOYEES)


def test_daughter_owns_one_account_and_is_trusted_with_another(town: Rows) -> None:
    numbers = {row["id"]: row["number"] for row in town[Account]}
    (daughter,) = [row["id"] for row in town[Resident] if row["login"] == DAUGHTER]
    accesses = {
        (numbers[row["account"]], row["relation"])
        for row in town[AccountAccess]
        if row["resident"] == daughter
    }
    assert accesses == {(DAUGHTER, Relation.OWNER), (OWNER, Relation.TRUSTED)}


@pytest.mark.parametrize("table", [Meter, Submission, Reading])
def test_nothing_lies_in_the_future(town: Rows, table: type) -> None:
    moments = [row["received_at"] for row in town[table] if "received_at" in row]
    days = [row["installed_on"] for row in town[table] if "installed_on" in row]
    assert all(each <= NOW for each in moments)
    assert all(each <= NOW.date() for each in days)


def test_codes_of_proofs_differ(town: Rows) -> None:
    codes = [row["code"] for row in town[Submission]]
    assert len(set(codes)) == len(codes) > 4000


def test_serial_numbers_of_meters_differ(town: Rows) -> None:
    serials = Counter(row["serial"] for row in town[Meter])
    assert serials.most_common(1)[0][1] == 1
