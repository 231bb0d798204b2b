"""The words of the bill for today, whatever it leaves out, and the codes of its sums."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from tests.papers import REQUISITES
from vodokanal.billing.debt_ages import Age
from vodokanal.billing.money import rubles
from vodokanal.billing.periods import Period
from vodokanal.billing.receipts import Requisites
from vodokanal.billing.statements import Whose
from vodokanal.billing.troubles import NobodyKnownError
from vodokanal.models.accounts import Account
from vodokanal.operations.todays_bills import TodaysBill
from vodokanal.web.payment_codes import bill_code_of
from vodokanal.web.todays_bills import bill_ages, bill_notes, bill_sums, printed_bill

NOVEMBER = Period(2026, 11)
BILL = TodaysBill(
    account=Account(number="12-34", closed_on=None),
    whose=Whose("12-34", "Иванова Анна Петровна", "Речная, 5", REQUISITES),
    on=date(2026, 11, 12),
    told=NOVEMBER.previous,
    opening=rubles(500),
    rows=(),
    corrections=(),
    final=(),
    trouble=None,
    open_month=NOVEMBER,
    ages={**dict.fromkeys(Age, rubles(0)), Age.OLDER: rubles(500)},
    owed=rubles(500),
    penalty=rubles("12.34"),
    disputed=rubles(0),
)
CLOSED = Account(number="12-34", closed_on=date(2026, 11, 10))


@pytest.fixture(autouse=True)
def _page(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def notes_of(**given: object) -> list[str]:
    """The notes of the bill with something else in it."""
    return [each.replace("\xa0", " ") for each in bill_notes(replace(BILL, **given))]  # type: ignore[arg-type]


def test_penalty_of_the_last_days_is_told_and_not_demanded() -> None:
    (penalty, later) = notes_of()
    assert "по 12 ноября 2026 года: 12,34 ₽" in penalty
    assert later == "Начисления за ноябрь 2026 года будут в квитанции за этот месяц."
    assert BILL.to_pay == rubles(500)


def test_penalty_that_nobody_can_tell_is_said_to_be_so() -> None:
    assert notes_of(penalty=None)[0].startswith("Пени за последние дни не посчитать")


def test_closed_account_without_its_last_charges_says_why() -> None:
    trouble = NobodyKnownError(date(2026, 11, 1))
    (note,) = notes_of(account=CLOSED, trouble=trouble, penalty=rubles(0))
    assert note.startswith("Последние месяцы пока нельзя начислить. На 1 ноября 2026 года")
    assert notes_of(account=CLOSED, penalty=rubles(0)) == []


def test_age_names_only_what_is_owed() -> None:
    assert [(each.name, each.amount) for each in bill_ages(BILL)] == [
        ("Долг, просрочен больше года", "500,00\xa0₽")
    ]


@pytest.mark.parametrize(
    ("opening", "told", "words"),
    [
        ("-20", NOVEMBER.previous, "Переплата по квитанции за октябрь 2026 года"),
        ("0", None, "Квитанций ещё не было"),
    ],
)
def test_addition_begins_with_the_last_receipt(
    opening: str, told: Period | None, words: str
) -> None:
    bill = replace(BILL, opening=rubles(opening), told=told, owed=rubles(opening))
    first, answer = bill_sums(bill)
    assert first.name.replace("\xa0", " ") == words
    assert answer.bold


def test_nothing_to_pay_says_what_is_paid_ahead() -> None:
    top = printed_bill(replace(BILL, owed=rubles(-20)), printed_by="Д", at="10:42").top
    assert (top.sum, top.code, top.until) == ("", None, "Переплата 20,00\xa0₽")
    even = printed_bill(replace(BILL, owed=rubles(0)), printed_by="Д", at="10:42").top
    assert even.until == ""


def test_without_a_payee_there_is_no_code() -> None:
    assert bill_code_of(rubles(5), "12-34", requisites=Requisites()) is None
    assert bill_code_of(rubles(0), "12-34", requisites=REQUISITES) is None
    whose = replace(BILL.whose, requisites=Requisites())
    top = printed_bill(replace(BILL, whose=whose), printed_by="Д", at="10:42").top
    assert (top.code, "Назовите" in top.how) == (None, True)
