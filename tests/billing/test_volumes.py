"""Volumes enter through one door, exact to the cubic centimetre."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vodokanal.billing.volumes import (
    NotAVolumeError,
    billed_volume,
    cubic_centimetres,
    cubic_metres,
    cut_to_whole,
    from_cubic_centimetres,
    volume_from,
)


@pytest.mark.parametrize(
    ("given_as", "volume"),
    [
        ("17,859", "17.859"),
        ("1 234.5", "1234.500"),
        ("20.805", "20.805"),
        ("6.9350", "6.935"),
        ("0.123456", "0.123456"),
        ("0,12345", "0.12345"),
        ("-1.5", "-1.500"),
        (3, "3.000"),
        (Decimal("-0.0"), "0.000"),
        (Decimal("1E+2"), "100.000"),
    ],
)
def test_volume_is_read_as_people_write_it(given_as: str | int | Decimal, volume: str) -> None:
    assert str(cubic_metres(given_as)) == volume


@pytest.mark.parametrize("text", ["", "1.0000001", "1e2", "NaN", "1_0", "٣", "1,2,3", "9" * 400])
def test_what_is_not_a_volume_is_refused(text: str) -> None:
    with pytest.raises(NotAVolumeError) as refusal:
        cubic_metres(text)
    assert refusal.value.given == text


@pytest.mark.parametrize("value", [0.5, False, None, Decimal("NaN"), Decimal("Infinity"), 10**12])
def test_inexact_or_endless_volumes_are_refused(value: object) -> None:
    with pytest.raises(NotAVolumeError):
        cubic_metres(value)  # type: ignore[arg-type]


@given(st.integers(min_value=-(10**17), max_value=10**17))
def test_cubic_centimetres_go_there_and_back(count: int) -> None:
    assert cubic_centimetres(from_cubic_centimetres(count)) == count


@given(st.integers(min_value=-(10**17), max_value=10**17))
def test_a_volume_has_one_spelling(count: int) -> None:
    volume = from_cubic_centimetres(count)
    assert str(cubic_metres(str(volume))) == str(volume)


def test_volume_is_a_thousand_litres() -> None:
    assert cubic_centimetres(cubic_metres(1)) == 1_000_000


@pytest.mark.parametrize(
    ("quotient", "volume"),
    [
        (Decimal(10) / 3, "3.333333"),
        (Decimal(20) / 3, "6.666667"),
        (Decimal("0.0000005"), "0.000001"),
        (Decimal("5.25"), "5.250"),
    ],
)
def test_billed_volume_keeps_six_decimals(quotient: Decimal, volume: str) -> None:
    assert str(billed_volume(quotient)) == volume


@pytest.mark.parametrize(
    ("reading", "whole"), [("17.999", "17.000"), ("0.5", "0.000"), ("3", "3.000")]
)
def test_litres_are_cut_never_rounded(reading: str, whole: str) -> None:
    assert str(cut_to_whole(cubic_metres(reading))) == whole


def test_refusal_says_what_a_volume_is() -> None:
    assert str(NotAVolumeError("x")) == (
        "A volume is a number of cubic metres with at most six decimals."
    )


@pytest.mark.parametrize(
    ("earlier", "later", "volume"),
    [
        ("136.000", "140", "4.000"),
        ("1.5", "1.5", "0.000"),
        ("0.000001", "1", "0.999999"),
        ("7", "5", "-2.000"),
    ],
)
def test_what_lies_between_two_volumes_is_written_as_one(
    earlier: str, later: str, volume: str
) -> None:
    assert str(volume_from(Decimal(earlier), Decimal(later))) == volume
