"""Which number may have been meant."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vodokanal.billing.displays import Display
from vodokanal.billing.findings import DigitExtra, DigitMissing, Finding, LitresTyped
from vodokanal.billing.slips import slips_of
from vodokanal.billing.usage import Expectation, Usage

FIVE_AND_THREE = Display(5, 3)
THREE_A_MONTH = Usage(middle=Decimal("0.1"), high=Decimal("0.12"), regular=True)
YOUNG = Usage(middle=None, high=Decimal(0), regular=False)


def slips(
    value: str,
    previous: str,
    usage: Usage = THREE_A_MONTH,
    *,
    days: int = 30,
    display: Display = FIVE_AND_THREE,
) -> tuple[Finding, ...]:
    expected = Expectation(Decimal(previous), days, usage, display)
    return slips_of(Decimal(value), expected)


def test_missing_digit_is_put_back_where_it_is_most_usual() -> None:
    assert slips("15.320", "153.200") == (DigitMissing(Decimal("156.320")),)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("56.320", "156.320"), ("16.320", "156.320"), ("15.320", "156.320"), ("15", "156")],
)
def test_digit_may_be_missing_anywhere(typed: str, meant: str) -> None:
    assert slips(typed, "153.200") == (DigitMissing(Decimal(meant)),)


@pytest.mark.parametrize("typed", ["1156.320", "1556.320", "1566.320", "9156.320", "1569.320"])
def test_extra_digit_is_taken_away(typed: str) -> None:
    assert slips(typed, "153.200") == (DigitExtra(Decimal("156.320")),)


def test_lone_extra_digit_leaves_zero() -> None:
    assert slips("7.5", "0", days=1) == (DigitExtra(Decimal("0.500")),)


def test_litres_are_taken_for_litres() -> None:
    assert slips("18859", "15.700") == (LitresTyped(Decimal("18.859")),)


def test_number_with_a_comma_is_not_litres() -> None:
    assert slips("18859.5", "15.700") == ()


def test_number_that_the_display_cannot_show_was_not_meant() -> None:
    assert slips("18859", "15", display=Display(5, 2)) == ()
    assert slips("18850", "15", display=Display(5, 2)) == (LitresTyped(Decimal("18.850")),)


def test_digit_too_many_for_the_display_was_not_meant() -> None:
    assert slips("999", "9999", display=Display(4, 3)) == (DigitMissing(Decimal(9999)),)
    assert slips("000", "9998", display=Display(4, 3)) == ()


def test_nothing_is_guessed_far_from_the_usual() -> None:
    assert slips("412.007", "153.200") == ()


def test_young_meter_needs_a_single_fitting_number() -> None:
    assert slips("3150", "0.012", YOUNG) == (LitresTyped(Decimal("3.150")),)
    assert slips("15.320", "153.200", YOUNG) == ()


def test_two_slips_may_explain_one_number_differently() -> None:
    assert slips("1302", "129") == (DigitExtra(Decimal(132)),)
    assert slips("1000", "0", days=1500) == (
        DigitExtra(Decimal(100)),
        LitresTyped(Decimal(1)),
    )


values = st.integers(0, 99_999_999).map(lambda n: Decimal(n).scaleb(-3))
usages = st.builds(
    lambda middle, more: Usage(Decimal(middle) / 100, Decimal(middle + more) / 100, regular=True),
    st.integers(0, 200),
    st.integers(0, 200),
)


@given(values, values, st.integers(0, 400), usages | st.just(YOUNG))
def test_every_number_meant_would_ask_no_question(
    value: Decimal, previous: Decimal, days: int, usage: Usage
) -> None:
    expected = Expectation(previous, days, usage, Display(5, 3))
    for slip in slips_of(value, expected):
        assert isinstance(slip, DigitMissing | DigitExtra | LitresTyped)
        assert expected.fits(slip.meant)


@given(st.text("123456789", min_size=5, max_size=5), st.integers(0, 4))
def test_lost_digit_is_always_noticed(meant: str, place: int) -> None:
    typed = Decimal(f"{meant[:place]}{meant[place + 1 :]}.500")
    expected = Expectation(Decimal(meant) - 3, 30, THREE_A_MONTH, Display(5, 3))
    assert any(isinstance(slip, DigitMissing) for slip in slips_of(typed, expected))
