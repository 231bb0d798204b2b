"""Requisites: what can exist and what is a slip of the finger."""

from __future__ import annotations

import pytest

from vodokanal.formats.requisites import (
    is_bank_account,
    is_bic,
    is_correspondent_account,
    is_inn,
    is_kpp,
)

BIC = "044525225"


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
