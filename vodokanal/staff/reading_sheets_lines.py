"""What a sheet shows: rows with their fields, what was typed, the verdict beside each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request
from flask_babel import gettext as _

from vodokanal.billing.findings import findings_from_json
from vodokanal.billing.readings import suggestion_of, why_only_recorded
from vodokanal.casework.sheet_remarks import RemarkCode
from vodokanal.formats.account_numbers import grouped
from vodokanal.models.reading_sheets import ReadingSheet, SheetEntry, SheetScope
from vodokanal.models.readings import Reading
from vodokanal.operations.expectations import expected_on
from vodokanal.operations.meters import MeterStory
from vodokanal.operations.reading_sheets_rows import SheetRow, is_doubtful
from vodokanal.operations.reading_sheets_saving import TypedRow
from vodokanal.operations.submission_keys import new_key
from vodokanal.staff.entry_lines import NAME
from vodokanal.web import numbers
from vodokanal.web.arguments import printable
from vodokanal.web.dates import day, moment, month
from vodokanal.web.sheet_papers import code_words
from vodokanal.web.wording import (
    Label,
    doubt_sentence,
    kind_word,
    not_charged_sentences,
    place_of,
    state_label,
)

FIELD = re.compile(r"(meter|remark|seen)-([0-9]{1,9})", re.ASCII)
LONGEST_TYPED = 40


@dataclass(frozen=True)
class Problem:
    """Why a row was not taken: a sentence about it all, or one for each meter; nothing is lost."""

    account_id: int
    sentence: str = ""
    errors: Mapping[int, str] = field(default_factory=dict)
    # What the clerk has seen by now: sent again, it may be replaced.
    seen: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class MeterField:
    """One meter of a row: where it stands, and the field beside it."""

    id: int
    name: str
    kind: str
    title: str
    place: str
    previous: str
    usual: str
    value: str
    seen: int
    remark: str
    label: Label | None
    notes: Sequence[str]
    error: str


@dataclass(frozen=True)
class RowLine:
    """One account of a sheet, ready to be typed into."""

    id: int
    url: str
    key: str
    number: str
    address: str
    fields: Sequence[MeterField]
    saved_by: str
    problem: str
    focused: int


def row_line(
    sheet: ReadingSheet, row: SheetRow, *, url: str, problem: Problem | None, focused: bool
) -> RowLine:
    """A row of the page; `focused` sets the cursor into its first field, or the one to mend.

    A slip's fields are empty whatever is known: who types it has not seen what was there.
    """
    own = problem if problem is not None and problem.account_id == row.account.id else None
    fields = [_field(sheet, row, story=story, problem=own) for story in row.stories]
    wrong = next((each.id for each in fields if each.error), None)
    first = fields[0].id if fields else 0
    return RowLine(
        id=row.account.id,
        url=url,
        key=new_key(),
        number=grouped(str(row.account.number)),
        address=row.account.premises.address,
        fields=fields,
        saved_by=_saved_by(row),
        problem="" if own is None else own.sentence,
        focused=(wrong or first) if focused or own is not None else 0,
    )


def remark_options() -> list[tuple[str, str]]:
    """The codes as they are chosen: the digit first, as it stands on the blank."""
    return [(each.value, code_words(each)) for each in RemarkCode]


def typed_row(account_id: int) -> TypedRow:
    """What the form of a row brings; a code that is not offered is none."""
    values: dict[str, dict[int, str]] = {"meter": {}, "remark": {}, "seen": {}}
    for name, text in request.form.items():
        found = FIELD.fullmatch(name)
        if found is not None:
            values[found[1]][int(found[2])] = text[:LONGEST_TYPED]
    codes = {each.value: each for each in RemarkCode}
    seen = {
        meter: int(text)
        for meter, text in values["seen"].items()
        if text.isascii() and text.isdigit()
    }
    remarks = {meter: codes.get(text) for meter, text in values["remark"].items()}
    return TypedRow(account_id, values["meter"], remarks, seen)


def sheet_words(sheet: ReadingSheet) -> str:
    """What a sheet covers: a house, a street, a district, or slips."""
    if sheet.scope is SheetScope.HOUSE:
        return str(sheet.house.address)
    if sheet.scope is SheetScope.STREET:
        return ", ".join(filter(None, (sheet.house.settlement, sheet.house.street)))
    if sheet.scope is SheetScope.DISTRICT:
        return _("district %(name)s", name=sheet.district.name)
    return _("Paper slips")


def _field(
    sheet: ReadingSheet, row: SheetRow, *, story: MeterStory, problem: Problem | None
) -> MeterField:
    meter, name = story.meter, NAME.format(id=story.meter.id)
    current, last = story.of(sheet.period), story.last_before(sheet.period)
    usual = expected_on(story, sheet.taken_on, period=sheet.period)
    remark = row.remarks.get(meter.id)
    is_slip = sheet.scope is SheetScope.SLIPS
    return MeterField(
        id=meter.id,
        name=name,
        kind=meter.kind.value,
        title=kind_word(meter.kind),
        place=" · ".join(filter(None, (place_of(meter), str(meter)))),
        previous=numbers.reading(last.value if last else meter.initial_reading, meter=meter),
        usual="" if usual is None else numbers.reading(usual, meter=meter),
        value=_shown(None if is_slip else current, story, problem=problem),
        seen=_seen(None if is_slip else current, meter.id, entry=row.entry, problem=problem),
        remark=_remark(meter.id, "" if remark is None else remark.code.value, problem=problem),
        label=None if current is None else state_label(current.state, _findings(current)),
        notes=[*_known(current, story, is_slip=is_slip), *_notes(story, current, sheet=sheet)],
        error="" if problem is None else problem.errors.get(meter.id, ""),
    )


def _shown(current: Reading | None, story: MeterStory, *, problem: Problem | None) -> str:
    name = NAME.format(id=story.meter.id)
    if problem is not None:
        return printable(request.form.get(name))[:LONGEST_TYPED]
    return "" if current is None else numbers.reading(current.value, meter=story.meter)


def _seen(
    current: Reading | None, meter_id: int, *, entry: SheetEntry | None, problem: Problem | None
) -> int:
    if problem is not None and meter_id in problem.seen:
        return problem.seen[meter_id]
    if current is None:
        return 0
    # What was typed into this very sheet and is not doubted is replaced only when asked about.
    return current.id if entry is None or is_doubtful(current) else 0


def _remark(meter_id: int, kept: str, *, problem: Problem | None) -> str:
    return kept if problem is None else printable(request.form.get(f"remark-{meter_id}", kept))


def _known(current: Reading | None, story: MeterStory, *, is_slip: bool) -> list[str]:
    if current is None or not is_slip:
        return []
    value = numbers.reading(current.value, meter=story.meter)
    return [_("already noted: %(value)s", value=value)]


def _notes(story: MeterStory, current: Reading | None, *, sheet: ReadingSheet) -> list[str]:
    if current is None:
        return [_why_not(code) for code in why_only_recorded(story.facts, sheet.taken_on)]
    findings = _findings(current)
    words = [doubt_sentence(findings, meter=story.meter, previous_on=None)]
    meant = suggestion_of(findings)
    if meant is not None:
        words.append(
            _("Probably meant: %(value)s", value=numbers.reading(meant, meter=story.meter))
        )
    return [each for each in words if each]


def _why_not(finding: Any) -> str:
    return next(iter(not_charged_sentences([finding])), "")


def _findings(reading: Reading) -> Any:
    return findings_from_json(reading.findings)


def _saved_by(row: SheetRow) -> str:
    if row.entry is None:
        return ""
    name = row.entry.employee.name if row.entry.employee else "—"
    return _("%(who)s, %(moment)s", who=name, moment=moment(row.entry.entered_at))


def page_words(first: int, last: int, *, total: int) -> str:
    """Which rows a page shows: строки 51–100 из 214."""
    return _("rows %(first)s to %(last)s of %(total)s", first=first, last=last, total=total)


def heading_of(sheet: ReadingSheet) -> str:
    """The sheet in a line: what it covers, for which month, taken when."""
    return _(
        "%(where)s: readings for %(month)s, taken on %(day)s",
        where=sheet_words(sheet),
        month=month(sheet.period),
        day=day(sheet.taken_on),
    )
