"""What must hold of the rows of the utility's workbook besides each cell by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import chain, pairwise
from operator import itemgetter
from typing import Any

from vodokanal.billing.payments import OpeningKind
from vodokanal.billing.periods import Period
from vodokanal.formats.book import BookRow, Key, Place, Problem, keys_of
from vodokanal.formats.book_cells import written
from vodokanal.formats.book_columns import BookSheet, Column, Value
from vodokanal.formats.book_sheets import ACCOUNTS, ADDRESS, BALANCES, HOUSES, METERS

# Somebody's debt of before is a slip of the pen, and so is one that nobody has run up.
EARLIEST, MOST_OWED = date(2000, 1, 1), Decimal(100_000_000)
FEWEST_DIGITS = 3

REPEATED, UNKNOWN_HOUSE, UNKNOWN_ACCOUNT = "repeated", "unknown_house", "unknown_account"
ZEROS_MISSING, BEFORE, OVERLAP, CONTRADICTION = (
    "zeros_missing",
    "before",
    "overlap",
    "contradiction",
)
OWNER, PAIR, NOT_REMOVED, BEYOND = "owner", "pair", "not_removed", "beyond_display"
FUTURE, TOO_EARLY, TOO_MUCH, NO_MONTH = "future", "too_early", "too_much", "no_month"
MONTH_TOO_LATE, HAS_RECEIPTS, FEW_DIGITS = "month_too_late", "has_receipts", "few_digits"

# A column's code, what is wrong, and the values of the sentence.
Found = tuple[str, str, Mapping[str, str | int]]
Given = Mapping[str, Any]


@dataclass(frozen=True)
class Known:
    """What rows may refer to: in the same book, or kept by the portal; `bare` lacks the zeros."""

    today: date
    open_month: Period
    houses: AbstractSet[Key]
    accounts: AbstractSet[Value]
    with_receipts: AbstractSet[Value] = frozenset()
    # Keys of debts and advances that the portal keeps: a row of theirs is compared, not added.
    balances: AbstractSet[Key] = frozenset()
    bare: Mapping[str, str] = field(default_factory=dict)


def wrong_in(sheet: BookSheet, row: BookRow, *, known: Known) -> Iterator[Problem]:
    """Yield what is wrong in a row whose cells are right."""
    titles = {column.code: column.title for column in sheet.columns}
    given = dict(zip(sheet.codes, row.values, strict=True))
    for code, wrong, values in RULES[sheet.code](given, known):
        yield Problem(row.place, titles[code], wrong, values)


def _houses(_given: Given, _known: Known) -> Iterator[Found]:
    yield from ()


def _accounts(given: Given, known: Known) -> Iterator[Found]:
    yield from _house(given, known)
    yield from _in_order(given, "opened", last="closed")
    yield from _until_today(given, known, "opened")


def _times(given: Given, known: Known) -> Iterator[Found]:
    yield from _account(given, known)
    yield from _in_order(given, "from", last="to")


def _meters(given: Given, known: Known) -> Iterator[Found]:
    is_common = bool(given["street"] or given["house"])
    if bool(given["account"]) == is_common:
        yield "account", OWNER, {}
        return
    yield from _house(given, known) if is_common else _account(given, known)
    for first, last in (
        ("installed", "admitted"),
        ("installed", "removed"),
        ("installed", "read"),
        ("verified", "verify_by"),
        ("read", "removed"),
    ):
        yield from _in_order(given, first, last=last)
    yield from _until_today(given, known, "installed", "read", "removed")
    yield from _display(given)


def _display(given: Given) -> Iterator[Found]:
    """What the meter's display cannot show, and readings without their day."""
    digits = 5 if given["before"] is None else given["before"]
    if digits < FEWEST_DIGITS:
        yield "before", FEW_DIGITS, {"least": FEWEST_DIGITS}
        return
    for code in ("initial", "final", "reading"):
        if given[code] is not None and given[code] >= Decimal(10) ** digits:
            yield code, BEYOND, {"digits": digits}
    if (given["reading"] is None) != (given["read"] is None):
        yield "read" if given["read"] is None else "reading", PAIR, {}
    if given["final"] is not None and given["removed"] is None:
        yield "removed", NOT_REMOVED, {}


def _balances(given: Given, known: Known) -> Iterator[Found]:
    yield from _account(given, known)
    yield from _until_today(given, known, "on")
    if given["on"] < EARLIEST:
        yield "on", TOO_EARLY, {"first": written(EARLIEST)}
    if given["amount"] > MOST_OWED:
        yield "amount", TOO_MUCH, {"most": int(MOST_OWED)}
    yield from _month(given, known)
    is_known = _balance_key_of([given[code] for code in BALANCES.codes]) in known.balances
    if _key(given) in known.with_receipts and not is_known:
        yield "account", HAS_RECEIPTS, {}


def _month(given: Given, known: Known) -> Iterator[Found]:
    month = given["month"]
    if month is None:
        if given["what"] != OpeningKind.ADVANCE.value:
            yield "month", NO_MONTH, {}
        return
    last = min(known.open_month.previous, Period.of(given["on"]))
    if month > last:
        yield "month", MONTH_TOO_LATE, {"last": written(last)}
    elif month.first_day < EARLIEST:
        yield "month", TOO_EARLY, {"first": written(EARLIEST)}


def _house(given: Given, known: Known) -> Iterator[Found]:
    # A house whose street is to be mended is not told again at each of its accounts.
    nameless = address_key({**given, "street": None})
    if address_key(given) not in known.houses and nameless not in known.houses:
        yield "street", UNKNOWN_HOUSE, {}


def _account(given: Given, known: Known) -> Iterator[Found]:
    key = _key(given)
    if key in known.accounts:
        return
    other = known.bare.get(str(key).lstrip("0"))
    if other is None:
        yield "account", UNKNOWN_ACCOUNT, {"number": given["account"]}
    else:
        yield "account", ZEROS_MISSING, {"number": given["account"], "other": other}


def _in_order(given: Given, first: str, *, last: str) -> Iterator[Found]:
    if given[first] is not None and given[last] is not None and given[last] < given[first]:
        yield last, BEFORE, {"first": written(given[first])}


def _until_today(given: Given, known: Known, *codes: str) -> Iterator[Found]:
    for code in codes:
        if given[code] is not None and given[code] > known.today:
            yield code, FUTURE, {"today": written(known.today)}


RULES: Mapping[str, Callable[[Given, Known], Iterator[Found]]] = {
    "houses": _houses,
    "accounts": _accounts,
    "residents": _times,
    "services": _times,
    "meters": _meters,
    "balances": _balances,
}

_account_key_of = keys_of(ACCOUNTS, ("account",))
_house_key_of = keys_of(HOUSES, ADDRESS)
_balance_key_of = keys_of(BALANCES, BALANCES.key)


def address_key(given: Given) -> Key:
    """Return what a house is known by, of any row that names one."""
    return _house_key_of([given.get(code) for code in HOUSES.codes])


def _key(given: Given) -> Value:
    return account_value(given["account"])


def account_value(number: Value) -> Value:
    """Return what an account is known by: its number as it is compared."""
    return _account_key_of([number])[0]


def overlapping(
    sheet: BookSheet, rows: Iterable[BookRow], *, kept: Iterable[Sequence[Value]] = ()
) -> Iterator[Problem]:
    """Yield the rows that hold on days on which another one does; `kept` ones count too."""
    of_one = tuple(code for code in sheet.key if code != "from")
    key_of = keys_of(sheet, of_one)
    start, end = sheet.codes.index("from"), sheet.codes.index("to")
    times: dict[Key, list[tuple[Any, Any, Place | None]]] = defaultdict(list)
    for values in kept:
        times[key_of(values)].append((values[start], values[end] or date.max, None))
    for place, values in rows:
        times[key_of(values)].append((values[start], values[end] or date.max, place))
    title = sheet.columns[start].title
    for spans in times.values():
        for one, other in pairwise(sorted(spans, key=itemgetter(0))):
            wrong, with_other = (other, one) if other[2] else (one, other)
            if other[0] <= one[1] and wrong[2] is not None:
                row = with_other[2].row if with_other[2] else 0
                told: dict[str, str | int] = {"row": row, "first": written(with_other[0])}
                yield Problem(wrong[2], title, OVERLAP, told)


def contradictions(
    sheet: BookSheet, row: BookRow, *, kept: Sequence[Value]
) -> Iterator[tuple[Column, Value, Value]]:
    """Yield the columns in which a row says other than what is kept: with both values."""
    left_out = {*sheet.key, *chain.from_iterable(PAIRED.get(sheet.code, ()))}
    for column, said, known in zip(sheet.columns, row.values, kept, strict=True):
        if said is None or column.code in left_out:
            continue
        if said != known and str(said).casefold() != str(known).casefold():
            yield column, known, said


# A later reading does not contradict an earlier one: compared as pairs, by whoever knows all.
PAIRED = {METERS.code: (("reading", "read"),), BALANCES.code: (("amount", "on"),)}
