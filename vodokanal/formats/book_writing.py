"""The utility's workbook as a file: filled in, as a template, or with what is to be mended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import IO, Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from vodokanal.formats.book import GUIDE, TO_MEND, Place
from vodokanal.formats.book_cells import written
from vodokanal.formats.book_columns import BookSheet, Column, Is, Value
from vodokanal.formats.book_sheets import SHEETS
from vodokanal.formats.book_sources import RawTable
from vodokanal.formats.search_text import folded
from vodokanal.formats.sheets import LONGEST_TITLE, NOT_IN_TITLE, Cell, Cells
from vodokanal.formats.workbooks import Odd

Rows = Iterable[Sequence[Value]]

NARROWEST, WIDEST, OF_MENDING, OF_RAW = 12, 34, 60, 16
# As far down as the template offers the accepted words.
OFFERED_ROWS = 50_000
KINDS: Mapping[Is, str] = {
    Is.TEXT: "текст",
    Is.RUSSIAN: "текст русскими буквами",
    Is.PLACE: "текст русскими буквами",
    Is.CODE: "текст: цифры и нули как есть",
    Is.ACCOUNT: "текст: цифры и нули как есть",
    Is.WORD: "одно из слов",
    Is.DAY: "дата: дд.мм.гггг",
    Is.MONTH: "месяц: мм.гггг",
    Is.MONEY: "рубли и копейки",
    Is.VOLUME: "кубометры, до трёх знаков после запятой",
    Is.COUNT: "целое число",
}
TEXTS = frozenset({Is.TEXT, Is.RUSSIAN, Is.PLACE, Is.CODE, Is.ACCOUNT, Is.WORD})
ABOUT = (
    "Заполняйте листы по порядку; названия столбцов не меняйте, порядок и лишние столбцы не важны.",
    "Вторая строка каждого листа: пример. Её можно оставить, она не загружается.",
    "Номера и коды: текстом, со всеми нулями. Формулы, объединённые ячейки и макросы не читаются.",
    "Пустая ячейка значит «не известно» или то, что сказано в пояснении к столбцу.",
)
UNREAD = {
    Odd.FORMULA: "(формула)",
    Odd.MERGED: "(объединённая ячейка)",
    Odd.ERROR: "(не прочитать)",
}


def write_template(file: IO[bytes]) -> None:
    """Writes the workbook to be filled in: an example a sheet, the accepted words, how it is done."""
    book = Workbook(file, {"constant_memory": True})
    _write_guide(book)
    for sheet in SHEETS:
        page = _write_sheet(book, sheet, rows=[sheet.example])
        for at, column in enumerate(sheet.columns):
            _offer(page, at, column=column)
    book.close()


def write_book(file: IO[bytes], rows_of: Callable[[BookSheet], Rows]) -> dict[str, int]:
    """Writes a filled workbook; how many rows each sheet has. Memory does not grow with them."""
    book = Workbook(file, {"constant_memory": True})
    counts: dict[str, int] = {}
    for sheet in SHEETS:
        _write_sheet(book, sheet, rows=_counted(rows_of(sheet), counts, code=sheet.code))
    book.close()
    return counts


def write_mended(
    file: IO[bytes], tables: Sequence[RawTable], *, sentences: Mapping[Place, Sequence[str]]
) -> None:
    """Writes what was sent once more, with what is to be mended before each row.

    Rows keep their numbers. A cell that could not be read says so.
    """
    book = Workbook(file, {"constant_memory": True})
    titles: dict[str, int] = defaultdict(int)
    for number, table in enumerate(tables):
        page = book.add_worksheet(_unique(table.title, titles))
        page.freeze_panes(1, 1)
        page.set_column(0, 0, OF_MENDING)
        page.set_column(1, 60, OF_RAW)
        _write_raw(book, page, rows=_with_sentences(table, number, sentences=sentences))
    book.close()


def _with_sentences(
    table: RawTable, number: int, *, sentences: Mapping[Place, Sequence[str]]
) -> Iterator[tuple[int, list[Cell], bool]]:
    """Each row as it was, its sentences first; whether there are any."""
    old: int | None = None
    for count, (row, cells) in enumerate(table.walk()):
        if count == 0:
            # The column of an earlier answer makes room for that of this one.
            old = next((at for at, head in enumerate(cells) if folded(str(head)) == TO_MEND), None)
        said = " ".join(sentences.get(Place(number, row), ()))
        first = said or (TO_MEND if count == 0 else None)
        rest = [_raw(cell) for at, cell in enumerate(cells) if at != old]
        yield row, [first, *rest], bool(said)


def _write_raw(
    book: Workbook, page: Worksheet, *, rows: Iterable[tuple[int, list[Cell], bool]]
) -> None:
    cells = Cells(page, book.add_format)
    marked = book.add_format({"bold": True, "font_color": "#a4262c", "text_wrap": True})
    for row, values, is_marked in rows:
        for at, value in enumerate(values):
            if at == 0 and is_marked:
                page.write_string(row - 1, at, str(value), marked)
            else:
                cells.write(row - 1, at, value=value)


def _raw(cell: Any) -> Cell:
    if isinstance(cell, Odd):
        return UNREAD[cell]
    return str(cell) if isinstance(cell, bool) else cell


def _unique(title: str, titles: dict[str, int]) -> str:
    short = title.translate(NOT_IN_TITLE)[: LONGEST_TITLE - 4] or "Лист"
    titles[short.casefold()] += 1
    count = titles[short.casefold()]
    return short if count == 1 else f"{short} {count}"


def _write_sheet(book: Workbook, sheet: BookSheet, *, rows: Rows) -> Worksheet:
    page = book.add_worksheet(sheet.title)
    page.freeze_panes(1, 1)
    plain = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    needed = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#dbe9f4"}
    )
    text = book.add_format({"num_format": "@"})
    for at, column in enumerate(sheet.columns):
        # What is typed below a text's heading stays a text, its zeros too.
        kept = text if column.kind in TEXTS else None
        page.set_column(at, at, _width(column), kept)
        page.write_string(0, at, column.title, needed if column.is_required else plain)
    cells = Cells(page, book.add_format)
    for row, values in enumerate(rows, start=1):
        for at, value in enumerate(values):
            cells.write(row, at, value=_cell(sheet.columns[at], value))
    return page


def _cell(column: Column, value: Value) -> Cell:
    return column.word_of(value) if column.words else value


def _width(column: Column) -> int:
    longest = max((len(word) for word in column.words), default=len(str(column.example or "")))
    return min(max(longest + 2, len(column.title) // 2 + 4, NARROWEST), WIDEST)


def _offer(page: Worksheet, at: int, *, column: Column) -> None:
    """Lets the sheet offer the accepted words of a column, and explain it."""
    rules: dict[str, Any] = {"validate": "any"}
    if column.words:
        rules = {"validate": "list", "source": list(column.words), "error_type": "warning"}
    if column.hint:
        rules |= {"input_title": column.title[:32], "input_message": column.hint[:255]}
    if len(rules) > 1:
        page.data_validation(1, at, OFFERED_ROWS, at, rules)


def _counted(rows: Rows, counts: dict[str, int], *, code: str) -> Iterator[Sequence[Value]]:
    counts[code] = 0
    for row in rows:
        counts[code] += 1
        yield row


def _write_guide(book: Workbook) -> None:
    page = book.add_worksheet(GUIDE)
    bold = book.add_format({"bold": True})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    for at, width in enumerate((18, 28, 16, 34, 22, 60)):
        page.set_column(at, at, width)
    lines = iter(range(1_000_000))
    for words in ABOUT:
        page.write_string(next(lines), 0, words)
    next(lines)
    heads = ("Лист", "Столбец", "Обязателен", "Что писать", "Пример", "Слова и пояснения")
    _write_line(page, next(lines), values=heads, style=bold)
    for sheet in SHEETS:
        _write_line(page, next(lines), values=(sheet.title, sheet.about), style=bold)
        for column in sheet.columns:
            _write_line(page, next(lines), values=_explained(sheet, column), style=wrap)


def _explained(sheet: BookSheet, column: Column) -> tuple[str, ...]:
    words = "; ".join(filter(None, (", ".join(column.words), column.hint)))
    must = "да" if column.is_required else ""
    example = written(column.word_of(column.example))
    return sheet.title, column.title, must, KINDS[column.kind], example, words


def _write_line(page: Worksheet, row: int, *, values: Sequence[str], style: Any) -> None:
    for at, value in enumerate(values):
        page.write_string(row, at, value, style)
