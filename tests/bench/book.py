"""A utility's workbook of many accounts: looked through, imported, undone; seconds and megabytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psutil

from tests.bench.table import Row
from tests.bench.town import largest
from tests.source import ROOT
from vodokanal.billing.periods import Period
from vodokanal.formats.book import read_book
from vodokanal.formats.book_columns import BookSheet, Value
from vodokanal.formats.book_sources import SentFile
from vodokanal.formats.book_writing import write_book
from vodokanal.models.accounts import Account
from vodokanal.models.database import connect_to, open_connection
from vodokanal.models.migrating import migrate
from vodokanal.models.schema import TABLES
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.book_checks import check_book
from vodokanal.operations.book_import import Sent, import_book
from vodokanal.operations.book_undo import undo_import
from vodokanal.operations.foundations import lay_foundations

STEP_SECONDS, UNDO_SECONDS, MEGABYTES = 60.0, 30.0, 400.0
GOALS = {"dry run": STEP_SECONDS, "import": STEP_SECONDS, "undo": UNDO_SECONDS}
TODAY, AT = date(2026, 11, 12), datetime(2026, 11, 12, 9, tzinfo=UTC)
OPENED, HUNG, READ = date(2015, 3, 1), date(2022, 5, 14), date(2026, 10, 25)
FLATS = 60
# The undone import itself, and what tells of it.
LEFT = frozenset({"book_import", "journal_entry"})

Values = Sequence[Value]


def written_book(target: Path, accounts: int) -> int:
    """Writes a workbook of so many accounts, each with two meters and a debt; its bytes."""
    with target.open("wb") as file:
        write_book(file, lambda sheet: ROWS[sheet.code](sheet, accounts))
    return target.stat().st_size


def _row(sheet: BookSheet, **given: Value) -> Values:
    return [given.get(code) for code in sheet.codes]


def _number(account: int) -> str:
    return f"{account:07d}"


def _house(account: int) -> dict[str, Value]:
    return {"street": "ул. Длинная", "house": str(account // FLATS + 1)}


def _houses(sheet: BookSheet, accounts: int) -> Iterator[Values]:
    for first in range(0, accounts, FLATS):
        yield _row(sheet, district="Центр", **_house(first))


def _accounts(sheet: BookSheet, accounts: int) -> Iterator[Values]:
    for each in range(accounts):
        yield _row(
            sheet,
            account=_number(each),
            **_house(each),
            flat=str(each % FLATS + 1),
            premises="flat",
            norm="Дома с ванной",
            group="population",
            opened=OPENED,
            payer="person",
            name=f"Плательщица Анна {'абвгдежзик'[each % 10]}",
            phone=f"+7 900 {each:07d}",
        )


def _residents(sheet: BookSheet, accounts: int) -> Iterator[Values]:
    for each in range(accounts):
        people: dict[str, Value] = {"registered": each % 5, "owners": 1, "from": OPENED}
        yield _row(sheet, account=_number(each), **people)


def _services(sheet: BookSheet, accounts: int) -> Iterator[Values]:
    for each in range(accounts):
        for service in ("cold", "hot", "sewage"):
            named: dict[str, Value] = {"service": service, "charging": "charged", "from": OPENED}
            yield _row(sheet, account=_number(each), **named)


def _meters(sheet: BookSheet, accounts: int) -> Iterator[Values]:
    for each in range(accounts):
        for at, water in enumerate(("cold", "hot")):
            yield _row(
                sheet,
                account=_number(each),
                water=water,
                serial=f"{at}{each:08d}",
                model="СВК 15-3",
                place="ванная",
                before=5,
                after=3,
                installed=HUNG,
                admitted=HUNG,
                verified=HUNG,
                verify_by=date(2028, 5, 13),
                seal=f"{each:07d}",
                initial=Decimal("0.250"),
                reading=Decimal(each % 900).scaleb(-1) + 100,
                read=READ,
            )


def _balances(sheet: BookSheet, accounts: int) -> Iterator[Values]:
    for each in range(accounts):
        named: dict[str, Value] = {
            "account": _number(each),
            "on": date(2026, 10, 31),
            "month": Period(2026, 9),
        }
        yield _row(sheet, what="debt", amount=Decimal(each + 1).scaleb(-1), **named)
        if each % 2:
            yield _row(sheet, what="penalty", amount=Decimal("1.15"), **named)


ROWS: dict[str, Callable[[BookSheet, int], Iterator[Values]]] = {
    "houses": _houses,
    "accounts": _accounts,
    "residents": _residents,
    "services": _services,
    "meters": _meters,
    "balances": _balances,
}


def measured(target: Path, folder: Path) -> dict[str, Any]:
    """Looks through, imports and undoes a workbook in an empty database; the seconds of each."""
    connect_to(f"sqlite:///{folder / 'portal.db'}")
    open_connection()
    migrate(folder)
    lay_foundations()
    before = _counts()
    began = time.perf_counter()
    book = read_book([SentFile(target.name, target.read_bytes())])
    checked = check_book(book, today=TODAY)
    checked.report()
    looked = time.perf_counter()
    row = import_book(SYSTEM, checked, sent=Sent(target.name), today=TODAY, at=AT)
    imported = time.perf_counter()
    accounts = Account.select().count()
    undo_import(SYSTEM, row.id, at=AT)
    seconds = {
        "dry run": looked - began,
        "import": imported - looked,
        "undo": time.perf_counter() - imported,
    }
    wrong = len(book.problems) + int(_counts() != before)
    return {"seconds": seconds, "accounts": accounts, "wrong": wrong}


def _counts() -> dict[str, int]:
    names = ((table, table._meta.table_name) for table in TABLES)
    return {name: table.select().count() for table, name in names if name not in LEFT}


def rows_of_book(accounts: int) -> Iterator[Row]:
    """A line for each step, and one for the memory of all together."""
    with tempfile.TemporaryDirectory() as place:
        folder, target = Path(place), Path(place) / "book.xlsx"
        size = written_book(target, accounts)
        command = [sys.executable, "-m", "tests.bench.book", str(target), str(folder)]
        child = psutil.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, env=dict(os.environ))
        most = largest(child)
        said, _ = child.communicate()
        found = json.loads(said)
    wrong = found["wrong"] + int(found["accounts"] != accounts)
    notes = [f"{size / 1024:.0f} kB"]
    for step, goal in GOALS.items():
        seconds = found["seconds"][step]
        what = f"workbook of {accounts} accounts: {step}"
        goes = seconds < goal
        yield Row(
            what, seconds, "s", goal=f"< {goal:.0f} s", reached=goes, wrong=wrong, notes=notes
        )
        wrong, notes = 0, []
    what = f"workbook of {accounts} accounts: memory"
    yield Row(what, most, "MB", goal=f"< {MEGABYTES:.0f} MB", reached=most < MEGABYTES)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measured(Path(sys.argv[1]), Path(sys.argv[2]))))
