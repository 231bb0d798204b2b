"""Requisites of organisations and banks: INN, KPP, BIC and account numbers with their check digits."""

from __future__ import annotations

import re

from stdnum.ru import inn

KPP = re.compile(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}")
BIC = re.compile(r"0[14][0-9]{7}")
BANK_ACCOUNT = re.compile(r"[0-9]{20}")
# The treasury's BICs; its accounts have no control key, and begin like this.
TREASURY, TREASURY_ACCOUNT, TREASURY_OWN = "01", "03", "40102"
CORRESPONDENT = "301"
# Instruction of the Bank of Russia No. 515: weights repeat 7, 1, 3.
WEIGHTS = (7, 1, 3)
TEN = 10


def is_inn(text: str) -> bool:
    """Say whether the text is a tax number of an organisation (10 digits) or a person (12)."""
    return text.isascii() and text.isdigit() and bool(inn.is_valid(text))


def is_kpp(text: str) -> bool:
    """Say whether the text is the code of the reason for which an organisation is registered."""
    return bool(KPP.fullmatch(text))


def is_bic(text: str) -> bool:
    """Say whether the text is a Russian bank's identifier."""
    return bool(BIC.fullmatch(text))


def is_bank_account(text: str, *, bic: str) -> bool:
    """Say whether the text is an account kept by the bank of that identifier."""
    if bic.startswith(TREASURY):
        return is_bic(bic) and _is_plain(text, TREASURY_ACCOUNT)
    return is_bic(bic) and _is_account(text, bic[-3:])


def is_correspondent_account(text: str, *, bic: str) -> bool:
    """Say whether the text is the bank's own account at the Bank of Russia."""
    if bic.startswith(TREASURY):
        return is_bic(bic) and _is_plain(text, TREASURY_OWN)
    is_the_banks = text.startswith(CORRESPONDENT) and text.endswith(bic[-3:])
    return is_bic(bic) and is_the_banks and _is_account(text, f"0{bic[4:6]}")


def _is_plain(text: str, start: str) -> bool:
    return text.startswith(start) and bool(BANK_ACCOUNT.fullmatch(text))


def _is_account(text: str, prefix: str) -> bool:
    if not BANK_ACCOUNT.fullmatch(text):
        return False
    digits = prefix + text
    total = sum(int(each) * WEIGHTS[place % len(WEIGHTS)] for place, each in enumerate(digits))
    return total % TEN == 0
