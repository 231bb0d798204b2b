"""Which months are closed, and which one takes what is entered now."""

from __future__ import annotations

from datetime import date

import pytest

from tests.engines import Engine
from tests.month_factories import make_month
from tests.statements import statements
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.operations.issued_months import (
    earliest_open_month,
    issued_months,
    last_issued_month,
    posting_month,
)

TODAY = date(2026, 11, 12)
AUGUST, SEPTEMBER, OCTOBER, NOVEMBER = (Period(2026, month) for month in (8, 9, 10, 11))


def test_before_anything_is_calculated_it_is_the_month_of_the_day(database: Engine) -> None:
    assert (earliest_open_month(TODAY), posting_month(TODAY)) == (NOVEMBER, NOVEMBER)
    assert (last_issued_month(), issued_months()) == (None, [])


def test_before_anything_is_issued_it_is_the_first_month_begun(database: Engine) -> None:
    make_month(period=SEPTEMBER)
    make_month(period=OCTOBER, state=MonthState.CALCULATING)
    assert (earliest_open_month(TODAY), posting_month(TODAY)) == (SEPTEMBER, SEPTEMBER)


def test_after_that_it_is_the_month_after_the_last_issued(database: Engine) -> None:
    make_month(period=SEPTEMBER, state=MonthState.ISSUED)
    make_month(period=AUGUST, state=MonthState.ISSUED)
    make_month(period=OCTOBER)
    assert (earliest_open_month(TODAY), posting_month(TODAY)) == (OCTOBER, OCTOBER)
    assert (last_issued_month(), issued_months()) == (SEPTEMBER, [AUGUST, SEPTEMBER])


def test_month_that_is_being_issued_is_open_but_takes_nothing_more(database: Engine) -> None:
    make_month(period=SEPTEMBER, state=MonthState.ISSUED)
    make_month(period=OCTOBER, state=MonthState.ISSUING)
    assert (earliest_open_month(TODAY), posting_month(TODAY)) == (OCTOBER, NOVEMBER)


@pytest.mark.parametrize("ask", [earliest_open_month, posting_month])
def test_it_takes_one_statement(database: Engine, ask: object) -> None:
    with statements() as asked:
        ask(TODAY)  # type: ignore[operator]
    assert len(asked) == 1
