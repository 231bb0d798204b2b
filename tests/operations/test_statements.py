"""An account's statement: every row with the balance after it, and the receipts' own sums."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

import pytest

from tests.cast import Cast
from tests.factories import make_account
from tests.issued_town import DECEMBER, NOVEMBER, OCTOBER, Town, make_town
from tests.ledgers import charge, issue, pay
from tests.months import receipt_of
from tests.statements import statements
from vodokanal.billing.ledger import MovementKind
from vodokanal.billing.payments import Channel
from vodokanal.billing.periods import Period, months_between
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.services import Service
from vodokanal.operations.statements import Statement, StatementLine, statement_of

FIRST, LAST = date(2026, 10, 1), date(2027, 1, 31)
CHARGE, PAYMENT, CORRECTION, REVERSAL, PENALTY, OPENING = (
    MovementKind.CHARGE,
    MovementKind.PAYMENT,
    MovementKind.CORRECTION,
    MovementKind.REVERSAL,
    MovementKind.PENALTY,
    MovementKind.OPENING,
)


@pytest.fixture
def town(cast: Cast) -> Town:
    """Three issued months and a payment of the open one."""
    return make_town(cast)


def short(found: Statement) -> list[tuple[MovementKind, str, str]]:
    return [(row.kind, str(row.amount), str(row.balance)) for row in found.rows]


def test_every_row_has_the_balance_after_it(town: Town) -> None:
    found = statement_of(town.cast.account.id, FIRST, last=LAST)
    assert short(found) == [
        (CHARGE, "756.51", "756.51"),
        (PAYMENT, "-500.00", "256.51"),
        (CHARGE, "715.36", "971.87"),
        (CORRECTION, "-50.00", "921.87"),
        (CORRECTION, "20.00", "941.87"),
        (REVERSAL, "500.00", "1441.87"),
        (PAYMENT, "-256.51", "1185.36"),
        (CHARGE, "715.36", "1900.72"),
        (PENALTY, "2.14", "1902.86"),
    ]
    assert (found.opening, found.closing) == (Decimal(0), Decimal("1902.86"))


@pytest.mark.parametrize("period", [OCTOBER, NOVEMBER, DECEMBER])
def test_statement_of_a_month_has_the_sums_of_its_receipt(town: Town, period: Period) -> None:
    receipt = receipt_of(town.cast.account, period)
    found = statement_of(town.cast.account.id, period.first_day, last=period.last_day)
    assert (found.opening, found.closing) == (receipt.opening, receipt.closing)


def test_charges_of_a_month_are_one_row_with_their_services(town: Town) -> None:
    row = statement_of(town.cast.account.id, FIRST, last=FIRST).rows[0]
    assert row.lines == (
        StatementLine(Service.COLD, Decimal("134.98"), 1),
        StatementLine(Service.HOT, Decimal("444.51"), 2),
        StatementLine(Service.SEWAGE, Decimal("177.02"), 3),
    )
    assert (row.on, row.period) == (OCTOBER.last_day, OCTOBER)


def test_payment_says_how_it_came_and_whether_it_was_taken_back(town: Town) -> None:
    rows = statement_of(town.cast.account.id, FIRST, last=LAST).rows
    first, back, second = (row for row in rows if row.payment is not None)
    assert (first.channel, first.is_taken_back, first.payment) == (Channel.DESK, True, 2)
    assert (back.words, back.payment) == ("чужой счёт", 2)
    assert (second.is_taken_back, second.period) == (False, OCTOBER)


def test_correction_says_why_and_for_which_month(town: Town) -> None:
    rows = statement_of(town.cast.account.id, FIRST, last=LAST).rows
    fixed = [row for row in rows if row.kind is CORRECTION]
    assert {(row.reason, row.words, row.period) for row in fixed} == {
        (RecalculationReason.MANUAL, "по акту", OCTOBER)
    }


def test_what_was_brought_along_comes_first(town: Town) -> None:
    found = statement_of(town.cast.vera_account.id, FIRST, last=FIRST)
    assert short(found) == [
        (OPENING, "1000.00", "1000.00"),
        (OPENING, "12.34", "1012.34"),
        (PENALTY, "16.95", "1029.29"),
    ]


def test_months_without_movements_have_no_rows(town: Town) -> None:
    found = statement_of(town.cast.account.id, date(2030, 1, 1), last=date(2030, 2, 1))
    assert (found.rows, found.closing) == ((), Decimal("1902.86"))


def test_ten_years_take_three_statements_and_no_time(cast: Cast) -> None:
    account, months = make_account(), list(months_between(Period(2016, 11), OCTOBER))
    for period in months:
        for service in Service:
            charge(account, period, "100.00", service=service)
        pay(account, period, "250.00")
    issue(OCTOBER, account)
    with statements() as asked:
        statement_of(account.id, months[0].first_day, last=OCTOBER.last_day)
    assert len(asked) == 3
    began = time.process_time()
    found = statement_of(account.id, months[0].first_day, last=OCTOBER.last_day)
    assert time.process_time() - began < 0.06
    assert (len(found.rows), found.closing) == (240, Decimal("6000.00"))
