"""What accounts bring along: three kinds, before their first receipt."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.cast import Cast, actor_of
from tests.month_factories import make_month, make_receipt
from vodokanal.billing.ledger import Side
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.payments import OpeningKind
from vodokanal.billing.periods import Period
from vodokanal.models.ledger import Movement
from vodokanal.models.payments import OpeningBalance
from vodokanal.operations.entries import (
    AbsurdAmountError,
    EntryRefusedError,
    FutureDayError,
    FutureMonthError,
)
from vodokanal.operations.opening_balances import (
    HasReceiptsError,
    NewOpening,
    NoMonthError,
    enter_opening,
)

TODAY = date(2026, 11, 12)
AT = datetime(2026, 11, 12, 9, tzinfo=UTC)
AUGUST, SEPTEMBER, OCTOBER = Period(2026, 8), Period(2026, 9), Period(2026, 10)


def brought(cast: Cast, key: str = "k1", **given: Any) -> OpeningBalance:
    """A hundred rubles owed for August."""
    usual = NewOpening(cast.account.id, OpeningKind.DEBT, Decimal(100), date(2026, 10, 1), AUGUST)
    new = replace(usual, **given)
    return enter_opening(actor_of(cast.galina), new, key=key, today=TODAY, at=AT)


@pytest.mark.parametrize(
    ("kind", "sides", "period"),
    [
        (OpeningKind.DEBT, (Side.PRINCIPAL, Side.OPENING), AUGUST),
        (OpeningKind.PENALTY, (Side.PENALTY, Side.OPENING), AUGUST),
        (OpeningKind.ADVANCE, (Side.OPENING, Side.PRINCIPAL), None),
    ],
)
def test_each_kind_is_posted_in_its_own_way(
    cast: Cast, kind: OpeningKind, sides: tuple[Side, Side], period: Period | None
) -> None:
    make_month(period=OCTOBER)
    brought(cast, kind=kind)
    (row,) = Movement.select()
    assert ((row.debit, row.credit), row.debt_period) == (sides, period)
    assert (row.posted_period, row.on) == (OCTOBER, date(2026, 10, 1))


def test_sent_twice_it_is_kept_once(cast: Cast) -> None:
    assert brought(cast) == brought(cast)
    assert Movement.select().count() == 1


def test_advance_names_no_month(cast: Cast) -> None:
    assert brought(cast, kind=OpeningKind.ADVANCE, period=None).period is None


def test_account_with_receipts_brings_nothing_more(cast: Cast) -> None:
    make_month(period=SEPTEMBER, state=MonthState.ISSUING)
    make_receipt(account=cast.account, period=SEPTEMBER)
    with pytest.raises(HasReceiptsError) as caught:
        brought(cast)
    assert caught.value.period == SEPTEMBER


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"period": None}, NoMonthError),
        ({"period": Period(2026, 11), "on": TODAY}, FutureMonthError),
        ({"period": OCTOBER, "on": date(2026, 9, 30)}, FutureMonthError),
        ({"on": date(2026, 12, 1)}, FutureDayError),
        ({"amount": Decimal(200_000_000)}, AbsurdAmountError),
    ],
)
def test_what_cannot_be_is_refused(
    cast: Cast, given: dict[str, Any], refusal: type[EntryRefusedError]
) -> None:
    with pytest.raises(refusal):
        brought(cast, **given)
    assert OpeningBalance.select().count() == 0
