"""What a posted penalty was counted from, as its row keeps it: it can be shown after years.

The JSON holds `whole` and `posted` in rubles, `due_on`, `first`, the first day that costs a penalty,
and `segments`: lists of a span's first and last day, the denominator of its share of the rate, per
cent a year, rubles of debt. Days that cost nothing are left out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from vodokanal.billing.money import rubles
from vodokanal.billing.month_ends import PenaltyDifference
from vodokanal.billing.penalties import HUNDRED, PenaltyRates, Segment, Span, penalty_segments

# Made once: `json.dumps` with separators of its own makes a new one for every posting.
as_json = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class PenaltyInputs:
    """The whole penalty on a debt in rubles, what was posted of it before, and its spans of days."""

    whole: Decimal
    posted: Decimal
    due_on: date
    first: date
    segments: tuple[Segment, ...]


def penalty_to_json(found: PenaltyDifference, as_of: date, *, rates: PenaltyRates) -> str:
    """Return what a difference up to a day inclusive was counted from; raises `NoRateError`."""
    segments = penalty_segments(found.debt, as_of, rates=rates)
    kept = {
        "whole": str(found.whole),
        "posted": str(found.posted),
        "due_on": found.debt.due_on.isoformat(),
        "first": rates.first_day(found.debt.due_on).isoformat(),
        "segments": [_kept(each) for each in segments if each.amount],
    }
    return as_json(kept)


def penalty_from_json(text: str) -> PenaltyInputs:
    """Return what `penalty_to_json` has written; amounts of segments are in full precision."""
    kept = json.loads(text)
    return PenaltyInputs(
        rubles(kept["whole"]),
        rubles(kept["posted"]),
        date.fromisoformat(kept["due_on"]),
        date.fromisoformat(kept["first"]),
        tuple(_segment(*each) for each in kept["segments"]),
    )


def _kept(segment: Segment) -> list[object]:
    """Return a segment as a JSON list."""
    span = segment.span
    days = [span.first.isoformat(), span.last.isoformat()]
    return [*days, span.share.denominator, str(segment.percent), str(segment.debt)]


def _segment(first: str, last: str, *rest: str) -> Segment:
    """Return the segment of a JSON list."""
    denominator, percent, debt = rest
    span = Span(date.fromisoformat(first), date.fromisoformat(last), Fraction(1, int(denominator)))
    cost = Fraction(debt) * Fraction(percent) / HUNDRED * span.days * span.share
    return Segment(span, Decimal(debt), Decimal(percent), cost)
