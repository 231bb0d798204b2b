"""Corrections by hand: drafts of the open month that calculating it anew leaves alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.cast import Cast, actor_of
from tests.factories import make_account
from tests.month_factories import make_correction, make_month
from vodokanal.billing.ledger import Side
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.services import Service
from vodokanal.models.journal import JournalEntry
from vodokanal.models.ledger import Movement
from vodokanal.models.recalculations import Correction
from vodokanal.operations.corrections import (
    NewCorrection,
    NoServiceError,
    NotByHandError,
    PostedAlreadyError,
    enter_correction,
    withdraw_correction,
)
from vodokanal.operations.entries import (
    AbsurdAmountError,
    EntryRefusedError,
    FutureMonthError,
    NotPositiveError,
    NoWordsError,
)

TODAY = date(2026, 11, 12)
AT = datetime(2026, 11, 12, 9, tzinfo=UTC)
SEPTEMBER, OCTOBER, NOVEMBER = Period(2026, 9), Period(2026, 10), Period(2026, 11)


def corrected(cast: Cast, key: str = "k1", **given: Any) -> Correction:
    """Fifty rubles less for cold water in September."""
    usual = NewCorrection(
        cast.account.id, SEPTEMBER, Decimal("-50.00"), " по  акту 7", Service.COLD
    )
    new = replace(usual, **given)
    return enter_correction(actor_of(cast.dmitry), new, key=key, today=TODAY, at=AT)


def test_correction_waits_in_the_open_month(cast: Cast) -> None:
    make_month(period=SEPTEMBER, state=MonthState.ISSUED)
    row = corrected(cast)
    assert (row.posted_period, row.for_period, row.amount) == (
        OCTOBER,
        SEPTEMBER,
        Decimal("-50.00"),
    )
    assert (row.reason, row.words) == (RecalculationReason.MANUAL, "по акту 7")
    assert Movement.select().count() == 0


def test_correction_of_a_new_account_waits_for_its_first_month(cast: Cast) -> None:
    make_month(period=SEPTEMBER, state=MonthState.ISSUED)
    new = make_account(opened_on=date(2026, 11, 2))
    assert corrected(cast, account_id=new.id).posted_period == NOVEMBER


def test_penalty_is_corrected_without_a_service(cast: Cast) -> None:
    row = corrected(cast, service=None, side=Side.PENALTY)
    assert row.side is Side.PENALTY
    assert row.service is None


def test_sent_twice_it_is_kept_once(cast: Cast) -> None:
    assert corrected(cast) == corrected(cast)
    assert Correction.select().count() == 1


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"amount": Decimal(0)}, NotPositiveError),
        ({"amount": Decimal(-2_000_000)}, AbsurdAmountError),
        ({"words": " "}, NoWordsError),
        ({"for_period": Period(2026, 12)}, FutureMonthError),
        ({"service": None}, NoServiceError),
        ({"side": Side.PENALTY}, NoServiceError),
    ],
)
def test_what_cannot_be_is_refused(
    cast: Cast, given: dict[str, Any], refusal: type[EntryRefusedError]
) -> None:
    with pytest.raises(refusal):
        corrected(cast, **given)
    assert Correction.select().count() == 0


def test_correction_can_be_withdrawn_while_its_month_is_open(cast: Cast) -> None:
    row = corrected(cast)
    for _ in range(2):
        withdraw_correction(actor_of(cast.dmitry), row, today=TODAY, at=AT)
    assert Correction.select().count() == 0
    actions = JournalEntry.select(JournalEntry.action).order_by(JournalEntry.id).tuples()
    assert [action for (action,) in actions] == ["enter_correction", "withdraw_correction"]


def test_correction_of_an_issued_month_stays(cast: Cast) -> None:
    row = corrected(cast)
    make_month(period=NOVEMBER, state=MonthState.ISSUED)
    with pytest.raises(PostedAlreadyError) as caught:
        withdraw_correction(actor_of(cast.dmitry), row, today=TODAY, at=AT)
    assert caught.value.period == NOVEMBER


def test_what_the_calculation_found_is_not_withdrawn(cast: Cast) -> None:
    row = make_correction(account=cast.account, reason=RecalculationReason.TRUE_UP)
    with pytest.raises(NotByHandError):
        withdraw_correction(actor_of(cast.dmitry), row, today=TODAY, at=AT)
