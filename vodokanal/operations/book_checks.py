"""The dry run of a workbook: against itself, and against what the portal keeps already."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from vodokanal.billing.readings import Source
from vodokanal.formats.book import Book, BookRow, Key, Problem, keys_of, repeated
from vodokanal.formats.book_cells import written
from vodokanal.formats.book_columns import BookSheet, Column, Value
from vodokanal.formats.book_rules import (
    CONTRADICTION,
    PAIRED,
    REPEATED,
    Known,
    account_value,
    contradictions,
    overlapping,
    wrong_in,
)
from vodokanal.formats.book_sheets import (
    ACCOUNTS,
    ADDRESS,
    BALANCES,
    HOUSES,
    METERS,
    RESIDENTS,
    SHEETS,
    SUPPLIES,
)
from vodokanal.formats.book_sums import control_sums, oddest
from vodokanal.formats.search_text import folded
from vodokanal.models.accounts import Account
from vodokanal.models.meters import Meter
from vodokanal.models.readings import Reading
from vodokanal.operations.book_rows import (
    Kept,
    Values,
    has_receipts,
    openings_kept,
    owed_kept,
    rows_kept,
)
from vodokanal.operations.month_orders import journal_so_far

# So many rows to be mended are kept with the import; all of them stand in the mended workbook.
MOST_KEPT = 50
# A book of more accounts is compared with all that the portal keeps.
MOST_ASKED_FOR = 1000
Told = Callable[[str], None]
KeptRows = Mapping[Key, Values]
# Values with their day that contradict nothing either.
Also = Mapping[Key, set[tuple[Value, Value]]]


@dataclass(frozen=True)
class Checked:
    """A book with all that is to be mended in it, and the rows that the portal lacks, by sheet."""

    book: Book
    kept: Kept
    fresh: Mapping[str, Sequence[BookRow]]
    # The newest journal entry when it began: what is newer may have changed it.
    mark: int

    @property
    def is_right(self) -> bool:
        """Whether nothing is to be mended."""
        return not self.book.problems

    def report(self) -> dict[str, Any]:
        """Counts, control sums and the oddest rows, as they are kept with the import."""
        sheets = {
            code: {"new": len(self.fresh.get(code, ())), **sums}
            for code, sums in control_sums(self.book).items()
        }
        odd = [asdict(each) for each in oddest(self.book, today=self.kept.today)]
        first = sorted(self.book.problems, key=lambda each: each.place)[:MOST_KEPT]
        return {
            "sheets": sheets,
            "oddest": odd,
            "wrong": len(self.book.wrong_places),
            "problems": [asdict(each) for each in first],
            "tables": self.book.tables,
            "ignored": self.book.ignored,
        }


def nobody_is_told(_sheet: str) -> None:
    """Tells nobody how far the check is."""


def check_book(book: Book, *, today: date, told: Told = nobody_is_told) -> Checked:
    """Everything that is wrong in a book, and what of it is new; writes nothing.

    Its problems are added to those that reading it has found; `told` is called with the code of
    each sheet that is done. Some statements a sheet, whatever the number of rows.
    """
    mark = journal_so_far()
    kept = Kept.on(today, numbers_in(book))
    keep = {sheet.code: _kept_rows(sheet, kept) for sheet in SHEETS}
    owed = _owed(kept) if book.rows[BALANCES.code] else {}
    keep[BALANCES.code] = owed | keep[BALANCES.code]
    known = _known(book, keep, kept=kept)
    fresh: dict[str, list[BookRow]] = {}
    for sheet in SHEETS:
        own = keep[sheet.code]
        also = _imported(kept) if sheet is METERS and own else _paid(owed, sheet)
        fresh[sheet.code] = _check_sheet(book, sheet, known=known, keep=own, also=also)
        told(sheet.code)
    return Checked(book, kept, fresh, mark)


def numbers_in(book: Book) -> frozenset[str] | None:
    """The numbers that a book names, as they are compared; None: too many to ask for each."""
    found: set[str] = set()
    for sheet in SHEETS:
        if "account" in sheet.codes:
            at = sheet.codes.index("account")
            found |= {str(account_value(row.values[at])) for row in book.rows[sheet.code]}
        if len(found) > MOST_ASKED_FOR:
            return None
    return frozenset(found)


def report_text(checked: Checked) -> str:
    """The report as it is kept."""
    return json.dumps(checked.report(), ensure_ascii=False)


def _kept_rows(sheet: BookSheet, kept: Kept) -> dict[Key, Values]:
    key_of = keys_of(sheet, sheet.key)
    rows = openings_kept(kept) if sheet is BALANCES else rows_kept(sheet, kept)
    return {key_of(values): values for values in rows}


def _owed(kept: Kept) -> dict[Key, Values]:
    """What is owed where the portal has sent receipts, as `export-book` writes it."""
    key_of = keys_of(BALANCES, BALANCES.key)
    return {key_of(values): values for values in owed_kept(kept)}


def _paid(owed: KeptRows, sheet: BookSheet) -> Also:
    """Beside what was entered, what is left of it."""
    if sheet is not BALANCES:
        return {}
    amount, day = sheet.codes.index("amount"), sheet.codes.index("on")
    return {key: {(values[amount], values[day])} for key, values in owed.items()}


def _known(book: Book, keep: Mapping[str, KeptRows], *, kept: Kept) -> Known:
    house_of = keys_of(HOUSES, ADDRESS)
    houses = {house_of(row.values) for row in book.rows[HOUSES.code]} | keep[HOUSES.code].keys()
    numbers = [row.values[0] for row in book.rows[ACCOUNTS.code]]
    accounts = {account_value(number): str(number) for number in numbers if number is not None}
    # All of them: which has lost its zeros is seen by one that the book does not name.
    accounts |= dict(Account.select(Account.number_key, Account.number).tuples().iterator())
    return Known(
        kept.today,
        kept.open_month,
        houses,
        accounts.keys(),
        _with_receipts(kept) if keep[ACCOUNTS.code] else frozenset(),
        keep[BALANCES.code].keys(),
        {str(key).lstrip("0"): number for key, number in accounts.items()},
    )


def _with_receipts(kept: Kept) -> frozenset[Value]:
    query = Account.select(Account.number_key).where(has_receipts(), kept.concerns(Account.id))
    return frozenset(key for (key,) in query.tuples())


def _check_sheet(
    book: Book, sheet: BookSheet, *, known: Known, keep: KeptRows, also: Also
) -> list[BookRow]:
    """Adds what is wrong in a sheet to the book's problems; the rows that are not kept yet."""
    wrong = book.wrong_places
    rows = [row for row in book.rows[sheet.code] if row.place not in wrong]
    found = list(_repeated(sheet, rows))
    for row in rows:
        found += wrong_in(sheet, row, known=known)
    key_of = keys_of(sheet, sheet.key)
    right = _without(rows, found)
    fresh = [row for row in right if key_of(row.values) not in keep]
    for row in right:
        values = keep.get(key_of(row.values))
        if values is not None:
            found += _contradicting(sheet, row, kept=values, also=also)
    if sheet in (RESIDENTS, SUPPLIES):
        found += overlapping(sheet, fresh, kept=keep.values())
    book.problems += found
    return _without(fresh, found)


def _without(rows: Iterable[BookRow], found: Iterable[Problem]) -> list[BookRow]:
    wrong = {problem.place for problem in found}
    return [row for row in rows if row.place not in wrong]


def _repeated(sheet: BookSheet, rows: Sequence[BookRow]) -> Iterator[Problem]:
    for row, first in repeated(sheet, rows):
        title = next(column.title for column in sheet.columns if column.code in sheet.key)
        yield Problem(row.place, title, REPEATED, {"row": first.place.row})


def _contradicting(
    sheet: BookSheet, row: BookRow, *, kept: Values, also: Also
) -> Iterator[Problem]:
    for column, there, here in contradictions(sheet, row, kept=kept):
        yield _contradiction(row, column, kept=there, said=here)
    for code, day in PAIRED.get(sheet.code, ()):
        first, second = sheet.codes.index(code), sheet.codes.index(day)
        said = (row.values[first], row.values[second])
        known = {(kept[first], kept[second])} | also.get(_same_of(sheet, row), set())
        if said != (None, None) and said not in known:
            yield _contradiction(row, sheet.columns[first], kept=kept[first], said=said[0])


def _contradiction(row: BookRow, column: Column, *, kept: Value, said: Value) -> Problem:
    words = {"kept": written(column.word_of(kept)), "said": written(column.word_of(said))}
    return Problem(row.place, column.title, CONTRADICTION, words)


_METER_KEY = keys_of(METERS, ("account", "water", "serial"))


_BALANCE_KEY = keys_of(BALANCES, BALANCES.key)


def _same_of(sheet: BookSheet, row: BookRow) -> Key:
    return (_METER_KEY if sheet is METERS else _BALANCE_KEY)(row.values)


def _imported(kept: Kept) -> Also:
    """The readings that came with earlier books, by meter: later ones do not contradict them."""
    found: dict[Key, set[tuple[Value, Value]]] = defaultdict(set)
    query = (
        Reading.select(Account.number, Meter.kind, Meter.serial, Reading.value, Reading.taken_on)
        .join(Meter)
        .join(Account)
        .where(Reading.source == Source.IMPORT, kept.concerns_meter(Reading.meter))
    )
    for number, kind, serial, value, day in query.tuples().iterator():
        found[account_value(number), kind.value, folded(serial)].add((value, day))
    return found
