"""A shifted sheet is known by its values: they fit the neighbours and not their own rows."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from vodokanal.billing.displays import Display
from vodokanal.billing.sheet_shifts import SheetLine, Shift, is_suspect, shift_of
from vodokanal.billing.usage import Expectation, Usage

DISPLAY = Display(5, 3)


def expected(previous: int, usual: str = "0.1") -> Expectation:
    """A meter that uses three cubic metres a month, and stands where it stands."""
    usage = Usage(Decimal(usual), Decimal(usual), regular=True)
    return Expectation(Decimal(previous), 30, usage, DISPLAY)


def lines(values: list[int | None], previous: list[int]) -> list[SheetLine]:
    """Values as they were typed beside what the meters showed before."""
    found = []
    for value, shown in zip(values, previous, strict=True):
        own = expected(shown)
        typed = None if value is None else Decimal(value)
        found.append(SheetLine(typed, own, typed is not None and not own.fits(typed)))
    return found


# Meters of a street stand far apart: none looks like its neighbour.
STREETS = st.lists(st.integers(0, 400), min_size=8, max_size=30, unique=True).map(
    lambda numbers: [number * 100 for number in numbers]
)


@given(STREETS, st.sampled_from([-1, 1]))
def test_shift_by_a_row_is_found(previous: list[int], step: int) -> None:
    right = [each + 3 for each in previous]
    typed: list[int | None]
    typed = [None, *right[:-1]] if step < 0 else [*right[1:], None]
    shift = shift_of([lines(typed, previous)])
    assert shift == Shift(step, len(previous) - 1)


@given(STREETS, st.data())
def test_right_values_are_never_called_shifted(previous: list[int], data: st.DataObject) -> None:
    typed = [data.draw(st.sampled_from([None, each, each + 3, each + 6])) for each in previous]
    assert shift_of([lines(typed, previous)]) is None


def test_two_columns_are_looked_at_together() -> None:
    cold = lines([None, 103, 203, 303], [100, 200, 300, 400])
    hot = lines([53, 150], [50, 60])
    assert shift_of([cold, hot]) == Shift(-1, 3)


def test_values_that_fit_nobody_are_no_shift() -> None:
    assert shift_of([lines([9, 9, 9], [100, 200, 300])]) is None


def test_sheet_is_suspect_from_a_third_and_six_rows_on() -> None:
    assert is_suspect(saved=18, doubtful=6)
    assert not is_suspect(saved=19, doubtful=6)
    assert not is_suspect(saved=5, doubtful=5)


def test_most_of_the_doubtful_values_must_be_explained() -> None:
    previous = [100, 200, 300, 400, 500]
    # Two of four would fit the row above: as many speak against it.
    typed: list[int | None] = [None, 103, 203, 9, 9]
    assert shift_of([lines(typed, previous)]) is None
    assert shift_of([lines([None, 103, 203, 303, 9], previous)]) == Shift(-1, 3)


def test_value_that_fits_its_own_row_too_explains_nothing() -> None:
    # Neighbours that stand alike: whatever was typed would fit both.
    alike = lines([103, 104, 105], [100, 101, 102])
    assert [line.is_doubtful for line in alike] == [False, False, False]
    assert shift_of([alike]) is None


def test_ends_of_the_sheet_have_one_neighbour() -> None:
    assert shift_of([lines([203, None], [100, 200])]) == Shift(1, 1)
    assert shift_of([lines([None, 103], [100, 200])]) == Shift(-1, 1)
    assert shift_of([lines([999], [100])]) is None


def test_empty_sheet_is_not_shifted() -> None:
    assert shift_of([]) is None
    assert shift_of([[]]) is None
    assert not is_suspect(saved=0, doubtful=0)
