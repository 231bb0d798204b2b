"""What a workbook comes to: control sums by sheet, and the rows that look odd though nothing is wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from heapq import nlargest
from typing import Any

from vodokanal.billing.payments import OpeningKind
from vodokanal.billing.periods import Period
from vodokanal.formats.book import Book, BookRow, Place
from vodokanal.formats.book_cells import written
from vodokanal.formats.book_columns import BookSheet
from vodokanal.formats.book_rules import account_value
from vodokanal.formats.book_sheets import ACCOUNTS, ADDRESS, BY_CODE, SHEETS

ODDEST = 10
# What nobody doubts up to here.
MANY_PEOPLE, LARGE_DEBT, OLD_DEBT_MONTHS, OLD_READING_DAYS = 10, Decimal(50_000), 36, 365
DEBT_A_POINT = 1000

Given = Mapping[str, Any]
Sums = dict[str, str]


@dataclass(frozen=True)
class Oddity:
    """A row that somebody should look at: where it is, what is odd, the values of the sentence."""

    score: int
    place: Place
    sheet: str
    code: str
    values: Mapping[str, str | int]


def control_sums(book: Book) -> dict[str, Sums]:
    """Return each sheet's rows and sums as texts, to be compared with the utility's own."""
    return {sheet.code: _sums(sheet, book.rows[sheet.code]) for sheet in SHEETS}


def _sums(sheet: BookSheet, rows: Sequence[BookRow]) -> Sums:
    found: Counter[str] = Counter()
    money: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        given = _given(sheet, row)
        for name in COUNTED[sheet.code](given):
            found[name] += 1
        for name, amount in ADDED[sheet.code](given):
            money[name] += amount
    sums = {"rows": len(rows)} | dict(sorted(found.items()))
    return {name: str(count) for name, count in sums.items()} | {
        name: f"{amount:f}" for name, amount in sorted(money.items())
    }


def _given(sheet: BookSheet, row: BookRow) -> Given:
    return dict(zip(sheet.codes, row.values, strict=True))


COUNTED: Mapping[str, Callable[[Given], Sequence[str]]] = {
    "houses": lambda _given: (),
    "accounts": lambda given: [
        *(["closed"] if given["closed"] else []),
        *(["organisations"] if given["payer"] == "organisation" else []),
    ],
    "residents": lambda _given: (),
    "services": lambda given: [str(given["service"])],
    "meters": lambda given: [str(given["water"]), *([] if given["read"] else ["unread"])],
    "balances": lambda _given: (),
}


def _nothing(_given: Given) -> Sequence[tuple[str, Decimal]]:
    return ()


ADDED: Mapping[str, Callable[[Given], Sequence[tuple[str, Decimal]]]] = {
    "houses": _nothing,
    "accounts": _nothing,
    "residents": lambda given: (
        [("registered", Decimal(given["registered"] or 0))] if given["to"] is None else []
    ),
    "services": _nothing,
    "meters": lambda given: [("readings", given["reading"] or Decimal(0))],
    "balances": lambda given: [(str(given["what"]), given["amount"] or Decimal(0))],
}


def oddest(book: Book, *, today: date, most: int = ODDEST) -> list[Oddity]:
    """Return the rows that look oddest, the oddest first; rows that are wrong are not among them."""
    wrong = book.wrong_places
    found = (each for each in _oddities(book, today) if each.place not in wrong)
    return nlargest(most, found, key=lambda each: (each.score, each.place))


def _oddities(book: Book, today: date) -> Iterator[Oddity]:
    for code, look in LOOKS.items():
        sheet = BY_CODE[code]
        for row in book.rows[code]:
            for score, odd, values in look(_given(sheet, row), today):
                yield Oddity(score, row.place, code, odd, values)
    yield from _accounts_without(book, "services")
    yield from _same_twice(book, ACCOUNTS, same=("flat", *ADDRESS), code="same_flat", score=15)
    yield from _same_twice(book, BY_CODE["meters"], same=("serial",), code="same_serial", score=25)


Odd = Iterator[tuple[int, str, Mapping[str, str | int]]]


def _of_residents(given: Given, _today: date) -> Odd:
    people = given["registered"]
    if people is not None and people > MANY_PEOPLE:
        yield people, "many_people", {"count": people}


def _of_meters(given: Given, today: date) -> Odd:
    if given["verify_by"] is not None and given["removed"] is None and given["verify_by"] < today:
        years = (today - given["verify_by"]).days // 365
        if years:
            yield 20 + years, "verified_long_ago", {"day": written(given["verify_by"])}
    if given["read"] is None and given["removed"] is None:
        yield 20, "no_reading", {}
    elif given["read"] is not None and (today - given["read"]).days > OLD_READING_DAYS:
        yield 20, "read_long_ago", {"day": written(given["read"])}
    if None not in (given["reading"], given["initial"]) and given["reading"] < given["initial"]:
        yield 40, "below_initial", {}


def _of_balances(given: Given, today: date) -> Odd:
    amount, month = given["amount"], given["month"]
    if amount is not None and amount > LARGE_DEBT:
        yield 30 + int(amount / DEBT_A_POINT), "large_debt", {"amount": f"{amount:f}"}
    is_debt = given["what"] == OpeningKind.DEBT.value and month is not None
    if is_debt and month < Period.of(today).plus(-OLD_DEBT_MONTHS):
        yield 30, "old_debt", {"month": written(month)}


def _of_accounts(given: Given, _today: date) -> Odd:
    name = str(given["name"] or "")
    if any(character.isdigit() for character in name) and given["payer"] == "person":
        yield 35, "digits_in_name", {"name": name}


LOOKS: Mapping[str, Callable[[Given, date], Odd]] = {
    "accounts": _of_accounts,
    "residents": _of_residents,
    "meters": _of_meters,
    "balances": _of_balances,
}


def _accounts_without(book: Book, code: str) -> Iterator[Oddity]:
    have = {account_value(row.values[0]) for row in book.rows[code]}
    closed = ACCOUNTS.codes.index("closed")
    for row in book.rows[ACCOUNTS.code]:
        if row.values[closed] is None and account_value(row.values[0]) not in have:
            yield Oddity(30, row.place, ACCOUNTS.code, f"no_{code}", {})


def _same_twice(
    book: Book, sheet: BookSheet, *, same: Sequence[str], code: str, score: int
) -> Iterator[Oddity]:
    places = [sheet.codes.index(each) for each in same]
    seen: dict[tuple[Any, ...], Place] = {}
    for row in book.rows[sheet.code]:
        key = tuple(row.values[at] for at in places)
        if key[0] is None:
            continue
        first = seen.setdefault(key, row.place)
        if first is not row.place:
            yield Oddity(score, row.place, sheet.code, code, {"row": first.row})
