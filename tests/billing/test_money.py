"""Amounts enter through one door, exact to the kopeck."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vodokanal.billing.money import (
    NotAnAmountError,
    SubKopeckError,
    from_kopecks,
    kopecks,
    rounded,
    rubles,
)


@pytest.mark.parametrize(
    ("given_as", "amount"),
    [
        ("1 234,50", "1234.50"),
        ("1 234.5", "1234.50"),
        ("1\u00a0234\u202f567,89", "1234567.89"),
        ("-7", "-7.00"),
        ("\u22127,10", "-7.10"),
        ("0,100", "0.10"),
        (12, "12.00"),
        (-3, "-3.00"),
        (Decimal("0.1"), "0.10"),
        (Decimal("1E+3"), "1000.00"),
        (Decimal("-0"), "0.00"),
    ],
)
def test_amount_is_read_as_people_write_it(given_as: str | int | Decimal, amount: str) -> None:
    assert str(rubles(given_as)) == amount


@pytest.mark.parametrize("text", ["0.001", "1,005", "-0.009"])
def test_fraction_of_a_kopeck_is_refused(text: str) -> None:
    with pytest.raises(SubKopeckError):
        rubles(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "1,2,3",
        "1_000",
        "1e3",
        "NaN",
        "Infinity",
        "١٢٣",
        "１２３",
        "1\x00",
        "\ud800",
        "+5",
    ],
)
def test_what_is_not_an_amount_is_refused(text: str) -> None:
    with pytest.raises(NotAnAmountError) as refusal:
        rubles(text)
    assert refusal.value.given == text


@pytest.mark.parametrize(
    "value", [0.1, True, None, b"1", Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity")]
)
def test_inexact_values_are_refused(value: object) -> None:
    with pytest.raises(NotAnAmountError):
        rubles(value)  # type: ignore[arg-type]


def test_refusal_says_what_an_amount_is() -> None:
    assert str(NotAnAmountError("x")) == (
        "An amount of money is a number of rubles with at most two decimals."
    )


def test_amount_too_large_for_the_database_is_refused() -> None:
    assert kopecks(rubles("9999999999999999.99")) == 999_999_999_999_999_999
    with pytest.raises(NotAnAmountError):
        rubles("1" + "0" * 16)
    with pytest.raises(NotAnAmountError):
        rubles("9" * 400)
    with pytest.raises(NotAnAmountError):
        from_kopecks(10**18)


def test_tenths_add_up_exactly() -> None:
    assert rubles("0.10") + rubles("0.20") == rubles("0.30")


@given(st.integers(min_value=-(10**17), max_value=10**17))
def test_kopecks_go_there_and_back(count: int) -> None:
    assert kopecks(from_kopecks(count)) == count


@given(st.lists(st.integers(min_value=-(10**9), max_value=10**9)))
def test_sum_of_amounts_is_the_sum_of_their_kopecks(counts: list[int]) -> None:
    total = sum((from_kopecks(count) for count in counts), rubles(0))
    assert kopecks(total) == sum(counts)


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_any_decimal_is_exact_or_refused(value: Decimal) -> None:
    try:
        amount = rubles(value)
    except NotAnAmountError:
        return
    assert amount == value
    assert amount.as_tuple().exponent == -2


@pytest.mark.parametrize(
    ("product", "amount"),
    [
        ("230.0256", "230.03"),
        ("0.005", "0.01"),
        ("0.004999", "0.00"),
        ("-0.005", "-0.01"),
        ("12", "12.00"),
    ],
)
def test_product_is_rounded_half_up_to_kopecks(product: str, amount: str) -> None:
    assert str(rounded(Decimal(product))) == amount


def test_rounded_product_too_large_for_the_database_is_refused() -> None:
    with pytest.raises(NotAnAmountError):
        rounded(Decimal(10) ** 16)
