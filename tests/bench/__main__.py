"""`make bench`: what the portal does beside what this machine can do, as a table."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from tests.bench.closing import rows_of_closing
from tests.bench.faults import rows_of_faults
from tests.bench.growth import load_rows, statement_rows
from tests.bench.pages import RUNS, rows_of_pages
from tests.bench.receipts import rows_of_receipts
from tests.bench.reports import rows_of_reports
from tests.bench.staff import rows_of_staff
from tests.bench.table import Row, drawn, kept, summary
from tests.bench.town import loaded_town
from tests.source import ROOT

PARTS = ("pages", "town", "staff", "reports", "receipts", "closing", "faults")
SMALL, ACCOUNTS, LARGE = 300, 20_000, 200_000
TENTH, WHOLE = 10_000, 100_000


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(PARTS))
@click.option("--accounts", default=ACCOUNTS, show_default=True, help="Of the measured town.")
@click.option("--reports", default=WHOLE, show_default=True, help="Of the town of reports.")
@click.option("--runs", default=RUNS, show_default=True, help="Of which the median counts.")
def main(parts: tuple[str, ...], *, accounts: int, reports: int, runs: int) -> None:
    """Measures the parts named, or all of them; ends with 1 when an answer was wrong."""
    rows = list(_measured(parts or PARTS, accounts=accounts, reports=reports, runs=runs))
    click.echo(f"\n{drawn(rows)}\n\n{summary(rows)}")
    kept(rows, ROOT / "instance" / "bench.json")
    sys.exit(any(row.wrong for row in rows))


def _measured(parts: tuple[str, ...], *, accounts: int, reports: int, runs: int) -> Iterator[Row]:
    (ROOT / "instance").mkdir(exist_ok=True)
    if "pages" in parts:
        yield from rows_of_pages(loaded_town(accounts), runs=runs)
    if "town" in parts:
        yield from load_rows(loaded_town(accounts))
        yield from load_rows(loaded_town(LARGE))
        yield from statement_rows(loaded_town(SMALL), loaded_town(LARGE))
    if "staff" in parts:
        yield from rows_of_staff(loaded_town(LARGE))
    if "receipts" in parts:
        yield from rows_of_receipts(loaded_town(accounts))
    if "closing" in parts:
        yield from rows_of_closing(loaded_town(TENTH), loaded_town(WHOLE))
    if "reports" in parts:
        yield from rows_of_reports(loaded_town(reports))
    if "faults" in parts:
        yield from rows_of_faults()


if __name__ == "__main__":
    main()
