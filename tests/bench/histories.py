"""Ten years of one account, and ten thousand movements of another: what looking at them takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from statistics import median

from tests.bench.table import Row
from tests.bench.town import TODAY, BenchTown, Signature, copied, opened, signed_in_flats
from tests.ledgers import charge, issue, pay
from tests.month_factories import make_receipt
from tests.statements import statements
from vodokanal.billing.ledger import MovementKind, Side
from vodokanal.billing.periods import Period, months_between
from vodokanal.billing.services import Service
from vodokanal.models.accounts import Account
from vodokanal.models.bulk import insert_rows
from vodokanal.models.database import database, write_tx
from vodokanal.models.ledger import Movement, SourceTable
from vodokanal.operations.balances import get_balance

FIRST, LAST = Period(2016, 11), Period(2026, 10)
MOVEMENTS, TIMES = 10_000, 20
AT = datetime(2026, 9, 9, tzinfo=UTC)
MOST_STATEMENTS, MOST_OF_PAGE, MOST_OF_BALANCE = 8, 60.0, 5.0


def rows_of_histories(town: BenchTown) -> Iterator[Row]:
    """The page and the PDF of 120 months, and the balance of 10 000 movements."""
    with copied(town) as copy, opened(copy) as app:
        signature = Signature.of(app)
        flat, other = signed_in_flats(signature, most=50)[:2]
        live(Account.get(Account.number_key == flat.number))
        client = app.test_client()
        client.set_cookie("session", flat.cookie)
        span = f"from={FIRST}&to={LAST}"
        pages = {
            "page": f"/personal/{flat.number}/balance/?{span}",
            "PDF": f"/personal/{flat.number}/statement.pdf?{span}",
        }
        for what, path in pages.items():
            taken = milliseconds(partial(client.get, path))
            with statements() as asked:
                answer = client.get(path)
            yield Row(
                f"statement of 120 months, {what}, {len(asked)} statements",
                taken,
                "ms",
                goal=f"< {MOST_OF_PAGE:.0f} ms, ≤ {MOST_STATEMENTS}",
                reached=taken < MOST_OF_PAGE and len(asked) <= MOST_STATEMENTS,
                wrong=int(answer.status_code != 200),
            )
        account = Account.get(Account.number_key == other.number)
        fill(account)
        taken = milliseconds(partial(get_balance, account.id, today=TODAY))
        yield Row(
            f"balance of {MOVEMENTS} movements",
            taken,
            "ms",
            goal=f"< {MOST_OF_BALANCE:.0f} ms",
            reached=taken < MOST_OF_BALANCE,
        )


def live(account: Account) -> None:
    """Ten years in which every month was charged, issued and paid."""
    with write_tx():
        for period in months_between(FIRST, LAST):
            for service in Service:
                charge(account, period, "173.78", service=service)
            if period > FIRST:
                pay(account, period, "521.34")
            issue(period, account)


def fill(account: Account) -> None:
    """Ten thousand movements of ten years, and the receipt of the last month."""
    row = {
        "account": account.id,
        "kind": MovementKind.PAYMENT,
        "debit": Side.MONEY,
        "credit": Side.PRINCIPAL,
        "amount": Decimal("0.01"),
        "service": None,
        "debt_period": None,
        "on": date(2026, 9, 9),
        "posted_at": AT,
        "source_table": SourceTable.PAYMENT,
    }
    with write_tx():
        months = list(months_between(FIRST, LAST))
        rows = [
            {**row, "posted_period": months[number % len(months)], "source_id": 10**6 + number}
            for number in range(MOVEMENTS)
        ]
        for trigger in ("guard_movement_month_insert", "guard_receipt_month_insert"):
            database.execute_sql(f"DROP TRIGGER {trigger}")
        insert_rows(Movement, rows)
        paid = Decimal(MOVEMENTS) / 100
        make_receipt(account=account, period=LAST, charged="0", paid=str(paid), closing=str(-paid))


def milliseconds(deed: Callable[[], object]) -> float:
    """How long something takes, the first time aside."""
    deed()
    found = []
    for _ in range(TIMES):
        began = time.perf_counter()
        deed()
        found.append((time.perf_counter() - began) * 1000)
    return median(found)
