"""A month's jobs done by workers that are killed at any step: none is lost, nobody charged twice."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from flask import Flask

from tests.cast import Cast
from tests.engines import Engine, disconnect
from tests.factories import make_account, make_account_service, make_holder
from tests.month_factories import make_month_order
from tests.months import make_rates, settle
from tests.source import ROOT
from vodokanal.billing.periods import Period
from vodokanal.models.database import open_connection
from vodokanal.models.month_orders import MonthDeed, MonthOrder
from vodokanal.models.months import BillingMonth, ChargeLine
from vodokanal.models.receipts import Receipt
from vodokanal.operations.verification import verify_ledger

OCTOBER = Period(2026, 10)
# One step after the other in `make bench`; a few dozen of them here.
STRIDE = os.environ.get("VODOKANAL_STRIDE", "41")
ACCOUNTS = 8


@pytest.fixture
def town(app: Flask, cast: Cast) -> Cast:
    """The cast and eight households more, all with prices and norms."""
    category = make_rates()
    settle(cast.account, category)
    for number in range(ACCOUNTS):
        account = make_account(number=f"90-{number}")
        make_holder(account=account)
        make_account_service(account=account)
        settle(account, category)
    return cast


def deaths(engine: Engine) -> int:
    """How many workers died before the job was done."""
    disconnect()
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.month_workers", engine.url, engine.folder, STRIDE],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    open_connection()
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_killed_anywhere_the_months_jobs_are_done_once(
    app: Flask, town: Cast, database: Engine
) -> None:
    make_month_order(period=OCTOBER)
    assert deaths(database) > 0
    make_month_order(period=OCTOBER, deed=MonthDeed.ISSUE, employee=town.olga)
    assert deaths(database) > 0
    assert BillingMonth.get().state == "issued"
    assert ChargeLine.select().count() == ACCOUNTS + 3
    assert Receipt.select().count() == ACCOUNTS + 2
    assert {row.refusal for row in MonthOrder.select()} == {""}
    assert verify_ledger() == []
