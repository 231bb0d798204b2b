"""The ledger is whole, or every row that is not is named: fifty corruptions, fifty found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from tests.cast import Cast, actor_of
from tests.engines import disconnect, only_sqlite
from tests.issued_town import Town, make_town
from tests.months import run_at
from vodokanal.billing.periods import Period
from vodokanal.models.database import database, is_sqlite, open_connection
from vodokanal.models.guards import install_guards
from vodokanal.models.ledger import Movement
from vodokanal.models.receipts import Receipt
from vodokanal.operations import calculation, verified_rows
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.calculating import calculate_month
from vodokanal.operations.issuing import issue_month
from vodokanal.operations.months import RunStoppedError
from vodokanal.operations.payments import NewPayment, enter_payment
from vodokanal.operations.verification import (
    account_faults,
    accounts_to_verify,
    storage_faults,
    verify_ledger,
    verify_sealed_ledger,
)

Run = Callable[[], Result]
JANUARY = Period(2027, 1)
SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = (Period(2026, month) for month in (9, 10, 11, 12))


@pytest.fixture
def town(cast: Cast) -> Town:
    """Three issued months and a payment of the open one."""
    return make_town(cast)


@pytest.fixture
def run_command(session_app: Flask, town: Town) -> Run:
    """`flask verify-ledger` on the ledger of the town."""
    return lambda: session_app.test_cli_runner().invoke(args=["verify-ledger"])


@contextmanager
def unguarded() -> Iterator[None]:
    """The tables without their triggers and without the checks of foreign keys."""
    if is_sqlite():
        names = database.execute_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in names.fetchall():
            database.execute_sql(f"DROP TRIGGER {name}")
        database.execute_sql("PRAGMA foreign_keys = 0")
        database.execute_sql("PRAGMA ignore_check_constraints = 1")
    else:
        database.execute_sql("SET session_replication_role = replica")
    yield
    if is_sqlite():
        database.execute_sql("PRAGMA ignore_check_constraints = 0")
        database.execute_sql("PRAGMA foreign_keys = 1")
    else:
        database.execute_sql("SET session_replication_role = DEFAULT")
    install_guards()


def first(table: str, condition: str = "1 = 1") -> int:
    row = database.execute_sql(f"SELECT min(id) FROM {table} WHERE {condition}").fetchone()
    assert row[0] is not None, (table, condition)
    return int(row[0])


def changed(table: str, change: str, condition: str = "1 = 1") -> Callable[[], None]:
    """One row changed."""

    def spoil() -> None:
        number = first(table, condition)
        database.execute_sql(f"UPDATE {table} SET {change} WHERE id = {number}")

    spoil.__doc__ = f"{table}: {change} where {condition}"
    return spoil


def deleted(table: str, condition: str = "1 = 1") -> Callable[[], None]:
    """One row deleted."""

    def spoil() -> None:
        database.execute_sql(f"DELETE FROM {table} WHERE id = {first(table, condition)}")

    spoil.__doc__ = f"{table}: deleted where {condition}"
    return spoil


def doubled(table: str, **instead: str) -> Callable[[], None]:
    """One row copied, with some columns of the copy changed."""

    def spoil() -> None:
        columns = [each.name for each in database.get_columns(table) if each.name != "id"]
        names = ", ".join(f'"{name}"' for name in columns)
        values = ", ".join(instead.get(name, f'"{name}"') for name in columns)
        database.execute_sql(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE id = {first(table)}"
        )

    spoil.__doc__ = f"{table}: doubled with {instead}"
    return spoil


OTHER_ACCOUNT = "account_id = (SELECT max(id) FROM account)"
CHARGE, PAID, BACK = (f"kind = '{kind}'" for kind in ("charge", "payment", "reversal"))
OPENED, PENALTY, FIXED = (f"kind = '{kind}'" for kind in ("opening", "penalty", "correction"))
FIRST_ACCOUNT = "account_id = (SELECT min(id) FROM account)"
LATEST = "posted_period = 202701"
SPOILT = [
    changed("movement", "amount = amount + 1", CHARGE),
    changed("movement", "amount = amount - 1", PAID),
    changed("movement", "amount = amount + 1", f"{PAID} AND {LATEST}"),
    changed("movement", "amount = amount + 100", OPENED),
    changed("movement", "amount = amount + 1", PENALTY),
    changed("movement", "amount = amount + 1", FIXED),
    changed("movement", "amount = amount + 1", BACK),
    changed("movement", OTHER_ACCOUNT, f"{CHARGE} AND {FIRST_ACCOUNT}"),
    changed("movement", OTHER_ACCOUNT, f"{PAID} AND {FIRST_ACCOUNT}"),
    changed("movement", "account_id = 999999", PAID),
    changed("movement", "debit = 'principal', credit = 'money'", PAID),
    changed("movement", "debit = 'penalty'", CHARGE),
    changed("movement", "credit = 'opening'", CHARGE),
    changed("movement", "kind = 'correction'", CHARGE),
    changed("movement", "service = 'hot'", "service = 'cold'"),
    changed("movement", "debt_period = 202609", CHARGE),
    changed("movement", "debt_period = NULL", f"{PAID} AND debt_period IS NOT NULL"),
    changed(
        "movement", "posted_period = posted_period + 1", f"{CHARGE} AND posted_period = 202610"
    ),
    changed("movement", "posted_period = 202611", f"{PAID} AND posted_period = 202612"),
    changed("movement", "posted_period = 202702", f"{PAID} AND {LATEST}"),
    changed("movement", "\"on\" = '2026-10-30'", f"{CHARGE} AND posted_period = 202610"),
    changed("movement", "\"on\" = '2026-01-01'", f"{PAID} AND {LATEST}"),
    changed("movement", "posted_at = '2026-01-01 00:00:00'", CHARGE),
    changed("movement", "source_id = 999999", CHARGE),
    deleted("movement", CHARGE),
    deleted("movement", f"{PAID} AND {LATEST}"),
    deleted("movement", BACK),
    doubled("movement", source_id="888888"),
    changed("charge_line", "amount = amount + 1"),
    changed("charge_line", "volume = volume + 1000"),
    changed("charge_line", "price = price + 1"),
    changed("charge_line", "inputs = '{}'"),
    changed("charge_line", "excess = excess + 1", "amount > 1"),
    changed("charge_line", OTHER_ACCOUNT, FIRST_ACCOUNT),
    deleted("charge_line"),
    doubled("charge_line", part="7"),
    changed("correction", "amount = amount - 1"),
    changed("correction", "words = 'иначе'"),
    deleted("correction"),
    changed("penalty_posting", "amount = amount + 1"),
    deleted("penalty_posting"),
    changed("payment", "amount = amount + 1"),
    changed("payment", "received_on = '2026-11-01'", "period IS NULL"),
    changed("payment", "channel = 'post'"),
    deleted("payment_reversal"),
    changed("opening_balance", "amount = amount - 1"),
    deleted("opening_balance"),
    changed("receipt", "closing = closing + 1, charged = charged + 1"),
    changed("receipt", "debts = '{}'", "closing > 0"),
    changed("receipt", "details = '{}'"),
    changed("receipt", "pay_by = '2026-12-31'"),
    deleted("receipt", "period = 202611"),
    deleted("receipt", "period = 202612"),
    changed("receipt", "period = 202701", "period = 202612"),
    changed("month_slice", "digest = 'a'"),
    deleted("month_slice"),
    changed("month_slice", "last_account = last_account - 1"),
    changed("month_slice", "is_issued = false"),
    changed("billing_month", "seal = 'a'"),
    changed("billing_month", "state = 'calculated'"),
    changed("billing_month", "pay_by = '2026-12-31'"),
    deleted("billing_month", "period = 202612"),
]


def test_ledger_is_whole_after_three_months(town: Town) -> None:
    assert (Movement.select().count(), Receipt.select().count()) == (24, 9)
    assert verify_ledger() == []


def test_empty_ledger_is_whole(cast: Cast) -> None:
    assert verify_ledger() == []


def test_progress_is_told_by_accounts(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    verify_ledger(progress=told.append)
    assert sum(told) == accounts_to_verify() == 3


@pytest.mark.slow(reason="a whole ledger is verified for each of more than fifty corruptions")
def test_every_corruption_of_a_single_row_is_found(town: Town) -> None:
    missed = []
    with unguarded():
        assert verify_ledger() == []
        for spoil in SPOILT:
            with database.atomic() as attempt:
                spoil()
                if not verify_ledger():
                    missed.append(spoil.__doc__)
                attempt.rollback()
    assert missed == []
    assert len(SPOILT) >= 50
    assert verify_ledger() == []


# Nothing else says what these were.
ONLY_SEALED = [
    "movement: posted_at = '2026-01-01 00:00:00' where kind = 'charge'",
    "charge_line: price = price + 1 where 1 = 1",
    "correction: words = 'иначе' where 1 = 1",
    "payment: channel = 'post' where 1 = 1",
    "receipt: details = '{}' where 1 = 1",
    "month_slice: digest = 'a' where 1 = 1",
    "month_slice: deleted where 1 = 1",
    "month_slice: last_account = last_account - 1 where 1 = 1",
    "month_slice: is_issued = false where 1 = 1",
    "billing_month: seal = 'a' where 1 = 1",
]


@pytest.mark.slow(reason="a whole ledger is verified for each of more than fifty corruptions")
def test_rows_and_sums_alone_find_all_but_what_only_a_seal_can(town: Town) -> None:
    missed = []
    with unguarded():
        for spoil in SPOILT:
            with database.atomic() as attempt:
                spoil()
                if not any(found for found, _ in account_faults()):
                    missed.append(spoil.__doc__)
                attempt.rollback()
    assert missed == ONLY_SEALED


@pytest.mark.slow(reason="a ledger is verified for each of more than fifty corruptions")
def test_seals_and_rows_that_are_not_sealed_find_every_corruption(town: Town) -> None:
    missed = []
    with unguarded():
        assert verify_sealed_ledger() == []
        for spoil in SPOILT:
            with database.atomic() as attempt:
                spoil()
                if not verify_sealed_ledger():
                    missed.append(spoil.__doc__)
                attempt.rollback()
    assert missed == []


@pytest.mark.parametrize(("most", "is_found"), [(0, False), (6, False), (9, True)])
def test_of_many_receipts_only_the_newest_months_are_read_again(
    town: Town, most: int, *, is_found: bool
) -> None:
    with unguarded():
        database.execute_sql("UPDATE receipt SET details = '{}' WHERE id = 1")
    assert bool(verify_sealed_ledger(most_receipts=most)) is is_found
    with unguarded():
        number = first("receipt", "period = 202612")
        database.execute_sql(f"UPDATE receipt SET details = '{{}}' WHERE id = {number}")
    assert verify_sealed_ledger(most_receipts=most)


def named(*statements: str) -> list[str]:
    """The rows that are named after some statements without guards."""
    with unguarded(), database.atomic() as attempt:
        for each in statements:
            database.execute_sql(each)
        found = [str(each) for each in verify_ledger()]
        attempt.rollback()
    return found


@only_sqlite
def test_number_that_is_not_whole_is_named(town: Town) -> None:
    found = named("UPDATE payment SET amount = 'x' WHERE id = 1")
    assert found[0] == "payment 1: amount is not a whole number but text"
    assert "movement 4: amount is 10000, but x in payment 1" in found


@only_sqlite
def test_row_that_the_file_should_not_hold_is_named(town: Town) -> None:
    with unguarded():
        database.execute_sql("UPDATE payment SET channel = 'x' WHERE id = 5")
    assert str(verify_ledger()[0]) == "database: CHECK constraint failed in payment"


@only_sqlite
def test_quick_look_finds_neither_an_index_of_other_rows_nor_a_value_that_may_not_be(
    town: Town,
) -> None:
    database.execute_sql("PRAGMA writable_schema = 1")
    database.execute_sql(
        "UPDATE sqlite_master SET sql = 'CREATE INDEX payment_received_on ON payment (amount)'"
        " WHERE name = 'payment_received_on'"
    )
    disconnect()
    open_connection()
    with unguarded():
        database.execute_sql("UPDATE payment SET channel = 'x' WHERE id = 5")
    assert list(storage_faults(is_quick=True)) == []
    found = " ".join(map(str, storage_faults()))
    assert "missing from index payment_received_on" in found
    assert "CHECK constraint failed in payment" in found


def test_month_that_is_only_calculated_is_left_alone(town: Town) -> None:
    calculate_month(SYSTEM, JANUARY, run=run_at("2027-02-02T10:00"))
    assert verify_ledger() == []


def test_payment_that_comes_while_its_account_is_read_is_no_fault(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = verified_rows.Reader._read_corrected

    def beside(*given: Any) -> None:
        writer = Thread(target=pay_beside, args=(town.cast,))
        writer.start()
        writer.join()
        read(*given)

    monkeypatch.setattr(verified_rows.Reader, "_read_corrected", beside)
    before = Movement.select().count()
    assert verify_ledger() == []
    assert Movement.select().count() == before + 1


def pay_beside(cast: Cast) -> None:
    """A payment of somebody else's connection."""
    open_connection()
    new = NewPayment(cast.account.id, Decimal(7), date(2027, 1, 20))
    at = datetime(2027, 1, 20, 9, tzinfo=UTC)
    enter_payment(actor_of(cast.galina), new, key="beside", today=new.received_on, at=at)
    database.close()


def test_value_that_cannot_be_read_stops_nothing_else(town: Town) -> None:
    found = named(
        "UPDATE receipt SET debts = 'x' WHERE id = 1",
        "UPDATE movement SET amount = amount + 1 WHERE id = 24",
    )
    assert "account 1: cannot be verified: NotDebtsError No debts are kept like this: x." in found
    assert "movement 24: amount is 4001, but 4000 in payment 5" in found


def test_movement_of_nobody_is_named(town: Town) -> None:
    found = named("UPDATE movement SET account_id = 999999 WHERE id = 24")
    assert "movement 24: there is no such account" in found


def test_movement_of_an_account_that_is_gone_is_named(town: Town) -> None:
    found = named("UPDATE movement SET account_id = 0 WHERE id = 24")
    assert "payment 5: has no movement" in found


def test_second_movement_of_a_row_is_named(town: Town) -> None:
    columns = ", ".join(
        f'"{each.name}"' for each in database.get_columns("movement") if each.name != "id"
    )
    copied = f"INSERT INTO movement ({columns}) SELECT {columns} FROM movement WHERE id = 24"
    found = named("DROP INDEX movement_source_table_source_id", copied)
    assert "movement 25: a second movement of payment 5" in found


def test_parts_of_a_month_that_overlap_are_named(town: Town) -> None:
    found = named(
        "INSERT INTO month_slice"
        " (month_id, first_account, last_account, accounts, totals, is_issued, digest)"
        " SELECT month_id, first_account + 1, last_account + 5, 1, totals, is_issued, digest"
        " FROM month_slice WHERE id = 1"
    )
    assert any("its accounts are in the part before it too" in each for each in found)


def test_month_that_was_left_out_is_named(town: Town) -> None:
    found = named("UPDATE billing_month SET period = 202701 WHERE period = 202612")
    assert "billing_month 3: 2027-01 does not follow 2026-11" in found


def test_month_that_is_being_issued_is_verified_as_far_as_it_is(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calculation, "SLICE", 1)
    at = "2027-02-02T10:00"
    calculate_month(SYSTEM, JANUARY, run=run_at(at))
    turns = iter([True, False])
    with pytest.raises(RunStoppedError):
        issue_month(SYSTEM, JANUARY, run=run_at(at, goes_on=lambda: next(turns)), forced=True)
    assert Receipt.select().where(Receipt.period == JANUARY).count() == 2
    assert verify_ledger() == []


def test_command_says_that_all_is_well(town: Town, run_command: Run) -> None:
    result = run_command()
    assert (result.exit_code, result.output) == (0, "The ledger of 3 accounts is whole.\n")


def test_command_names_each_fault_and_fails(town: Town, run_command: Run) -> None:
    with unguarded():
        database.execute_sql("UPDATE payment SET amount = 1 WHERE id = 5")
    result = run_command()
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "movement 24: amount is 4000, but 1 in payment 5",
        "1 faults in the ledger of 3 accounts.",
    ]
