"""What is issued stays: the database refuses to change a month once it has been told to anybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from peewee import DatabaseError

from tests import month_factories
from tests.engines import Engine
from tests.factories import make_account
from tests.month_factories import make_charge_line, make_correction, make_month
from vodokanal.billing.month_states import MonthState
from vodokanal.models.base import Table
from vodokanal.models.months import BillingMonth, ChargeLine
from vodokanal.models.recalculations import Correction

KEPT = (
    month_factories.make_opening,
    month_factories.make_payment,
    month_factories.make_payment_reversal,
    month_factories.make_recalculation_batch,
    month_factories.make_penalty_posting,
    month_factories.make_movement,
    month_factories.make_receipt,
)
MADE = (
    *KEPT,
    month_factories.make_tariff,
    month_factories.make_norm,
    month_factories.make_multiplier,
    month_factories.make_key_rate,
    month_factories.make_moratorium,
    month_factories.make_payment_term,
    month_factories.make_vat_rate,
    month_factories.make_absence,
    month_factories.make_interruption,
    month_factories.make_access_refusal,
    month_factories.make_meter_check,
    month_factories.make_correction,
    month_factories.make_charge_line,
    month_factories.make_month_trouble,
    month_factories.make_receipt_message,
    month_factories.make_month_order,
    month_factories.make_preview,
    month_factories.make_difference,
)


@pytest.mark.parametrize("make", MADE, ids=lambda make: make.__name__)
def test_row_is_read_back_as_it_was_made(database: Engine, make: Callable[[], Table]) -> None:
    row = make()
    assert type(row).get_by_id(row.id).id == row.id


@pytest.mark.parametrize("make", KEPT, ids=lambda make: make.__name__)
def test_row_is_never_changed_or_deleted(database: Engine, make: Callable[[], Table]) -> None:
    table: Any = type(make())
    column = next(
        name for name in ("amount", "closing", "reason", "sentence") if hasattr(table, name)
    )
    with pytest.raises(DatabaseError, match="rows are never changed"):
        table.update({column: getattr(table, column)}).execute()
    with pytest.raises(DatabaseError, match="rows are never deleted"):
        table.delete().execute()


def test_calculated_lines_are_thrown_away_as_often_as_needed(database: Engine) -> None:
    make_month()
    make_charge_line()
    make_correction()
    assert (ChargeLine.delete().execute(), Correction.delete().execute()) == (1, 1)


@pytest.mark.parametrize("state", [MonthState.ISSUING, MonthState.ISSUED])
def test_lines_of_a_month_that_is_issued_stay(database: Engine, state: MonthState) -> None:
    make_charge_line()
    make_correction()
    make_month(state=state)
    for table in (ChargeLine, Correction):
        with pytest.raises(DatabaseError, match="is issued"):
            table.delete().execute()


@pytest.mark.parametrize("state", [MonthState.ISSUING, MonthState.ISSUED])
def test_issued_month_gets_no_further_line(database: Engine, state: MonthState) -> None:
    account = make_account()
    make_month(state=state)
    for make in (make_charge_line, make_correction):
        with pytest.raises(DatabaseError, match="is issued"):
            make(account=account)


def test_issued_month_gets_no_further_movement_or_receipt(database: Engine) -> None:
    account = make_account()
    make_month(state=MonthState.ISSUED)
    for make in (
        month_factories.make_movement,
        month_factories.make_receipt,
        month_factories.make_penalty_posting,
    ):
        with pytest.raises(DatabaseError, match="is issued"):
            make(account=account)


def test_issuing_itself_writes_movements_and_receipts(database: Engine) -> None:
    make_month(state=MonthState.ISSUING)
    assert month_factories.make_movement().id
    assert month_factories.make_receipt().id


def test_issued_month_is_never_opened_again(database: Engine) -> None:
    make_month(state=MonthState.ISSUED)
    with pytest.raises(DatabaseError, match="is issued"):
        BillingMonth.update(state=MonthState.CALCULATED).execute()
