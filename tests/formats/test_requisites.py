"""Requisites: what can exist and what is a slip of the finger."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from vodokanal.formats.requisites import (
    is_bank_account,
    is_bic,
    is_correspondent_account,
    is_inn,
    is_kpp,
)

EXAMPLES = tomllib.loads(
    (Path(__file__).parents[1] / "examples" / "bank.toml").read_text(encoding="utf-8")
)
BIC = "044525225"
TREASURY_BIC = "014525988"


@pytest.mark.parametrize("inn", ["7707083893", "500100732259"])
def test_tax_number_with_right_check_digits_is_one(inn: str) -> None:
    assert is_inn(inn)


@pytest.mark.parametrize(
    "inn", ["", "7707083894", "770708389", "77070838930", "٧٧٠٧٠٨٣٨٩٣", "x" * 10]
)
def test_tax_number_with_a_slip_is_none(inn: str) -> None:
    assert not is_inn(inn)


def test_kpp_has_nine_signs_of_which_two_may_be_letters() -> None:
    assert is_kpp("773601001")
    assert is_kpp("7736AB001")
    assert not any(map(is_kpp, ["", "77360100", "7736ab001", "77360100A"]))


def test_bic_is_a_russian_one() -> None:
    assert is_bic(BIC)
    assert not any(map(is_bic, ["", "144525225", "04452522", "0445252250"]))


def test_account_belongs_to_its_bank() -> None:
    assert is_correspondent_account("30101810400000000225", bic=BIC)
    assert not is_correspondent_account("30101810500000000225", bic=BIC)
    assert is_bank_account("40702810800000000001", bic="040001001")
    assert not is_bank_account("40702810800000000001", bic="040001002")


@pytest.mark.parametrize("bic", ["", "4", "x" * 9])
def test_account_of_no_bank_is_none(bic: str) -> None:
    assert not is_bank_account("4" * 20, bic=bic)
    assert not is_correspondent_account("4" * 20, bic=bic)


@pytest.mark.parametrize("case", EXAMPLES["key"], ids=lambda case: case["id"])
def test_ninth_digit_is_the_key_of_the_rest(case: dict[str, str]) -> None:
    is_right = is_correspondent_account if case["kind"] == "correspondent" else is_bank_account
    numbers = {key: case["account"].replace("K", key) for key in "0123456789"}
    right = [key for key, number in numbers.items() if is_right(number, bic=case["bic"])]
    assert right == [case["key"]]


def test_printed_requisites_are_right_and_slips_are_not() -> None:
    accounts = {kind: EXAMPLES[kind]["accounts"] for kind in ("valid", "invalid")}
    assert all(is_bank_account(number, bic=bic) for bic, number in accounts["valid"])
    assert not any(is_bank_account(number, bic=bic) for bic, number in accounts["invalid"])
    assert all(map(is_inn, EXAMPLES["valid"]["inn"]))
    assert not any(map(is_inn, EXAMPLES["invalid"]["inn"]))


def test_account_at_the_central_bank_ends_like_the_bic() -> None:
    assert is_correspondent_account("30101810400000000225", bic=BIC)
    assert not is_correspondent_account("30101810400000000225", bic="044525999")
    assert not is_correspondent_account("40702810338360027201", bic=BIC)
    assert not is_bank_account("4070281033836002720", bic=BIC)


def test_treasury_keeps_accounts_without_a_key() -> None:
    assert is_bic(TREASURY_BIC)
    assert is_bank_account("03234643467040004800", bic=TREASURY_BIC)
    assert is_correspondent_account("40102810845370000004", bic=TREASURY_BIC)
    assert not is_bank_account("40702810338360027201", bic=TREASURY_BIC)
    assert not is_correspondent_account("4010281084537000000", bic=TREASURY_BIC)
    assert not is_bank_account("03234643467040004800", bic="01452598")
