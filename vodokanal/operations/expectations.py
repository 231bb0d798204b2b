"""What a meter would show today if water were used as usual: for whoever takes a call."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from vodokanal.billing.consumption import in_order
from vodokanal.billing.displays import Display
from vodokanal.billing.periods import Period
from vodokanal.billing.usage import expectation_of
from vodokanal.operations.meters import MeterStory


def expected_on(story: MeterStory, today: date, *, period: Period) -> Decimal | None:
    """The value to be expected for a period on that day; None where nothing is usual yet."""
    display = Display(story.meter.digits_before, story.meter.digits_after)
    known = in_order(story.known_before(period))
    expected = expectation_of(known, display=display, taken_on=today)
    usual = expected.usage.usual(expected.days)
    if usual is None or not display.shows(expected.previous + usual):
        return None
    return expected.previous + usual
