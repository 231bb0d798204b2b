"""What an inspector notes beside a meter instead of its reading, and what follows from it."""

from __future__ import annotations

from enum import StrEnum

# Nobody's act comes from a single closed door: the second visit is on a day agreed in writing
# (ПП 354 п. 85), and only a refusal of that one is put down in an act.
VISITS_BEFORE_AN_ACT = 2


class RemarkCode(StrEnum):
    """Why there is no reading, or what was odd about the meter."""

    NO_ACCESS = "no_access"
    BROKEN = "broken"
    NO_SEAL = "no_seal"


class NextStep(StrEnum):
    """What somebody has to do about a remark."""

    AGREE_A_DAY = "agree_a_day"
    DRAW_UP_AN_ACT = "draw_up_an_act"
    CHECK_THE_SEAL = "check_the_seal"
    NOTHING = "nothing"


# As they are written on the blank, and typed.
NUMBERS = {RemarkCode.NO_ACCESS: 1, RemarkCode.BROKEN: 2, RemarkCode.NO_SEAL: 3}


def next_step(code: RemarkCode, *, visits: int) -> NextStep:
    """Return what a remark asks for; `visits` are those in vain so far, this one included.

    A closed door asks for a day agreed in writing, the second one for an act (ПП 354 п. 85, from
    which п. 59 в counts); the act itself is never drawn up by a remark. A missing seal asks for a
    check (п. 81(11)). A broken meter is noted as failed at once (п. 81(12) а), nothing waits.
    """
    if code is RemarkCode.NO_SEAL:
        return NextStep.CHECK_THE_SEAL
    if code is RemarkCode.BROKEN:
        return NextStep.NOTHING
    return NextStep.DRAW_UP_AN_ACT if visits >= VISITS_BEFORE_AN_ACT else NextStep.AGREE_A_DAY
