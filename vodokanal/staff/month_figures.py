"""A month's sums as the desk shows them: by group, service and method, and what changed most."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vodokanal.billing.methods import Method
from vodokanal.billing.money import from_kopecks
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.billing.volumes import from_cubic_centimetres
from vodokanal.formats.account_numbers import grouped
from vodokanal.models.months import BillingMonth
from vodokanal.operations.drafts import sums_of
from vodokanal.operations.month_troubles import numbers_of, troubles_of
from vodokanal.operations.months import months, totals_of
from vodokanal.staff.labels import label_of
from vodokanal.web import numbers
from vodokanal.web.configuration import settings
from vodokanal.web.dates import day, month_title
from vodokanal.web.trouble_words import trouble_words

SEAL_SHOWN = 12


@dataclass(frozen=True)
class Sum:
    """One line of a table of sums."""

    name: str
    method: str
    lines: int
    volume: str
    excess: str
    amount: str


@dataclass(frozen=True)
class Group:
    """What a group of customers is charged."""

    name: str
    sums: Sequence[Sum]
    total: str


@dataclass(frozen=True)
class Change:
    """An account whose sum differs much from the month before."""

    number: str
    url: str
    was: str
    now: str
    by: str


@dataclass(frozen=True)
class Trouble:
    """An account that cannot be charged, and why."""

    number: str
    url: str
    address: str
    sentence: str


@dataclass(frozen=True)
class Earlier:
    """An issued month."""

    name: str
    accounts: int
    amount: str
    issued: str
    by: str
    seal: str


def groups_of(totals: Mapping[str, Any]) -> list[Group]:
    """What is charged, group by group; organisations stand apart."""
    found: dict[str, list[tuple[Sum, int]]] = {}
    for service, method, group, (lines, volume, amount, excess) in sums_of(totals):
        row = Sum(
            name=label_of(Service(service)),
            method=label_of(Method(method)),
            lines=lines,
            volume=numbers.volume(from_cubic_centimetres(volume)),
            excess=numbers.money(from_kopecks(excess)) if excess else "",
            amount=numbers.money(from_kopecks(amount)),
        )
        found.setdefault(group, []).append((row, amount))
    return [
        Group(
            name=label_of(each),
            sums=[row for row, _amount in found[each.value]],
            total=numbers.money(from_kopecks(sum(amount for _row, amount in found[each.value]))),
        )
        for each in CustomerGroup
        if each.value in found
    ]


def charged_in(totals: Mapping[str, Any]) -> str:
    """What everybody is charged together, corrections not included."""
    kopecks = sum(sums[2] for *_key, sums in sums_of(totals))
    return numbers.money(from_kopecks(kopecks))


def changes_of(totals: Mapping[str, Any], *, url_of: Any) -> list[Change]:
    """The accounts whose sums have changed most; `url_of` leads from an id to their charges."""
    largest = totals.get("largest", ())
    known = numbers_of(account_id for account_id, _was, _now in largest)
    return [
        Change(
            number=grouped(known[account_id]),
            url=url_of(account_id),
            was=numbers.money(from_kopecks(was)),
            now=numbers.money(from_kopecks(now)),
            by=numbers.signed_money(from_kopecks(now - was)),
        )
        for account_id, was, now in largest
    ]


def shown_troubles(month: BillingMonth, *, limit: int, url_of: Any) -> list[Trouble]:
    """The first accounts that cannot be charged; `url_of` leads from a number to the account."""
    return [
        Trouble(
            number=grouped(str(row.account.number)),
            url=url_of(str(row.account.number_key)),
            address=str(row.account.premises.address),
            sentence=trouble_words(row.code, json.loads(row.parameters)),
        )
        for row in troubles_of(month.period, limit=limit)
    ]


def earlier_months(limit: int) -> list[Earlier]:
    """The months that have been issued, the newest first."""
    issued = [each for each in months() if each.state == MonthState.ISSUED]
    return [
        Earlier(
            name=month_title(each.period),
            accounts=each.accounts,
            amount=charged_in(totals_of(each)),
            issued=_day_of(each.issued_at),
            by=str(each.issued_by or ""),
            seal=str(each.seal)[:SEAL_SHOWN],
        )
        for each in issued[:limit]
    ]


def _day_of(at: Any) -> str:
    return "" if at is None else day(at.astimezone(settings().zone).date())
