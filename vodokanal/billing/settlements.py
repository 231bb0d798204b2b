"""How an employee settles a reading that waits: as typed, as was meant, or not at all.

No act says how a doubt is settled; whatever counts afterwards must fit what the meter showed later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from vodokanal.billing.consumption import likely_volume
from vodokanal.billing.findings import AboveUsual, Finding, LooksSwapped, LowerThanPrevious


class Settlement(StrEnum):
    """What becomes of a reading that waited."""

    AS_TYPED = "as_typed"
    AS_MEANT = "as_meant"
    REFUSED = "refused"


class RefusalReason(StrEnum):
    """Why a reading is not taken; `OTHER` is explained in own words alone."""

    LOWER = "lower"
    TOO_HIGH = "too_high"
    SWAPPED = "swapped"
    NOT_REACHED = "not_reached"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Decision:
    """What an employee decides: how, and of a refusal why: in a code, in own words, or in both."""

    how: Settlement
    reason: RefusalReason | None = None
    words: str = ""

    @property
    def is_explained(self) -> bool:
        """Whether the resident learns why; only a refusal needs a reason."""
        if self.how is not Settlement.REFUSED:
            return True
        if self.reason is RefusalReason.OTHER:
            return bool(self.words)
        return self.reason is not None


def usual_reason(findings: Iterable[Finding]) -> RefusalReason:
    """Return the reason that most refusals of such a reading have."""
    found = tuple(findings)
    if any(isinstance(each, LooksSwapped) for each in found):
        return RefusalReason.SWAPPED
    if any(isinstance(each, LowerThanPrevious) for each in found):
        return RefusalReason.LOWER
    if any(isinstance(each, AboveUsual) for each in found):
        return RefusalReason.TOO_HIGH
    return RefusalReason.NOT_REACHED


def can_precede(value: Decimal, later: Decimal, *, digits_before: int) -> bool:
    """Return whether a meter that showed `value` can have shown `later` afterwards."""
    return likely_volume(value, later, digits_before=digits_before) is not None
