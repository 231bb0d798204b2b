"""What a person typed, as the meter's display reads it."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vodokanal.billing.displays import Display, drums, read_display
from vodokanal.billing.refusals import (
    EmptyReadingError,
    LetterForDigitError,
    NegativeReadingError,
    NotANumberError,
    ReadingRefusedError,
    TooManyDecimalsError,
    TooManyDigitsError,
)


def typed(text: str, before: int = 5, after: int = 3, *, whole_only: bool = False) -> str:
    value = read_display(text, digits_before=before, digits_after=after, whole_only=whole_only)
    return str(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("156,320", "156.320"),
        ("156.32", "156.320"),
        ("00156,320", "156.320"),
        ("0,5", "0.500"),
        ("156", "156.000"),
        ("00156", "156.000"),
        ("00017859", "17.859"),
        ("00000000", "0.000"),
        ("99999999", "99999.999"),
        ("0000156", "156.000"),
        ("000156,3", "156.300"),
        ("156,3200", "156.320"),
    ],
)
def test_display_is_read(text: str, value: str) -> None:
    assert typed(text) == value


@pytest.mark.parametrize(
    "text",
    [" 153,200", "153,200 ", "00 153,200", "153 , 200", "\u00a0153,200", "153\u202f,\u2009200\r\n"],
)
def test_spaces_do_not_matter(text: str) -> None:
    assert typed(text) == "153.200"


@pytest.mark.parametrize("text", ["", " ", "\u00a0\u202f", "\t", "\n"])
def test_nothing_typed_is_said_so(text: str) -> None:
    with pytest.raises(EmptyReadingError):
        typed(text)


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "sNaN",
        "Infinity",
        "-Infinity",
        "1e3",
        "1E400",
        "١٢٣",
        "１２３",
        "1_000",
        "1,2,3",
        "1.2.3",
        "1,,2",
        ",5",
        "5,",
        ",",
        "+5",
        "--5",
        "5-",
        "0x1F",
        "12\x00",
        "12\ud800",
        "1\n2",
        "²",
        "½",
        "двести",
        "0о,з,1",
        "153,200 м³",
        "О",
    ],
)
def test_what_is_not_a_number_is_refused(text: str) -> None:
    with pytest.raises(NotANumberError):
        typed(text)


def test_refusal_shows_what_can_be_printed_of_what_was_typed() -> None:
    with pytest.raises(NotANumberError) as refusal:
        typed("1\x00\ud800" + "х" * 400)
    assert refusal.value.text == "1\ufffd\ufffd" + "х" * 37
    assert str(refusal.value).endswith("х" * 37 + ".")


@pytest.mark.parametrize(
    ("text", "letter", "digit"),
    [
        ("15О,320", "О", "0"),
        ("15o,320", "o", "0"),
        ("15о,320", "о", "0"),
        ("15O32", "O", "0"),
        ("156,З20", "З", "3"),
        ("l56,320", "l", "1"),
        ("I56", "I", "1"),
        ("15б,32О", "б", "6"),
    ],
)
def test_letter_in_place_of_a_digit_is_named(text: str, letter: str, digit: str) -> None:
    with pytest.raises(LetterForDigitError) as refusal:
        typed(text)
    assert (refusal.value.letter, refusal.value.digit) == (letter, digit)
    assert str(refusal.value) == (f"The letter {letter} stands where the digit {digit} was meant.")


@pytest.mark.parametrize("text", ["-5", "\u22125", "\u20135,1", "- 5", "-0"])
def test_minus_is_refused_as_negative(text: str) -> None:
    with pytest.raises(NegativeReadingError):
        typed(text)


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("123456", 5, 3),
        ("1234567", 5, 3),
        ("123456789", 5, 3),
        ("000156320", 5, 3),
        ("123456,1", 5, 3),
        ("000000156,3", 5, 3),
        ("1" * 400, 5, 3),
        ("0" * 400, 5, 3),
        ("1," + "0" * 400, 5, 3),
        ("1000", 3, 0),
        ("12345", 4, 0),
    ],
)
def test_more_digits_than_the_display_has_are_refused(text: str, before: int, after: int) -> None:
    with pytest.raises(TooManyDigitsError) as refusal:
        typed(text, before, after)
    assert refusal.value.allowed == before
    assert str(refusal.value) == f"This meter has {before} digits before the comma."


@pytest.mark.parametrize(
    ("text", "after", "allowed"),
    [
        ("156,3201", 3, 3),
        ("1," + "1" * 400, 3, 3),
        ("156,32", 1, 1),
        ("156,3", 0, 0),
        ("156,00001", 4, 4),
    ],
)
def test_more_decimals_than_the_display_has_are_refused(
    text: str, after: int, allowed: int
) -> None:
    with pytest.raises(TooManyDecimalsError) as refusal:
        typed(text, 5, after)
    assert refusal.value.allowed == allowed
    assert str(refusal.value) == f"This meter has {allowed} digits after the comma."


@pytest.mark.parametrize(
    ("text", "before", "after", "value"),
    [
        ("156,300", 5, 1, "156.300"),
        ("001563", 5, 1, "156.300"),
        ("156,000", 5, 0, "156.000"),
        ("00156", 5, 0, "156.000"),
        ("1234", 4, 0, "1234.000"),
        ("000156,32", 6, 2, "156.320"),
        # Below litres: cut, never rounded.
        ("001563209", 5, 4, "156.320"),
        ("156,3209", 5, 4, "156.320"),
        ("1" * 8 + ",9999", 8, 4, "11111111.999"),
    ],
)
def test_each_display_is_read_by_its_own_digits(
    text: str, before: int, after: int, value: str
) -> None:
    assert typed(text, before, after) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("156,999", "156.000"), ("00017859", "17.000"), ("156", "156.000"), ("0,999", "0.000")],
)
def test_whole_cubic_metres_are_cut_never_rounded(text: str, value: str) -> None:
    assert typed(text, whole_only=True) == value


def test_litres_may_be_typed_where_only_whole_cubic_metres_are_taken() -> None:
    assert typed("156,999", 5, 0, whole_only=True) == "156.000"
    with pytest.raises(TooManyDecimalsError):
        typed("156,9999", whole_only=True)


@pytest.mark.parametrize(
    ("value", "before", "after", "shown"),
    [
        ("156.32", 5, 3, ("00156", "320")),
        ("0", 5, 3, ("00000", "000")),
        ("156.32", 5, 1, ("00156", "3")),
        ("156", 4, 0, ("0156", "")),
        ("7.5", 5, 4, ("00007", "5000")),
    ],
)
def test_drums_show_the_value(value: str, before: int, after: int, shown: tuple[str, str]) -> None:
    assert drums(Decimal(value), digits_before=before, digits_after=after) == shown


@pytest.mark.parametrize("value", ["100000", "-1"])
def test_drums_have_no_room_for_more(value: str) -> None:
    with pytest.raises(ReadingRefusedError):
        drums(Decimal(value), digits_before=5, digits_after=3)


@pytest.mark.parametrize(
    ("value", "shows"),
    [
        ("0", True),
        ("99999.9", True),
        ("100000", False),
        ("1.23", False),
        ("-0.1", False),
        ("NaN", False),
    ],
)
def test_display_knows_what_it_can_show(value: str, *, shows: bool) -> None:
    assert Display(5, 1).shows(Decimal(value)) is shows


litres = st.integers(min_value=0, max_value=99_999_999)
texts = st.one_of(
    st.text(max_size=20),
    st.text(alphabet="0123456789,.- \u00a0eEоOЗ_٣N", max_size=14),
    st.from_regex(r"[0-9]{1,9}([.,][0-9]{1,5})?", fullmatch=True),
)


@given(litres)
def test_digits_copied_from_the_display_are_read_back(count: int) -> None:
    value = Decimal(count).scaleb(-3)
    black, red = drums(value, digits_before=5, digits_after=3)
    assert Decimal(typed(black + red)) == value
    assert Decimal(typed(f"{black},{red}")) == value
    assert Decimal(typed(f"{int(black)}.{red}")) == value


@given(st.integers(min_value=0, max_value=99_999))
def test_whole_number_is_cubic_metres(count: int) -> None:
    assert Decimal(typed(str(count))) == count


def by_the_rule_book(text: str) -> Decimal | None:
    """Read text for a display of five and three in the slow and obvious way."""
    bare = re.sub("[ \t\u00a0\u202f\u2009\u2007]", "", text).strip("\r\n")
    if re.fullmatch("[0-9]{8}", bare):
        return Decimal(int(bare)) / 1000
    if len(re.sub("[.,]", "", bare)) > 8:
        return None
    match = re.fullmatch("0*([0-9]{1,5})(?:[.,]([0-9]{1,3})0*)?", bare)
    return Decimal(f"{match[1]}.{match[2] or 0}") if match else None


@given(texts)
def test_reader_agrees_with_the_rule_book(text: str) -> None:
    try:
        value: Decimal | None = Decimal(typed(text))
    except ReadingRefusedError:
        value = None
    assert value == by_the_rule_book(text)


@given(texts, st.integers(3, 9), st.integers(0, 4), st.booleans())
def test_whatever_is_read_the_display_can_show(
    text: str, before: int, after: int, whole_only: bool
) -> None:
    try:
        value = read_display(text, digits_before=before, digits_after=after, whole_only=whole_only)
    except ReadingRefusedError:
        return
    assert Display(before, after).shows(value)
