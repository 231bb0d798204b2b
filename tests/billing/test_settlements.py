"""How a reading that waits is settled: which decisions are explained, what can have been shown."""

from __future__ import annotations

from decimal import Decimal

import pytest

from vodokanal.billing.findings import (
    AboveUsual,
    Finding,
    LooksSwapped,
    LowerThanPrevious,
    ZeroAfterUse,
)
from vodokanal.billing.settlements import (
    Decision,
    RefusalReason,
    Settlement,
    can_precede,
    usual_reason,
)

LOWER = LowerThanPrevious(Decimal(158))
ABOVE = AboveUsual(Decimal(3), Decimal(30))


@pytest.mark.parametrize(
    ("decision", "is_explained"),
    [
        (Decision(Settlement.AS_TYPED), True),
        (Decision(Settlement.AS_MEANT), True),
        (Decision(Settlement.REFUSED), False),
        (Decision(Settlement.REFUSED, words="так"), False),
        (Decision(Settlement.REFUSED, RefusalReason.LOWER), True),
        (Decision(Settlement.REFUSED, RefusalReason.OTHER), False),
        (Decision(Settlement.REFUSED, RefusalReason.OTHER, "фото чужого счётчика"), True),
    ],
)
def test_only_a_refusal_needs_a_reason(decision: Decision, is_explained: bool) -> None:
    assert decision.is_explained is is_explained


@pytest.mark.parametrize(
    ("findings", "reason"),
    [
        ([LOWER], RefusalReason.LOWER),
        ([ABOVE], RefusalReason.TOO_HIGH),
        ([LOWER, LooksSwapped("123")], RefusalReason.SWAPPED),
        ([ZeroAfterUse(Decimal(3))], RefusalReason.NOT_REACHED),
        ([], RefusalReason.NOT_REACHED),
    ],
)
def test_usual_reason_follows_from_the_doubt(
    findings: list[Finding], reason: RefusalReason
) -> None:
    assert usual_reason(findings) is reason


@pytest.mark.parametrize(
    ("value", "later", "can"),
    [("158", "161", True), ("158", "158", True), ("158", "157", False), ("99990", "5", True)],
)
def test_value_can_precede_a_higher_one_or_the_end_of_the_display(
    value: str, later: str, can: bool
) -> None:
    assert can_precede(Decimal(value), Decimal(later), digits_before=5) is can
