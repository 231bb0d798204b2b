"""Receipts on paper: a batch for the enveloping machine, one on request, and what memory they take."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from statistics import median

import psutil
from flask import Flask

from tests.bench.table import Row
from tests.bench.town import BenchTown, copied, largest, opened
from tests.papers import DETAILS, LINES, METERS, REQUISITES
from tests.source import ROOT
from vodokanal.billing.money import rubles
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.billing.receipts import NOTHING, PaperLine, ReceiptDetails
from vodokanal.billing.services import CustomerGroup
from vodokanal.billing.volumes import cubic_metres
from vodokanal.models.accounts import Account
from vodokanal.models.bulk import insert_rows
from vodokanal.models.database import write_tx
from vodokanal.models.months import BillingMonth, ChargeLine
from vodokanal.models.receipts import Receipt
from vodokanal.web.papers import receipt_pdf

MONTH, SMALL_MONTH = Period(2026, 10), Period(2026, 9)
BATCH, FEW, SINGLE = 5000, 1000, 30
QUICK, QUICK_SINGLE, SMALL, EVEN = 8.0, 150.0, 300, 0.15
INPUTS = '{"method":"no_meter","of":31,"price":"221.10","since":"2026-01-01","product":"0"}'


def rows_of_receipts(town: BenchTown) -> Iterator[Row]:
    """The command in a process of its own, as an operator runs it; then single receipts here."""
    with copied(town) as copy:
        with opened(copy) as app:
            _issue(SMALL_MONTH, FEW)
            single = _single(app, _issue(MONTH, BATCH))
        few, many = _printed(copy, SMALL_MONTH), _printed(copy, MONTH)
    each = many.seconds / BATCH * 1000
    yield Row(
        f"print-receipts, {BATCH} with codes",
        each,
        "ms each",
        goal=f"< {QUICK:.0f} ms",
        reached=each < QUICK,
        cost=many.cpu / BATCH * 1000,
    )
    # By what the processors did: that a neighbour was busy says nothing about growth.
    more, first = (many.cpu - few.cpu) / (BATCH - FEW) * 1000, few.cpu / FEW * 1000
    yield Row(
        f"print-receipts, CPU of each beyond {FEW}",
        more,
        "ms",
        limit=first,
        limit_name=f"of the first {FEW}",
        goal=f"≤ {1 + EVEN:.2f} times",
        reached=more <= first * (1 + EVEN),
    )
    yield Row(
        f"print-receipts, {BATCH}: memory with the children",
        many.megabytes,
        "MB",
        goal=f"< {SMALL} MB",
        reached=many.megabytes < SMALL,
    )
    yield Row(
        "one receipt on request, read, worded and laid out",
        single,
        "ms",
        goal=f"< {QUICK_SINGLE:.0f} ms",
        reached=single < QUICK_SINGLE,
    )


@dataclass(frozen=True)
class Run:
    """What printing a month took: of the clock, of the processors, of memory."""

    seconds: float
    cpu: float
    megabytes: float


def _issue(month: Period, count: int) -> list[int]:
    """Gives so many accounts a receipt with everything on it; their ids."""
    query = Account.select(Account.id).where(Account.closed_on.is_null()).order_by(Account.id)
    accounts = [account_id for (account_id,) in query.limit(count).tuples()]
    with write_tx():
        row = BillingMonth.create(
            period=month,
            state=MonthState.CALCULATED,
            requisites=json.dumps(asdict(REQUISITES), ensure_ascii=False),
        )
        # In the order in which a month grows: its guards refuse any other.
        insert_rows(ChargeLine, [line for each in accounts for line in _lines(each, month)])
        insert_rows(Receipt, [_receipt(each, month) for each in accounts])
        row.state = MonthState.ISSUED
        row.save()
    return accounts


def _receipt(account_id: int, month: Period) -> dict[str, object]:
    charged = sum((_amount(line, account_id) for line in LINES), NOTHING)
    return {
        "account": account_id,
        "period": month,
        "opening": "822.12",
        "charged": charged,
        "corrected": "0",
        "penalty": "0",
        "paid": "462.37",
        "closing": charged + rubles("359.75"),
        "pay_by": date(2026, 11, 16),
        "debts": "{}",
        "details": _details(account_id).to_json(),
    }


def _details(account_id: int) -> ReceiptDetails:
    """Everybody's own: what two receipts have in common is laid out once, and would flatter."""
    used = cubic_metres(Decimal(account_id * 37 % 9000) / 1000)
    meters = tuple(
        replace(
            meter,
            serial=f"{meter.id}-{account_id:06d}",
            previous=cubic_metres(account_id % 700),
            last=cubic_metres(account_id % 700) + used,
            last_on=date(2026, 10, 1 + account_id % 20),
        )
        for meter in METERS
    )
    holder, address = f"Плательщик {account_id}", f"Садовая ул., д. {account_id}"
    return replace(DETAILS, holder=holder, address=address, meters=meters)


def _amount(line: PaperLine, account_id: int) -> Decimal:
    return line.amount + account_id % 97


def _lines(account_id: int, month: Period) -> list[dict[str, object]]:
    return [
        {
            "account": account_id,
            "period": month,
            "service": line.service,
            "part": 0,
            "group": CustomerGroup.POPULATION,
            "method": line.method,
            "volume": line.volume,
            "price": line.price,
            "multiplier": line.multiplier,
            "amount": _amount(line, account_id),
            "excess": line.excess,
            "vat": line.vat,
            "inputs": INPUTS,
        }
        for line in LINES
    ]


def _single(app: Flask, accounts: list[int]) -> float:
    """Milliseconds of the median of single receipts, the first ones left out."""
    spent = []
    with app.app_context():
        for account_id in accounts[:SINGLE]:
            began = time.perf_counter()
            receipt_pdf(account_id, MONTH, is_copy=True)
            spent.append(time.perf_counter() - began)
    return median(spent[1:]) * 1000


def _printed(town: BenchTown, month: Period) -> Run:
    folder = town.folder / f"papers-{month}"
    command = ["-m", "flask", "--app", "app", "print-receipts", "--period", str(month)]
    began, worked = time.perf_counter(), _cpu_of_children()
    printer = psutil.Popen(
        [sys.executable, *command, "--out", str(folder)],
        cwd=ROOT,
        env={**os.environ, **town.environment()},
        stdout=subprocess.DEVNULL,
    )
    megabytes = largest(printer)
    seconds = time.perf_counter() - began
    if printer.returncode or not any(folder.glob("*.pdf")):
        raise ChildProcessError("print-receipts failed")
    return Run(seconds, _cpu_of_children() - worked, megabytes)


def _cpu_of_children() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime
