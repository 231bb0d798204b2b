"""What a meter would show today if water were used as usual: for whoever takes a call."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from vodokanal.billing.consumption import in_order
from vodokanal.billing.displays import Display
from vodokanal.billing.periods import Period
from vodokanal.billing.usage import Expectation, expectation_of
from vodokanal.operations.meters import MeterStory

# What is usual is said of a month, whatever the days since the last reading.
DAYS_OF_A_MONTH = 30


def expected_on(story: MeterStory, today: date, *, period: Period) -> Decimal | None:
    """The value to be expected for a period on that day; None where nothing is usual yet."""
    expected = expectation_on(story, today, period=period)
    usual = expected.usage.usual(expected.days)
    if usual is None or not expected.display.shows(expected.previous + usual):
        return None
    return expected.previous + usual


def expectation_on(story: MeterStory, today: date, *, period: Period) -> Expectation:
    """Where the meter's reading for a period should lie on that day."""
    display = Display(story.meter.digits_before, story.meter.digits_after)
    return expectation_of(in_order(story.known_before(period)), display=display, taken_on=today)


def usual_in_a_month(expected: Expectation) -> Decimal | None:
    """The m³ that are usual in a month; None where nothing is usual yet."""
    return expected.usage.usual(DAYS_OF_A_MONTH)
