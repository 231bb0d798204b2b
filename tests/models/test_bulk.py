"""Many rows at once come back as rows added one by one would."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from peewee import IntegrityError

from tests.engines import Engine
from tests.factories import make_account
from vodokanal.billing.readings import Kind
from vodokanal.models.bulk import insert_rows, reset_sequence
from vodokanal.models.database import write_tx
from vodokanal.models.meters import Meter


def row(account_id: int, number: int) -> dict[str, Any]:
    return {
        "id": number,
        "account": account_id,
        "kind": Kind.HOT,
        "serial": f"№{number}\t\\N'\"",
        "model": "",
        "place": "ванная",
        "nickname": "",
        "digits_before": 5,
        "digits_after": 3,
        "installed_on": date(2024, 2, 29),
        "seal_number": "",
        "initial_reading": "17.859",
        "verify_by": None,
    }


def test_every_value_comes_back(database: Engine) -> None:
    account = make_account()
    with write_tx():
        assert insert_rows(Meter, [row(account.id, 7)]) == 1
    found = Meter.get_by_id(7)
    assert {name: found.__data__[name] for name in row(0, 0)} == row(account.id, 7) | {
        "initial_reading": found.initial_reading
    }
    assert str(found.initial_reading.normalize()) == "17.859"


def test_numbering_goes_on_after_rows_with_their_own_numbers(database: Engine) -> None:
    account = make_account()
    with write_tx():
        insert_rows(Meter, [row(account.id, number) for number in (5, 6)])
        reset_sequence(Meter)
    with write_tx():
        insert_rows(Meter, [{k: v for k, v in row(account.id, 0).items() if k != "id"}])
    assert [each.id for each in Meter.select(Meter.id).order_by(Meter.id)] == [5, 6, 7]


def test_nothing_is_nothing(database: Engine) -> None:
    assert insert_rows(Meter, []) == 0


def test_one_wrong_row_leaves_none(database: Engine) -> None:
    account = make_account()
    rows = [row(account.id, 1), row(0, 2)]
    with pytest.raises(IntegrityError), write_tx():
        insert_rows(Meter, rows)
    assert Meter.select().count() == 0


def test_columns_that_rows_leave_out_get_their_defaults(database: Engine) -> None:
    account = make_account()
    rows = [{**row(account.id, 1), "nickname": "моя"}, row(account.id, 2)]
    del rows[1]["nickname"], rows[1]["verify_by"]
    with write_tx():
        insert_rows(Meter, rows, defaults={"nickname": "", "verify_by": date(2030, 1, 1)})
    found = [(each.nickname, each.verify_by) for each in Meter.select().order_by(Meter.id)]
    assert found == [("моя", None), ("", date(2030, 1, 1))]


def test_values_are_converted_as_they_would_be_one_by_one(database: Engine) -> None:
    account = make_account()
    given = {**row(account.id, 1), "account": account, "digits_before": "6", "serial": 17}
    with write_tx():
        insert_rows(Meter, [given])
    found = Meter.get_by_id(1)
    assert (found.account_id, found.digits_before, found.serial) == (account.id, 6, "17")
