"""The rows that issuing a slice reads, as the database keeps them, and those that it writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from vodokanal.billing.ledger import Movement as Moved
from vodokanal.billing.ledger import MovementKind, Side, sides_of
from vodokanal.billing.money import from_kopecks
from vodokanal.billing.month_ends import PenaltyDifference
from vodokanal.billing.periods import Period
from vodokanal.models.bulk import insert_rows, insert_stored
from vodokanal.models.ledger import Movement, SourceTable
from vodokanal.models.months import ChargeLine, PenaltyPosting
from vodokanal.models.prepared import Prepared, slot
from vodokanal.models.recalculations import Correction
from vodokanal.models.receipts import Receipt
from vodokanal.operations.month_rows import Range

LINE_SIDES = tuple(side.value for side in sides_of(MovementKind.CHARGE))
MOVEMENT = (
    "account",
    "kind",
    "debit",
    "credit",
    "amount",
    "service",
    "debt_period",
    "posted_period",
    "on",
    "posted_at",
    "source_table",
    "source_id",
)
RECEIPT = (
    "account",
    "period",
    "opening",
    "charged",
    "corrected",
    "penalty",
    "paid",
    "closing",
    "pay_by",
    "debts",
    "details",
)


class Line(NamedTuple):
    """A charge line: its row, its account, its service and its kopecks."""

    id: int
    account: int
    service: str
    amount: int


class Fix(NamedTuple):
    """A correction: its row, its account, what of the debt it changes, and by how many kopecks."""

    id: int
    account: int
    side: str
    service: str | None
    for_period: int
    amount: int


class Posting(NamedTuple):
    """A penalty posting: its row, its account, the month of the debt, by how many kopecks."""

    id: int
    account: int
    debt_period: int
    amount: int


class Before(NamedTuple):
    """The receipt of the month before: what was owed, in kopecks, and what it said."""

    closing: int
    debts: str
    details: str


def _between(column: Any) -> Any:
    return column.between(slot("first", column), slot("last", column))


LINES: Prepared[tuple[Any, ...]] = Prepared(
    lambda: (
        ChargeLine.select(
            ChargeLine.id,
            ChargeLine.account,
            ChargeLine.service.cast("TEXT"),
            ChargeLine.amount.cast("BIGINT"),
        )
        .where(ChargeLine.period == slot("period", ChargeLine.period), _between(ChargeLine.account))
        .order_by(ChargeLine.account, ChargeLine.id)
        .tuples()
    )
)
CORRECTIONS: Prepared[tuple[Any, ...]] = Prepared(
    lambda: (
        Correction.select(
            Correction.id,
            Correction.account,
            Correction.side.cast("TEXT"),
            Correction.service.cast("TEXT"),
            Correction.for_period.cast("INTEGER"),
            Correction.amount.cast("BIGINT"),
        )
        .where(
            Correction.posted_period == slot("period", Correction.posted_period),
            _between(Correction.account),
        )
        .order_by(Correction.account, Correction.id)
        .tuples()
    )
)
RECEIPTS: Prepared[tuple[Any, ...]] = Prepared(
    lambda: (
        Receipt.select(
            Receipt.account, Receipt.closing.cast("BIGINT"), Receipt.debts, Receipt.details
        )
        .where(Receipt.period == slot("period", Receipt.period), _between(Receipt.account))
        .tuples()
    )
)
POSTINGS: Prepared[tuple[Any, ...]] = Prepared(
    lambda: (
        PenaltyPosting.select(
            PenaltyPosting.id,
            PenaltyPosting.account,
            PenaltyPosting.debt_period.cast("INTEGER"),
            PenaltyPosting.amount.cast("BIGINT"),
        )
        .where(
            PenaltyPosting.posted_period == slot("period", PenaltyPosting.posted_period),
            _between(PenaltyPosting.account),
        )
        .order_by(PenaltyPosting.id)
        .tuples()
    )
)


def lines_in(accounts: Range) -> list[Line]:
    """The charge lines of a range, by account."""
    return list(map(Line._make, LINES.rows(**_bounds(accounts))))


def corrections_in(accounts: Range) -> list[Fix]:
    """The corrections that the month holds, by account."""
    return [Fix(*row) for row in CORRECTIONS.rows(**_bounds(accounts))]


def receipts_before(accounts: Range, previous: Period | None) -> dict[int, Before]:
    """The receipts of the last issued month, by account."""
    if previous is None:
        return {}
    bounds = _bounds(accounts) | {"period": previous}
    return {account_id: Before(*row) for account_id, *row in RECEIPTS.rows(**bounds)}


def _bounds(accounts: Range) -> dict[str, Any]:
    return {"first": accounts.first, "last": accounts.last, "period": accounts.period}


class Sums(NamedTuple):
    """A receipt's sums in kopecks; more debt is positive."""

    opening: int
    charged: int
    corrected: int
    penalty: int
    paid: int

    @property
    def closing(self) -> int:
        """What is owed at the end."""
        return self.opening + self.charged + self.corrected + self.penalty - self.paid


class IssuedRows:
    """What issuing writes for a slice: movements, postings and receipts, in order of accounts."""

    def __init__(self, period: Period, *, pay_by: date, at: datetime) -> None:
        """Begin with nothing."""
        self.period = period
        self._month = period.as_int
        self._pay_by = pay_by.isoformat()
        # What all movements of the month share.
        moment = str(Movement.posted_at.db_value(at))
        self._posted = (self._month, period.last_day.isoformat(), moment)
        self._movements: list[Sequence[Any]] = []
        self._receipts: list[Sequence[Any]] = []
        self._postings: list[Mapping[str, Any]] = []

    def add_charges(self, lines: Iterable[Line]) -> None:
        """Notes that lines are owed; one of nothing, as of a month without use, moves nothing."""
        kind, source = MovementKind.CHARGE.value, SourceTable.CHARGE.value
        self._movements += [
            (
                *(line.account, kind, *LINE_SIDES, line.amount, line.service, self._month),
                *self._posted,
                *(source, line.id),
            )
            for line in lines
            if line.amount
        ]

    def add_correction(self, fix: Fix) -> None:
        """Notes that more or less is owed."""
        if not fix.amount:
            return
        moved = self.correction_moved(fix)
        month = None if moved.debt_period is None else moved.debt_period.as_int
        sides = (moved.debit.value, moved.credit.value)
        own = (fix.account, moved.kind.value, *sides, abs(fix.amount), fix.service, month)
        self._movements.append((*own, *self._posted, SourceTable.CORRECTION.value, fix.id))

    def correction_moved(self, fix: Fix) -> Moved:
        """A correction as a movement: more is owed of this month, less is a credit for its own."""
        is_credit = fix.amount < 0
        debit, credit = sides_of(
            MovementKind.CORRECTION, is_negative=is_credit, side=Side(fix.side)
        )
        return Moved(
            MovementKind.CORRECTION,
            debit,
            credit,
            from_kopecks(abs(fix.amount)),
            self.period.last_day,
            self.period,
            debt_period=Period.from_int(fix.for_period) if is_credit else self.period,
        )

    def add_penalty(self, account_id: int, found: PenaltyDifference, *, inputs: str) -> None:
        """Notes by how much the penalty on one month's debt changes, and what it follows from."""
        self._postings.append(
            {
                "account": account_id,
                "posted_period": self.period,
                "debt_period": found.period,
                "amount": found.difference,
                "inputs": inputs,
            }
        )

    def add_receipt(self, account_id: int, sums: Sums, *, debts: str, details: str) -> None:
        """Notes what the account is told: its sums, what is open by month, and the details."""
        self._receipts.append(
            (
                account_id,
                self._month,
                sums.opening,
                sums.charged,
                sums.corrected,
                sums.penalty,
                sums.paid,
                sums.closing,
                self._pay_by,
                debts,
                details,
            )
        )

    def write(self, accounts: Range) -> None:
        """Writes all of them; in a transaction."""
        insert_rows(PenaltyPosting, self._postings)
        if self._postings:
            for row in POSTINGS.rows(**_bounds(accounts)):
                self._add_posting(Posting(*row))
        insert_stored(Movement, MOVEMENT, rows=self._movements)
        insert_stored(Receipt, RECEIPT, rows=self._receipts)

    def _add_posting(self, posting: Posting) -> None:
        is_less = posting.amount < 0
        debit, credit = sides_of(MovementKind.PENALTY, is_negative=is_less, side=Side.PENALTY)
        kind = MovementKind.PENALTY.value
        sides = (debit.value, credit.value)
        amount, month = abs(posting.amount), posting.debt_period
        own = (posting.account, kind, *sides, amount, None, month)
        self._movements.append((*own, *self._posted, SourceTable.PENALTY.value, posting.id))
