"""Statements of an account: what was owed before, each change, the balance after it."""

from __future__ import annotations

from datetime import date

from tests.cast import Cast
from tests.ledgers import (
    balance_of,
    bring,
    charge,
    correct,
    issue,
    make_random_ledger,
    pay,
    take_back,
)
from tests.statements import statements
from vodokanal.billing.ledger import MovementKind
from vodokanal.billing.money import rubles
from vodokanal.billing.payments import Channel, OpeningKind
from vodokanal.billing.periods import Period, months_between
from vodokanal.billing.services import Service
from vodokanal.operations.movements import account_statement, newest_payments

SEPTEMBER, OCTOBER, NOVEMBER = Period(2026, 9), Period(2026, 10), Period(2026, 11)
Told = tuple[MovementKind, str, str]


def told(cast: Cast, first: Period, last: Period) -> list[Told]:
    """The rows: kind, amount, balance after it."""
    rows = account_statement(cast.account.id, first, last=last).rows
    return [(row.kind, str(row.amount), str(row.balance)) for row in rows]


def two_months(cast: Cast) -> None:
    charge(cast.account, SEPTEMBER, "500", service=Service.COLD)
    charge(cast.account, SEPTEMBER, "322.12", service=Service.SEWAGE)
    issue(SEPTEMBER, cast.account)
    pay(cast.account, OCTOBER, "462.37", channel=Channel.BANK)
    charge(cast.account, OCTOBER, "874.81")
    correct(cast.account, OCTOBER, "-50")
    issue(OCTOBER, cast.account)
    pay(cast.account, NOVEMBER, "100", channel=Channel.CARD)


def test_month_is_one_row_and_each_payment_another(cast: Cast) -> None:
    two_months(cast)
    assert told(cast, SEPTEMBER, NOVEMBER) == [
        (MovementKind.CHARGE, "822.12", "822.12"),
        (MovementKind.PAYMENT, "-462.37", "359.75"),
        (MovementKind.CHARGE, "874.81", "1234.56"),
        (MovementKind.CORRECTION, "-50.00", "1184.56"),
        (MovementKind.PAYMENT, "-100.00", "1084.56"),
    ]


def test_later_months_begin_with_what_was_owed(cast: Cast) -> None:
    two_months(cast)
    statement = account_statement(cast.account.id, NOVEMBER, last=NOVEMBER)
    assert (statement.opening, statement.closing) == (rubles("1184.56"), rubles("1084.56"))
    assert [row.channel for row in statement.rows] == [Channel.CARD]


def test_months_not_issued_yet_are_added_before(cast: Cast) -> None:
    two_months(cast)
    december = account_statement(cast.account.id, NOVEMBER.next, last=NOVEMBER.next)
    assert (december.opening, december.rows) == (rubles("1084.56"), ())


def test_account_without_movements_owes_nothing(cast: Cast) -> None:
    statement = account_statement(cast.account.id, SEPTEMBER, last=NOVEMBER)
    assert (statement.opening, statement.closing) == (rubles(0), rubles(0))


def test_payment_taken_back_keeps_its_channel(cast: Cast) -> None:
    bring(cast.account, OCTOBER, "70", kind=OpeningKind.DEBT, period=SEPTEMBER)
    take_back(pay(cast.account, OCTOBER, "30", channel=Channel.POST), OCTOBER)
    rows = account_statement(cast.account.id, OCTOBER, last=OCTOBER).rows
    assert [(row.kind, row.channel) for row in rows] == [
        (MovementKind.OPENING, None),
        (MovementKind.PAYMENT, Channel.POST),
        (MovementKind.REVERSAL, Channel.POST),
    ]


def test_every_month_ends_with_the_ledgers_own_sum(cast: Cast) -> None:
    months = list(months_between(Period(2025, 10), NOVEMBER))
    make_random_ledger([cast.account, cast.vera_account], months, seed=7)
    for last in months:
        for first in (months[0], last.previous, last):
            statement = account_statement(cast.account.id, first, last=last)
            assert statement.closing == balance_of(cast.account, until=last)


def test_years_cost_two_statements(cast: Cast) -> None:
    two_months(cast)
    with statements() as asked:
        account_statement(cast.account.id, Period(2016, 12), last=NOVEMBER)
    assert len(asked) == 2


def test_newest_payments_are_those_of_the_whole_utility(cast: Cast) -> None:
    assert newest_payments() == {}
    pay(cast.account, OCTOBER, "1", channel=Channel.BANK, received_on=date(2026, 10, 8))
    pay(cast.vera_account, NOVEMBER, "1", channel=Channel.BANK, received_on=date(2026, 11, 10))
    pay(cast.vera_account, NOVEMBER, "1", channel=Channel.CARD, received_on=date(2026, 11, 12))
    with statements() as asked:
        found = newest_payments()
    assert found == {Channel.BANK: date(2026, 11, 10), Channel.CARD: date(2026, 11, 12)}
    assert len(asked) == 1
