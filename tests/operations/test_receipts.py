"""Receipts as they were issued: an account's own months, drafts left out, few statements."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import Cast
from tests.ledgers import charge, correct, issue, pay, penalise, take_back
from tests.month_factories import make_charge_line, make_month, make_recalculation_batch
from tests.statements import statements
from vodokanal.billing.money import rubles
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.payments import Channel
from vodokanal.billing.periods import Period
from vodokanal.billing.services import Service
from vodokanal.operations.receipts import (
    ReceiptNotFoundError,
    ReceivedPayment,
    billed_months,
    get_receipt,
    payments_of,
    receipts_of,
)

SEPTEMBER, OCTOBER, NOVEMBER = Period(2026, 9), Period(2026, 10), Period(2026, 11)


def two_months(cast: Cast) -> None:
    for period in (SEPTEMBER, OCTOBER):
        charge(cast.account, period, "300", service=Service.SEWAGE)
        charge(cast.account, period, "500", service=Service.COLD)
        issue(period, cast.account, cast.vera_account)


def test_receipts_come_newest_first_and_are_ones_own(cast: Cast) -> None:
    two_months(cast)
    found = receipts_of(cast.account.id)
    assert [(each.period, each.charged) for each in found] == [
        (OCTOBER, rubles(800)),
        (SEPTEMBER, rubles(800)),
    ]
    assert {each.account_id for each in found} == {cast.account.id}


def test_no_month_is_issued_yet(cast: Cast) -> None:
    assert receipts_of(cast.account.id) == []
    assert billed_months(cast.account.id, []) == {}


def test_receipt_comes_with_everything_that_it_is_made_of(cast: Cast) -> None:
    charge(cast.account, OCTOBER, "500")
    batch = make_recalculation_batch()
    correct(cast.account, OCTOBER, "-50", batch=batch)
    penalise(cast.account, OCTOBER, "1.25", of=SEPTEMBER)
    issue(OCTOBER, cast.account)
    found = get_receipt(cast.account.id, OCTOBER)
    assert (found.period, found.month.period) == (OCTOBER, OCTOBER)
    assert [each.amount for each in found.lines] == [rubles(500)]
    assert [each.batch.sentence for each in found.corrections] == [batch.sentence]
    assert [each.amount for each in found.penalties] == [rubles("1.25")]


def test_lines_stand_in_the_order_of_a_bill(cast: Cast) -> None:
    two_months(cast)
    lines = get_receipt(cast.account.id, OCTOBER).lines
    assert [each.service for each in lines] == [Service.COLD, Service.SEWAGE]


def test_drafts_of_a_calculated_month_are_not_shown(cast: Cast) -> None:
    make_month(period=NOVEMBER, state=MonthState.CALCULATED)
    make_charge_line(account=cast.account, period=NOVEMBER)
    assert billed_months(cast.account.id, [NOVEMBER]) == {}
    with pytest.raises(ReceiptNotFoundError):
        get_receipt(cast.account.id, NOVEMBER)


def test_years_of_months_cost_four_statements(cast: Cast) -> None:
    two_months(cast)
    with statements() as asked:
        found = billed_months(cast.account.id, [SEPTEMBER, OCTOBER, NOVEMBER])
    assert set(found) == {SEPTEMBER, OCTOBER}
    assert len(asked) == 4


def test_payments_leave_out_what_was_taken_back(cast: Cast) -> None:
    pay(cast.account, SEPTEMBER, "1")
    take_back(pay(cast.account, OCTOBER, "2"), OCTOBER)
    pay(cast.account, OCTOBER, "3", channel=Channel.CARD, received_on=date(2026, 10, 8))
    pay(cast.vera_account, OCTOBER, "4")
    assert payments_of(cast.account.id, since=OCTOBER) == [
        ReceivedPayment(date(2026, 10, 8), rubles(3), Channel.CARD, OCTOBER)
    ]
