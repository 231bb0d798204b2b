"""A remark asks for what the law wants next, and never for an act at the first closed door."""

from __future__ import annotations

import pytest

from vodokanal.casework.sheet_remarks import NUMBERS, NextStep, RemarkCode, next_step


@pytest.mark.parametrize(
    ("code", "visits", "step"),
    [
        (RemarkCode.NO_ACCESS, 1, NextStep.AGREE_A_DAY),
        (RemarkCode.NO_ACCESS, 2, NextStep.DRAW_UP_AN_ACT),
        (RemarkCode.NO_ACCESS, 5, NextStep.DRAW_UP_AN_ACT),
        (RemarkCode.NO_SEAL, 0, NextStep.CHECK_THE_SEAL),
        (RemarkCode.BROKEN, 0, NextStep.NOTHING),
    ],
)
def test_remark_asks_for_its_next_step(code: RemarkCode, visits: int, step: NextStep) -> None:
    assert next_step(code, visits=visits) is step


def test_every_code_has_a_digit_of_its_own() -> None:
    assert sorted(NUMBERS.values()) == list(range(1, len(RemarkCode) + 1))
