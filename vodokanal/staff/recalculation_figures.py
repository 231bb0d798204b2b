"""Previews and batches of recalculations as their desk shows them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from vodokanal.billing.money import from_kopecks
from vodokanal.billing.periods import Period
from vodokanal.formats.account_numbers import grouped
from vodokanal.models.accounts import Account
from vodokanal.models.previews import MonthDifference, RecalculationPreview
from vodokanal.models.recalculations import RecalculationBatch
from vodokanal.operations.month_obstacles import kept_obstacle
from vodokanal.operations.month_troubles import numbers_of
from vodokanal.operations.preview_sums import (
    Differs,
    accounts_that_differ,
    largest_differences,
    lines_after,
    sums_by_service,
)
from vodokanal.operations.recalculation_batches import is_unready
from vodokanal.staff.labels import label_of
from vodokanal.web.dates import moment, month, month_title
from vodokanal.web.month_words import obstacle_words
from vodokanal.web.numbers import money, signed_money

LINES_A_PAGE, LARGEST, TROUBLES_SHOWN = 200, 10, 50


@dataclass(frozen=True)
class Line:
    """One line of a table: what it is about, both sides, the difference."""

    name: str
    about: str
    was: str
    now: str
    by: str


@dataclass(frozen=True)
class Listed:
    """A preview or a batch in its list."""

    name: str
    made: str
    who: str
    state: str
    url: str


def span_words(row: Any) -> str:
    """From which month to which: Сентябрь — октябрь."""
    first, last = month_title(row.first_period), month(row.last_period)
    return first if row.first_period == row.last_period else f"{first} — {last}"


def preview_lines(
    rows: Iterable[RecalculationPreview], url_of: Callable[[int], str]
) -> list[Listed]:
    """The previews of the list."""
    return [
        Listed(
            name=span_words(row),
            made=moment(row.created_at),
            who=str(row.employee),
            state=state_of(row),
            url=url_of(row.id),
        )
        for row in rows
    ]


def batch_lines(rows: Iterable[RecalculationBatch], url_of: Callable[[int], str]) -> list[Listed]:
    """The batches of the list; one that can still be taken back leads to the question."""
    rows = list(rows)
    taken_back = {row.reverses_id for row in rows}
    return [
        Listed(
            name=span_words(row),
            made=moment(row.created_at),
            who=str(row.approved_by or ""),
            state=str(row.sentence),
            url="" if row.reverses_id or row.id in taken_back else url_of(row.id),
        )
        for row in rows
    ]


def state_of(row: RecalculationPreview) -> str:
    """How far a preview is."""
    ended_at: Any = row.ended_at
    if ended_at is None:
        return _("being made")
    if row.refusal:
        return _("came to nothing")
    return _("to be looked at") if row.batch_id is None else _("approved")


def preview_figures(row: RecalculationPreview, *, after: int) -> dict[str, Any]:
    """What the page of a preview shows."""
    sums = sums_by_service(row)
    whole = Differs(
        sum(each.lines for each in sums.values()),
        sum(each.was for each in sums.values()),
        sum(each.now for each in sums.values()),
    )
    rows = lines_after(row, after, limit=LINES_A_PAGE)
    return {
        "is_on_its_way": is_unready(row) and not row.refusal,
        "is_approved": row.batch_id is not None,
        "is_open": not is_unready(row) and row.batch_id is None,
        "obstacle": obstacle_words(kept_obstacle(row.refusal, row.parameters))
        if row.refusal
        else "",
        "accounts": row.accounts,
        "differing": accounts_that_differ(row),
        "sums": [_line(label_of(service), "", differs=each) for service, each in sums.items()],
        "whole": _line("", "", differs=whole),
        "largest": [_of_account(*each) for each in largest_differences(row, limit=LARGEST)],
        "lines": [_of_month(each) for each in rows],
        "further": rows[-1].account_id if len(rows) == LINES_A_PAGE else 0,
        "troubles": _troubles(row),
    }


def _line(name: str, about: str, *, differs: Differs) -> Line:
    was, now = from_kopecks(differs.was), from_kopecks(differs.now)
    return Line(name, about, money(was), money(now), signed_money(from_kopecks(differs.by)))


def _of_account(account: Account, differs: Differs) -> Line:
    return _line(grouped(str(account.number)), str(account.premises.address), differs=differs)


def _of_month(row: MonthDifference) -> Line:
    about = f"{month_title(row.period)}, {label_of(row.service)}"
    by = signed_money(row.now - row.was)
    return Line(grouped(str(row.account.number)), about, money(row.was), money(row.now), by)


def _troubles(row: RecalculationPreview) -> list[str]:
    """The accounts that cannot be charged anew, each with its month."""
    kept = json.loads(row.troubles)[:TROUBLES_SHOWN]
    known = numbers_of(account_id for account_id, _month, _code in kept)
    return [
        f"{grouped(known[account_id])}, {month(Period.parse(period))}"
        for account_id, period, _code in kept
    ]
