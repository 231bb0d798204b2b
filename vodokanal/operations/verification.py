"""That the ledger is whole: rows, sums, seals and the storage beneath; memory does not grow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from peewee import fn

from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.billing.seals import seal_of_month
from vodokanal.models.accounts import Account
from vodokanal.models.database import database, is_sqlite
from vodokanal.models.guards import INTEGER_COLUMNS
from vodokanal.models.ledger import Movement
from vodokanal.models.months import BillingMonth, MonthSlice
from vodokanal.models.prepared import Prepared, slot
from vodokanal.models.receipts import Receipt
from vodokanal.operations.due_days import DueDays
from vodokanal.operations.month_rows import Range
from vodokanal.operations.seals import digest_of
from vodokanal.operations.verified_accounts import (
    Fault,
    MonthFacts,
    faults_of,
    row_faults_of,
)
from vodokanal.operations.verified_rows import Reader

AT_A_TIME = 500
MOST_NAMED = 20
# As many as are read again in some eight seconds.
MOST_RECEIPTS = 200_000
LAST_ID = 2**31 - 1

NEXT_ACCOUNTS: Prepared[tuple[int]] = Prepared(
    lambda: (
        Account.select(Account.id)
        .where(Account.id > slot("after", Account.id))
        .order_by(Account.id)
        .limit(AT_A_TIME)
        .tuples()
    )
)


def nobody_is_told(more: int) -> None:
    """Tells nobody how far the verification is."""


def verify_ledger(*, progress: Callable[[int], None] = nobody_is_told) -> list[Fault]:
    """Everything that does not hold of the ledger; an empty list is what it should give.

    Each movement equals its source row and each source row of an issued month has its movement,
    exactly once; receipts are the sums of their rows and follow from one another; what is open by
    month is what the movements come to; lines come out of their inputs again; issued months are as
    they were sealed; numbers are whole; SQLite finds its file sound. `progress` is told how many
    accounts more are done, of those that `accounts_to_verify` counts.
    """
    faults = [*storage_faults(), *month_faults()]
    for found, count in account_faults():
        faults += found
        progress(count)
    return faults


def verify_sealed_ledger(*, most_receipts: int = MOST_RECEIPTS) -> list[Fault]:
    """What has changed since it was issued, and what does not hold of rows that no seal covers yet.

    That finds each single row that is not as it was in a fifth of the time of `verify_ledger`,
    which alone counts everything again. Of a utility with more receipts only the newest months
    are read again, as many as have no more than `most_receipts` together, and at least one. SQLite's
    own look at its file is `storage_faults`.
    """
    months = _month_facts()
    sealed = month_faults(most_receipts=most_receipts)
    return [*sealed, *_receipts_astray(months), *_unsealed_faults(months)]


def accounts_to_verify() -> int:
    """How many accounts there are; one statement."""
    count: int = Account.select().count()
    return count


def account_faults() -> Iterator[tuple[list[Fault], int]]:
    """What does not hold of each group of accounts, and how many these are."""
    months = _month_facts()
    reader = Reader(months.states)
    after = 0
    while chunk := [number for (number,) in NEXT_ACCOUNTS.rows(after=after)]:
        # Rows of accounts that are gone lie in the gaps.
        rows = reader.rows(after + 1, chunk[-1])
        yield (
            [
                fault
                for number in sorted({*rows, *chunk})
                for fault in faults_of(number, rows[number], months=months)
            ],
            len(chunk),
        )
        after = chunk[-1]
    yield _strays(after), 0


def recounted_faults() -> Iterator[Fault]:
    """What does not hold of any seal or account when everything is read and counted again."""
    yield from month_faults()
    for found, _ in account_faults():
        yield from found


def _unsealed_faults(months: MonthFacts) -> Iterator[Fault]:
    """What does not hold of rows that were posted after the last issued month."""
    reader = Reader(months.states, after=months.last_issued)
    last = Account.select(fn.MAX(Account.id)).scalar() or 0
    for first in range(1, last + 1, AT_A_TIME):
        rows = reader.rows(first, min(first + AT_A_TIME - 1, last))
        for number in sorted(rows):
            yield from row_faults_of(number, rows[number], months=months)
    yield from _strays(last)


def month_faults(*, most_receipts: int | None = None) -> Iterator[Fault]:
    """Issued months that are not as they were sealed; the rows of the newest ones, or of all."""
    previous: Period | None = None
    closed = [MonthState.ISSUING, MonthState.ISSUED]
    months = list(BillingMonth.select().where(BillingMonth.state.in_(closed)))
    read_again = _newest(most_receipts)
    for month in sorted(months, key=lambda each: each.period):
        if previous is not None and month.period != previous.next:
            yield Fault(f"billing_month {month.id}", f"{month.period} does not follow {previous}")
        previous = month.period
        slices = list(
            MonthSlice.select().where(MonthSlice.month == month).order_by(MonthSlice.first_account)
        )
        yield from _slice_faults(month, slices)
        if read_again is None or month.id in read_again:
            yield from _row_faults(month, slices)


def _newest(most_receipts: int | None) -> set[int] | None:
    """The newest months that have no more receipts together, at least one; None: all."""
    if most_receipts is None:
        return None
    newest_first = BillingMonth.select().order_by(BillingMonth.period.desc())
    found: set[int] = set()
    for month in newest_first:
        most_receipts -= month.accounts
        if found and most_receipts < 0:
            break
        found.add(month.id)
    return found


def storage_faults(*, is_quick: bool = False) -> Iterator[Fault]:
    """What SQLite itself finds wrong, and numbers that are not whole; on PostgreSQL nothing.

    Quickly each page, row and reference is looked at all the same, but neither the conditions of the
    columns nor whether every index names every row: nine tenths of the time go there.
    """
    if not is_sqlite():
        return
    check = "quick_check" if is_quick else "integrity_check"
    database.execute_sql(f"PRAGMA ignore_check_constraints = {int(is_quick)}")
    for (words,) in database.execute_sql(f"PRAGMA {check}").fetchmany(MOST_NAMED):
        if words != "ok":
            yield Fault("database", words)
    for table, row, parent, _ in database.execute_sql("PRAGMA foreign_key_check").fetchmany(
        MOST_NAMED
    ):
        yield Fault(f"{table} {row}", f"names a row of {parent} that is not there")
    for table, columns in INTEGER_COLUMNS.items():
        yield from _not_whole(table, columns)


def _not_whole(table: str, columns: Sequence[str]) -> Iterator[Fault]:
    kinds = [f'typeof("{name}")' for name in columns]
    odd = " OR ".join(f"{kind} NOT IN ('integer', 'null')" for kind in kinds)
    query = f'SELECT id, {", ".join(kinds)} FROM "{table}" WHERE {odd} LIMIT {MOST_NAMED}'  # noqa: S608 (names of our own)
    for number, *found in database.execute_sql(query).fetchall():
        for name, kind in zip(columns, found, strict=True):
            if kind not in ("integer", "null"):
                yield Fault(f"{table} {number}", f"{name} is not a whole number but {kind}")


def _slice_faults(month: BillingMonth, slices: list[MonthSlice]) -> Iterator[Fault]:
    is_issued = month.state is MonthState.ISSUED
    if is_issued and seal_of_month(each.digest for each in slices) != month.seal:
        yield Fault(f"billing_month {month.id}", f"the seal of {month.period} is broken")
    for each in slices:
        if is_issued and not each.is_issued:
            yield Fault(f"month_slice {each.id}", f"{month.period} is issued, but not this part")
    for earlier, later in pairwise(slices):
        if earlier.last_account >= later.first_account:
            yield Fault(f"month_slice {later.id}", "its accounts are in the part before it too")
    yield from _uncovered(month, [each for each in slices if each.is_issued])


def _row_faults(month: BillingMonth, slices: list[MonthSlice]) -> Iterator[Fault]:
    for each in slices:
        accounts = Range(each.first_account, each.last_account, month.period)
        if each.is_issued and digest_of(accounts) != each.digest:
            what = f"its rows of {month.period} are not those that were sealed"
            yield Fault(f"month_slice {each.id}", what)


def _uncovered(month: BillingMonth, slices: list[MonthSlice]) -> Iterator[Fault]:
    """Receipts of a month that no seal covers."""
    ends = [0, *(each.last_account for each in slices)]
    starts = [*(each.first_account for each in slices), LAST_ID]
    for end, start in zip(ends, starts, strict=True):
        if start - end <= 1:
            continue
        query = Receipt.select(Receipt.id).where(
            Receipt.period == month.period, Receipt.account > end, Receipt.account < start
        )
        for (number,) in query.limit(MOST_NAMED).tuples():
            yield Fault(f"receipt {number}", f"no part of {month.period} that was sealed holds it")


def _receipts_astray(months: MonthFacts) -> Iterator[Fault]:
    """Months whose receipts say another day of payment, or that were not issued at all."""
    shown = Receipt.select(Receipt.period, Receipt.pay_by).distinct().tuples()
    for period, pay_by in shown:
        where = f"billing_month {period}"
        if not months.is_closed(period.as_int):
            yield Fault(where, "has receipts and is not issued")
        elif months.pay_by[period.as_int] != str(pay_by):
            yield Fault(where, f"its receipts are to be paid by {pay_by}")


def _strays(after: int) -> list[Fault]:
    """Movements of accounts beyond the last one."""
    query = Movement.select(Movement.id).where(Movement.account > after).limit(MOST_NAMED)
    return [Fault(f"movement {number}", "there is no such account") for (number,) in query.tuples()]


def _month_facts() -> MonthFacts:
    rows = BillingMonth.select(
        BillingMonth.period, BillingMonth.state, BillingMonth.pay_by
    ).tuples()
    found = [(period.as_int, state, str(pay_by)) for period, state, pay_by in rows]
    return MonthFacts(
        states={number: state for number, state, _ in found},
        pay_by={number: pay_by for number, _, pay_by in found},
        due_on=DueDays(),
    )
