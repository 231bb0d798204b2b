"""A bar of parts of a whole: never wider than the whole, never without a part that is there."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from vodokanal.web.share_bars import WIDTH, percent, share_bar


def test_parts_follow_one_another_with_a_gap_between() -> None:
    bar = share_bar([(25, "first"), (25, "second"), (50, "bad")], 100)
    assert [(each.x, each.width, each.tone) for each in bar.parts] == [
        (0, 74, "first"),
        (75, 74, "second"),
        (150, 150, "bad"),
    ]


def test_nothing_of_nothing_is_an_empty_bar() -> None:
    assert share_bar([(0, "act")], 0).parts == ()
    assert (percent(1, 0), percent(1, 3), percent(Decimal(3), Decimal(3))) == (0, 33, 100)


@given(st.lists(st.integers(0, 10**9), max_size=6), st.integers(1, 10**9))
def test_parts_never_overlap_nor_leave_the_bar(amounts: list[int], whole: int) -> None:
    parts = share_bar([(each, "act") for each in amounts], whole).parts
    ends = [each.x + each.width for each in parts]
    assert all(each.width >= 1 for each in parts)
    assert all(end <= each.x for end, each in zip(ends, parts[1:], strict=False))
    assert max(ends, default=0) <= WIDTH
