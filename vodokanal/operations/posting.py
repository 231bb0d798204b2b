"""Posting a slice of a calculated month: what every account owes at its end, penalties included."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from peewee import JOIN

from vodokanal.billing.debts import Debts, FoldAnewError, debts_from_json, debts_to_json
from vodokanal.billing.ledger import Movement as Moved
from vodokanal.billing.ledger import MovementKind, Side
from vodokanal.billing.money import from_kopecks, kopecks
from vodokanal.billing.month_ends import MonthEnd, PenaltyDifference, month_end
from vodokanal.billing.penalty_inputs import penalty_to_json
from vodokanal.billing.periods import Period
from vodokanal.billing.services import CustomerGroup
from vodokanal.models.ledger import Movement
from vodokanal.models.payments import PaymentReversal
from vodokanal.models.prepared import Prepared, slot
from vodokanal.operations.earlier_receipts import entered_up_to, told_last
from vodokanal.operations.issue_rows import (
    Before,
    Fix,
    IssuedRows,
    Sums,
    corrections_in,
    lines_in,
    receipts_before,
)
from vodokanal.operations.ledger import COLUMNS, FIRST, TAKEN_BACK, moved_of, movements_of
from vodokanal.operations.month_rows import Range
from vodokanal.operations.receipt_facts import Told, completed

NOTHING_BEFORE = Before(0, "", "")
ENTERED: Prepared[tuple[Any, ...]] = Prepared(
    lambda: (
        Movement.select(Movement.account, *COLUMNS)
        .join(PaymentReversal, JOIN.LEFT_OUTER, on=TAKEN_BACK)
        .where(
            Movement.account.between(
                slot("first", Movement.account), slot("last", Movement.account)
            ),
            Movement.posted_period.between(
                slot("from_month", Movement.posted_period),
                slot("to_month", Movement.posted_period),
            ),
        )
        .order_by(Movement.account, Movement.on, Movement.id)
        .tuples()
    )
)


@dataclass(frozen=True)
class Terms:
    """What a month is issued by: the month before it, and how its debts and penalties end."""

    period: Period
    previous: Period | None
    at: datetime
    # With the rates of citizens' penalties, and without: organisations have other rules.
    household: MonthEnd
    other: MonthEnd

    def end_for(self, group: CustomerGroup) -> MonthEnd:
        """How the month ends for a group of customers."""
        return self.household if group is CustomerGroup.POPULATION else self.other


@dataclass(slots=True)
class _Month:
    """An account's month while its rows are read, in kopecks."""

    charged: int = 0
    corrected: int = 0
    opened: int = 0
    paid: int = 0
    # What was entered, and what is written with the month itself.
    moved: list[Moved] = field(default_factory=list)
    fixed: list[Moved] = field(default_factory=list)
    last_payment: Moved | None = None

    def take_correction(self, fix: Fix, moved: Moved) -> None:
        """Adds a correction."""
        self.corrected += fix.amount
        if fix.amount:
            self.fixed.append(moved)

    def take_movement(self, moved: Moved) -> None:
        """Adds what was entered since the last receipt."""
        effect = kopecks(moved.effect)
        if moved.kind is MovementKind.OPENING:
            self.opened += effect
        else:
            self.paid -= effect
        last = self.last_payment
        if moved.kind is MovementKind.PAYMENT and (last is None or moved.on >= last.on):
            self.last_payment = moved
        self.moved.append(moved)

    @property
    def is_nothing(self) -> bool:
        """Whether nothing happened."""
        return not (self.charged or self.moved or self.fixed)


def posted_rows(accounts: Range, details: Mapping[int, Told], *, terms: Terms) -> IssuedRows:
    """What issuing writes for a range of accounts, as their rows are in this transaction.

    Raises:
        NoRateError: a day that costs a penalty and has no rate.
    """
    pay_by = terms.household.due_on(accounts.period)
    issued = IssuedRows(accounts.period, pay_by=pay_by, at=terms.at)
    months = _months(accounts, issued, terms=terms)
    before = receipts_before(accounts, terms.previous)
    if terms.previous is not None:
        unknown = {each: told for each, told in details.items() if each not in before}
        before |= _carried_over(months, unknown, until=terms.previous)
    for account_id, told in details.items():
        month, last = months[account_id], before.get(account_id, NOTHING_BEFORE)
        if month.is_nothing and not last.closing and _is_closed(told, accounts.period):
            continue
        _add_receipt(issued, account_id, known=(month, last, told), end=terms.end_for(told.group))
    return issued


def _months(accounts: Range, issued: IssuedRows, *, terms: Terms) -> dict[int, _Month]:
    months: dict[int, _Month] = defaultdict(_Month)
    lines = lines_in(accounts)
    issued.add_charges(lines)
    for line in lines:
        months[line.account].charged += line.amount
    for fix in corrections_in(accounts):
        months[fix.account].take_correction(fix, issued.correction_moved(fix))
        issued.add_correction(fix)
    for account_id, moved in entered_in(accounts, since=terms.previous):
        months[account_id].take_movement(moved)
    return months


def _carried_over(
    months: dict[int, _Month], details: Mapping[int, Told], *, until: Period
) -> dict[int, Before]:
    """Adds what was posted since the last receipt of accounts that the month before gave none.

    Gives these receipts. Accounts that were closed long before and where nothing happens are left.
    """
    ids = [
        account_id
        for account_id, told in details.items()
        if not (months[account_id].is_nothing and _is_closed(told, until))
    ]
    if not ids:
        return {}
    last = told_last(ids)
    for account_id, moved in entered_up_to(ids, until):
        if account_id not in last or moved.posted_period > last[account_id][0]:
            months[account_id].take_movement(moved)
    return {account_id: receipt for account_id, (_, receipt) in last.items()}


def _add_receipt(
    issued: IssuedRows,
    account_id: int,
    *,
    known: tuple[_Month, Before, Told],
    end: MonthEnd,
) -> None:
    month, last, told = known
    state, penalties = _ended(account_id, month, debts=last.debts, end=end)
    if end.rates is not None:
        for found in penalties:
            inputs = penalty_to_json(found, end.period.last_day, rates=end.rates)
            issued.add_penalty(account_id, found, inputs=inputs)
    sums = Sums(
        opening=last.closing + month.opened,
        charged=month.charged,
        corrected=month.corrected,
        penalty=sum(kopecks(found.difference) for found in penalties),
        paid=month.paid,
    )
    details = completed(told.details, last.details, paid=_paid(month.last_payment))
    issued.add_receipt(account_id, sums, debts=debts_to_json(state), details=details)


def _ended(
    account_id: int, month: _Month, *, debts: str, end: MonthEnd
) -> tuple[Debts, list[PenaltyDifference]]:
    """What is open at the month's end, and the penalties to be posted."""
    written = list(month.fixed)
    if month.charged:
        written.append(_charge(month.charged, end.period))
    moved = [*month.moved, *written]
    state = debts_from_json(debts) if debts else Debts()
    try:
        return month_end(state, moved, end=end)
    except FoldAnewError:
        moved = [*movements_of(account_id, last=end.period), *written]
        return month_end(Debts(), moved, end=end)


def _charge(amount: int, period: Period) -> Moved:
    """All charges of a month as one movement: together they are one debt."""
    return Moved(
        MovementKind.CHARGE,
        Side.PRINCIPAL,
        Side.REVENUE,
        from_kopecks(amount),
        period.last_day,
        period,
        debt_period=period,
    )


def entered_in(accounts: Range, *, since: Period | None) -> list[tuple[int, Moved]]:
    """What was entered after a month and up to the range's own, by account; one statement."""
    rows = ENTERED.rows(
        first=accounts.first,
        last=accounts.last,
        from_month=FIRST if since is None else since.next,
        to_month=accounts.period,
    )
    return [(account_id, moved_of(row)) for account_id, *row in rows]


def _paid(payment: Moved | None) -> dict[str, str] | None:
    return None if payment is None else {"on": str(payment.on), "amount": str(payment.amount)}


def _is_closed(told: Told, period: Period) -> bool:
    return told.closed_on is not None and told.closed_on <= period.first_day
