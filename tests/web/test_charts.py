"""The geometry of dials, bars and scales: everything stays inside its drawing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from vodokanal.web.charts import (
    CHART_WIDTH,
    DIAL_WIDTH,
    Bar,
    Bracket,
    DayBar,
    DayScale,
    bar_chart,
    day_scale,
    dial,
    drum_digits,
    hatching,
)

NOVEMBER = date(2026, 11, 10), date(2026, 11, 20)
METERS = [("00153", "200"), ("00153", ""), ("0000123", "4567"), ("12", "3"), ("00123456", "789")]


def bars(*values: str | None) -> list[Bar]:
    return [
        Bar(label=f"m{n}", value=None if v is None else Decimal(v), text=v or "")
        for n, v in enumerate(values)
    ]


def kinds(today: date) -> list[str]:
    return [cell.kind for cell in day_scale(*NOVEMBER, today=today).cells]


@pytest.mark.parametrize(
    ("value", "before", "after", "digits"),
    [
        ("153.2", 5, 3, ("00153", "200")),
        ("153.2", 5, 0, ("00153", "")),
        ("0", 4, 1, ("0000", "0")),
        ("99999.999", 5, 3, ("99999", "999")),
        ("153.259", 5, 2, ("00153", "25")),
    ],
)
def test_a_reading_is_split_as_its_meter_shows_it(
    value: str, before: int, after: int, digits: tuple[str, str]
) -> None:
    assert drum_digits(Decimal(value), before=before, after=after) == digits


def test_a_dial_has_the_drums_of_its_own_meter() -> None:
    drawing = dial("00153", "200")
    assert (drawing.black.digits, drawing.red.digits) == ("00153", "200")
    assert drawing.black.lefts == (53, 111, 169, 227, 285)
    assert drawing.red.lefts == (355, 413, 471)
    assert drawing.red.middles == "381 439 497"


@pytest.mark.parametrize(("black", "red"), METERS)
def test_drums_never_touch_nor_leave_the_dial(black: str, red: str) -> None:
    drawing = dial(black, red)
    lefts = [*drawing.black.lefts, *drawing.red.lefts]
    gaps = [b - a - drawing.drum_width for a, b in pairwise(lefts)]
    assert min(gaps) > 0
    assert lefts[0] >= 40
    assert lefts[-1] + drawing.drum_width <= DIAL_WIDTH - 40


def test_only_whole_cubic_metres_leave_red_drums_hatched_and_empty() -> None:
    drawing = dial("00153", "200", whole_only=True)
    assert (drawing.black.digits, drawing.black.hatch) == ("00153", "")
    assert (drawing.red.digits, drawing.red.hatch.count("z")) == ("", 3)


def test_a_meter_without_litres_has_one_bracket() -> None:
    drawing = dial("00153", "")
    assert drawing.litres is None
    assert drawing.cubic_metres == Bracket(left=143, right=432, word=287)


def test_words_under_short_brackets_are_moved_apart() -> None:
    drawing = dial("12", "3")
    assert drawing.litres is not None
    assert drawing.litres.word - drawing.cubic_metres.word >= 150
    assert drawing.litres.word > drawing.litres.left


def test_bars_are_as_tall_as_their_share_of_the_tallest() -> None:
    chart = bar_chart(bars("2", "4", "1"))
    assert [bar.height for bar in chart.bars] == [58, 115, 29]
    assert [bar.y + bar.height for bar in chart.bars] == [chart.baseline] * 3


def test_a_month_without_reading_leaves_its_place_empty() -> None:
    chart = bar_chart(bars("2", None, "0"))
    assert [bar.height for bar in chart.bars] == [115, 0, 0]
    assert [bar.text for bar in chart.bars] == ["2", "", "0"]


def test_a_little_water_is_still_seen() -> None:
    assert bar_chart(bars("0.001", "900")).bars[0].height == 1


def test_a_year_of_silence_draws_no_bar() -> None:
    assert [bar.height for bar in bar_chart(bars("0", "0", None)).bars] == [0, 0, 0]


def test_no_bars_make_an_empty_chart() -> None:
    assert bar_chart([]).bars == ()


def test_every_second_month_is_named_and_the_last_always() -> None:
    labels = [bar.label for bar in bar_chart(bars(*["1"] * 12)).bars]
    assert labels == ["", "m1", "", "m3", "", "m5", "", "m7", "", "m9", "", "m11"]


@pytest.mark.parametrize("count", [1, 2, 6, 12, 13, 24])
def test_bars_stay_inside_the_chart(count: int) -> None:
    chart = bar_chart(bars(*["1"] * count))
    assert chart.bars[0].x >= 0
    assert chart.bars[-1].x + chart.bars[-1].width <= CHART_WIDTH


def test_long_numbers_make_the_chart_dense() -> None:
    assert not bar_chart(bars("3.6")).dense
    assert bar_chart(bars("12.4")).dense


def test_calculated_months_are_hatched_and_the_current_one_marked() -> None:
    counted = Bar("oct", Decimal(3), "3", hatched=True)
    current = Bar("nov", Decimal(4), "4", current=True)
    drawn = bar_chart([counted, current]).bars
    assert [(bool(bar.hatch), bar.current) for bar in drawn] == [(True, False), (False, True)]


def test_hatching_is_an_outline_and_diagonals_clipped_to_it() -> None:
    path = hatching(10, 20, width=8, height=12, step=6)
    assert path == "M10 20h8v12h-8zM10 26l6 -6M10 32l8 -8M16 32l2 -2"


def test_open_window_shows_past_today_and_the_framed_last_day() -> None:
    assert kinds(date(2026, 11, 12)) == ["past"] * 2 + ["today"] + ["open"] * 7 + ["last"]


def test_last_day_is_filled_as_today() -> None:
    assert kinds(date(2026, 11, 20)) == ["past"] * 10 + ["today"]


def test_closed_window_is_hollow_with_its_first_day_framed() -> None:
    assert kinds(date(2026, 10, 23)) == ["first"] + ["closed"] * 10


def test_a_window_over_the_end_of_a_month_counts_real_days() -> None:
    scale = day_scale(date(2026, 11, 28), date(2026, 12, 2), today=date(2026, 11, 30))
    assert [cell.number for cell in scale.cells] == [28, 29, 30, 1, 2]


def test_more_than_fourteen_days_become_a_bar() -> None:
    scale = day_scale(date(2026, 11, 1), date(2026, 11, 25), today=date(2026, 11, 13))
    assert scale == DayScale(
        cells=(), bar=DayBar(first=1, last=25, today=13, gone=148, today_x=148)
    )


@pytest.mark.parametrize(
    ("today", "shown", "gone"),
    [(date(2026, 10, 30), None, 0), (date(2026, 11, 1), 1, 0), (date(2026, 11, 25), 25, 296)],
)
def test_today_stands_on_the_bar_only_inside_the_window(
    today: date, shown: int | None, gone: int
) -> None:
    bar = day_scale(date(2026, 11, 1), date(2026, 11, 25), today=today).bar
    assert bar is not None
    assert (bar.today, bar.gone) == (shown, gone)
    assert 12 <= bar.today_x <= CHART_WIDTH - 12
