"""What is said of a filled workbook: how many rows, which of them to mend and how."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from vodokanal.billing.digits import without_spaces
from vodokanal.casework.sheet_remarks import RemarkCode
from vodokanal.formats.reading_sheets import NoHeadsError, SheetHeads
from vodokanal.operations.reading_sheets_files import EnteredFile, Preview, PreviewRow
from vodokanal.operations.reading_sheets_matching import Matched, RowFault
from vodokanal.staff.reading_sheets_words import field_errors, sentence_of
from vodokanal.web import numbers
from vodokanal.web.arguments import printable
from vodokanal.web.dates import day
from vodokanal.web.sheet_papers import REMARKS, code_words
from vodokanal.web.wording import doubt_sentence, refusal_sentence
from vodokanal.web.workbook_words import cell_words

SHOWN = 40
MOST_LEFT_TOLD = 10
FAULTS: Mapping[RowFault, Callable[[Matched], str]] = {
    RowFault.CELL: lambda row: cell_words(
        row.filled.column, str(row.filled.fault), values={"shown": row.filled.shown}
    ),
    RowFault.UNKNOWN_ACCOUNT: lambda row: _(
        "There is no account %(number)s in this sheet. Look at its number, "
        "or whether the file belongs to another sheet.",
        number=printable(row.filled.account)[:SHOWN],
    ),
    RowFault.UNKNOWN_METER: lambda row: _(
        "Account %(number)s has no meter %(serial)s. Look at the number of the meter.",
        number=printable(row.filled.account)[:SHOWN],
        serial=printable(row.filled.serial)[:SHOWN],
    ),
    RowFault.REMOVED_METER: lambda row: _(
        "The meter %(serial)s was removed on %(day)s: it takes no readings any more.",
        serial=printable(row.filled.serial)[:SHOWN],
        day=day(row.removed_on) if row.removed_on else "—",
    ),
    RowFault.UNKNOWN_CODE: lambda row: _(
        "The code “%(code)s” is not known. The codes are: %(codes)s.",
        code=printable(row.filled.code)[:SHOWN],
        codes=", ".join(map(code_words, RemarkCode)),
    ),
    RowFault.TWICE: lambda _row: _(
        "This meter stands in the file more than once with different values. Leave one row."
    ),
}


@dataclass(frozen=True)
class MendLine:
    """A row of the file that is not entered, or entered with a doubt: which, what, why."""

    number: int
    account: str
    serial: str
    value: str
    sentence: str
    is_refused: bool


def sheet_heads() -> SheetHeads:
    """What the columns are called in this language."""
    return SheetHeads(
        account=_("Account"),
        address=_("Address"),
        meter=_("Meter"),
        serial=_("Serial number"),
        previous=_("Before, m³"),
        value=_("Reading, m³"),
        code=_("Code"),
    )


def codes_understood() -> dict[str, RemarkCode]:
    """The words of the codes as they may stand in a file, folded."""
    words = {str(REMARKS[each]): each for each in RemarkCode}
    words |= {code_words(each): each for each in RemarkCode}
    return {without_spaces(text).casefold(): code for text, code in words.items()}


def heads_words(error: NoHeadsError) -> str:
    """That the table was not found, and what its heads must be."""
    return _(
        "There is no row with the heads of the sheet: %(missing)s. "
        "Take the file that this page gives out, and change no heads.",
        missing=", ".join(error.missing),
    )


def count_words(preview: Preview) -> list[str]:
    """How many rows are good, doubtful, replacing, refused."""
    good = preview.good
    doubtful = sum(row.is_doubtful for row in good)
    replacing = sum(row.replaces is not None for row in good)
    refused = len(preview.rows) - len(good)
    found = [
        (good, ngettext("%(num)s row is good", "%(num)s rows are good", len(good))),
        (doubtful, ngettext("%(num)s of them doubtful", "%(num)s of them doubtful", doubtful)),
        (
            replacing,
            ngettext(
                "%(num)s replaces a value noted before",
                "%(num)s replace values noted before",
                replacing,
            ),
        ),
        (refused, ngettext("%(num)s row is to be mended", "%(num)s rows to be mended", refused)),
    ]
    return [words for count, words in found if count or count is good]


def mend_lines(preview: Preview) -> list[MendLine]:
    """The rows to mend first, then those to look at."""
    lines = [_line(row) for row in preview.rows if not row.is_good or _remarks(row)]
    return sorted(lines, key=lambda line: (not line.is_refused, line.number))


def shift_words(preview: Preview) -> str:
    """The question whether the file is shifted by a row; empty when nothing speaks for it."""
    if not preview.is_suspect:
        return ""
    if preview.shift is None:
        return _("A third of the rows is doubtful. Is this the file of the right month?")
    if preview.shift.step < 0:
        return _(
            "A third of the rows is doubtful, and %(explained)s values would fit the row above.",
            explained=preview.shift.explained,
        )
    return _(
        "A third of the rows is doubtful, and %(explained)s values would fit the row below.",
        explained=preview.shift.explained,
    )


def left_words(done: EnteredFile) -> Iterator[str]:
    """Why rows were not entered although the preview was good."""
    for number, error in done.left[:MOST_LEFT_TOLD]:
        sentence = sentence_of(error) or " ".join(field_errors(error).values())
        yield _("Row %(number)s: %(sentence)s", number=number, sentence=sentence)


def _line(row: PreviewRow) -> MendLine:
    filled = row.matched.filled
    return MendLine(
        number=filled.number,
        account=printable(filled.account)[:SHOWN],
        serial=printable(filled.serial)[:SHOWN],
        value=printable(filled.value)[:SHOWN],
        sentence=_sentence(row),
        is_refused=not row.is_good,
    )


def _sentence(row: PreviewRow) -> str:
    if row.matched.fault is not None:
        return FAULTS[row.matched.fault](row.matched)
    if row.refusal is not None:
        return refusal_sentence(row.refusal)
    return " ".join(_remarks(row))


def _remarks(row: PreviewRow) -> list[str]:
    """What is odd about a row that is entered all the same."""
    if row.judged is None:
        return []
    meter = row.judged.story.meter
    found = [doubt_sentence(row.judged.judgement.findings, meter=meter, previous_on=None)]
    if row.replaces is not None:
        value = numbers.reading(row.replaces.value, meter=meter)
        found.append(_("Now %(value)s is noted: the file replaces it.", value=value))
    return [each for each in found if each]
