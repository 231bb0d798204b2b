"""What papers hold: texts and figures as they are printed, in the shape that the templates lay out.

Whoever makes them has chosen every word; here nothing is translated, added up or rounded. An empty
text is left out, and what a code says are bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Letterhead:
    """The utility at the head of a paper, and what stands about it at the foot."""

    name: str
    lines: Sequence[str]


@dataclass(frozen=True)
class PrintedSum:
    """A row of the addition."""

    name: str
    amount: str
    note: str = ""
    bold: bool = False


@dataclass(frozen=True)
class PrintedLine:
    """A row of charges with the cells before its sum; beneath it, small, what the sum is made of."""

    service: PrintedSum
    cells: Sequence[str]
    parts: Sequence[PrintedSum] = ()


@dataclass(frozen=True)
class PrintedMeter:
    """A meter with its last two readings, and where the next one is written on the slip."""

    name: str
    which: str
    previous: str
    previous_note: str
    last: str
    last_note: str
    verify_by: str
    slip_note: str
    digits_before: int
    digits_after: int


@dataclass(frozen=True)
class ToPay:
    """The top of a receipt: the answer, and the payment code unless there is nothing to pay."""

    heading: str
    sum: str
    until: str
    how: str
    code: bytes | None = None


@dataclass(frozen=True)
class PrintedReceipt:
    """One receipt."""

    title: str
    copy: str
    large: bool
    address: str
    holder: str
    account: str
    top: ToPay
    messages: Sequence[str]
    charges_title: str
    columns: Sequence[str]
    lines: Sequence[PrintedLine]
    sums_title: str
    sums: Sequence[PrintedSum]
    meters: Sequence[PrintedMeter]
    people: str
    slip_title: str
    footer: str


@dataclass(frozen=True)
class ReceiptBatch:
    """Receipts of one month, printed one after another; `words` stand on all of them."""

    template: ClassVar[str] = "receipt.typ"

    language: str
    title: str
    words: Mapping[str, str]
    meter_columns: Sequence[str]
    utility: Letterhead
    site: bytes | None
    receipts: Sequence[PrintedReceipt]


@dataclass(frozen=True)
class PrintedStatement:
    """A statement: rows of when, what, how much and what is to pay after it."""

    template: ClassVar[str] = "statement.typ"

    language: str
    title: str
    period: str
    address: str
    whose: str
    utility: Letterhead
    opening: PrintedSum
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    nothing: str
    sums: Sequence[PrintedSum]
    footer: str
    page: str


@dataclass(frozen=True)
class PrintedCertificate:
    """A certificate: paragraphs, and where it is signed."""

    template: ClassVar[str] = "certificate.typ"

    language: str
    title: str
    utility: Letterhead
    paragraphs: Sequence[str]
    signatures: Sequence[str]


@dataclass(frozen=True)
class PrintedCharges:
    """A table of charges with its title."""

    title: str
    columns: Sequence[str]
    lines: Sequence[PrintedLine]


@dataclass(frozen=True)
class PrintedBill:
    """What is owed on a day: how it adds up, how old it is, and where it is signed."""

    template: ClassVar[str] = "todays_bill.typ"

    language: str
    title: str
    number: str
    address: str
    whose: str
    utility: Letterhead
    top: ToPay
    bank: str
    sums_title: str
    sums: Sequence[PrintedSum]
    charges: Sequence[PrintedCharges]
    ages_title: str
    ages: Sequence[PrintedSum]
    notes: Sequence[str]
    made: str
    signatures: Sequence[str]
    footer: str
    page: str


@dataclass(frozen=True)
class PrintedHolderAct:
    """An act of a change of holder: facts, meters with what they showed, sums, where it is signed."""

    template: ClassVar[str] = "holder_change.typ"

    language: str
    title: str
    utility: Letterhead
    facts: Sequence[Sequence[str]]
    meters_title: str
    columns: Sequence[str]
    meters: Sequence[Sequence[str]]
    sums_title: str
    sums: Sequence[PrintedSum]
    notes: Sequence[str]
    signatures: Sequence[str]


@dataclass(frozen=True)
class PrintedTable:
    """A table: the columns in `right` stand at the right, those in `wide` take what room is left."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: Sequence[int] = ()
    wide: Sequence[int] = (0,)
    title: str = ""


@dataclass(frozen=True)
class PrintedColumn:
    """A sum as it was counted: steps of label, value and rule, and what explains them."""

    title: str
    sum: str
    steps: Sequence[Sequence[str]]
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class PrintedGroup:
    """The columns of one month."""

    title: str
    columns: Sequence[PrintedColumn]


@dataclass(frozen=True)
class PrintedSection:
    """A chapter of a case file; `nothing` is said where it holds neither table nor column."""

    title: str
    tables: Sequence[PrintedTable] = ()
    groups: Sequence[PrintedGroup] = ()
    nothing: str = ""


@dataclass(frozen=True)
class PrintedCaseFile:
    """Everything that is kept of an account, chapter by chapter, on numbered pages."""

    template: ClassVar[str] = "case_file.typ"

    language: str
    title: str
    period: str
    number: str
    address: str
    whose: str
    utility: Letterhead
    sections: Sequence[PrintedSection]
    made: str
    signatures: Sequence[str]
    footer: str
    page: str


@dataclass(frozen=True)
class PrintedSheet:
    """A blank for the inspector's round: a row a meter, a large field, room for a code."""

    template: ClassVar[str] = "sheet.typ"

    language: str
    title: str
    facts: Sequence[str]
    utility: Letterhead
    codes: Sequence[str]
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    signatures: Sequence[str]
    footer: str
    page: str


Paper = (
    ReceiptBatch
    | PrintedStatement
    | PrintedSheet
    | PrintedCertificate
    | PrintedHolderAct
    | PrintedBill
    | PrintedCaseFile
)
