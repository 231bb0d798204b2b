"""What a meter counted between two readings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vodokanal.billing.consumption import (
    BeyondDisplayError,
    PastReading,
    in_order,
    likely_volume,
    monthly_average,
    volume_between,
)
from vodokanal.billing.volumes import cubic_metres, from_cubic_centimetres


def counted(previous: str, current: str, digits_before: int = 5) -> str:
    volume = volume_between(
        cubic_metres(previous), cubic_metres(current), digits_before=digits_before
    )
    return str(volume)


@pytest.mark.parametrize(
    ("previous", "current", "digits_before", "volume"),
    [
        ("153.200", "156.320", 5, "3.120"),
        ("153.200", "153.200", 5, "0.000"),
        ("99998.500", "3.250", 5, "4.750"),
        ("9998", "1", 4, "3.000"),
        ("99999.999", "0", 5, "0.001"),
    ],
)
def test_volume_is_the_difference_over_the_rollover(
    previous: str, current: str, digits_before: int, volume: str
) -> None:
    assert counted(previous, current, digits_before) == volume


@pytest.mark.parametrize(("previous", "current"), [("100000", "1"), ("1", "100000"), ("-1", "1")])
def test_reading_beyond_the_display_is_a_loud_error(previous: str, current: str) -> None:
    with pytest.raises(BeyondDisplayError, match=r"does not show (100000|-1)\.000"):
        counted(previous, current)


@pytest.mark.parametrize(
    ("previous", "current", "volume"),
    [
        ("153.200", "156.320", "3.120"),
        ("99998.500", "3.250", "4.750"),
        ("90000", "1", None),
        ("90000.001", "1", "10000.999"),
        ("153.200", "15.320", None),
        ("100000", "1", None),
    ],
)
def test_lower_reading_follows_only_the_last_tenth(
    previous: str, current: str, volume: str | None
) -> None:
    found = likely_volume(cubic_metres(previous), cubic_metres(current), digits_before=5)
    assert found == (None if volume is None else Decimal(volume))


@pytest.mark.parametrize(
    ("volumes", "months_worked", "average"),
    [
        (["5"] * 6, 6, "5.000"),
        (["1", "2", "3", "4", "5", "6"], 40, "3.500"),
        (["900", "1", "2", "3", "4", "5", "6"], 40, "3.500"),
        (["3", "3", "4"], 3, "3.333333"),
        (["2", "2", "3", "3", "4"], 5, "2.800"),
        (["3"] * 5, 6, None),
        (["3"] * 5, 40, None),
        (["3"] * 2, 2, None),
        ([], 40, None),
    ],
)
def test_average_needs_six_months_or_three_of_a_young_meter(
    volumes: list[str], months_worked: int, average: str | None
) -> None:
    found = monthly_average([cubic_metres(each) for each in volumes], months_worked=months_worked)
    assert found == (None if average is None else Decimal(average))


def test_readings_are_put_in_order_of_their_days() -> None:
    first = PastReading(Decimal(1), date(2026, 9, 14))
    second = PastReading(Decimal(4), date(2026, 10, 14))
    same_day = PastReading(Decimal(5), date(2026, 10, 14))
    assert in_order([same_day, second, first]) == [first, second, same_day]


litres = st.integers(min_value=0, max_value=99_999_999).map(lambda n: Decimal(n).scaleb(-3))


@given(st.lists(litres, min_size=2, max_size=10).map(sorted))
def test_parts_of_a_time_add_up_to_the_whole(readings: list[Decimal]) -> None:
    parts = [volume_between(one, other, digits_before=5) for one, other in pairwise(readings)]
    assert sum(parts) == volume_between(readings[0], readings[-1], digits_before=5)


@given(litres, litres)
def test_rollover_brings_the_display_to_the_current_reading(
    previous: Decimal, current: Decimal
) -> None:
    volume = volume_between(previous, current, digits_before=5)
    assert (previous + volume) % 100_000 == current


@given(litres, litres)
def test_likely_volume_is_the_volume_or_none(previous: Decimal, current: Decimal) -> None:
    found = likely_volume(previous, current, digits_before=5)
    assert found in (None, volume_between(previous, current, digits_before=5))


@given(st.lists(st.integers(0, 10**9).map(from_cubic_centimetres), min_size=6, max_size=30))
def test_average_lies_between_the_least_and_the_most(volumes: list[Decimal]) -> None:
    average = monthly_average(volumes, months_worked=len(volumes))
    assert average is not None
    assert min(volumes[-6:]) <= average <= max(volumes[-6:])
