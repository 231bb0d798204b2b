"""`import-book`, `export-book`: a utility begins with its own data, and takes them away again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click
from flask.cli import with_appcontext

from vodokanal.cli import current_database, current_moment
from vodokanal.formats.book import Book, read_book
from vodokanal.formats.book_columns import BookSheet
from vodokanal.formats.book_sheets import BY_CODE, SHEETS
from vodokanal.formats.book_sources import SentFile, raw_tables
from vodokanal.formats.book_writing import write_book, write_mended, write_template
from vodokanal.formats.workbooks import WorkbookError
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.book_checks import Checked, check_book
from vodokanal.operations.book_import import BookWrongError, Sent, find_done, import_book
from vodokanal.operations.book_rows import Kept, Values, rows_kept
from vodokanal.web.book_words import (
    oddity_words,
    problem_words,
    sentences_of,
)
from vodokanal.web.clock import today
from vodokanal.web.configuration import settings
from vodokanal.web.progress import told
from vodokanal.web.workbook_words import workbook_words

MOST_TOLD = 20


@click.command("import-book")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Look it through; change nothing.")
@click.option(
    "--errors",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the same workbook goes with what is to be mended.",
)
@click.option(
    "--template",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write an empty workbook to be filled in, and do nothing else.",
)
@with_appcontext
def import_book_command(
    files: tuple[Path, ...], *, dry_run: bool, errors: Path | None, template: Path | None
) -> None:
    """Fill the portal from a workbook, CSV or DBF files, or a ZIP of them: all or nothing."""
    if template is not None:
        with _written(template) as file:
            write_template(file)
        click.echo(f"The template is written: {template}")
        return
    if not files:
        raise click.UsageError("Name the files.")
    sent = [SentFile(path.name, path.read_bytes()) for path in files]
    name = ", ".join(path.name for path in files)
    with current_database():
        checked = _looked_through(sent)
        _tell(checked)
        if checked.book.problems:
            _refuse(checked.book, sent, errors=errors)
        if not dry_run:
            _import(checked, name)


@click.command("export-book")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def export_book_command(out: Path) -> None:
    """Write everything the portal keeps of accounts into a workbook that import-book takes."""
    with current_database(), told("sheets", len(SHEETS)) as more, _written(out) as file:
        kept = Kept.on(today())

        def rows(sheet: BookSheet) -> Iterator[Values]:
            yield from rows_kept(sheet, kept)
            more(1)

        counts = write_book(file, rows)
    for code, count in counts.items():
        click.echo(f"{BY_CODE[code].title}: {count}")


@contextmanager
def _written(target: Path) -> Iterator[IO[bytes]]:
    """A file that is there only once it is complete."""
    partial = target.with_name(f"{target.name}.partial")
    with partial.open("wb") as file:
        yield file
    partial.replace(target)


def _looked_through(sent: Sequence[SentFile]) -> Checked:
    try:
        book = read_book(sent)
    except WorkbookError as error:
        raise click.ClickException(workbook_words(error)) from None
    with told("sheets", len(SHEETS)) as more:
        return check_book(book, today=today(), told=lambda _sheet: more(1))


def _tell(checked: Checked) -> None:
    report = checked.report()
    for code, sums in report["sheets"].items():
        parts = ", ".join(f"{name} {value}" for name, value in sums.items())
        click.echo(f"{BY_CODE[code].title}: {parts}")
    for title in report["ignored"]:
        click.echo(f"Not read: {title}")
    for odd in report["oddest"]:
        words = oddity_words(odd["code"], odd["values"])
        click.echo(f"  {BY_CODE[odd['sheet']].title}, {odd['place'][1]}: {words}")


def _refuse(book: Book, sent: Sequence[SentFile], *, errors: Path | None) -> None:
    """Says what is to be mended, and writes it beside the rows."""
    for problem in book.problems[:MOST_TOLD]:
        title = book.tables[problem.place.table] if book.tables else ""
        click.echo(f"{title}, {problem.place.row}: {problem_words(problem)}", err=True)
    if errors is not None:
        with _written(errors) as file:
            write_mended(file, raw_tables(sent), sentences=sentences_of(book.problems))
        click.echo(f"What is to be mended stands in {errors}.", err=True)
    count = len(book.wrong_places)
    raise click.ClickException(f"Nothing is imported: {count} rows are to be mended.")


def _import(checked: Checked, name: str) -> None:
    if find_done(checked.book.digest) is not None:
        click.echo("This book is imported already: nothing has changed.")
        return
    at = current_moment(settings())
    try:
        row = import_book(SYSTEM, checked, sent=Sent(name), today=today(), at=at)
    except BookWrongError:
        raise click.ClickException("Something has changed meanwhile: try once more.") from None
    click.echo(f"Imported as number {row.id}; it can be undone until its first month is issued.")
