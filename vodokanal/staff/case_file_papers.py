"""The words of a case file: chapter by chapter, as a court reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from vodokanal.billing.ledger import MovementKind
from vodokanal.operations.case_files import CaseFile, CaseMeter
from vodokanal.paperwork.printed import (
    PrintedCaseFile,
    PrintedColumn,
    PrintedGroup,
    PrintedSection,
    PrintedTable,
)
from vodokanal.resident.worked_out import Opened, WorkedOut, worked_out
from vodokanal.staff.cells import day, moment
from vodokanal.staff.journal import ACTIONS, TABLES, changes, what, who, words_in
from vodokanal.staff.labels import label_of
from vodokanal.staff.letters import told_of
from vodokanal.web.dates import full_day, full_month
from vodokanal.web.dispute_words import line_words, state_label
from vodokanal.web.language import chosen_language
from vodokanal.web.numbers import NO_BREAK, money, reading, signed_money
from vodokanal.web.receipt_papers import letterhead
from vodokanal.web.statement_papers import row_words
from vodokanal.web.wording import account_words, water

METER = "meter"


def printed_case_file(file: CaseFile, view: Any, *, printed_by: str, at: str) -> PrintedCaseFile:
    """The case file, ready to be laid out; `view` names the columns that the journal tells of."""
    number, today_words = account_words(file.whose.number), at
    months = (full_month(file.first), full_month(file.last))
    return PrintedCaseFile(
        language=chosen_language(),
        title=_("Case file of an account"),
        period=_("%(first)s to %(last)s", first=months[0], last=months[1]),
        number=_("account %(number)s", number=number),
        address=file.whose.address,
        whose=file.whose.holder,
        utility=letterhead(file.whose.requisites),
        sections=[*_sections(file), _journal(file, view)],
        made=_("Printed: %(moment)s, %(who)s.", moment=today_words, who=printed_by),
        signatures=[_("position"), _("signature, seal"), _("name")],
        footer=" · ".join((_("account %(number)s", number=number), *months)),
        page=_("page"),
    )


def _sections(file: CaseFile) -> Iterator[PrintedSection]:
    worked = [worked_out(each) for each in file.months]
    yield _account(file)
    yield _meters(file)
    yield _readings(file)
    yield _charges(file, worked)
    yield _statement(file)
    yield _payments(file)
    yield _section(
        _("Corrections"), groups=[_group(each.period, each.corrections) for each in worked]
    )
    yield _section(
        _("Penalties by day"), groups=[_group(each.period, each.penalties) for each in worked]
    )
    yield _disputes(file)
    yield _letters(file)


def _section(
    title: str,
    *,
    tables: Iterable[PrintedTable] = (),
    groups: Iterable[PrintedGroup] = (),
) -> PrintedSection:
    """A chapter without what holds nothing; one that holds nothing at all says so."""
    full = [each for each in tables if each.rows]
    told = [each for each in groups if each.columns]
    nothing = "" if full or told else _("Nothing is kept of these months.")
    return PrintedSection(title, full, told, nothing)


def _account(file: CaseFile) -> PrintedSection:
    rows: Sequence[Any]
    account: Any = file.account
    facts = [
        [_("Opened on"), day(account.opened_on)],
        [_("Closed on"), "" if account.closed_on is None else day(account.closed_on)],
        [_("Group"), label_of(account.group)],
        [_("Contract"), account.contract_number],
    ]
    heads = [_("From"), _("To")]
    rows = file.holders
    holders = [[each.name, each.inn, *_span(each)] for each in rows]
    rows = file.people
    people = [[str(each.registered), str(each.owners), *_span(each)] for each in rows]
    rows = file.services
    services = [[label_of(each.service), label_of(each.charging), *_span(each)] for each in rows]
    rows = file.absences
    absences = [
        [str(each.people), each.document, day(each.left_on), day(each.came_back_on)]
        for each in rows
    ]
    return _section(
        _("Account"),
        tables=[
            PrintedTable([_("What"), ""], [each for each in facts if each[1]]),
            PrintedTable([_("Payer"), _("INN"), *heads], holders, title=_("Payers")),
            PrintedTable(
                [_("Registered"), _("Owners"), *heads], people, title=_("Who lives there")
            ),
            PrintedTable([_("Service"), _("Charging"), *heads], services, title=_("Services")),
            PrintedTable([_("People"), _("Document"), *heads], absences, title=_("Absences")),
        ],
    )


def _meters(file: CaseFile) -> PrintedSection:
    refusals: Sequence[Any] = file.refusals
    acts = [[each.act_number, *_span(each)] for each in refusals]
    heads = [_("Meter"), _("Installed"), _("Sealed with"), _("Verified until"), _("Removed")]
    return _section(
        _("Meters and acts"),
        tables=[
            PrintedTable(heads, [_meter(each.meter) for each in file.meters]),
            PrintedTable(
                [_("Act"), _("Checked on"), _("Meter"), _("Found, m³")],
                [row for each in file.meters for row in _checks(each)],
                right=(3,),
                title=_("Checks of meters"),
            ),
            PrintedTable([_("Act"), _("From"), _("To")], acts, title=_("Acts of refused access")),
        ],
    )


def _meter(meter: Any) -> list[str]:
    which = " · ".join(filter(None, (water(meter.kind), _serial(meter), meter.place)))
    removed = "" if meter.removed_on is None else day(meter.removed_on)
    if removed and meter.final_reading is not None:
        removed = f"{removed}: {reading(meter.final_reading, meter=meter)}"
    return [
        which,
        f"{day(meter.installed_on)}: {reading(meter.initial_reading, meter=meter)}",
        meter.seal_number,
        "" if meter.verify_by is None else day(meter.verify_by),
        removed,
    ]


def _checks(each: CaseMeter) -> Iterator[list[str]]:
    checks: Sequence[Any] = each.checks
    for check in checks:
        found = reading(check.found, meter=each.meter)
        yield [check.act_number, day(check.checked_on), _serial(each.meter), found]


def _readings(file: CaseFile) -> PrintedSection:
    heads = [_("Month"), _("Taken on"), _("Reading"), _("Where from"), _("State")]
    return _section(
        _("Readings"),
        tables=[
            PrintedTable(
                heads,
                [_reading(row, each.meter) for row in each.readings],
                right=(2,),
                wide=(3,),
                title=_meter(each.meter)[0],
            )
            for each in file.meters
        ],
    )


def _reading(row: Any, meter: Any) -> list[str]:
    by = row.resident or row.employee
    source = ", ".join(filter(None, (label_of(row.source), "" if by is None else by.name)))
    value = reading(row.value, meter=meter)
    return [full_month(row.period), day(row.taken_on), value, source, label_of(row.state)]


def _charges(file: CaseFile, worked: Sequence[WorkedOut]) -> PrintedSection:
    sums: Sequence[Any] = [each.receipt for each in file.months]
    heads = [_("Month"), _("Before"), _("Charged"), _("Corrected"), _("Penalty"), _("Paid")]
    rows = [
        [
            full_month(each.period),
            money(each.opening),
            money(each.charged),
            signed_money(each.corrected) if each.corrected else "",
            money(each.penalty) if each.penalty else "",
            money(each.paid) if each.paid else "",
            money(each.closing),
        ]
        for each in sums
    ]
    return _section(
        _("Charges and how they were counted"),
        tables=[
            PrintedTable(
                [*heads, _("Debt after")], rows, right=tuple(range(1, 7)), title=_("Receipts")
            )
        ],
        groups=[_group(each.period, each.charges) for each in worked],
    )


def _group(period: Any, rows: Sequence[Opened]) -> PrintedGroup:
    columns = [
        PrintedColumn(
            f"{each.title}, {each.aside}" if each.aside else each.title,
            each.sum,
            [[step.label, step.value, step.kind] for step in each.column.steps],
            list(each.column.notes),
        )
        for each in rows
    ]
    return PrintedGroup(full_month(period), columns)


def _statement(file: CaseFile) -> PrintedSection:
    statement = file.statement
    first, last = full_day(file.first.first_day), full_day(file.last.last_day)
    rows = [[first, _("At the beginning"), "", money(statement.opening)]]
    rows += [
        [day(row.on), row_words(row), signed_money(row.amount), money(row.balance)]
        for row in statement.rows
    ]
    rows.append([last, _("At the end"), "", money(statement.closing)])
    heads = [_("When"), _("What"), _("Sum"), _("Debt after")]
    return _section(
        _("How the debt came about"), tables=[PrintedTable(heads, rows, right=(2, 3), wide=(1,))]
    )


def _payments(file: CaseFile) -> PrintedSection:
    heads = [_("Received on"), _("How it came"), _("Document"), _("For the month"), _("Sum")]
    rows: Sequence[Any] = file.payments
    return _section(
        _("Payments"),
        tables=[PrintedTable(heads, [_payment(each) for each in rows], right=(4,), wide=(1,))],
    )


def _payment(row: Any) -> list[str]:
    reversal = getattr(row, "reversal", None)
    how = label_of(row.channel)
    if reversal is not None:
        back = _(
            "%(kind)s on %(day)s",
            kind=label_of(MovementKind.REVERSAL),
            day=day(reversal.reversed_on),
        )
        how = f"{how}; {back}: {reversal.reason}"
    named = "" if row.period is None else full_month(row.period)
    return [day(row.received_on), how, row.document, named, money(row.amount)]


def _disputes(file: CaseFile) -> PrintedSection:
    heads = [_("When"), _("Line of the receipt"), _("What is said"), _("Answer"), _("State")]
    disputes: Sequence[Any] = file.disputes
    rows = [
        [
            moment(each.opened_at),
            line_words(each),
            each.words,
            each.answer,
            state_label(each.state).text,
        ]
        for each in disputes
    ]
    return _section(_("Disputes"), tables=[PrintedTable(heads, rows, wide=(1, 2, 3))])


def _letters(file: CaseFile) -> PrintedSection:
    heads = [_("Written"), _("To whom"), _("About what"), _("Sent")]
    letters: Iterable[Any] = ((each.letter, each.subject) for each in file.letters)
    rows = [
        [
            moment(row.created_at),
            row.resident.name,
            told_of(row, subject),
            label_of(row.state) if row.sent_at is None else moment(row.sent_at),
        ]
        for row, subject in letters
    ]
    return _section(_("Letters"), tables=[PrintedTable(heads, rows, wide=(2,))])


def _journal(file: CaseFile, view: Any) -> PrintedSection:
    heads = [_("When"), _("Who"), _("What was done"), _("Before and after")]
    serials = {each.meter.id: _serial(each.meter) for each in file.meters}
    rows = [
        [moment(row.at), who(row), _done(row, serials), _told(row, view)] for row in file.journal
    ]
    tables = [PrintedTable(heads, rows, wide=(2, 3))]
    return _section(_("Journal of the account"), tables=tables)


def _done(row: Any, serials: Mapping[int, str]) -> str:
    serial = serials.get(row.subject_id) if row.subject_table == METER else None
    subject = what(row) if serial is None else f"{TABLES[METER]} {serial}"
    return f"{ACTIONS.get(row.action, row.action)}: {subject}"


def _told(row: Any, view: Any) -> str:
    # What was added stands in a chapter of its own.
    return changes(row, words_in(view, row)) if row.before else ""


def _serial(meter: Any) -> str:
    return f"№{NO_BREAK}{meter.serial}"


def _span(row: Any) -> list[str]:
    return [day(row.starts_on), "" if row.ends_on is None else day(row.ends_on)]
