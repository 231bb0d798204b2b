"""What the desk shows of a dispute: since when it waits, the line replayed, the line's other months."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from vodokanal.billing.periods import MONTHS, Period
from vodokanal.billing.services import Service
from vodokanal.casework.disputes import DisputeState
from vodokanal.formats.account_numbers import grouped
from vodokanal.models.accounts import Account, Holder
from vodokanal.models.disputes import Dispute
from vodokanal.operations.disputable_lines import lines_of
from vodokanal.operations.receipts import BilledMonth, billed_months
from vodokanal.resident.worked_out import Opened, worked_out
from vodokanal.web.charge_words import method_word, service_word, volume_number
from vodokanal.web.clock import today
from vodokanal.web.configuration import settings
from vodokanal.web.dates import day, moment, month_title
from vodokanal.web.dispute_words import HEARD, line_words, state_label
from vodokanal.web.numbers import money, signed_money
from vodokanal.web.wording import Label

# A year is enough to see whether a month is odd.
SHOWN = MONTHS + 1


@dataclass(frozen=True)
class Waits:
    """A dispute in the list of those that wait."""

    url: str
    number: int
    days: str
    label: Label
    until: str
    account: str
    address: str
    line: str
    sum: str
    words: str


@dataclass(frozen=True)
class EarlierLine:
    """The same service in another month: what it was charged, by what, how much was corrected."""

    month: str
    how: str
    volume: str
    sum: str


@dataclass(frozen=True)
class Case:
    """One dispute with all that is needed to answer it."""

    dispute: Any
    account: Account
    number: str
    holder: str
    telephone: str
    line: str
    label: Label
    is_open: bool
    days: str
    until: str
    said: str
    answered: str
    row: Opened
    history: Sequence[EarlierLine]


def waits_of(dispute: Dispute, url: str) -> Waits:
    """A dispute of the list."""
    row: Any = dispute
    return Waits(
        url=url,
        number=row.id,
        days=_days(row),
        label=_urgency(row),
        until=_until(row),
        account=grouped(str(row.account.number)),
        address=row.account.premises.address,
        line=line_words(row),
        sum=money(row.amount),
        words=row.words,
    )


def case_of(dispute: Dispute, holder: Holder | None) -> Case:
    """A dispute as its page shows it; four statements, or fewer."""
    row: Any = dispute
    last = row.period
    months = billed_months(row.account_id, [last.plus(-step) for step in range(SHOWN)])
    # Of a receipt that was issued nothing is ever removed.
    rows = worked_out(months[last]).rows
    return Case(
        dispute=row,
        account=row.account,
        number=grouped(str(row.account.number)),
        holder="" if holder is None else str(holder.name),
        telephone="" if holder is None else str(holder.telephone),
        line=line_words(row),
        label=state_label(row.state),
        is_open=row.state is DisputeState.OPEN,
        days=_days(row),
        until=_until(row),
        said=_said(row),
        answered=_answered(row),
        row=next(each for each in rows if each.line == row.line),
        history=list(_history(row, months)),
    )


def _history(row: Any, months: Any) -> Iterator[EarlierLine]:
    """The months of the line's service, the newest first."""
    service = lines_of(months[row.period])[row.line].service
    if service is None:
        return
    for period in sorted(months, reverse=True):
        yield from _lines_of(service, period, billed=months[period])


def _lines_of(service: Service, period: Period, *, billed: BilledMonth) -> Iterator[EarlierLine]:
    title = month_title(period)
    rows: Sequence[Any] = billed.lines
    for line in rows:
        if line.service is service:
            how, volume = method_word(line.method), volume_number(line.volume)
            yield EarlierLine(title, how, volume, money(line.amount))
    fixes: Sequence[Any] = billed.corrections
    for fix in fixes:
        if fix.service is service:
            words = _("recalculation: %(service)s", service=service_word(fix.service).lower())
            yield EarlierLine(title, words, "", signed_money(fix.amount))


def _days(row: Any) -> str:
    days = _waits(row)
    if days <= 0:
        return _("today")
    return ngettext("%(num)s day", "%(num)s days", days)


def _waits(row: Any) -> int:
    """How many days it has been waiting, in the utility's zone."""
    return (today() - row.opened_at.astimezone(settings().zone).date()).days


def _urgency(row: Any) -> Label:
    """Late, on its last day, or in good time: in the words of the day."""
    if row.answer_by is None:
        return Label("neutral", _days(row))
    left = (row.answer_by - today()).days
    return Label("bad" if left < 0 else "ask" if left == 0 else "neutral", _days(row))


def _until(row: Any) -> str:
    if row.answer_by is None or row.state is not DisputeState.OPEN:
        return ""
    return _("to be answered by %(day)s", day=day(row.answer_by))


def _said(row: Any) -> str:
    words = {"moment": moment(row.opened_at), "how": str(HEARD[row.heard])}
    # Whoever has opened it is known: no row of either kind is ever removed.
    who = row.employee or row.resident
    return _("%(moment)s, %(how)s, %(who)s:", who=str(who.name), **words)


def _answered(row: Any) -> str:
    if row.state is DisputeState.OPEN:
        return ""
    who = "" if row.answerer is None else str(row.answerer.name)
    return ", ".join(filter(None, (moment(row.answered_at), state_label(row.state).text, who)))
