"""Statements and certificates are the ledger's own sums."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import Cast
from tests.factories import make_holder, make_setting
from tests.month_factories import (
    make_correction,
    make_month,
    make_movement,
    make_payment,
    make_payment_reversal,
    make_receipt,
)
from tests.statements import statements
from vodokanal.billing.ledger import MovementKind, Side
from vodokanal.billing.money import rubles
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.payments import Channel
from vodokanal.billing.periods import Period
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.receipts import LastPayment, Requisites
from vodokanal.billing.statements import NoDebtCertificate, NotDebtFreeError, Whose
from vodokanal.models.accounts import Account, Holder
from vodokanal.models.ledger import SourceTable
from vodokanal.models.months import BillingMonth
from vodokanal.models.payments import Payment
from vodokanal.operations.statement_papers import get_certificate, get_statement

SEPTEMBER, OCTOBER, NOVEMBER = Period(2026, 9), Period(2026, 10), Period(2026, 11)
TODAY = date(2026, 11, 12)
ADDRESS = "ул. Речная, д.\N{NO-BREAK SPACE}5, кв.\N{NO-BREAK SPACE}12"


def charge(account: Account, period: Period, amount: str) -> None:
    make_movement(
        account=account,
        amount=amount,
        on=period.last_day,
        posted_period=period,
        debt_period=period,
    )


def pay(account: Account, amount: str, *, on: date, channel: Channel = Channel.BANK) -> Payment:
    payment = make_payment(account=account, amount=amount, received_on=on, channel=channel)
    make_movement(
        account=account,
        kind=MovementKind.PAYMENT,
        debit=Side.MONEY,
        credit=Side.PRINCIPAL,
        amount=amount,
        service=None,
        debt_period=None,
        on=on,
        posted_period=Period.of(on),
        source_table=SourceTable.PAYMENT,
        source_id=payment.id,
    )
    return payment


def close(month: BillingMonth) -> None:
    BillingMonth.update(state=MonthState.ISSUED).where(BillingMonth.id == month.id).execute()


@pytest.fixture
def moved(cast: Cast) -> Account:
    """Anna's autumn: three charges, two payments."""
    charge(cast.account, SEPTEMBER, "100")
    pay(cast.account, "60", on=date(2026, 10, 8), channel=Channel.POST)
    charge(cast.account, OCTOBER, "173.78")
    charge(cast.vera_account, OCTOBER, "999")
    pay(cast.account, "213.78", on=date(2026, 11, 9))
    return cast.account


def test_statement_begins_with_what_was_owed_before(moved: Account) -> None:
    paper = get_statement(moved.id, OCTOBER, last=OCTOBER)
    assert (paper.opening, paper.closing) == (rubles("100"), rubles("213.78"))
    assert [(row.kind, row.on, row.balance, row.channel) for row in paper.rows] == [
        (MovementKind.PAYMENT, date(2026, 10, 8), rubles("40"), Channel.POST),
        (MovementKind.CHARGE, date(2026, 10, 31), rubles("213.78"), None),
    ]


def test_statement_begins_with_the_closing_of_the_receipt_before(moved: Account) -> None:
    make_receipt(account=moved, opening="100", paid="60", closing="213.78")
    close(make_month())
    charge(moved, NOVEMBER, "50")
    paper = get_statement(moved.id, Period(2026, 12), last=Period(2026, 12))
    assert (paper.opening, paper.rows) == (rubles("50"), ())
    assert get_statement(moved.id, NOVEMBER, last=NOVEMBER).opening == rubles("213.78")


def test_statement_since_the_first_of_all_months_begins_with_nothing(moved: Account) -> None:
    assert get_statement(moved.id, Period(1, 1), last=OCTOBER).opening == rubles("0")


def test_statement_of_all_months_ends_with_the_balance(moved: Account) -> None:
    paper = get_statement(moved.id, Period(2020, 1), last=NOVEMBER)
    assert (paper.opening, paper.charged, paper.paid) == tuple(
        map(rubles, ("0", "273.78", "273.78"))
    )
    assert (len(paper.rows), paper.closing) == (4, rubles("0"))


def test_statement_of_ten_years_is_five_statements(moved: Account) -> None:
    with statements() as asked:
        get_statement(moved.id, Period(2017, 1), last=Period(2026, 12))
    assert len(asked) == 5


def test_statement_names_who_held_the_account_at_its_end(moved: Account) -> None:
    Holder.update(ends_on=date(2026, 10, 31)).where(Holder.account == moved).execute()
    make_holder(account=moved, name="Новиков Пётр", starts_on=date(2026, 11, 1))
    make_setting("utility_name", "МУП «Водоканал»")
    found = get_statement(moved.id, SEPTEMBER, last=OCTOBER).whose
    assert found == Whose(
        "12-34", "Иванова Анна Петровна", ADDRESS, Requisites(utility_name="МУП «Водоканал»")
    )
    assert get_statement(moved.id, SEPTEMBER, last=NOVEMBER).whose.holder == "Новиков Пётр"


def test_account_that_never_had_a_holder_has_a_statement(cast: Cast) -> None:
    Holder.delete().execute()
    paper = get_statement(cast.account.id, OCTOBER, last=OCTOBER)
    assert (paper.whose.holder, paper.rows) == ("", ())


def test_who_owes_nothing_gets_a_certificate(moved: Account) -> None:
    found = get_certificate(moved.id, TODAY)
    assert found == NoDebtCertificate(
        found.whose, TODAY, rubles("0"), LastPayment(date(2026, 11, 9), rubles("213.78"))
    )
    assert found.whose.number == "12-34"


def test_payment_that_was_taken_back_is_not_the_last_one(moved: Account) -> None:
    make_payment_reversal(pay(moved, "5", on=date(2026, 11, 10)))
    found = get_certificate(moved.id, TODAY)
    assert (found.paid_ahead, found.last_payment) == (
        rubles("5"),
        LastPayment(date(2026, 11, 9), rubles("213.78")),
    )


def test_corrections_that_wait_for_a_receipt_are_said(moved: Account) -> None:
    waits = {"posted_period": NOVEMBER, "for_period": OCTOBER}
    make_correction(account=moved, amount=rubles("-50"), words="По акту", **waits)
    make_correction(account=moved, amount=rubles("-7"), reason=RecalculationReason.TRUE_UP, **waits)
    found = get_certificate(moved.id, TODAY)
    assert (found.paid_ahead, found.waiting) == (rubles("0"), rubles("-50"))


def test_who_never_paid_and_owes_nothing_gets_one_too(cast: Cast) -> None:
    assert get_certificate(cast.account.id, TODAY).last_payment is None


def test_who_owes_the_newest_receipt_gets_none(moved: Account) -> None:
    charge(moved, NOVEMBER, "0.01")
    with pytest.raises(NotDebtFreeError) as refused:
        get_certificate(moved.id, TODAY)
    assert refused.value.balance == rubles("0.01")
