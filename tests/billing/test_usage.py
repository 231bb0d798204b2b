"""What is usual for a meter, by its own history."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vodokanal.billing.consumption import PastReading
from vodokanal.billing.displays import Display
from vodokanal.billing.usage import Usage, expectation_of, usage_of

DISPLAY = Display(5, 3)
START = date(2025, 1, 14)


def readings(
    *volumes: str | int | Decimal, start: str = "100", every: int = 30
) -> list[PastReading]:
    """Readings so many days apart, with these volumes between them."""
    history = [PastReading(Decimal(start), START)]
    for volume in volumes:
        last = history[-1]
        value = (last.value + Decimal(volume)) % 100_000
        history.append(PastReading(value, last.on + timedelta(days=every)))
    return history


def usage(*volumes: str | int | Decimal, start: str = "100", every: int = 30) -> Usage:
    return usage_of(readings(*volumes, start=start, every=every), digits_before=5)


def test_usual_is_the_middle_of_the_intervals() -> None:
    assert usage(3, 2, 40, 4, 3).usual(30) == Decimal("3.000")


def test_usual_grows_with_the_days() -> None:
    flat = usage(3, 3, 3, 3)
    assert [flat.usual(days) for days in (0, 10, 30, 92)] == [
        Decimal("0.000"),
        Decimal("1.000"),
        Decimal("3.000"),
        Decimal("9.200"),
    ]


@pytest.mark.parametrize("volumes", [(), (3,), (3, 3)])
def test_short_history_has_no_usual(volumes: tuple[int, ...]) -> None:
    young = usage(*volumes)
    assert young.usual(30) is None
    assert young.most(30) == 30


def test_few_days_of_history_have_no_usual() -> None:
    assert usage(1, 1, 1, 1, every=10).usual(30) is None
    assert usage(1, 1, 1, 1, 1, every=10).usual(30) == Decimal("3.000")


def test_guard_of_a_young_meter_is_a_cubic_metre_a_day() -> None:
    assert [usage(3).most(days) for days in (0, 1, 31)] == [1, 1, 31]


def test_most_leaves_room_for_a_party_and_a_season() -> None:
    assert usage(3, 3, 3, 3).most(30) == Decimal("10.5")


def test_one_leak_does_not_raise_the_band() -> None:
    assert usage(3, 3, 3, 60, 3, 3).most(30) == Decimal("10.5")


def test_two_summers_do_raise_the_band() -> None:
    garden = usage(3, 3, 20, 24, 3, 3, 3)
    assert garden.most(30) == Decimal("1.25") * 20 + 3


def test_only_the_last_two_years_count() -> None:
    assert usage(*[50] * 6, *[3] * 24).usual(30) == Decimal("3.000")


def test_intervals_of_no_days_do_not_count() -> None:
    twice = readings(3, 3, 3)
    twice.append(PastReading(twice[-1].value + 50, twice[-1].on))
    assert usage_of(twice, digits_before=5) == usage(3, 3, 3)


def test_fall_in_history_does_not_count() -> None:
    fallen = [*readings(3, 3, 3), *readings(3, 3, 3, start="5")]
    assert usage_of(fallen, digits_before=5).usual(30) == Decimal("3.000")


def test_rollover_in_history_counts_as_what_it_brought() -> None:
    assert usage(3, 3, 3, 3, start="99993").most(30) == Decimal("10.5")


@pytest.mark.parametrize(
    ("volume", "days", "odd"),
    [("0", 30, True), ("0.030", 30, True), ("0.031", 30, False), ("0", 20, True), ("0", 19, False)],
)
def test_zero_is_odd_after_regular_use(volume: str, days: int, *, odd: bool) -> None:
    assert usage(3, 3, 3, 3).is_odd_zero(Decimal(volume), days) is odd


@pytest.mark.parametrize(
    "volumes",
    [
        (3, 3),
        (3, 3, 3, 0),
        (3, 0, 3, 0, 3),
        ("0.4", "0.4", "0.4", "0.4"),
        (0, 0, 0, 0),
    ],
    ids=["too young", "already zero", "often away", "hardly used", "never used"],
)
def test_zero_is_not_odd_for_a_meter_not_in_regular_use(volumes: tuple[str | int, ...]) -> None:
    assert usage(*volumes).is_odd_zero(Decimal(0), 30) is False


def test_one_month_away_leaves_the_use_regular() -> None:
    assert usage(3, 3, 0, 3, 3).is_odd_zero(Decimal(0), 30) is True


def test_absence_of_three_months_is_expected_to_bring_three_months_volume() -> None:
    expected = expectation_of(
        readings(3, 3, 3), display=DISPLAY, taken_on=START + timedelta(days=90 + 92)
    )
    assert (expected.previous, expected.days) == (Decimal(109), 92)
    assert expected.usage.usual(expected.days) == Decimal("9.200")


def test_day_before_the_previous_reading_is_no_days_after_it() -> None:
    expected = expectation_of(readings(3, 3, 3), display=DISPLAY, taken_on=START)
    assert expected.days == 0


@pytest.mark.parametrize(
    ("value", "fits"),
    [("108.999", False), ("109", True), ("119.5", True), ("119.501", False), ("110.0001", False)],
)
def test_expected_reading_lies_between_the_previous_and_the_most(value: str, *, fits: bool) -> None:
    expected = expectation_of(
        readings(3, 3, 3), display=DISPLAY, taken_on=START + timedelta(days=120)
    )
    assert expected.fits(Decimal(value)) is fits


volumes = st.lists(st.integers(0, 50_000).map(lambda n: Decimal(n).scaleb(-3)), max_size=30)


@given(volumes, st.integers(0, 400))
def test_what_is_usual_is_never_asked_about(found: list[Decimal], days: int) -> None:
    known = usage(*found)
    usual = known.usual(days)
    assert usual is None or usual <= known.most(days)


@given(volumes, st.integers(0, 400), st.integers(0, 400))
def test_longer_time_never_narrows_the_band(found: list[Decimal], days: int, more: int) -> None:
    known = usage(*found)
    assert known.most(days) <= known.most(days + more)


@pytest.mark.parametrize(
    ("volumes", "likely"),
    [
        # 110 + 1,5 and 110 + 4,5.
        ((3, 4, 3), (Decimal(111), Decimal(115))),
        # Nothing is usual yet.
        ((3,), None),
    ],
)
def test_next_reading_is_likely_near_the_usual(
    volumes: tuple[int, ...], likely: tuple[Decimal, Decimal] | None
) -> None:
    history = readings(*volumes)
    taken_on = history[-1].on + timedelta(days=30)
    assert expectation_of(history, display=DISPLAY, taken_on=taken_on).likely == likely


def test_nothing_is_likely_beyond_the_display() -> None:
    history = readings(3, 3, 3, start="99988")
    taken_on = history[-1].on + timedelta(days=30)
    assert expectation_of(history, display=DISPLAY, taken_on=taken_on).likely is None
