"""Rows of what a worker does for a month: jobs, previews of recalculations, their differences."""

from __future__ import annotations

from typing import Any

from tests.factories import BEFORE, _made, _of_account, make_employee
from vodokanal.billing.periods import Period
from vodokanal.billing.services import Service
from vodokanal.models.month_orders import MonthDeed, MonthOrder
from vodokanal.models.previews import MonthDifference, RecalculationPreview


def make_month_order(**given: Any) -> MonthOrder:
    defaults = {"period": Period(2026, 11), "deed": MonthDeed.CALCULATE, "created_at": BEFORE}
    return _made(MonthOrder, defaults, given)


def make_preview(**given: Any) -> RecalculationPreview:
    if "employee" not in given:
        given["employee"] = make_employee("chief")
    months = {"first_period": Period(2026, 9), "last_period": Period(2026, 10)}
    return _made(RecalculationPreview, {**months, "created_at": BEFORE}, given)


def make_difference(**given: Any) -> MonthDifference:
    if "preview" not in given:
        given["preview"] = make_preview()
    amounts = {"service": Service.COLD, "was": "173.78", "now": "164.80"}
    defaults = {"period": Period(2026, 10), **amounts, "inputs": "{}"}
    return _of_account(MonthDifference, defaults, given)
