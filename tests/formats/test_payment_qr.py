"""Payment codes hold the published cases, are refused where banks would, and read back."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vodokanal.billing.money import rubles
from vodokanal.billing.periods import Period
from vodokanal.formats.payment_qr import (
    CANONICAL,
    MANDATORY,
    OPTIONAL,
    SEPARATORS,
    Charset,
    MandatoryTooLongError,
    NoSeparatorLeftError,
    NotAPaymentCodeError,
    NotEncodableError,
    Payee,
    PaymentOrder,
    WrongValueError,
    payment_code,
    period_value,
    read_payment_code,
    read_period,
    sum_value,
)

EXAMPLES: dict[str, list[dict[str, Any]]] = tomllib.loads(
    (Path(__file__).parents[1] / "examples" / "qr.toml").read_text(encoding="utf-8")
)
PAYEE = Payee(
    "МУП «Водоканал»",
    "40702810338360027201",
    "ПАО «Сбербанк России»",
    "044525225",
    "30101810400000000225",
)
HEAD = "ST00012|"
BODY = (
    "Name=МУП «Водоканал»|PersonalAcc=40702810338360027201|BankName=ПАО «Сбербанк России»"
    "|BIC=044525225|CorrespAcc=30101810400000000225"
)


def cases(kind: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", EXAMPLES[kind], ids=lambda case: case["id"])


@cases("build")
def test_published_code_is_written_and_read(case: dict[str, Any]) -> None:
    order = PaymentOrder(Payee(*case["fields"].values()))
    assert list(case["fields"]) == list(MANDATORY)
    assert payment_code(order).decode() == case["text"]
    assert read_payment_code(case["text"].encode()) == order


@cases("parse")
def test_published_code_is_understood(case: dict[str, Any]) -> None:
    order = read_payment_code(case["text"].encode())
    assert order.amount == rubles(case["sum"])
    assert (str(order.period), order.account) == (case["period"], case["account"])


def test_refusals_that_are_published_are_ours() -> None:
    assert [case["id"] for case in EXAMPLES["refuse_build"]] == ["G-Q3", "G-Q4"]
    with pytest.raises(NoSeparatorLeftError):
        payment_code(PaymentOrder(replace(PAYEE, name=SEPARATORS)))
    with pytest.raises(MandatoryTooLongError, match="more than 300 bytes"):
        payment_code(PaymentOrder(replace(PAYEE, name="Ж" * 110)))


def test_long_optional_values_do_not_count_among_the_mandatory_bytes() -> None:
    order = PaymentOrder(PAYEE, {"Purpose": "Ж" * 160, "PayerAddress": "Ж" * 300})
    assert read_payment_code(payment_code(order)) == order


def test_three_hundred_bytes_are_just_enough() -> None:
    payee = replace(PAYEE, name="Ж" * 58, bank="Ж" * 45)
    code = payment_code(PaymentOrder(payee))
    assert len(code[8:]) == 300
    with pytest.raises(MandatoryTooLongError):
        payment_code(PaymentOrder(replace(payee, name=payee.name + "x")))


def test_long_name_fits_where_a_letter_is_one_byte() -> None:
    order = PaymentOrder(replace(PAYEE, name="Ж" * 110))
    code = payment_code(order, Charset.WINDOWS_1251)
    assert code.startswith(b"ST00011|Name=\xc6\xc6")
    assert read_payment_code(code) == order


def test_values_of_a_receipt_are_written_in_their_order() -> None:
    values = {
        "Sum": sum_value(rubles("1234.56")),
        "PersAcc": "4070000015",
        "PaymPeriod": period_value(Period(2026, 10)),
        "TechCode": "02",
    }
    written = payment_code(PaymentOrder(PAYEE, values)).decode()
    assert written == f"{HEAD}{BODY}|Sum=123456|PersAcc=4070000015|PaymPeriod=102026|TechCode=02"


@pytest.mark.parametrize("key", ["persacc", "PERSACC", "persAcc"])
def test_known_keys_are_written_as_the_standard_writes_them(key: str) -> None:
    assert payment_code(PaymentOrder(PAYEE, {key: "1"})).endswith(b"|PersAcc=1")


@pytest.mark.parametrize(
    ("given_name", "value"),
    [
        ("account", "4070281033836002720"),
        ("account", "00702810338360027201"),
        ("account", "40702Z10338360027201"),
        ("account", "４0702810338360027201"),
        ("bic", "04452522"),
        ("bic", "04452522a"),
        ("correspondent_account", ""),
        ("name", ""),
        ("name", "x" * 161),
        ("bank", "x" * 46),
    ],
)
def test_payee_that_no_bank_would_take_is_refused(given_name: str, value: str) -> None:
    with pytest.raises(WrongValueError) as refused:
        payment_code(PaymentOrder(replace(PAYEE, **{given_name: value})))
    assert refused.value.value == value


def test_account_of_a_clearing_currency_has_a_letter() -> None:
    order = PaymentOrder(replace(PAYEE, account="40702X10338360027201", correspondent_account="0"))
    assert read_payment_code(payment_code(order)) == order


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("Sum", "12.34"),
        ("Sum", "-1"),
        ("Sum", "1" * 19),
        ("Purpose", "x" * 161),
        ("PayeeINN", "1" * 13),
        ("KPP", "1" * 10),
        ("DocDate", "2026-10-01"),
        ("PersAcc", ""),
        ("Our key", "1"),
        ("Ключ", "1"),
        ("bic", "044525225"),
    ],
)
def test_value_that_the_standard_does_not_allow_is_refused(key: str, value: str) -> None:
    with pytest.raises(WrongValueError) as refused:
        payment_code(PaymentOrder(PAYEE, {key: value}))
    assert (refused.value.key, refused.value.value) == (key, value)


def test_separators_are_tried_in_their_order() -> None:
    for place, expected in enumerate(SEPARATORS):
        order = PaymentOrder(PAYEE, {"Purpose": SEPARATORS[:place] or "x"})
        code = payment_code(order)
        assert chr(code[7]) == expected
        assert read_payment_code(code) == order


def test_letters_that_an_encoding_has_not_are_refused() -> None:
    with pytest.raises(NotEncodableError, match="№"):
        payment_code(PaymentOrder(replace(PAYEE, name="Водоканал №1", bank="Банк")), Charset.KOI8_R)


@pytest.mark.parametrize("text", [BODY, f"{BODY}|", f"{BODY}||", f"{BODY}|nonsense|=1|"])
def test_what_stands_after_the_last_value_is_passed_over(text: str) -> None:
    assert read_payment_code(f"{HEAD}{text}".encode()) == PaymentOrder(PAYEE)


def test_keys_are_read_in_any_case_and_unknown_ones_kept() -> None:
    code = f"{HEAD}{BODY.replace('Name=', 'NAME=')}|SUM=100|penaltyfee=250|Insurance=a=b".encode()
    order = read_payment_code(code)
    assert order.payee == PAYEE
    assert order.values == {"Sum": "100", "penaltyfee": "250", "Insurance": "a=b"}


def test_value_that_begins_with_the_sign_keeps_it() -> None:
    order = PaymentOrder(replace(PAYEE, bank="=ОАО БАНК"))
    assert read_payment_code(payment_code(order)) == order


@pytest.mark.parametrize(
    "code",
    [
        b"",
        b"ST00012",
        HEAD.encode(),
        f"ST00022|{BODY}".encode(),
        f"ST00010|{BODY}".encode(),
        f"ST00014|{BODY}".encode(),
        f"BCD0012|{BODY}".encode(),
        f"ST00012|{BODY}".encode("cp1251"),
        f"ST00012|{BODY.replace('BIC=', 'BIK=')}".encode(),
    ],
)
def test_anything_else_is_no_payment_code(code: bytes) -> None:
    with pytest.raises(NotAPaymentCodeError):
        read_payment_code(code)


@pytest.mark.parametrize("value", ["", "12,50", "много"])
def test_unreadable_sum_is_no_sum(value: str) -> None:
    assert PaymentOrder(PAYEE, {"Sum": value}).amount is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("112021", "2021-11"),
        ("022021", "2021-02"),
        ("0521", "2021-05"),
        ("0926", "2026-09"),
        ("2109", "2021-09"),
        ("62015", "2015-06"),
        ("20156", "2015-06"),
        ("01.2024", "2024-01"),
        ("1/2024", "2024-01"),
        ("2024-01", "2024-01"),
        ("202208", "2022-08"),
        ("202012", "2020-12"),
        ("31.10.2026", "2026-10"),
        ("20261031", "2026-10"),
        ("октябрь 2026", None),
        ("132021", None),
        ("101999", None),
        ("00", None),
        ("", None),
    ],
)
def test_month_is_understood_in_its_many_forms(text: str, expected: str | None) -> None:
    found = read_period(text)
    assert (None if found is None else str(found)) == expected


# Every encoding has these; a few separators stay free.
LETTERS = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "".join(chr(each) for each in range(ord("А"), ord("я") + 1))
    + "Ёё"
)
WORDS = st.text(
    st.sampled_from(sorted(set(LETTERS) - set(SEPARATORS[4:]))), min_size=1, max_size=40
)
FREE_KEYS = st.sampled_from(sorted(set(CANONICAL.values()) - {*MANDATORY, *OPTIONAL}))


@given(
    name=WORDS,
    bank=WORDS,
    values=st.dictionaries(FREE_KEYS, WORDS),
    kopecks=st.integers(0, 10**18 - 1),
    charset=st.sampled_from(Charset),
)
def test_what_is_written_is_read_back(
    name: str, bank: str, values: dict[str, str], kopecks: int, charset: Charset
) -> None:
    payee = replace(PAYEE, name=name, bank=bank)
    order = PaymentOrder(payee, {"Sum": str(kopecks), **values})
    assert read_payment_code(payment_code(order, charset)) == order
