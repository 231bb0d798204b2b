"""Geometry of dials, bar charts and scales of days: whole numbers that a template only prints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# The dial is drawn in half pixels of a 288 px wide card, so that whole numbers are fine enough.
DIAL_WIDTH = 576
_HOUSING_LEFT = 52
_HOUSING_RIGHT = 524
_GROUP_GAP = 12
_DRUM_GAP = 6
_WIDEST_DRUM = 53
_DRUM_TOP = 46
_DRUM_HEIGHT = 78
_ROUND = 5
_LIGHT = 13
_WORDS_APART = 156

CHART_WIDTH = 296
_TALLEST_BAR = 115
_CHART_TOP = 18
_BASELINE = _CHART_TOP + _TALLEST_BAR
_WIDEST_BAR = 40
_MONTHS_NAMED = 6
_CHARACTERS_BESIDE = 3

_LONGEST_SCALE = 14


@dataclass(frozen=True)
class Drums:
    """A group of drums as paths: their cases and the light on them, or the hatching of empty ones.

    `middles` are where the digits stand, one number a digit.
    """

    lefts: tuple[int, ...]
    cases: str
    light: str
    middles: str
    digits: str
    hatch: str


@dataclass(frozen=True)
class Bracket:
    """The bracket under a group of drums, from edge to edge, and where the middle of its word is."""

    left: int
    right: int
    word: int


@dataclass(frozen=True)
class Dial:
    """A close-up of one meter: black drums for cubic metres, red ones for litres."""

    black: Drums
    red: Drums
    drum_width: int
    font_size: int
    cubic_metres: Bracket
    litres: Bracket | None


@dataclass(frozen=True)
class Bar:
    """One bar as the page knows it; a value of None leaves its place empty."""

    label: str
    value: Decimal | None
    text: str
    hatched: bool = False
    current: bool = False


@dataclass(frozen=True)
class DrawnBar:
    """One bar as it is drawn; the label is empty where it would touch its neighbour."""

    x: int
    y: int
    width: int
    height: int
    middle: int
    text_y: int
    text: str
    label: str
    hatch: str
    current: bool


@dataclass(frozen=True)
class Chart:
    """Bars over one baseline; dense when the numbers above them need narrower letters."""

    width: int
    height: int
    baseline: int
    dense: bool
    bars: tuple[DrawnBar, ...]


@dataclass(frozen=True)
class DayCell:
    """One day of a scale and how it looks: past, today, open, last, closed or first."""

    number: int
    kind: str


@dataclass(frozen=True)
class DayBar:
    """A long window as one bar: how far it has gone and which three days stand beside it."""

    first: int
    last: int
    today: int | None
    gone: int
    today_x: int


@dataclass(frozen=True)
class DayScale:
    """A window's days, one cell each, or a bar when they are too many to read."""

    cells: tuple[DayCell, ...]
    bar: DayBar | None


def drum_digits(value: Decimal, *, before: int, after: int) -> tuple[str, str]:
    """Split a reading into what its black and its red drums show: cut, never rounded."""
    shown = value.quantize(Decimal(1).scaleb(-after), rounding=ROUND_DOWN)
    whole, _point, part = f"{shown:f}".partition(".")
    return whole.rjust(before, "0")[-before:], part


def dial(black: Sequence[str], red: Sequence[str], *, whole_only: bool = False) -> Dial:
    """Place the drums of one meter; with whole_only the red ones are hatched and without digits."""
    count = len(black) + len(red)
    gap = _GROUP_GAP if red else 0
    room = _HOUSING_RIGHT - _HOUSING_LEFT - gap
    pitch = min(_WIDEST_DRUM + _DRUM_GAP, (room + _DRUM_GAP) // max(count, 1))
    width = pitch - _DRUM_GAP
    left = _HOUSING_LEFT + (room - pitch * count + _DRUM_GAP) // 2
    red_left = left + pitch * len(black) + gap
    black_lefts = tuple(left + pitch * i for i in range(len(black)))
    red_lefts = tuple(red_left + pitch * i for i in range(len(red)))
    return Dial(
        _drums(black_lefts, "".join(black), width=width),
        _drums(red_lefts, "" if whole_only else "".join(red), width=width),
        width,
        min(48, width * 10 // 11),
        *_brackets(black_lefts, red_lefts, width=width),
    )


# A town's meters have a handful of displays between them.
@lru_cache(maxsize=512)
def _drums(lefts: tuple[int, ...], digits: str, *, width: int) -> Drums:
    side, inside = _DRUM_HEIGHT - 2 * _ROUND, width - 2 * _ROUND
    corner = f"a{_ROUND} {_ROUND} 0 0 1 "
    case = (
        f"h{inside}{corner}{_ROUND} {_ROUND}v{side}{corner}{-_ROUND} {_ROUND}"
        f"h{-inside}{corner}{-_ROUND} {-_ROUND}v{-side}{corner}{_ROUND} {-_ROUND}z"
    )
    hatches = [
        hatching(x, _DRUM_TOP, width=width, height=_DRUM_HEIGHT, step=14)
        for x in lefts
        if not digits
    ]
    return Drums(
        lefts=lefts,
        cases="".join(f"M{x + _ROUND} {_DRUM_TOP}{case}" for x in lefts),
        light="".join(f"M{x} {_DRUM_TOP}h{width}v{_LIGHT}h{-width}z" for x in lefts),
        middles=" ".join(str(x + width // 2) for x in lefts),
        digits=digits,
        hatch="".join(hatches),
    )


def _brackets(
    black: tuple[int, ...], red: tuple[int, ...], *, width: int
) -> tuple[Bracket, Bracket | None]:
    """Place both brackets; words wider than short groups are moved apart, not over each other."""
    left, right = black[0], black[-1] + width
    if not red:
        return Bracket(left, right, (left + right) // 2), None
    red_left, red_right = red[0], red[-1] + width
    words = (left + right) // 2, (red_left + red_right) // 2
    push = max(_WORDS_APART - (words[1] - words[0]), 0) // 2
    return Bracket(left, right, words[0] - push), Bracket(red_left, red_right, words[1] + push)


def bar_chart(bars: Sequence[Bar]) -> Chart:
    """Draw the bars to the scale of the tallest; every second one is named, the last always."""
    count = max(len(bars), 1)
    pitch = CHART_WIDTH // count
    width = min(_WIDEST_BAR, max(pitch - pitch // 4, 1))
    tallest = max((bar.value or Decimal(0) for bar in bars), default=Decimal(0))
    step = -(-count // _MONTHS_NAMED)
    drawn = []
    for place, bar in enumerate(bars):
        named = (count - 1 - place) % step == 0
        middle = pitch * place + (CHART_WIDTH - pitch * count + pitch) // 2
        drawn.append(_drawn_bar(bar, middle=middle, width=width, tallest=tallest, named=named))
    return Chart(
        width=CHART_WIDTH,
        height=_BASELINE + 24,
        baseline=_BASELINE,
        dense=any(len(bar.text) > _CHARACTERS_BESIDE for bar in bars),
        bars=tuple(drawn),
    )


def _drawn_bar(bar: Bar, *, middle: int, width: int, tallest: Decimal, named: bool) -> DrawnBar:
    height = _height(bar.value, tallest)
    x = middle - width // 2
    y = _BASELINE - height
    hatch = hatching(x, y, width=width, height=height, step=6) if bar.hatched and height else ""
    return DrawnBar(
        x=x,
        y=y,
        width=width,
        height=height,
        middle=middle,
        text_y=y - 5,
        text=bar.text,
        label=bar.label if named else "",
        hatch=hatch,
        current=bar.current,
    )


def _height(value: Decimal | None, tallest: Decimal) -> int:
    if value is None or value <= 0:
        return 0
    exact = value / tallest * _TALLEST_BAR
    # However little was used, a bar that exists must be seen.
    return max(int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)), 1)


def hatching(x: int, y: int, *, width: int, height: int, step: int) -> str:
    """Return the path of an outline with diagonals clipped to it: no pattern, hence no id."""
    lines = [f"M{x} {y}h{width}v{height}h{-width}z"]
    for offset in range(step, width + height, step):
        start_x, start_y = (0, offset) if offset <= height else (offset - height, height)
        run = min(start_y, width - start_x)
        if run > 0:
            lines.append(f"M{x + start_x} {y + start_y}l{run} {-run}")
    return "".join(lines)


def day_scale(first_day: date, last_day: date, *, today: date) -> DayScale:
    """Show the days of a window, both ends included, as seen today: also before it opens."""
    days = [first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1)]
    if len(days) > _LONGEST_SCALE:
        return DayScale(cells=(), bar=_day_bar(first_day, last_day, today=today))
    kind = _kind_once_open if today >= first_day else _kind_before
    cells = tuple(DayCell(day.day, kind(day, days, today=today)) for day in days)
    return DayScale(cells=cells, bar=None)


def _kind_before(day: date, days: Sequence[date], *, today: date) -> str:
    return "first" if day == days[0] > today else "closed"


def _kind_once_open(day: date, days: Sequence[date], *, today: date) -> str:
    if day <= today:
        return "today" if day == today else "past"
    return "last" if day == days[-1] else "open"


def _day_bar(first_day: date, last_day: date, *, today: date) -> DayBar:
    inside = first_day <= today <= last_day
    passed = min(max((today - first_day).days, 0), (last_day - first_day).days)
    gone = CHART_WIDTH * passed // (last_day - first_day).days
    # The label of today stays inside the drawing at both ends.
    today_x = min(max(gone, 12), CHART_WIDTH - 12)
    return DayBar(
        first=first_day.day,
        last=last_day.day,
        today=today.day if inside else None,
        gone=gone,
        today_x=today_x,
    )
