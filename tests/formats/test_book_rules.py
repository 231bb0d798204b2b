"""What must hold of a workbook's rows besides each cell, and which of the right ones look odd."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.books import HOUSE, OF_ONE, TODAY, book_of, changed
from vodokanal.billing.periods import Period
from vodokanal.formats import book_rules
from vodokanal.formats.book import BookRow, Place, repeated
from vodokanal.formats.book_rules import Known, address_key, contradictions, overlapping, wrong_in
from vodokanal.formats.book_sheets import BY_CODE
from vodokanal.formats.book_sums import control_sums, oddest

NOVEMBER = Period(2026, 11)
KNOWN = Known(
    TODAY,
    NOVEMBER,
    houses={address_key(HOUSE)},
    accounts={"0045", "0046"},
    with_receipts={"0046"},
    bare={"45": "0045", "46": "0046"},
)
TOMORROW = TODAY + timedelta(days=1)
LONG_AGO = date(1999, 12, 31)
COMMON = {"account": None, **HOUSE}


def row(code: str, changes: Mapping[str, Any], *, number: int = 2) -> BookRow:
    given = {**OF_ONE[code], **changes}
    return BookRow(Place(0, number), tuple(given.get(each) for each in BY_CODE[code].codes))


@pytest.mark.parametrize(
    ("code", "changes", "wrong"),
    [
        ("houses", {}, []),
        ("accounts", {}, []),
        ("accounts", {"street": "ул. НОВАЯ"}, []),
        ("accounts", {"house": "8"}, [("Улица", "unknown_house")]),
        ("accounts", {"closed": date(2019, 1, 1)}, [("Закрыт", "before")]),
        ("accounts", {"opened": TOMORROW}, [("Открыт", "future")]),
        ("residents", {"account": "00-45"}, []),
        ("residents", {"account": "45"}, [("Лицевой счёт", "zeros_missing")]),
        ("residents", {"account": "99"}, [("Лицевой счёт", "unknown_account")]),
        ("services", {"to": date(2019, 1, 1)}, [("По какой день", "before")]),
        ("meters", {}, []),
        ("meters", COMMON, []),
        ("meters", HOUSE, [("Лицевой счёт", "owner")]),
        ("meters", {"account": None}, [("Лицевой счёт", "owner")]),
        ("meters", {**COMMON, "house": "8"}, [("Улица", "unknown_house")]),
        ("meters", {"read": None}, [("Дата показания", "pair")]),
        ("meters", {"reading": None}, [("Последнее показание", "pair")]),
        ("meters", {"final": Decimal(5)}, [("Снят", "not_removed")]),
        ("meters", {"reading": Decimal(100_000)}, [("Последнее показание", "beyond_display")]),
        ("meters", {"before": 2}, [("Цифр до запятой", "few_digits")]),
        ("meters", {"read": TOMORROW}, [("Дата показания", "future")]),
        ("meters", {"removed": date(2026, 1, 1)}, [("Снят", "before")]),
        ("balances", {}, []),
        ("balances", {"what": "advance", "month": None}, []),
        ("balances", {"month": None}, [("За месяц", "no_month")]),
        ("balances", {"month": NOVEMBER}, [("За месяц", "month_too_late")]),
        ("balances", {"month": Period(1999, 1)}, [("За месяц", "too_early")]),
        ("balances", {"on": TOMORROW}, [("На какой день", "future")]),
        (
            "balances",
            {"on": LONG_AGO, "what": "advance", "month": None},
            [("На какой день", "too_early")],
        ),
        ("balances", {"amount": Decimal(10) ** 9}, [("Сумма, руб.", "too_much")]),
        ("balances", {"account": "0046"}, [("Лицевой счёт", "has_receipts")]),
    ],
)
def test_row_is_looked_at_as_a_whole(
    code: str, changes: Mapping[str, Any], wrong: list[tuple[str, str]]
) -> None:
    found = wrong_in(BY_CODE[code], row(code, changes), known=KNOWN)
    assert [(each.column, each.code) for each in found] == wrong


def test_house_whose_street_is_to_be_mended_is_not_told_again() -> None:
    known = Known(TODAY, NOVEMBER, houses={address_key({**HOUSE, "street": None})}, accounts=set())
    assert list(wrong_in(BY_CODE["accounts"], row("accounts", {}), known=known)) == []


def test_same_row_twice_names_the_first() -> None:
    first, second = row("residents", {}), row("residents", {"account": "00-45"}, number=3)
    assert list(repeated(BY_CODE["residents"], [first, second])) == [(second, first)]


def test_times_that_overlap_are_told_of_the_later_one() -> None:
    sheet = BY_CODE["residents"]
    first = row("residents", {"to": date(2024, 12, 31)})
    second = row("residents", {"from": date(2024, 6, 1)}, number=3)
    (found,) = overlapping(sheet, [second, first])
    assert (found.place.row, found.values) == (3, {"row": 2, "first": "01.01.2020"})
    apart = row("residents", {"from": date(2025, 1, 1)}, number=3)
    assert list(overlapping(sheet, [apart, first])) == []


@pytest.mark.parametrize("start", [date(2019, 1, 1), date(2021, 1, 1)])
def test_times_that_the_portal_keeps_count_too(start: date) -> None:
    kept = row("residents", {"from": start}).values
    (found,) = overlapping(BY_CODE["residents"], [row("residents", {})], kept=[kept])
    assert (found.place.row, found.code, found.values["row"]) == (2, book_rules.OVERLAP, 0)


def test_only_what_a_row_says_can_contradict() -> None:
    sheet = BY_CODE["accounts"]
    kept = row("accounts", {"phone": "+7 900 111-11-11", "name": "КУЗНЕЦОВА Нина Львовна"}).values
    found = contradictions(sheet, row("accounts", {"norm": None}), kept=kept)
    assert [(column.code, there, here) for column, there, here in found] == [
        ("phone", "+7 900 111-11-11", "+7 900 765-43-21")
    ]


def test_control_sums_are_those_of_the_utility() -> None:
    sums = control_sums(book_of(changed(accounts={"closed": TODAY, "payer": "organisation"})))
    assert sums["accounts"] == {"rows": "1", "closed": "1", "organisations": "1"}
    assert sums["residents"] == {"rows": "1", "registered": "2"}
    assert sums["meters"] == {"rows": "1", "cold": "1", "readings": "123.456"}
    assert sums["balances"] == {"rows": "1", "debt": "1234.50"}


@pytest.mark.parametrize(
    ("code", "changes", "odd"),
    [
        ("residents", {"registered": 40}, "many_people"),
        ("meters", {"verify_by": date(2024, 1, 1)}, "verified_long_ago"),
        ("meters", {"reading": None, "read": None}, "no_reading"),
        ("meters", {"read": date(2024, 1, 1)}, "read_long_ago"),
        ("meters", {"initial": Decimal(500)}, "below_initial"),
        ("balances", {"amount": Decimal(60_000)}, "large_debt"),
        ("balances", {"month": Period(2020, 1)}, "old_debt"),
        ("accounts", {"name": "Иванов 2"}, "digits_in_name"),
        ("services", {"account": "0099"}, "no_services"),
    ],
)
def test_unusual_row_is_named(code: str, changes: Mapping[str, Any], odd: str) -> None:
    found = oddest(book_of(changed(**{code: changes})), today=TODAY)
    assert [each.code for each in found] == [odd]


def test_same_flat_and_serial_twice_look_odd_the_oddest_first() -> None:
    rows = changed()
    rows["accounts"].append({**rows["accounts"][0], "account": "0046"})
    rows["services"].append({**rows["services"][0], "account": "0046"})
    rows["meters"].append({**rows["meters"][0], "account": "0046"})
    found = oddest(book_of(rows), today=TODAY)
    assert [(each.code, each.values) for each in found] == [
        ("same_serial", {"row": 2}),
        ("same_flat", {"row": 2}),
    ]
    assert len(oddest(book_of(rows), today=TODAY, most=1)) == 1


def test_ordinary_book_has_nothing_odd() -> None:
    assert oddest(book_of(changed()), today=TODAY) == []
