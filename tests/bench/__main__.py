"""`make bench`: what the portal does beside what this machine can do, as a table."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import click

from tests.bench.book import rows_of_book
from tests.bench.busy_closing import rows_of_busy_closing
from tests.bench.cards import rows_of_cards
from tests.bench.closing import rows_of_closing
from tests.bench.copies import rows_of_copies
from tests.bench.faults import rows_of_faults
from tests.bench.growth import load_rows, statement_rows
from tests.bench.histories import rows_of_histories
from tests.bench.pages import RUNS, rows_of_pages
from tests.bench.receipts import rows_of_receipts
from tests.bench.reports import rows_of_reports
from tests.bench.staff import rows_of_staff
from tests.bench.table import Row, drawn, kept, summary
from tests.bench.town import loaded_town
from tests.source import ROOT

SMALL, ACCOUNTS, LARGE = 300, 20_000, 200_000
WHOLE = 100_000


@dataclass(frozen=True)
class Sizes:
    """How large the measured towns are, and how often what is measured several times."""

    accounts: int
    whole: int
    runs: int
    large: int


def _town(sizes: Sizes) -> Iterator[Row]:
    yield from load_rows(loaded_town(sizes.accounts))
    yield from load_rows(loaded_town(LARGE))
    yield from statement_rows(loaded_town(SMALL), loaded_town(LARGE))


def _closing(sizes: Sizes) -> Iterator[Row]:
    yield from rows_of_closing(loaded_town(sizes.whole // 10), loaded_town(sizes.whole))
    yield from rows_of_busy_closing(loaded_town(sizes.accounts))


PARTS: Mapping[str, Callable[[Sizes], Iterator[Row]]] = {
    "pages": lambda sizes: rows_of_pages(loaded_town(sizes.accounts), runs=sizes.runs),
    "town": _town,
    "staff": lambda _sizes: rows_of_staff(loaded_town(LARGE)),
    "cards": lambda sizes: rows_of_cards(loaded_town(sizes.large)),
    "closing": _closing,
    "receipts": lambda sizes: rows_of_receipts(loaded_town(sizes.accounts)),
    "reports": lambda sizes: rows_of_reports(loaded_town(sizes.whole)),
    "histories": lambda _sizes: rows_of_histories(loaded_town(SMALL)),
    "book": lambda sizes: rows_of_book(sizes.accounts),
    "copies": lambda sizes: rows_of_copies(sizes.accounts),
    "faults": lambda _sizes: rows_of_faults(),
}


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(list(PARTS)))
@click.option("--accounts", default=ACCOUNTS, show_default=True, help="Of the measured town.")
@click.option("--whole", default=WHOLE, show_default=True, help="Of the town whose month closes.")
@click.option("--large", default=LARGE, show_default=True, help="Of the town whose cards open.")
@click.option("--runs", default=RUNS, show_default=True, help="Of which the median counts.")
def main(parts: tuple[str, ...], **sizes_asked: int) -> None:
    """Measures the parts named, or all of them; ends with 1 when an answer was wrong."""
    (ROOT / "instance").mkdir(exist_ok=True)
    sizes = Sizes(**sizes_asked)
    rows = [row for part in parts or PARTS for row in PARTS[part](sizes)]
    click.echo(f"\n{drawn(rows)}\n\n{summary(rows)}")
    kept(rows, ROOT / "instance" / "bench.json")
    sys.exit(any(row.wrong for row in rows))


if __name__ == "__main__":
    main()
