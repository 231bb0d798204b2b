"""The bill for today: the last receipt and everything that came after it, issued or not.

ПП 354 п. 31 д: whoever comes is given at once a paper of what is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from vodokanal.billing.account_months import AccountCharge, ChargedLine
from vodokanal.billing.charges import CannotChargeError
from vodokanal.billing.debt_ages import Age, debt_by_age
from vodokanal.billing.debts import Debts, debts_from_json, fold, folded_on, must_fold_anew
from vodokanal.billing.ledger import Movement as Moved
from vodokanal.billing.ledger import MovementKind, Side, sides_of
from vodokanal.billing.month_ends import penalty_differences
from vodokanal.billing.penalties import PenaltyRates
from vodokanal.billing.periods import Period, months_between
from vodokanal.billing.rates import NoRateError
from vodokanal.billing.receipts import PaperCorrection, PaperLine
from vodokanal.billing.services import CustomerGroup
from vodokanal.billing.statements import StatementRow, Whose
from vodokanal.casework.disputes import held_back
from vodokanal.models.accounts import Account
from vodokanal.operations.balances import find_last_receipt
from vodokanal.operations.calculation import draft, get_basis
from vodokanal.operations.disputed import disputed_months
from vodokanal.operations.due_days import DueDays
from vodokanal.operations.issued_months import posting_month
from vodokanal.operations.ledger import FIRST, LAST, movements_of
from vodokanal.operations.month_rows import Range
from vodokanal.operations.movements import account_statement
from vodokanal.operations.rates import get_rates
from vodokanal.operations.receipt_papers import explained
from vodokanal.operations.statement_papers import whose_on
from vodokanal.operations.waiting_corrections import waiting_corrections

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class FinalMonth:
    """What a closed account is charged for a month that no receipt shows yet."""

    period: Period
    lines: tuple[PaperLine, ...]
    corrections: tuple[PaperCorrection, ...]

    @property
    def charged(self) -> Decimal:
        """The lines together in rubles."""
        return sum((each.amount for each in self.lines), NOTHING)


@dataclass(frozen=True)
class TodaysBill:
    """What is owed on a day, and what that is made of; rubles, debt is positive.

    `opening` is what the receipt of `told` asked for; `rows` came after it; `corrections` stand on
    no receipt yet. `final` are the last months of an account that is closed, or `trouble` says why
    they cannot be charged. `penalty` has grown since and is posted nowhere; None: nobody can say.
    """

    account: Account
    whose: Whose
    on: date
    told: Period | None
    opening: Decimal
    rows: tuple[StatementRow, ...]
    corrections: tuple[PaperCorrection, ...]
    final: tuple[FinalMonth, ...]
    trouble: CannotChargeError | None
    open_month: Period
    ages: Mapping[Age, Decimal]
    owed: Decimal
    penalty: Decimal | None
    disputed: Decimal

    @property
    def to_pay(self) -> Decimal:
        """What is demanded: not what is disputed, and never less than nothing."""
        return max(self.owed - self.disputed, NOTHING)

    @property
    def is_final(self) -> bool:
        """Whether the account is closed and its last charges are in the bill."""
        return bool(self.final)


def get_todays_bill(account: Account, *, today: date, zone: ZoneInfo) -> TodaysBill:
    """The bill of an account; two dozen statements, as many again for each month of a final one.

    Raises:
        NoRateError: no terms of payment cover the month of a debt, or a price is missing.
    """
    last = find_last_receipt(account.id)
    first = FIRST if last is None else last.period.next
    entered = waiting_corrections(account.id, first)
    months, trouble = _final_months(account, posting_month(today), today=today, zone=zone)
    pending = [*_corrected(entered), *_charged(months)]
    before = Debts() if last is None else debts_from_json(last.debts)
    state = _folded(account.id, before, first=first, pending=[each for each in pending if each])
    left = {each.period: each.left for each in state.open}
    statement = account_statement(account.id, first, last=LAST)
    return TodaysBill(
        account=account,
        whose=whose_on(account.id, today),
        on=today,
        told=None if last is None else last.period,
        opening=statement.opening,
        rows=tuple(statement.rows),
        corrections=tuple(_paper(each) for each in entered),
        final=tuple(months),
        trouble=trouble,
        open_month=posting_month(today),
        ages=debt_by_age(state.debts, today),
        owed=state.balance,
        penalty=_penalty(account, state, today=today),
        disputed=held_back(disputed_months(account.id), left),
    )


def _folded(account_id: int, before: Debts, *, first: Period, pending: Sequence[Moved]) -> Debts:
    """What is open after everything that was posted since a receipt and what is still to be."""
    newer = [*movements_of(account_id, first=first), *pending]
    due_days = DueDays()
    if must_fold_anew(before, newer):
        return fold([*movements_of(account_id), *pending], due_days)
    return folded_on(before, newer, due_on=due_days)


def _penalty(account: Account, state: Debts, *, today: date) -> Decimal | None:
    """How the penalties would change were today the last day of a month; as issuing does it."""
    if account.group is not CustomerGroup.POPULATION:
        return NOTHING
    try:
        found = penalty_differences(state, today, rates=PenaltyRates(get_rates()))
    except NoRateError:
        return None
    return sum((each.difference for each in found), NOTHING)


def _final_months(
    account: Account, open_month: Period, *, today: date, zone: ZoneInfo
) -> tuple[list[FinalMonth], CannotChargeError | None]:
    """What a closed account is charged for the months that are not issued; by the rules themselves."""
    if account.closed_on is None or account.closed_on > today:
        return [], None
    found = []
    for period in months_between(open_month, Period.of(account.closed_on)):
        drafts = draft(Range(account.id, account.id, period), get_basis(period, zone=zone))
        if drafts.troubles:
            return [], drafts.troubles[0][1]
        found += [_final(facts.group, period, charge=charge) for facts, charge in drafts.charges]
    return found, None


def _final(group: CustomerGroup, period: Period, *, charge: AccountCharge) -> FinalMonth:
    corrections = tuple(
        PaperCorrection(
            for_period=each.for_period,
            reason=each.reason,
            amount=each.amount,
            service=each.service,
            volume=each.volume,
        )
        for each in charge.corrections
    )
    return FinalMonth(period, tuple(_line(each, group) for each in charge.lines), corrections)


def _line(line: ChargedLine, group: CustomerGroup) -> PaperLine:
    paper = PaperLine(
        service=line.service,
        method=line.method,
        volume=line.volume,
        price=line.price,
        amount=line.amount,
        group=group,
        multiplier=line.multiplier,
        excess=line.excess,
        vat=line.vat,
    )
    return explained(paper, line.inputs)


def _paper(row: Any) -> PaperCorrection:
    return PaperCorrection(
        for_period=row.for_period,
        reason=row.reason,
        amount=row.amount,
        service=row.service,
        side=row.side,
        volume=row.volume,
        words=row.words or row.of_batch or "",
    )


def _corrected(entered: Sequence[Any]) -> Iterator[Moved | None]:
    for row in entered:
        yield _moved(row.amount, row.for_period, side=row.side, posted=row.posted_period)


def _charged(months: Sequence[FinalMonth]) -> Iterator[Moved | None]:
    for month in months:
        for each in month.corrections:
            yield _moved(each.amount, each.for_period, side=each.side, posted=month.period)
        if month.charged:
            yield _movement(
                MovementKind.CHARGE, month.charged, posted=month.period, debt=month.period
            )


def _moved(amount: Decimal, for_period: Period, *, side: Side, posted: Period) -> Moved | None:
    """A correction as issuing will post it: more is owed of that month, less is a credit."""
    if not amount:
        return None
    debt = for_period if amount < 0 else posted
    return _movement(MovementKind.CORRECTION, amount, posted=posted, debt=debt, side=side)


def _movement(
    kind: MovementKind,
    amount: Decimal,
    *,
    posted: Period,
    debt: Period,
    side: Side = Side.PRINCIPAL,
) -> Moved:
    debit, credit = sides_of(kind, is_negative=amount < 0, side=side)
    return Moved(kind, debit, credit, abs(amount), posted.last_day, posted, debt_period=debt)
