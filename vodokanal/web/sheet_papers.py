"""The words of a sheet's blank: what the inspector takes along on the round."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.billing.periods import Period
from vodokanal.billing.receipts import Requisites
from vodokanal.casework.sheet_remarks import NUMBERS, RemarkCode
from vodokanal.operations.meters import MeterStory
from vodokanal.operations.reading_sheets_rows import SheetRow
from vodokanal.operations.settings import get_house_settings
from vodokanal.paperwork.printed import PrintedSheet
from vodokanal.paperwork.rendering import pdf_of
from vodokanal.web import numbers
from vodokanal.web.language import chosen_language
from vodokanal.web.receipt_papers import letterhead
from vodokanal.web.wording import account_words, kind_word, place_of

N_ = lazy_gettext

REMARKS = {
    RemarkCode.NO_ACCESS: N_("no access"),
    RemarkCode.BROKEN: N_("broken"),
    RemarkCode.NO_SEAL: N_("no seal"),
}


def code_words(code: RemarkCode) -> str:
    """A code as it stands on the blank and in lists: 1 нет доступа."""
    return f"{NUMBERS[code]} {REMARKS[code]}"


def sheet_pdf(
    title: str, facts: Sequence[str], *, rows: Iterable[SheetRow], period: Period
) -> bytes:
    """The blank of a sheet as a PDF, its rows in the order in which they are given."""
    return pdf_of(printed_sheet(title, facts, rows=rows, period=period))


def shown_before(story: MeterStory, period: Period) -> Decimal:
    """What a meter showed last before the month, or when it was installed; in m³."""
    last = story.last_before(period)
    found: Decimal = last.value if last else story.meter.initial_reading
    return found


def printed_sheet(
    title: str, facts: Sequence[str], *, rows: Iterable[SheetRow], period: Period
) -> PrintedSheet:
    """The blank, ready to be laid out."""
    return PrintedSheet(
        language=chosen_language(),
        title=title,
        facts=facts,
        utility=letterhead(Requisites.of(asdict(get_house_settings()))),
        codes=[_("Codes:"), *map(code_words, RemarkCode)],
        columns=[
            _("Account"),
            _("Address"),
            _("Meter"),
            _("Seal"),
            _("Before"),
            _("Reading"),
            _("Code"),
        ],
        rows=[each for row in rows for each in _lines(row, period)],
        signatures=[_("taken on"), _("who took the readings"), _("signature")],
        footer=title,
        page=_("page"),
    )


def _lines(row: SheetRow, period: Period) -> Iterator[list[str]]:
    for place, story in enumerate(row.stories):
        meter, shown = story.meter, shown_before(story, period)
        # An account is named once: its other meters stand beneath.
        who = ("", "") if place else (account_words(str(row.account.number)), _address(row))
        what = " · ".join(filter(None, (kind_word(meter.kind), place_of(meter), str(meter))))
        yield [*who, what, str(meter.seal_number) or "—", numbers.reading(shown, meter=meter)]


def _address(row: SheetRow) -> str:
    return str(row.account.premises.address)
