"""A month closed by runs that are killed, alone and many at once: everybody is charged once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SECRET_KEY
from tests.engines import Engine, disconnect
from tests.factories import (
    make_access,
    make_account,
    make_account_service,
    make_email,
    make_holder,
    make_house,
    make_meter,
    make_premises,
    make_reading,
    make_resident,
)
from tests.faults.closers import AT, OCTOBER, ZONE
from tests.faults.scale import IS_FULL
from tests.months import make_rates, run_at, settle
from tests.source import ROOT
from vodokanal.billing.ledger import MovementKind
from vodokanal.billing.payments import OpeningKind
from vodokanal.billing.periods import Period
from vodokanal.billing.seals import seal_of_month
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.models.accounts import Account
from vodokanal.models.database import open_connection, write_tx
from vodokanal.models.journal import JournalEntry
from vodokanal.models.ledger import Movement, SourceTable
from vodokanal.models.letters import Letter
from vodokanal.models.months import BillingMonth, ChargeLine, MonthSlice, MonthTrouble
from vodokanal.models.payments import Payment
from vodokanal.models.readings import Submission
from vodokanal.models.receipts import Receipt
from vodokanal.models.schema import TABLES
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.calculating import calculate_month
from vodokanal.operations.calculation import draft, get_basis, slices_of
from vodokanal.operations.issuing import issue_month
from vodokanal.operations.month_rows import Range
from vodokanal.operations.months import IssuedAlreadyError
from vodokanal.operations.opening_balances import NewOpening, enter_opening
from vodokanal.operations.queue import open_queue
from vodokanal.operations.seals import digest_of
from vodokanal.operations.verification import verify_ledger

Record = Callable[[str, object], None]
Lines = dict[tuple[int, str, int], Decimal]

SEPTEMBER, NOVEMBER = OCTOBER.previous, OCTOBER.next
# One line after the other in `make bench`; a few dozen of them here.
STRIDE = os.environ.get("VODOKANAL_STRIDE", "23")
FEW, MANY, DEATHS = (24, 240, 400) if IS_FULL else (12, 50, 40)
DEBTS, MAILED = range(0, 12, 5), range(0, 12, 4)


def add_account(number: int, household: Any, house: Any) -> Account:
    """An account with a meter that was read in October, or forgotten; some of them owe or ask for mail."""
    account = make_account(
        number=f"90-{number}",
        premises=make_premises(house=house),
        receipt_delivery="email" if number in MAILED else "paper",
    )
    make_holder(account=account)
    for service in (Service.COLD, Service.SEWAGE):
        make_account_service(account=account, service=service)
    settle(account, household, registered=1 + number % 3)
    meter = make_meter(account=account, initial_reading="100")
    make_reading(meter, period=SEPTEMBER, value="100")
    if number % 4:
        make_reading(meter, period=OCTOBER, value=f"{100 + number % 40}.{number:03d}")
    if number in MAILED:
        make_access(
            account=account, resident=make_email(make_resident(), f"a{number}@mail.example")
        )
    if number in DEBTS:
        owed = NewOpening(
            account.id, OpeningKind.DEBT, Decimal(1000), date(2026, 10, 1), Period(2026, 3)
        )
        enter_opening(SYSTEM, owed, key=f"opening{number}", today=AT.date(), at=AT)
    return account


def make_town(accounts: int) -> Lines:
    """A town with an October to close, and what everybody is to be charged for it."""
    open_queue(SECRET_KEY)
    with write_tx():
        household, house = make_rates(), make_house()
        for number in range(accounts):
            add_account(number, household, house)
        shop = make_account(number="99-1", group=CustomerGroup.ORGANISATION)
        make_account_service(account=shop)
        make_meter(account=shop)
    basis = get_basis(OCTOBER, zone=ZONE)
    return {
        (facts.id, line.service.value, line.part): line.amount
        for each in slices_of(OCTOBER)
        for facts, charge in draft(each, basis).charges
        for line in charge.lines
    }


def deaths_of_closers(engine: Engine, *how: object) -> int:
    """How many runs died before the month was issued."""
    disconnect()
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.closers", engine.url, *map(str, how)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    open_connection()
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def assert_charged_once(expected: Lines) -> None:
    """Every account has its lines, each its movement, and one receipt; all sums agree."""
    lines = list(ChargeLine.select())
    found = [((row.account_id, row.service.value, row.part), row.amount) for row in lines]
    assert sorted(found) == sorted(expected.items())
    charges = list(Movement.select().where(Movement.kind == MovementKind.CHARGE))
    sources = Counter((row.source_table, row.source_id) for row in charges)
    assert sources == Counter((SourceTable.CHARGE, row.id) for row in lines if row.amount)
    accounts = [number for (number,) in Account.select(Account.id).order_by(Account.id).tuples()]
    receipts = list(Receipt.select().order_by(Receipt.account))
    assert [(row.account_id, row.period) for row in receipts] == [
        (one, OCTOBER) for one in accounts
    ]
    sums = {
        sum(row.amount for row in lines),
        sum(row.amount for row in charges),
        sum(row.charged for row in receipts),
    }
    assert sums == {sum(expected.values())}
    assert MonthTrouble.select().count() == 1


def assert_sealed_and_told() -> None:
    """The seal is that of the rows; whoever asked for mail gets one letter; the journal tells once."""
    month = BillingMonth.get()
    slices = list(MonthSlice.select().order_by(MonthSlice.first_account))
    digests = [digest_of(Range(row.first_account, row.last_account, OCTOBER)) for row in slices]
    assert seal_of_month(digests) == month.seal
    assert sum(row.accounts for row in slices) == month.accounts == Account.select().count()
    assert Letter.select().where(Letter.subject_table == "receipt").count() == len(MAILED)
    actions = Counter(row.action for row in JournalEntry.select())
    assert (actions["begin_issuing"], actions["issue_month"]) == (1, 1)
    assert verify_ledger() == []


def rows() -> Mapping[str, int]:
    """How many rows each table has."""
    return {each.__name__: each.select().count() for each in TABLES}


def assert_closed_for_good() -> None:
    """Whoever closes the month again is refused and changes nothing."""
    before = rows()
    for close in (calculate_month, issue_month):
        with pytest.raises(IssuedAlreadyError):
            close(SYSTEM, OCTOBER, run=run_at(f"{AT:%Y-%m-%dT%H:%M}"))
    assert rows() == before


def assert_noted_is_kept(file: Path) -> None:
    """Every payment and reading that was acknowledged is there once, in one month's receipt."""
    notes = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    payments = {row.id: row for row in Payment.select()}
    assert sorted(payments) == sorted(payment for payment, _ in notes)
    moved = list(Movement.select().where(Movement.kind == MovementKind.PAYMENT))
    assert sorted(row.source_id for row in moved) == sorted(payments)
    months = Counter(row.posted_period for row in moved)
    assert set(months) == {OCTOBER, NOVEMBER}
    told = {row.account_id: row.paid for row in Receipt.select()}
    paid: Counter[int] = Counter()
    for row in moved:
        if row.posted_period == OCTOBER:
            paid[row.account_id] += row.amount
    assert {account: paid[account] for account in told} == told
    numbers = sorted(number for _, number in notes if number)
    kept = Submission.select().where(Submission.period == NOVEMBER)
    assert sorted(row.number for row in kept) == numbers


@pytest.mark.parametrize("runs", [2, 8])
def test_month_that_many_close_at_once_charges_everybody_once(
    database: Engine, tmp_path: Path, record_property: Record, runs: int
) -> None:
    expected = make_town(MANY)
    notes = tmp_path / "notes"
    deaths = deaths_of_closers(database, "together", runs, DEATHS, notes)
    record_property("told", f"{runs} runs at once, {deaths} deaths")
    assert_noted_is_kept(notes)
    assert_charged_once(expected)
    assert_sealed_and_told()
    assert_closed_for_good()
    # The kills did hit.
    assert deaths >= DEATHS // 4


def test_run_killed_after_every_slice_is_gone_on_with(database: Engine) -> None:
    expected = make_town(FEW)
    deaths = deaths_of_closers(database, "boundaries")
    # Two accounts a slice, the shop in one of its own; calculated, then issued.
    assert deaths == 2 * (FEW // 2 + 1)
    assert_charged_once(expected)
    assert_sealed_and_told()
    assert_closed_for_good()


def test_run_killed_at_any_step_is_gone_on_with(database: Engine, record_property: Record) -> None:
    expected = make_town(FEW)
    deaths = deaths_of_closers(database, "steps", STRIDE)
    record_property("told", f"{deaths} deaths")
    assert_charged_once(expected)
    assert_sealed_and_told()
    assert_closed_for_good()
    assert deaths > FEW
