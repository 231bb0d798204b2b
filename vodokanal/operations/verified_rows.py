"""What the verification reads: rows as the database keeps them, and the movements they ask for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from vodokanal.billing.ledger import MovementKind, Side, sides_of
from vodokanal.billing.payments import OpeningKind
from vodokanal.billing.periods import Period
from vodokanal.models.ledger import SourceTable
from vodokanal.models.prepared import Prepared
from vodokanal.operations.issued_months import CLOSED
from vodokanal.operations.transactions import at_one_moment
from vodokanal.operations.verified_statements import (
    CORRECTIONS,
    LINES,
    MOVEMENTS,
    OPENINGS,
    PAYMENTS,
    POSTINGS,
    RECEIPTS,
    REVERSALS,
)

Key = tuple[str, int]


class Expected(NamedTuple):
    """A movement without its id, in whole kopecks and yyyymm; `posted` None: any month."""

    account: int
    kind: str
    debit: str
    credit: str
    amount: int
    service: str | None
    debt_period: int | None
    on: str
    posted: int | None


class Kept(NamedTuple):
    """A movement as it is kept."""

    id: int
    account: int
    kind: str
    debit: str
    credit: str
    amount: int
    service: str | None
    debt_period: int | None
    on: str
    posted: int
    source_table: str
    source_id: int

    @property
    def key(self) -> Key:
        """The row that it comes from."""
        return self.source_table, self.source_id

    @property
    def effect(self) -> int:
        """What it adds to the balance in kopecks."""
        return self.amount if self.debit in (Side.PRINCIPAL, Side.PENALTY) else -self.amount


class Line(NamedTuple):
    """A charge line of an issued month."""

    id: int
    account: int
    period: int
    service: str
    volume: int
    amount: int
    excess: int
    inputs: str


class Sums(NamedTuple):
    """A receipt."""

    id: int
    account: int
    period: int
    opening: int
    charged: int
    corrected: int
    penalty: int
    paid: int
    closing: int
    pay_by: str
    debts: str


@dataclass
class AccountRows:
    """Everything that the ledger holds of one account."""

    movements: list[Kept] = field(default_factory=list)
    receipts: list[Sums] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    # Kopecks by month: corrections and penalties.
    corrected: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    penalties: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    # Payments taken back, by the row that says so.
    reversed: dict[int, int] = field(default_factory=dict)
    expected: dict[Key, Expected] = field(default_factory=dict)


class Reader:
    """Reads accounts, a range of ids at a time."""

    def __init__(self, months: Mapping[int, str], *, after: int = 0) -> None:
        """`months` are all that were begun, with their states; what was posted up to one is left."""
        self._after = after
        closed = [number for number, state in months.items() if state in CLOSED and number > after]
        periods = [Period.from_int(number) for number in closed]
        self._of_months = {
            name: Prepared[Any](lambda make=make: make(periods))  # type: ignore[misc]
            for name, make in (
                ("lines", LINES),
                ("corrections", CORRECTIONS),
                ("postings", POSTINGS),
                ("receipts", RECEIPTS),
            )
        }

    def rows(self, first: int, last: int) -> dict[int, AccountRows]:
        """Everything of the accounts from one id to another, both inclusive; eight statements."""
        # A payment that comes between two of them would look like one without its movement.
        with at_one_moment():
            return self._rows(first, last)

    def _rows(self, first: int, last: int) -> dict[int, AccountRows]:
        found: dict[int, AccountRows] = defaultdict(AccountRows)
        bounds = {"first": first, "last": last, "after": self._after}
        for kept in MOVEMENTS.rows(**bounds):
            row = Kept(*_with_day(kept, 8))
            found[row.account].movements.append(row)
        for kept in self._of_months["receipts"].rows(**bounds):
            receipt = Sums(*_with_day(kept, 9))
            found[receipt.account].receipts.append(receipt)
        for kept in self._of_months["lines"].rows(**bounds):
            line = Line(*kept)
            found[line.account].lines.append(line)
        self._read_corrected(found, bounds)
        _read_money(found, bounds)
        return found

    def _read_corrected(self, found: dict[int, AccountRows], bounds: dict[str, int]) -> None:
        corrections = self._of_months["corrections"].rows(**bounds)
        postings = self._of_months["postings"].rows(**bounds)
        for _, account, posted, *_, amount in corrections:
            found[account].corrected[posted] += amount
        for _, account, posted, _, amount in postings:
            found[account].penalties[posted] += amount
        for key, expected in (*map(_correction, corrections), *map(_posting, postings)):
            if expected.amount:
                found[expected.account].expected[key] = expected
        for account in found.values():
            account.expected |= {
                (SourceTable.CHARGE.value, line.id): _charge(line)
                for line in account.lines
                if line.amount
            }


def _read_money(found: dict[int, AccountRows], bounds: dict[str, int]) -> None:
    for key, expected in _money(bounds):
        found[expected.account].expected[key] = expected
    for number, payment, account, *_ in REVERSALS.rows(**bounds):
        found[account].reversed[number] = payment


def _money(bounds: dict[str, int]) -> Iterator[tuple[Key, Expected]]:
    for number, *paid in PAYMENTS.rows(**bounds):
        yield (SourceTable.PAYMENT.value, number), _paid(MovementKind.PAYMENT, *paid)
    for number, _, *paid in REVERSALS.rows(**bounds):
        yield (SourceTable.REVERSAL.value, number), _paid(MovementKind.REVERSAL, *paid)
    for number, account, kind, period, amount, on in OPENINGS.rows(**bounds):
        is_advance = kind == OpeningKind.ADVANCE
        side = Side.PENALTY if kind == OpeningKind.PENALTY else Side.PRINCIPAL
        sides = _sides(MovementKind.OPENING, is_negative=is_advance, side=side)
        month = None if is_advance else period
        yield (
            (SourceTable.OPENING.value, number),
            Expected(account, *sides, amount, None, month, str(on), None),
        )


def _charge(line: Line) -> Expected:
    sides = _sides(MovementKind.CHARGE, is_negative=False, side=Side.PRINCIPAL)
    period, last_day = line.period, _last_day(line.period)
    return Expected(line.account, *sides, line.amount, line.service, period, last_day, period)


def _correction(row: Any) -> tuple[Key, Expected]:
    number, account, posted, for_period, side, service, amount = row
    sides = _sides(MovementKind.CORRECTION, is_negative=amount < 0, side=Side(side))
    month, last_day = for_period if amount < 0 else posted, _last_day(posted)
    return (
        (SourceTable.CORRECTION.value, number),
        Expected(account, *sides, abs(amount), service, month, last_day, posted),
    )


def _posting(row: Any) -> tuple[Key, Expected]:
    number, account, posted, month, amount = row
    sides = _sides(MovementKind.PENALTY, is_negative=amount < 0, side=Side.PENALTY)
    return (
        (SourceTable.PENALTY.value, number),
        Expected(account, *sides, abs(amount), None, month, _last_day(posted), posted),
    )


def _paid(kind: MovementKind, *paid: Any) -> Expected:
    account, amount, received_on, period = paid
    sides = _sides(kind, is_negative=kind is MovementKind.PAYMENT, side=Side.PRINCIPAL)
    return Expected(account, *sides, amount, None, period, str(received_on), None)


@cache
def _sides(kind: MovementKind, *, is_negative: bool, side: Side) -> tuple[str, str, str]:
    debit, credit = sides_of(kind, is_negative=is_negative, side=side)
    return kind.value, debit.value, credit.value


@cache
def _last_day(period: int) -> str:
    return str(Period.from_int(period).last_day)


def _with_day(row: Sequence[Any], place: int) -> list[Any]:
    """A row whose day is text, as SQLite gives it anyway."""
    values = list(row)
    values[place] = str(values[place])
    return values
