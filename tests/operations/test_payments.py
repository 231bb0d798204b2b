"""Payments by hand: kept once, posted in the open month, taken back by another row."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.cast import Cast, actor_of
from tests.factories import make_setting
from tests.month_factories import make_month
from vodokanal.billing.ledger import MovementKind, Side
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.payments import Channel
from vodokanal.billing.periods import Period
from vodokanal.models.journal import JournalEntry
from vodokanal.models.ledger import Movement, SourceTable
from vodokanal.models.payments import Payment, PaymentReversal
from vodokanal.operations.accounts import AccountNotFoundError
from vodokanal.operations.entries import (
    AbsurdAmountError,
    AbsurdDayError,
    EntryRefusedError,
    FutureDayError,
    FutureMonthError,
    NotPositiveError,
    NoWordsError,
)
from vodokanal.operations.payments import (
    NewPayment,
    NewReversal,
    TakenBackAlreadyError,
    enter_payment,
    reverse_payment,
)
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError

TODAY = date(2026, 11, 12)
AT = datetime(2026, 11, 12, 9, tzinfo=UTC)
SEPTEMBER, OCTOBER, NOVEMBER = Period(2026, 9), Period(2026, 10), Period(2026, 11)


def new_payment(cast: Cast, **given: Any) -> NewPayment:
    """Five hundred rubles for September, at the desk."""
    usual = NewPayment(
        cast.account.id,
        Decimal("500.00"),
        date(2026, 11, 10),
        SEPTEMBER,
        Channel.DESK,
        "  чек  17 ",
    )
    return replace(usual, **given)


def entered(cast: Cast, key: str = "k1", **given: Any) -> Payment:
    actor = actor_of(cast.galina)
    return enter_payment(actor, new_payment(cast, **given), key=key, today=TODAY, at=AT)


def taken_back(cast: Cast, payment: Payment, key: str = "b1", reason: str = " не  туда ") -> Any:
    new = NewReversal(payment.id, reason)
    return reverse_payment(actor_of(cast.dmitry), new, key=key, today=TODAY, at=AT)


def movements() -> list[tuple[Any, ...]]:
    return list(
        Movement.select(
            *(Movement.kind, Movement.debit, Movement.credit, Movement.amount, Movement.on),
            *(Movement.debt_period, Movement.posted_period, Movement.source_table),
        )
        .order_by(Movement.id)
        .tuples()
    )


def test_payment_is_kept_and_posted(cast: Cast) -> None:
    make_month(period=SEPTEMBER, state=MonthState.ISSUED)
    payment = entered(cast)
    assert (payment.document, payment.employee_id) == ("чек 17", cast.galina.id)
    assert movements() == [
        (
            MovementKind.PAYMENT,
            Side.MONEY,
            Side.PRINCIPAL,
            Decimal("500.00"),
            date(2026, 11, 10),
            SEPTEMBER,
            OCTOBER,
            SourceTable.PAYMENT,
        )
    ]


def test_payment_taken_back_is_the_same_with_the_sides_changed(cast: Cast) -> None:
    payment = entered(cast)
    reversal = taken_back(cast, payment)
    assert (reversal.reason, reversal.reversed_on) == ("не туда", TODAY)
    first, second = movements()
    assert second == (
        MovementKind.REVERSAL,
        Side.PRINCIPAL,
        Side.MONEY,
        *first[3:7],
        SourceTable.REVERSAL,
    )


def test_payment_is_not_taken_back_before_it_came(cast: Cast) -> None:
    # Nobody had begun a month, so it was posted in the calendar's own.
    payment = entered(cast)
    make_month(period=OCTOBER, state=MonthState.CALCULATED)
    taken_back(cast, payment)
    assert [row[6] for row in movements()] == [NOVEMBER, NOVEMBER]


def test_payment_sent_twice_is_kept_once(cast: Cast) -> None:
    assert entered(cast) == entered(cast)
    assert (Payment.select().count(), Movement.select().count()) == (1, 1)
    with pytest.raises(KeyReusedError):
        entered(cast, amount=Decimal(400))


def test_reversal_sent_twice_is_kept_once(cast: Cast) -> None:
    payment = entered(cast)
    assert taken_back(cast, payment) == taken_back(cast, payment)
    assert (PaymentReversal.select().count(), Movement.select().count()) == (1, 2)


def test_payment_is_taken_back_once(cast: Cast) -> None:
    payment = entered(cast)
    reversal = taken_back(cast, payment)
    with pytest.raises(TakenBackAlreadyError) as caught:
        taken_back(cast, payment, key="b2")
    assert caught.value.reversal == reversal


def test_reversal_needs_a_reason(cast: Cast) -> None:
    payment = entered(cast)
    with pytest.raises(NoWordsError):
        taken_back(cast, payment, reason=" \n ")
    assert PaymentReversal.select().count() == 0


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"amount": Decimal(0)}, NotPositiveError),
        ({"amount": Decimal("-5.00")}, NotPositiveError),
        ({"amount": Decimal("1000000.01")}, AbsurdAmountError),
        ({"received_on": date(2026, 11, 13)}, FutureDayError),
        ({"received_on": date(1926, 11, 13)}, AbsurdDayError),
        ({"period": Period(2026, 12)}, FutureMonthError),
        ({"period": Period(1999, 12)}, AbsurdDayError),
    ],
)
def test_what_cannot_be_is_refused(
    cast: Cast, given: dict[str, Any], refusal: type[EntryRefusedError]
) -> None:
    with pytest.raises(refusal):
        entered(cast, **given)
    assert (Payment.select().count(), Movement.select().count()) == (0, 0)


def test_largest_payment_is_a_setting(cast: Cast) -> None:
    make_setting("largest_payment", "400")
    with pytest.raises(AbsurdAmountError) as caught:
        entered(cast)
    assert caught.value.most == 400


def test_payment_of_nobody_is_refused(cast: Cast) -> None:
    with pytest.raises(AccountNotFoundError):
        entered(cast, account_id=999_999)


def test_payment_without_a_key_is_refused(cast: Cast) -> None:
    with pytest.raises(MissingKeyError):
        entered(cast, key="")


def test_payment_may_name_no_month(cast: Cast) -> None:
    assert entered(cast, period=None).period is None


def test_journal_says_who_entered_it_and_who_took_it_back(cast: Cast) -> None:
    taken_back(cast, entered(cast))
    entries = list(JournalEntry.select().order_by(JournalEntry.id))
    assert [(each.action, each.actor_name) for each in entries] == [
        ("enter_payment", "Галина Орлова"),
        ("reverse_payment", "Дмитрий Лебедев"),
    ]
    assert json.loads(entries[0].after)["amount"] == "500.00"
    assert json.loads(entries[1].after) == {"reason": "не туда"}
