"""What must hold of one account's part of the ledger; what does not is a fault."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import accumulate
from typing import Any

from vodokanal.billing.debts import (
    Debts,
    DueOn,
    debts_from_json,
    fold,
    folded_on,
    must_fold_anew,
    settled,
)
from vodokanal.billing.errors import BillingError
from vodokanal.billing.ledger import Movement as Moved
from vodokanal.billing.ledger import MovementKind, Side
from vodokanal.billing.money import from_kopecks, kopecks
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.billing.replay import inputs_from_json, replayed
from vodokanal.billing.volumes import cubic_centimetres
from vodokanal.operations.issued_months import CLOSED
from vodokanal.operations.verified_rows import AccountRows, Expected, Kept, Sums

# What a value that is not what it should be does to whatever counts with it.
UNREADABLE = (BillingError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True)
class Fault:
    """Something that does not hold: of which row, and what."""

    row: str
    what: str

    def __str__(self) -> str:
        return f"{self.row}: {self.what}"


@dataclass(frozen=True)
class MonthFacts:
    """The months that were begun, by number: how far they are, and by when they are paid."""

    states: Mapping[int, str]
    pay_by: Mapping[int, str]
    due_on: DueOn

    def is_issued(self, period: int) -> bool:
        """Whether the month has been issued to everybody."""
        return self.states.get(period) == MonthState.ISSUED

    def is_closed(self, period: int) -> bool:
        """Whether the month has been issued, to some at least."""
        return self.states.get(period) in CLOSED

    @property
    def last_issued(self) -> int:
        """The last month that has been issued to everybody; 0 before any is."""
        return max(filter(self.is_issued, self.states), default=0)

    @cached_property
    def first_open(self) -> int | None:
        """The month after the last one that is closed, or None before any is."""
        closed = list(filter(self.is_closed, self.states))
        return Period.from_int(max(closed)).next.as_int if closed else None


Check = Callable[[AccountRows, MonthFacts], Iterator[Fault]]


def faults_of(account: int, rows: AccountRows, *, months: MonthFacts) -> Iterator[Fault]:
    """Everything that does not hold of an account whose rows have all been read."""
    checks = (*OF_ROWS, _receipt_faults, _unshown_lines, _debt_faults)
    return _found(account, rows, months=months, checks=checks)


def row_faults_of(account: int, rows: AccountRows, *, months: MonthFacts) -> Iterator[Fault]:
    """What does not hold of single rows of an account; the others need not have been read."""
    return _found(account, rows, months=months, checks=OF_ROWS)


def _found(
    account: int, rows: AccountRows, *, months: MonthFacts, checks: Sequence[Check]
) -> Iterator[Fault]:
    for check in checks:
        try:
            yield from check(rows, months)
        except UNREADABLE as error:
            yield Fault(f"account {account}", f"cannot be verified: {_words(error)}")


def _movement_faults(rows: AccountRows, months: MonthFacts) -> Iterator[Fault]:
    """Every movement equals its source, and every source has its movement, once."""
    seen = set()
    for kept in rows.movements:
        expected = rows.expected.get(kept.key)
        where = f"movement {kept.id}"
        if kept.key in seen:
            yield Fault(where, f"a second movement of {_source(kept)}")
        elif expected is None:
            yield Fault(where, f"no row of an issued month asks for it: {_source(kept)}")
        else:
            yield from (Fault(where, what) for what in _differences(kept, expected))
        if months.first_open is not None and kept.posted > months.first_open:
            yield Fault(where, f"posted in {kept.posted}, later than the open month")
        seen.add(kept.key)
    receipted = {receipt.period for receipt in rows.receipts}
    for (table, number), expected in rows.expected.items():
        is_due = expected.posted is None or months.is_issued(expected.posted)
        if (table, number) not in seen and (is_due or expected.posted in receipted):
            yield Fault(f"{table} {number}", "has no movement")


def _differences(kept: Kept, expected: Expected) -> Iterator[str]:
    for name, value in expected._asdict().items():
        found = getattr(kept, name)
        if found != value and not (name == "posted" and value is None):
            yield f"{name} is {found}, but {value} in {_source(kept)}"


def _line_faults(rows: AccountRows, _months: MonthFacts) -> Iterator[Fault]:
    """Every line comes out of its own inputs again."""
    for line in rows.lines:
        try:
            volume, amount, excess = replayed(inputs_from_json(line.inputs))
        except UNREADABLE as error:
            yield Fault(f"charge_line {line.id}", f"its inputs cannot be read: {_words(error)}")
            continue
        again = (cubic_centimetres(volume), kopecks(amount), kopecks(excess))
        kept = (line.volume, line.amount, line.excess)
        if again != kept:
            what = f"volume, amount and excess are {kept}, its inputs come to {again}"
            yield Fault(f"charge_line {line.id}", what)


OF_ROWS: Sequence[Check] = (_movement_faults, _line_faults)


def _receipt_faults(rows: AccountRows, months: MonthFacts) -> Iterator[Fault]:
    """Every receipt is the sum of its rows, and begins where the one before it ended."""
    before: Sums | None = None
    charged: Counter[int] = Counter()
    for line in rows.lines:
        charged[line.period] += line.amount
    balances = list(accumulate((each.effect for each in rows.movements), initial=0))
    for receipt in rows.receipts:
        where, period = f"receipt {receipt.id}", receipt.period
        first = _posted_until(rows, before.period) if before else 0
        until = _posted_until(rows, period)
        wanted = {
            "charged": charged[period],
            "corrected": rows.corrected.get(period, 0),
            "penalty": rows.penalties.get(period, 0),
            "closing": balances[until],
            **_moved_money(rows.movements[first:until], closing=before.closing if before else 0),
        }
        for name, amount in wanted.items():
            if getattr(receipt, name) != amount:
                yield Fault(where, f"{name} is {getattr(receipt, name)}, its rows say {amount}")
        if receipt.pay_by != months.pay_by.get(period):
            yield Fault(where, f"paid by {receipt.pay_by}, the month says otherwise")
        yield from (Fault(where, what) for what in _gaps(before, receipt, months=months))
        before = receipt


def _unshown_lines(rows: AccountRows, months: MonthFacts) -> Iterator[Fault]:
    """Every line of an issued month is on a receipt."""
    receipted = {receipt.period for receipt in rows.receipts}
    for line in rows.lines:
        if line.period not in receipted and months.is_issued(line.period):
            yield Fault(f"charge_line {line.id}", f"no receipt of {line.period} shows it")


def _posted_until(rows: AccountRows, period: int) -> int:
    """How many of the movements were posted up to a month, inclusive."""
    return bisect_right(rows.movements, period, key=lambda each: each.posted)


def _moved_money(posted: Sequence[Kept], *, closing: int) -> dict[str, int]:
    """What a receipt says of money and of opening balances, in kopecks; `closing` came before."""
    opened = sum(each.effect for each in posted if each.kind == MovementKind.OPENING)
    money = (MovementKind.PAYMENT, MovementKind.REVERSAL)
    paid = -sum(each.effect for each in posted if each.kind in money)
    return {"opening": closing + opened, "paid": paid}


def _gaps(before: Sums | None, receipt: Sums, *, months: MonthFacts) -> Iterator[str]:
    """Months between two receipts that should have had one: something was owed."""
    if before is not None and before.closing:
        between = [
            period
            for period in sorted(months.states)
            if before.period < period < receipt.period and months.is_issued(period)
        ]
        yield from (f"the receipt of {period} before it is missing" for period in between)


def _debt_faults(rows: AccountRows, months: MonthFacts) -> Iterator[Fault]:
    """What is open by month on a receipt is what the movements up to it come to."""
    moved = [_moved(each, rows) for each in rows.movements]
    state, done = Debts(), 0
    for receipt in rows.receipts:
        until = _posted_until(rows, receipt.period)
        state = _stepped(state, moved[:until], done=done, due_on=months.due_on)
        state, done = settled(state, Period.from_int(receipt.period).last_day), until
        kept = debts_from_json(receipt.debts)
        if (kept.debts, kept.advance) != (state.debts, state.advance):
            yield Fault(f"receipt {receipt.id}", "its debts by month are not what was posted")


def _stepped(state: Debts, moved: Sequence[Moved], *, done: int, due_on: DueOn) -> Debts:
    new = moved[done:]
    if must_fold_anew(state, new):
        return fold(moved, due_on)
    return folded_on(state, new, due_on=due_on)


def _moved(kept: Kept, rows: AccountRows) -> Moved:
    payment = {
        MovementKind.PAYMENT: kept.source_id,
        MovementKind.REVERSAL: rows.reversed.get(kept.source_id, 0),
    }
    kind = MovementKind(kept.kind)
    return Moved(
        kind,
        Side(kept.debit),
        Side(kept.credit),
        from_kopecks(kept.amount),
        date.fromisoformat(kept.on),
        Period.from_int(kept.posted),
        None if kept.debt_period is None else Period.from_int(kept.debt_period),
        kept.id,
        payment.get(kind, 0),
    )


def _source(kept: Kept) -> str:
    return f"{kept.source_table} {kept.source_id}"


def _words(error: Any) -> str:
    return f"{type(error).__name__} {error}".strip()
