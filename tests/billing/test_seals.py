"""Seals notice every change of every value, and of the order."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vodokanal.billing.seals import seal_of, seal_of_month

ROWS = [(1, "charge", 17378, None), (2, "payment", -500, "2026-10-31")]


def test_seal_is_the_hash_of_the_rows_as_text() -> None:
    text = "1\x1fcharge\x1f17378\x1f\x00\x1e2\x1fpayment\x1f-500\x1f2026-10-31\x1e"
    assert seal_of(ROWS) == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "rows",
    [
        [],
        ROWS[:1],
        ROWS[::-1],
        [*ROWS, ()],
        [(1, "charge", 17379, None), ROWS[1]],
        [(1, "charge", 17378, ""), ROWS[1]],
        [(1, "charge", "1737", "8", None), ROWS[1]],
    ],
)
def test_anything_else_has_another_seal(rows: list[tuple[object, ...]]) -> None:
    assert seal_of(rows) != seal_of(ROWS)


def test_month_is_sealed_by_its_slices_in_their_order() -> None:
    first, second = seal_of(ROWS[:1]), seal_of(ROWS[1:])
    assert seal_of_month([first, second]) == seal_of([(first,), (second,)])
    assert seal_of_month([first, second]) != seal_of_month([second, first])


VALUES = st.one_of(
    st.integers(), st.none(), st.text(st.characters(min_codepoint=32, max_codepoint=0xD7FF))
)
TABLES = st.lists(st.lists(VALUES, max_size=3).map(tuple), max_size=3)


def as_text(rows: list[tuple[object, ...]]) -> list[list[str | None]]:
    return [[None if value is None else str(value) for value in row] for row in rows]


@given(TABLES, TABLES)
def test_rows_that_read_alike_are_sealed_alike_and_no_others(
    first: list[tuple[object, ...]], second: list[tuple[object, ...]]
) -> None:
    # A row without values reads like one with an empty text; tables have none.
    first, second = [row or ("",) for row in first], [row or ("",) for row in second]
    assert (seal_of(first) == seal_of(second)) == (as_text(first) == as_text(second))
