"""The rows of meters that a workbook adds, and of the readings up to which they are charged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState, Source
from vodokanal.formats.book_columns import Value
from vodokanal.formats.book_rules import account_value, address_key
from vodokanal.models.house_readings import HouseReading
from vodokanal.models.meters import Meter
from vodokanal.models.readings import Reading, Submission
from vodokanal.operations.book_added import Added, Given, Owners
from vodokanal.operations.readings import new_code


def insert_meters(rows: Sequence[Given], added: Added, *, owners: Owners) -> None:
    """Adds meters, and the readings up to which they were charged."""
    numbers = added.number(Meter, len(rows))
    added.keep(
        Meter,
        (
            _meter(each, owners=owners) | {"id": key}
            for each, key in zip(rows, numbers, strict=True)
        ),
    )
    read = [
        (each, key) for each, key in zip(rows, numbers, strict=True) if each["read"] is not None
    ]
    common = [
        _counted(each, key, added=added) | {"created_at": added.at, "employee": added.employee_id}
        for each, key in read
        if not each["account"]
    ]
    added.keep_all(HouseReading, common)
    _readings([pair for pair in read if pair[0]["account"]], added, accounts=owners.accounts)


def _meter(given: Given, *, owners: Owners) -> dict[str, Any]:
    is_own = bool(given["account"])
    return {
        "account": owners.accounts[account_value(given["account"])] if is_own else None,
        "house": None if is_own else owners.houses[address_key(given)],
        "kind": given["water"],
        "serial": given["serial"],
        "model": given["model"],
        "place": given["place"],
        "digits_before": given["before"],
        "digits_after": given["after"],
        "installed_on": given["installed"],
        "commissioned_on": given["admitted"],
        "verified_on": given["verified"],
        "verify_by": given["verify_by"],
        "service_life_until": given["life"],
        "failed_on": given["failed"],
        "gis_number": given["gis"],
        "seal_number": given["seal"],
        "initial_reading": given["initial"],
        "removed_on": given["removed"],
        "final_reading": given["final"],
    }


def _counted(given: Given, meter_id: int, *, added: Added) -> dict[str, Any]:
    """A meter's last reading: of the month in which it was taken, at the latest the last closed."""
    return {
        "meter": meter_id,
        "period": min(Period.of(given["read"]), added.open_month.previous),
        "value": given["reading"],
        "taken_on": given["read"],
    }


def _readings(
    read: Sequence[tuple[Given, int]], added: Added, *, accounts: Mapping[Value, int]
) -> None:
    """Adds the readings of accounts' meters; those of one account and month came together."""
    readings = [
        _counted(each, key, added=added) | {"account": accounts[account_value(each["account"])]}
        for each, key in read
    ]
    together = list(dict.fromkeys((each["account"], each["period"]) for each in readings))
    numbers = dict(zip(together, added.number(Submission, len(together)), strict=True))
    received = {"received_at": added.at}
    added.keep(
        Submission,
        (
            {"id": key, "account": account, "period": period, "code": new_code(), **received}
            for (account, period), key in numbers.items()
        ),
    )
    rows = [
        {
            "submission": numbers[each.pop("account"), each["period"]],
            **each,
            **received,
            "source": Source.IMPORT,
            "state": ReadingState.ACCEPTED,
            "employee": added.employee_id,
        }
        for each in readings
    ]
    added.keep_all(Reading, rows)
