"""A bar that shows how a whole is shared: geometry only, a macro draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH = 300
GAP = 1


@dataclass(frozen=True)
class Part:
    """One part of the bar: where it begins, how wide it is, and what it stands for."""

    x: int
    width: int
    tone: str


@dataclass(frozen=True)
class ShareBar:
    """The parts from the left to the right; what is left of the whole stays empty."""

    parts: Sequence[Part]
    width: int = WIDTH


def share_bar(shares: Sequence[tuple[Decimal | int, str]], whole: Decimal | int) -> ShareBar:
    """The bar of amounts with their tones, as parts of a whole; an amount that is there is seen."""
    parts, begun = [], 0
    for amount, tone in shares:
        if amount <= 0 or whole <= 0:
            continue
        width = max(int(min(amount / Decimal(whole), Decimal(1)) * WIDTH), 1)
        width = min(width, WIDTH - begun)
        if width > 0:
            is_last = begun + width >= WIDTH
            parts.append(Part(begun, width if is_last else max(width - GAP, 1), tone))
            begun += width
    return ShareBar(tuple(parts))


def percent(part: Decimal | int, whole: Decimal | int) -> int:
    """How many hundredths of the whole a part is, rounded down; of nothing, none."""
    return int(Decimal(part) * 100 / Decimal(whole)) if whole > 0 else 0
