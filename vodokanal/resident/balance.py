"""What an account owes: how much, by which day, of which months, and every change of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import render_template
from flask_babel import gettext as _

from vodokanal.billing.ledger import MovementKind
from vodokanal.billing.periods import MONTHS, Period
from vodokanal.billing.statements import StatementRow
from vodokanal.operations.balances import Balance, OpenDebt, get_balance
from vodokanal.operations.movements import Statement, account_statement
from vodokanal.operations.receipts import billed_months
from vodokanal.resident.blueprint import blueprint
from vodokanal.resident.counted import counted_of
from vodokanal.resident.disagreement import disagrees
from vodokanal.resident.months_shown import months_shown
from vodokanal.resident.opening import open_visit
from vodokanal.resident.owing import by_day
from vodokanal.resident.worked_out import Opened, WorkedOut, worked_out
from vodokanal.web.clock import today
from vodokanal.web.dates import day, month
from vodokanal.web.ledger_words import (
    balance_after,
    balance_clause,
    balance_words,
    movement_words,
)
from vodokanal.web.numbers import money, signed_money


@dataclass(frozen=True)
class DebtRow:
    """A month that something is left to pay of."""

    words: str
    sum: str
    is_overdue: bool


@dataclass(frozen=True)
class MovementRow:
    """A change of the balance; `opened` is what it can be opened to, `receipt` the month of it."""

    when: str
    words: str
    sum: str
    is_less: bool
    after: str
    owes_after: bool
    opened: Sequence[Opened]
    receipt: Period | None


@blueprint.get("/<number>/balance/")
def balance(number: str) -> str:
    visit = open_visit(number)
    owed = get_balance(visit.access.account_id, today=today())
    shown = months_shown(visit.account.opened_on, today=today())
    statement = account_statement(visit.access.account_id, shown.first, last=shown.last)
    return render_template(
        "resident/balance.html",
        visit=visit,
        heading=balance_words(owed.amount),
        by_day=by_day(owed),
        debts=_debts(owed),
        owed=owed,
        counted=counted_of(visit, owed),
        shown=shown,
        movements=_movements(visit.access.account_id, statement, is_long=shown.count > MONTHS),
        opening=balance_clause(statement.opening),
        may_disagree=disagrees(visit),
    )


def _debts(owed: Balance) -> list[DebtRow]:
    """The open months, newest first, and what all penalties come to."""
    last = None if owed.last_receipt is None else owed.last_receipt.period
    rows = [_debt(each, last) for each in reversed(owed.debts) if each.principal]
    if owed.penalty:
        rows.append(DebtRow(_("Penalties"), money(owed.penalty), is_overdue=False))
    return rows


def _debt(debt: OpenDebt, last: Period | None) -> DebtRow:
    of_month = month(debt.period)
    is_new = last is not None and debt.period >= last
    words = _("For %(month)s", month=of_month) if is_new else _("Left of %(month)s", month=of_month)
    return DebtRow(words, money(debt.principal), is_overdue=debt.due_on < today())


def _movements(account_id: int, statement: Statement, *, is_long: bool) -> list[MovementRow]:
    """The rows, newest first; years are shown without their columns, which the receipts have."""
    charged = {row.period for row in statement.rows if row.kind in OPENED}
    months = {} if is_long else billed_months(account_id, charged)
    opened = {period: worked_out(each) for period, each in months.items()}
    return [_movement(row, opened) for row in reversed(statement.rows)]


# What a month's row of a kind is opened to.
OPENED: Mapping[MovementKind, str] = {
    MovementKind.CHARGE: "charges",
    MovementKind.CORRECTION: "corrections",
    MovementKind.PENALTY: "penalties",
}


def _movement(row: StatementRow, opened: Mapping[Period, WorkedOut]) -> MovementRow:
    inside: Sequence[Opened] = ()
    if row.kind in OPENED and row.period in opened:
        inside = getattr(opened[row.period], OPENED[row.kind])
    return MovementRow(
        when=day(row.on),
        words=movement_words(row),
        sum=signed_money(row.amount),
        is_less=row.amount < 0,
        after=balance_after(row.balance),
        owes_after=row.balance >= Decimal(0),
        opened=inside,
        receipt=row.period if row.kind in OPENED else None,
    )
