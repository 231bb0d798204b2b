"""The worked cases of readings.toml hold."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from vodokanal.billing.consumption import PastReading, monthly_average, volume_between
from vodokanal.billing.displays import read_display
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind, MeterFacts, judge
from vodokanal.billing.volumes import cubic_metres
from vodokanal.billing.windows import WindowRule, window_of

EXAMPLES = tomllib.loads(
    (Path(__file__).parents[1] / "examples" / "readings.toml").read_text(encoding="utf-8")
)
TODAY = date(2026, 11, 12)
METER = MeterFacts(
    id=1,
    kind=Kind.COLD,
    serial="1",
    digits_before=5,
    digits_after=3,
    installed_on=date(2025, 1, 1),
    commissioned_on=date(2025, 1, 1),
)

Case = dict[str, Any]


def cases(kind: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", EXAMPLES[kind], ids=lambda case: case["id"])


def optional(volume: str | None) -> Decimal | None:
    return None if volume is None else cubic_metres(volume)


@pytest.mark.parametrize("kind", ["display", "consumption", "average", "window", "judgement"])
def test_every_example_says_what_it_is_and_who_says_so(kind: str) -> None:
    assert all(case["id"] and case["title"] and case["source"] for case in EXAMPLES[kind])


@cases("display")
def test_display_reads(case: Case) -> None:
    value = read_display(
        case["digits"],
        digits_before=case.get("before", 5),
        digits_after=case.get("after", 3),
        whole_only=case.get("whole_only", False),
    )
    assert value == cubic_metres(case["value"])


@cases("consumption")
def test_consumption_counts(case: Case) -> None:
    volume = volume_between(
        cubic_metres(case["previous"]),
        cubic_metres(case["current"]),
        digits_before=case.get("digits", 5),
    )
    assert volume == cubic_metres(case["volume"])


@cases("average")
def test_average_is(case: Case) -> None:
    monthly = cubic_metres(case["volume"]) / case["months"]
    average = monthly_average([monthly] * case["months"], months_worked=case["months"])
    assert average == (None if case["average"] == "none" else cubic_metres(case["average"]))


@cases("window")
def test_window_is_open(case: Case) -> None:
    from_day, to_day = case["days"]
    rule = WindowRule(from_day, to_day, starts_on=date(2020, 1, 1))
    window = window_of(Period.parse(case["period"]), [rule], extensions=(), district_id=None)
    assert (window.first_day, window.last_day) == (case["first_day"], case["last_day"])


@cases("judgement")
def test_reading_is_judged(case: Case) -> None:
    readings = EXAMPLES["history"][case["history"]]["readings"]
    found = judge(
        cubic_metres(case["value"]),
        meter=METER,
        taken_on=case.get("taken_on", TODAY),
        history=[PastReading(cubic_metres(each["value"]), each["on"]) for each in readings],
        neighbours=(),
    )
    assert [finding.code for finding in found.findings] == case["findings"]
    assert found.volume == optional(case.get("volume"))
    assert found.suggestion == optional(case.get("suggestion"))
