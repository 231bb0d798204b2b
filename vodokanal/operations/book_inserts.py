"""The rows that a checked workbook adds, table by table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from vodokanal.formats.book import BookRow, Key
from vodokanal.formats.book_columns import BookSheet, Value
from vodokanal.formats.book_rules import account_value, address_key
from vodokanal.formats.book_sheets import ACCOUNTS, BALANCES, HOUSES, METERS, RESIDENTS, SUPPLIES
from vodokanal.models.accounts import Account, AccountService, Holder, Occupancy
from vodokanal.models.places import District, House, NormCategory, Premises, PremisesNorm
from vodokanal.operations.book_added import Added, Given, Owners
from vodokanal.operations.book_meter_rows import insert_meters
from vodokanal.operations.book_opening_rows import insert_openings

Fresh = Mapping[str, Sequence[BookRow]]


def insert_book(fresh: Fresh, added: Added) -> None:
    """Adds everything that a book has and the portal lacks; inside `write_tx()`."""
    houses = _houses(_given(HOUSES, fresh), added)
    accounts = _accounts(list(_given(ACCOUNTS, fresh)), added, houses=houses)
    added.keep_all(Occupancy, [_occupancy(each, accounts) for each in _given(RESIDENTS, fresh)])
    added.keep_all(AccountService, [_service(each, accounts) for each in _given(SUPPLIES, fresh)])
    insert_meters(list(_given(METERS, fresh)), added, owners=Owners(accounts, houses))
    insert_openings(list(_given(BALANCES, fresh)), added, accounts=accounts)


def _given(sheet: BookSheet, fresh: Fresh) -> Iterator[Given]:
    return (sheet.filled(row.values) for row in fresh[sheet.code])


def _houses(rows: Iterator[Given], added: Added) -> dict[Key, int]:
    """Adds houses with their districts; the ids of all houses by address."""
    new = list(rows)
    districts = _by_name(District, [each["district"] for each in new], added=added)
    query = House.select(
        House.settlement, House.street, House.number, House.letter, House.building, House.id
    )
    names = ("settlement", "street", "house", "letter", "building")
    known = {
        address_key(dict(zip(names, row[:-1], strict=True))): row[-1] for row in query.tuples()
    }
    made = [
        {
            "district": districts[each["district"]],
            "settlement": each["settlement"],
            "street": each["street"],
            "number": each["house"],
            "letter": each["letter"],
            "building": each["building"],
            "gis_guid": each["gis"],
        }
        for each in new
    ]
    numbers = added.keep_all(House, made)
    return known | {address_key(each): key for each, key in zip(new, numbers, strict=True)}


def _by_name(table: Any, names: Iterable[str | None], *, added: Added) -> dict[str, int]:
    """The ids of a table's rows by their names; those that are not there yet are added."""
    known: dict[str, int] = dict(table.select(table.name, table.id).tuples())
    lacking = list(dict.fromkeys(name for name in names if name and name not in known))
    numbers = added.keep_all(table, [{"name": name} for name in lacking])
    return known | dict(zip(lacking, numbers, strict=True))


def _accounts(
    rows: Sequence[Given], added: Added, *, houses: Mapping[Key, int]
) -> dict[Value, int]:
    """Adds accounts with their places and holders; the ids of all accounts by number."""
    known: dict[Value, int] = dict(Account.select(Account.number_key, Account.id).tuples())
    places = _premises(rows, added, houses=houses)
    numbers = added.number(Account, len(rows))
    added.keep(
        Account,
        (
            _account(each, premises=places[houses[address_key(each)], each["flat"]]) | {"id": key}
            for each, key in zip(rows, numbers, strict=True)
        ),
    )
    added.keep_all(
        Holder, [_holder(each) | {"account": key} for each, key in zip(rows, numbers, strict=True)]
    )
    return known | {
        account_value(each["account"]): key for each, key in zip(rows, numbers, strict=True)
    }


def _premises(
    rows: Sequence[Given], added: Added, *, houses: Mapping[Key, int]
) -> dict[tuple[int, str], int]:
    """Adds the places of accounts with their norms; several accounts may share one."""
    known: dict[tuple[int, str], int] = {
        (house, flat): key
        for house, flat, key in Premises.select(Premises.house, Premises.flat, Premises.id).tuples()
    }
    places = ((houses[address_key(each)], each["flat"], each) for each in rows)
    lacking = {(house, flat): each for house, flat, each in places if (house, flat) not in known}
    made = [
        {"house": house, "flat": flat, "kind": each["premises"], "gis_guid": each["gis"]}
        for (house, flat), each in lacking.items()
    ]
    found = dict(zip(lacking, added.keep_all(Premises, made), strict=True))
    categories = _by_name(NormCategory, (each["norm"] for each in rows), added=added)
    norms = [
        {
            "premises": found[place],
            "category": categories[each["norm"]],
            "starts_on": each["opened"],
        }
        for place, each in lacking.items()
        if each["norm"]
    ]
    added.keep_all(PremisesNorm, norms)
    return known | found


def _account(given: Given, *, premises: int) -> dict[str, Any]:
    return {
        "number": given["account"],
        "premises": premises,
        "group": given["group"],
        "contract_number": given["contract"],
        "contract_on": given["contracted"],
        "opened_on": given["opened"],
        "closed_on": given["closed"],
        "receipt_delivery": given["delivery"],
        "large_print": bool(given["large"]),
        "gis_account_id": given["els"],
        "gis_service_id": given["jku"],
    }


def _holder(given: Given) -> dict[str, Any]:
    return {
        "kind": given["payer"],
        "name": given["name"],
        "inn": given["inn"],
        "kpp": given["kpp"],
        "telephone": given["phone"],
        "email": given["email"],
        "starts_on": given["since"] or given["opened"],
    }


def _occupancy(given: Given, accounts: Mapping[Value, int]) -> dict[str, Any]:
    return {
        "account": accounts[account_value(given["account"])],
        "registered": given["registered"],
        "owners": given["owners"],
        "starts_on": given["from"],
        "ends_on": given["to"],
    }


def _service(given: Given, accounts: Mapping[Value, int]) -> dict[str, Any]:
    return {
        "account": accounts[account_value(given["account"])],
        "service": given["service"],
        "charging": given["charging"],
        "starts_on": given["from"],
        "ends_on": given["to"],
    }
