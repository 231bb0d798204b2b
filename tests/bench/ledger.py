"""Issued months of a large town, written by bulk: what the sheets and desks of a month read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count, islice
from random import Random
from typing import Any

from vodokanal.billing.debts import Debts, debts_to_json
from vodokanal.billing.ledger import MovementKind, Side
from vodokanal.billing.methods import Method
from vodokanal.billing.money import from_kopecks
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.payments import Channel, OpeningKind
from vodokanal.billing.penalties import MonthDebt
from vodokanal.billing.periods import Period
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.models.accounts import Account
from vodokanal.models.base import Table
from vodokanal.models.bulk import insert_rows, reset_sequence
from vodokanal.models.database import write_tx
from vodokanal.models.ledger import Movement, SourceTable
from vodokanal.models.months import BillingMonth, ChargeLine
from vodokanal.models.payments import OpeningBalance, Payment
from vodokanal.models.receipts import Receipt

ISSUED = (Period(2026, 9), Period(2026, 10))
OPEN = Period(2026, 11)
AT_A_TIME = 2000
# One account in so many brings an old debt, and pays nothing in a month.
INDEBTED, SILENT = 10, 8
NOTHING, PRICE, VOLUME = Decimal("0.00"), Decimal("42.18"), Decimal("4.120")
MADE_AT = datetime(2026, 9, 1, tzinfo=UTC)
METHODS = (Method.METER, Method.METER, Method.METER, Method.AVERAGE, Method.NORM)
TABLES: tuple[type[Table], ...] = (ChargeLine, OpeningBalance, Payment, Movement, Receipt)


@dataclass
class Written:
    """Rows of one table after another, numbered, until they are written."""

    rows: dict[type[Table], list[dict[str, Any]]] = field(
        default_factory=lambda: {table: [] for table in TABLES}
    )
    ids: dict[type[Table], Iterator[int]] = field(
        default_factory=lambda: {table: count(1) for table in TABLES}
    )

    def add(self, table: type[Table], **values: Any) -> int:
        """A row, and its number."""
        number = next(self.ids[table])
        self.rows[table].append({"id": number, **values})
        return number

    def flush(self) -> None:
        """Writes them all."""
        with write_tx():
            for table, rows in self.rows.items():
                insert_rows(table, rows)
                rows.clear()


@dataclass
class Book:
    """An account: its number, its group, what it owes month by month."""

    account: int
    group: CustomerGroup
    open: dict[Period, Decimal] = field(default_factory=dict)

    @property
    def balance(self) -> Decimal:
        """What is owed."""
        return sum(self.open.values(), NOTHING)

    def debts(self) -> str:
        """What is open, as receipts keep it."""
        found = [MonthDebt(period, due_on(period), rest) for period, rest in self.open.items()]
        return debts_to_json(Debts(tuple(sorted(found, key=lambda each: each.period))))


def fill_ledger() -> int:
    """Two issued months and payments of the open one for every account; how many movements."""
    written, chance = Written(), Random(4)
    rows = Account.select(Account.id, Account.group).order_by(Account.id).tuples()
    books = [Book(*row) for row in rows]
    for period in ISSUED:
        for chunk in _chunks(books):
            for book in chunk:
                _issue(book, period, written=written, chance=chance)
            written.flush()
        BillingMonth.create(period=period, state=MonthState.ISSUED, pay_by=due_on(period))
    for chunk in _chunks(books):
        for book in chunk:
            _pay(book, OPEN, written=written, chance=chance)
        written.flush()
    for table in TABLES:
        reset_sequence(table)
    return Movement.select().count()


def due_on(period: Period) -> date:
    """By when a month is paid."""
    return date(period.next.year, period.next.month, 15)


def _chunks(books: list[Book]) -> Iterator[Iterable[Book]]:
    left = iter(books)
    while chunk := list(islice(left, AT_A_TIME)):
        yield chunk


def _issue(book: Book, period: Period, *, written: Written, chance: Random) -> None:
    if period == ISSUED[0] and chance.randrange(INDEBTED) == 0:
        _bring(book, period.plus(-chance.randint(2, 14)), written=written, chance=chance)
    opening = book.balance
    paid = _pay(book, period, written=written, chance=chance)
    charged = sum((_charge(book, period, service, written, chance) for service in Service), NOTHING)
    book.open[period] = charged
    sums = {"opening": opening, "charged": charged, "paid": paid, "closing": book.balance}
    written.add(
        Receipt,
        account=book.account,
        period=period,
        **sums,
        corrected=NOTHING,
        penalty=NOTHING,
        pay_by=due_on(period),
        debts=book.debts(),
        details="{}",
    )


def _bring(book: Book, period: Period, *, written: Written, chance: Random) -> None:
    amount = from_kopecks(chance.randint(10_000, 900_000))
    book.open[period] = amount
    on = ISSUED[0].first_day
    row = {"account": book.account, "amount": amount, "on": on}
    source = written.add(
        OpeningBalance, **row, kind=OpeningKind.DEBT, period=period, created_at=MADE_AT
    )
    _move(
        written,
        row,
        kind=MovementKind.OPENING,
        sides=(Side.PRINCIPAL, Side.OPENING),
        more={
            "posted_period": ISSUED[0],
            "debt_period": period,
            "source_table": SourceTable.OPENING,
            "source_id": source,
        },
    )


def _charge(
    book: Book, period: Period, service: Service, written: Written, chance: Random
) -> Decimal:
    amount = from_kopecks(chance.randint(5_000, 60_000))
    source = written.add(
        ChargeLine,
        account=book.account,
        period=period,
        service=service,
        part=0,
        group=book.group,
        method=chance.choice(METHODS),
        volume=VOLUME,
        price=PRICE,
        multiplier=Decimal(1),
        amount=amount,
        excess=NOTHING,
        vat=None,
        inputs='{"readings": [["2026-09-15", "150.120"], ["2026-10-15", "154.240"]]}',
    )
    _move(
        written,
        {"account": book.account, "amount": amount, "on": period.last_day},
        kind=MovementKind.CHARGE,
        sides=(Side.PRINCIPAL, Side.REVENUE),
        more={
            "posted_period": period,
            "debt_period": period,
            "source_table": SourceTable.CHARGE,
            "source_id": source,
            "service": service,
        },
    )
    return amount


def _pay(book: Book, period: Period, *, written: Written, chance: Random) -> Decimal:
    owed = book.open.pop(period.previous, NOTHING)
    if not owed or chance.randrange(SILENT) == 0:
        if owed:
            book.open[period.previous] = owed
        return NOTHING
    on = date(period.year, period.month, chance.randint(1, 15))
    row = {"account": book.account, "amount": owed}
    source = written.add(
        Payment,
        **row,
        received_on=on,
        period=period.previous,
        channel=chance.choice(list(Channel)),
        document="",
        created_at=MADE_AT,
    )
    _move(
        written,
        {**row, "on": on},
        kind=MovementKind.PAYMENT,
        sides=(Side.MONEY, Side.PRINCIPAL),
        more={
            "posted_period": period,
            "debt_period": period.previous,
            "source_table": SourceTable.PAYMENT,
            "source_id": source,
        },
    )
    return owed


def _move(
    written: Written,
    row: dict[str, Any],
    *,
    kind: MovementKind,
    sides: tuple[Side, Side],
    more: dict[str, Any],
) -> None:
    debit, credit = sides
    written.add(
        Movement,
        **row,
        kind=kind,
        debit=debit,
        credit=credit,
        posted_at=MADE_AT,
        **{"service": None, **more},
    )
