"""A correction is what is right now, less what has been charged and posted already."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.billing.stories import as_posted, month
from vodokanal.billing.account_months import CorrectionLine, PostedCorrection
from vodokanal.billing.correction_lines import (
    NO_CAUSE,
    NOTHING,
    Cause,
    Stand,
    Total,
    correction,
    posted_causes,
    posted_totals,
)
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.services import Service

JUNE = (month("2026-06"), Service.COLD)
ABSENCE, CHECK = RecalculationReason.ABSENCE, RecalculationReason.CHECK
TOTALS = st.builds(
    Total,
    st.decimals(-1000, 1000, places=6),
    st.decimals(-100_000, 100_000, places=2),
)


def total(volume: str, amount: str) -> Total:
    return Total(Decimal(volume), Decimal(amount))


def corrected(right: Total, was: Total = NOTHING, cause: Cause = NO_CAUSE) -> list[CorrectionLine]:
    stand = Stand(right, was)
    return correction(JUNE, ABSENCE, stand=stand, explained={"people": 2}, cause=cause)


def posted(amount: str, **changes: Any) -> PostedCorrection:
    (line,) = corrected(total("-1.000", amount), cause=Cause("absence", 3))
    return replace(as_posted(line), **changes)


def test_a_correction_says_what_is_and_what_was() -> None:
    (line,) = corrected(total("-1.500", "-75.00"), total("-1.000", "-50.00"), Cause("absence", 3))
    assert (line.for_period, line.service) == JUNE
    assert (line.volume, line.amount) == (Decimal("-0.500"), Decimal("-25.00"))
    assert (line.reason, line.cause_table, line.cause_id) == (ABSENCE, "absence", 3)
    assert json.loads(line.inputs) == {
        "is": "-75.00",
        "was": "-50.00",
        "is_volume": "-1.500",
        "was_volume": "-1.000",
        "people": 2,
    }


def test_no_difference_is_no_line() -> None:
    assert corrected(total("1.000", "50.00"), total("1.000000", "50")) == []


@pytest.mark.parametrize(("volume", "amount"), [("0.001", "0.00"), ("0.000", "0.01")])
def test_a_difference_of_either_is_a_line(volume: str, amount: str) -> None:
    (line,) = corrected(total(volume, amount))
    assert (str(line.volume), str(line.amount)) == (volume, amount)


@given(TOTALS, TOTALS)
def test_what_was_and_the_correction_are_what_is(right: Total, was: Total) -> None:
    lines = [as_posted(each) for each in corrected(right, was)]
    assert posted_totals(lines, {ABSENCE}).get(JUNE, NOTHING).plus(was) == right.plus(NOTHING)
    again = was.plus(posted_totals(lines, {ABSENCE}).get(JUNE, NOTHING))
    assert corrected(right, again) == []


def test_posted_corrections_are_added_up_by_reason_and_cause() -> None:
    found = [posted("-10.00"), posted("-5.00", cause_id=4), posted("-1.00", reason=CHECK)]
    assert posted_totals(found, {ABSENCE}) == {JUNE: total("-2.000", "-15.00")}
    assert posted_totals(found, {ABSENCE}, cause_id=4) == {JUNE: total("-1.000", "-5.00")}
    assert posted_totals(found, {ABSENCE, CHECK}) == {JUNE: total("-3.000", "-16.00")}


def test_what_has_no_service_is_nobodys_to_correct() -> None:
    assert posted_totals([posted("-10.00", service=None)], {ABSENCE}) == {}


def test_causes_are_those_of_the_reason() -> None:
    found = [posted("-1.00"), posted("-1.00", cause_id=None), posted("-1.00", reason=CHECK)]
    assert posted_causes(found, ABSENCE) == {3}
