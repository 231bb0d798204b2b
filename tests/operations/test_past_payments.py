"""Payments that come together are kept and posted together."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from tests.cast import Cast, actor_of
from tests.month_factories import make_month
from vodokanal.billing.ledger import Side
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.payments import Channel
from vodokanal.billing.periods import Period
from vodokanal.models.journal import JournalEntry
from vodokanal.models.ledger import Movement
from vodokanal.models.payments import Payment
from vodokanal.operations.past_payments import keep_payments
from vodokanal.operations.payments import NewPayment

TODAY, AT = date(2026, 11, 12), datetime(2026, 11, 12, 9, tzinfo=UTC)


def test_each_payment_has_its_movement_in_the_open_month(cast: Cast) -> None:
    make_month(period=Period(2026, 10), state=MonthState.ISSUED)
    payments = [
        NewPayment(cast.account.id, Decimal(number), date(2026, 11, 5), channel=Channel.POST)
        for number in range(1, 151)
    ]
    assert keep_payments(actor_of(cast.dmitry), payments, today=TODAY, at=AT) == 150
    rows = Movement.select().order_by(Movement.id)
    assert {(row.debit, row.credit, row.posted_period) for row in rows} == {
        (Side.MONEY, Side.PRINCIPAL, Period(2026, 11))
    }
    amounts = {row.id: row.amount for row in Payment.select()}
    assert {row.source_id: row.amount for row in rows} == amounts
    assert len(amounts) == 150


def test_journal_tells_of_them_once(cast: Cast) -> None:
    payment = NewPayment(cast.account.id, Decimal(10), TODAY)
    keep_payments(actor_of(cast.dmitry), [payment, payment], today=TODAY, at=AT)
    entry = JournalEntry.get(JournalEntry.action == "enter_payments")
    assert (entry.actor_name, entry.after) == ("Дмитрий Лебедев", '{"count": 2}')


def test_nothing_is_told_of_nothing(cast: Cast) -> None:
    assert keep_payments(actor_of(cast.dmitry), [], today=TODAY, at=AT) == 0
    assert JournalEntry.select().count() == 0
